"""Goods that are paid and gone: what is against a rule is noted, not refused.

The trace has to know the customer, whatever was wrong with the sale. Each check that
refuses asks :func:`refuse`; who books a sale begins with :class:`Sale` and hands it on.
"""

from markupsafe import Markup

from odoo import models
from odoo.api import Environment
from odoo.exceptions import UserError

from .. import guards


class Sale:
    """What was wrong with goods that left already; it outlives a rollback.

    :param moment: when they left (UTC), which a till without a connection tells later
    """

    def __init__(self, moment=None):
        self.notes = {}
        self.moment = moment

    def hand_on(self, records: models.BaseModel) -> models.BaseModel:
        """The records whose checks tell this sale instead of refusing."""
        return guards.hand_on(records, sale=self)

    def note(self, text: str) -> None:
        """Keep a text, once."""
        self.notes[text] = None

    def flag(self, pickings: models.BaseModel) -> None:
        """Write on the transfers what was wrong, and ask somebody to look at it."""
        for picking in pickings:
            texts = list(self.notes)
            if picking.state != "done":
                texts.insert(
                    0,
                    picking.env._(
                        "These goods are sold and gone, but the transfer could not be "
                        "done. Until it is, no trace finds them with the customer."
                    ),
                )
            if texts:
                _flag(picking, texts)


def _flag(picking, texts):
    items = Markup().join(Markup("<li>%s</li>") % text for text in texts)
    title = picking.env._("Sold against a rule")
    body = Markup("<p>%s</p><ul>%s</ul>") % (title, items)
    # sudo: whoever sells need not have a right to plan work for others
    picking = picking.sudo()
    picking.message_post(body=body)
    lots = picking.move_line_ids.lot_id.filtered("on_hold")
    holds = lots.hold_ids.filtered(lambda hold: hold.state != "released")
    user = holds.hold_user_id or picking.product_id.responsible_id
    picking.activity_schedule(
        "mail.mail_activity_data_warning",
        summary=title,
        note=body,
        user_id=(user.filtered("active")[:1] or picking.env.user).id,
    )
    for lot in lots:
        lot._message_log(
            body=picking.env._("Sold while it was on hold: %s", picking.display_name)
        )


def get_sale(env: Environment) -> Sale | None:
    """The sale that is booked now, if one is."""
    return guards.handed(env, "sale")


def refuse(env: Environment, error: UserError) -> None:
    """Raise an error, unless the goods are sold: then it is noted."""
    sale = get_sale(env)
    if sale is None:
        raise error
    sale.note(error.args[0])


def check(env: Environment, check, *args) -> None:
    """Run a check that raises by itself, see :func:`refuse`."""
    try:
        check(*args)
    except UserError as error:
        refuse(env, error)
