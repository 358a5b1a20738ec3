"""What was made of a lot whose date became earlier: who is responsible is told, and the
lots can be shortened, too."""

from markupsafe import Markup

from odoo.tools import format_date

from odoo.addons.lot_traceability import guards

from ..alerts.recipients import can_be_told, get_fallback
from .extension import get_day
from .inheritance import inherit_dates

ACTIVITY = "lot_traceability_expiry.mail_activity_date_shorten"
# more are named by the dialog
SHOWN = 20


def find_later(lot):
    """The lots made of a lot, by any number of steps, that are good for longer."""
    # sudo: what was made of it is there, whoever looks
    made, new = lot.browse(), lot.sudo()
    seen = lot.sudo()
    while new:
        lines = new.env["stock.move.line"].search(
            [
                ("consume_line_ids.lot_id", "in", new.ids),
                ("state", "=", "done"),
                ("lot_id", "not in", [False, *seen.ids]),
            ]
        )
        new = lines.lot_id
        seen |= new
        made |= new.sudo(lot.env.su)
    end = lot.expiration_date
    later = made.sudo().filtered(
        lambda other: (
            end
            and other.use_expiration_date
            and other.expiration_date
            and other.expiration_date > end
        )
    )
    return later.sudo(lot.env.su)


def tell_finished(lot) -> None:
    """Tell whoever is responsible for what was made of a lot that it became shorter."""
    later = find_later(lot).sudo()
    if not later:
        return
    by_user = {}
    for other in later:
        company = other.company_id or lot.company_id or lot.env.company
        user = other.product_id.with_company(company).responsible_id
        if not can_be_told(user, company):
            user = get_fallback(company)
        if user:
            by_user.setdefault(user, later.browse())
            by_user[user] |= other
    told = find_told(lot)
    activities = told.with_context(mail_activity_quick_update=True)
    for user, lots in by_user.items():
        vals = _prepare_todo(lot.sudo(), user, lots)
        # one that lives for each lot and person
        todo = told.filtered(lambda todo, user=user: todo.user_id == user)
        if todo:
            todo.write({name: vals[name] for name in ("note", "summary")})
        else:
            activities.create(vals)


def find_told(lots):
    """The to-dos that tell of what was made of these lots."""
    kind = lots.env.ref(ACTIVITY, raise_if_not_found=False)
    # sudo: whose to-do it is does not matter
    told = lots.env["mail.activity"].sudo()
    if not kind:
        return told
    return told.search(
        [
            ("res_model", "=", lots._name),
            ("res_id", "in", lots.ids),
            ("activity_type_id", "=", kind.id),
        ]
    )


def settle(lots) -> None:
    """Take back the to-dos of lots of which nothing is good for longer any more."""
    for todo in find_told(lots) if lots else ():
        lot = lots.browse(todo.res_id)
        if not find_later(lot):
            todo.action_feedback(lot.env._("Nothing made of it is good for longer"))


def shorten(lot, others) -> None:
    """Let lots be good for no longer than the lot that went into them.

    :param others: of :func:`find_later`
    """
    others.check_access("write")
    for other in others & find_later(lot):
        # sudo: who may write the lots was asked; their limit is the system's
        other = guards.hand_on(other.sudo(), tells_finished=False)
        inherit_dates(other, lot, lot.env._("Shortened as what it is made of"))
    settle(lot)


def _prepare_todo(lot, user, lots):
    env = lot.with_context(lang=user.lang or lot.env.lang).env
    # a type of to-do can be removed by hand
    kind = env.ref(ACTIVITY, False) or env.ref("mail.mail_activity_data_todo")
    day = format_date(env, get_day(lot, "expiration_date", lot.expiration_date))
    rows = Markup().join(
        Markup("<li>%s, %s: %s</li>")
        % (
            other.product_id.with_env(env).display_name,
            other.name,
            format_date(env, get_day(other, "expiration_date", other.expiration_date)),
        )
        for other in lots[:SHOWN]
    )
    text = env._(
        "%(lot)s is good until %(date)s only; these lots were made of it and are good "
        "for longer. “Shorten What Was Made” on the lot gives them its date.",
        lot=lot.name,
        date=day,
    )
    if len(lots) > SHOWN:
        rows += Markup("<li>… (%s)</li>") % len(lots)
    return {
        "activity_type_id": kind.id,
        "automated": True,
        "res_id": lot.id,
        "res_model_id": env["ir.model"]._get_id("stock.lot"),
        "summary": env._(
            "Shorter than what was made of it: %(lot)s (%(date)s)",
            lot=lot.name,
            date=day,
        ),
        "note": Markup("<p>%s</p><ul>%s</ul>") % (text, rows),
        "user_id": user.id,
    }
