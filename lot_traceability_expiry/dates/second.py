"""A later date that waits for a second person: who may approve it has a to-do on the
lot until it is decided."""

from markupsafe import Markup

from odoo.tools import format_date

from ..alerts.recipients import can_be_told, get_fallback
from .extension import get_extend_group

ACTIVITY = "lot_traceability_expiry.mail_activity_date_extension"


def tell(act) -> None:
    """Put a to-do on the lot for somebody else who may approve."""
    # sudo: who asks need not see whom the company can ask
    lot = act.lot_id.sudo()
    user = _find_second(lot, act.user_id)
    if user:
        env = lot.with_context(lang=user.lang or lot.env.lang).env
        lot.activity_schedule(
            ACTIVITY,
            summary=env._(
                "%(lot)s: good until %(date)s? Approve or refuse it.",
                lot=lot.name,
                date=format_date(env, act.new_date) if act.new_date else "∞",
            ),
            note=Markup("<p>%s</p>") % act.reason,
            user_id=user.id,
        )


def settle(lot) -> None:
    """Take the to-do back once nothing waits any more."""
    waiting = [("lot_id", "=", lot.id), ("state", "=", "waiting")]
    # sudo: whoever decides takes it from whom it was given to
    if not lot.env["lot.date.extension"].sudo().search_count(waiting, limit=1):
        lot.sudo().activity_unlink([ACTIVITY])


def _find_second(lot, asker):
    company = lot.company_id or lot.env.company
    group = get_extend_group(lot.env, company)
    users = lot.env["res.users"]
    found = lot.product_id.with_company(company).responsible_id + get_fallback(company)
    found += users.search([("all_group_ids", "in", group.ids)], order="id")
    return found.filtered(
        lambda user: (
            user != asker and group in user.all_group_ids and can_be_told(user, company)
        )
    )[:1]
