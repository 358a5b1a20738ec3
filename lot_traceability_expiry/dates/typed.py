"""Dates that are typed beside the number of a lot which is there already.

The lot has dates of its own: what the line says against them is said, not dropped.
"""

from odoo.exceptions import UserError
from odoo.models import BaseModel
from odoo.tools import format_date

from odoo.addons.lot_traceability.numbers import finder
from odoo.addons.lot_traceability.tools.calendar_days import local_date


def find_lots(lines: BaseModel) -> dict:
    """``{line: lot}``: the lot of a line, or the one that its number means already;
    empty where it will be new."""
    found = {line: line.lot_id for line in lines}
    wanted = {
        line: (line.product_id, line.company_id, line.lot_name)
        for line in lines
        if not line.lot_id and line.lot_name
    }
    # sudo: which lot a number is does not depend on who types it
    meant = finder.find_for(lines.sudo().env, wanted.values())
    for line, key in wanted.items():
        lots = meant[key].lots
        found[line] = lots if len(lots) == 1 else lots.browse()
    return found


def find_differing(lines: BaseModel) -> list[int]:
    """Ids of the lines that came in with another date than their lot has now."""
    typed = lines.filtered(lambda line: line.lot_id and _is_typed(line))
    return [line.id for line in typed if _get_difference(line, line.lot_id)]


def check(lines: BaseModel) -> None:
    """Refuse goods that come in with another date than their lot has.

    A lot without a date takes over the one that is typed.

    :raise UserError: naming lots and dates
    """
    lines = lines.filtered(_is_typed)
    rows, first = [], {}
    for line, lot in find_lots(lines).items():
        # a lot that comes on several lines of a document is one as well
        number = line.env["lot.number"]._get_key(line.lot_name or "")
        other = lot or first.setdefault((line.product_id, number), line)
        if lot and line.expiration_date and not lot.expiration_date:
            lot.with_env(lines.env).expiration_date = line.expiration_date
        elif text := _get_difference(line, other):
            rows.append(f"- {text}")
    if rows:
        raise UserError(
            lines.env._(
                "These lots have two dates. If the goods are another lot, give them "
                "another number. If they are the same lot, correct the date on this "
                "document, or the date of the lot:\n%(lots)s",
                lots="\n".join(rows),
            )
        )


def _is_typed(line):
    if line.location_id.usage != "supplier" or not line.product_id.use_expiration_date:
        return False
    end = line.expiration_date
    # what Odoo counts from the receipt was typed by nobody
    return line.made_on or (end and not line._is_default_expiration(end))


def _get_difference(line, other):
    """What a line says against its lot, or another line with the same number."""
    env, tz = line.env, line.move_id._get_expiry_tz()
    ends = [
        one.expiration_date and local_date(one.expiration_date, tz)
        for one in (line, other)
    ]
    for label, said, known in (
        (env._("Made on"), line.made_on, other.made_on),
        (env._("Expires on"), *ends),
    ):
        if said and known and said != known:
            return env._(
                "%(product)s, %(lot)s: %(label)s %(said)s here, %(known)s before",
                product=line.product_id.display_name,
                lot=line.lot_id.name or line.lot_name,
                label=label,
                said=format_date(env, said),
                known=format_date(env, known),
            )
    return None
