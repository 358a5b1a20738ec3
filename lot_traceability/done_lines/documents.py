"""Documents that are done: whose goods they were, their day, and who unlocks them.

Their lines are corrected as ``corrections`` has it.
"""

from odoo.exceptions import AccessError, UserError

from .. import guards
from ..evidence import facts, log
from . import corrections

# fields of orders that bring values for the moves along
MOVES = ("move_raw_ids", "move_finished_ids", "move_byproduct_ids")


def refuse_done_by_hand(moves):
    """:raise UserError: if moves are called done that were not booked"""
    if corrections.is_booking(moves.env):
        return
    forged = moves.filtered(
        lambda move: move.state != "done" and move.product_uom.compare(move.quantity, 0)
    )
    if forged:
        raise UserError(
            moves.env._(
                "Goods are done with their document: validate %(documents)s.",
                documents=corrections.name_documents(forged),
            )
        )


class Party:
    """Whoever got or sent the goods is corrected after they were done.

    :param records: moves or transfers that are written, whatever their state
    :param vals: what is written
    """

    def __init__(self, records, vals):
        self.before = {}
        if "partner_id" not in vals:
            return
        # sudo: what a transfer says does not depend on who corrects it
        done = records.sudo().filtered(
            lambda record: (
                record.state == "done" and record.partner_id.id != vals["partner_id"]
            )
        )
        if not done:
            return
        self.reason = guards.handed(records.env, "correction_reason")
        if records._name == "stock.move":
            corrections.refuse_uninvited(records.browse(done.ids), self.reason)
        self.before = {
            record: record.partner_id.display_name
            for record in done.with_env(records.env)
        }

    def settle(self):
        """Write down who it was said to be, and who it is."""
        for record, old in self.before.items():
            lines = record.move_line_ids.filtered("lot_id")
            facts.correct(lines, self.reason)
            new = record.partner_id.display_name
            log.note(lines, "done_line", old=old, new=new, reason=self.reason)


def get_unlocked(documents, vals):
    """Those of transfers or orders that are done, and are unlocked by these values."""
    if vals.get("is_locked", True):
        return documents.browse()
    return documents.filtered(
        lambda document: document.state == "done" and document.is_locked
    )


def note_unlocked(documents):
    """Keep who let others correct what is done."""
    env = documents.env
    log.note(documents, "override", old=env._("Locked"), new=env._("Unlocked"))


class Order:
    """An order of another app, which is written when it is done: its moves follow.

    :param orders: orders that are written, whatever their state
    :param vals: what is written
    :raise AccessError: if somebody else than a manager unlocks one
    """

    def __init__(self, orders, vals, managers):
        self.unlocked = get_unlocked(orders, vals)
        is_manager = any(orders.env.user.has_group(group) for group in managers)
        if self.unlocked and not (is_manager or guards.is_system(orders.env)):
            raise AccessError(
                orders.env._(
                    "%(documents)s is done and locked. Ask a manager to unlock it.",
                    documents=", ".join(self.unlocked.mapped("display_name")),
                )
            )
        done = orders.filtered(lambda order: order.state == "done")
        by_hand = not guards.is_system(orders.env)
        if done and by_hand and vals.get("state", "done") != "done":
            raise UserError(
                orders.env._(
                    "%(documents)s is done, and stays done: unbuild what it made.",
                    documents=", ".join(done.mapped("display_name")),
                )
            )
        lines = done.move_finished_ids.move_line_ids
        dates = {"date": vals["date_finished"]} if vals.get("date_finished") else {}
        self.days = corrections.Correction(lines, dates)

    def get_writer(self, orders, vals):
        """The orders, to be written: the days of their moves follow what they say."""
        if vals.keys() & {"state", "date_finished"} and not vals.keys() & set(MOVES):
            return guards.hand_on(orders, books_now=True)
        return orders

    def settle(self):
        """Write down what was corrected by it."""
        self.days.settle()
        note_unlocked(self.unlocked)
