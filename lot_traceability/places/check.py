"""One serial number, one unit, one place.

Another addon lets a movement of its own kind through by extending ``_is_at`` of
``lot.place``.
"""

from collections import defaultdict
from typing import NamedTuple

from odoo.exceptions import ValidationError
from odoo.models import BaseModel
from odoo.tools import SQL

from ..numbers import finder
from ..tools.serial_walk import find_stuck
from . import message, query

# a unit that nobody has may turn up anywhere
NOWHERE = ("lost", "unbuilt", "unknown")
SUPPOSED = {
    "customer": ("customer",),
    "supplier": ("vendor",),
    "production": ("consumed",),
    "inventory": ("scrapped",),
}


class Step(NamedTuple):
    """A line that moves one unit."""

    line: BaseModel
    source: BaseModel
    target: BaseModel


class Conflict(NamedTuple):
    """A line that moves a unit which is somewhere else.

    ``lot`` is empty, and so is ``rows``, for a new number that is twice in one batch.
    """

    line: BaseModel
    lot: BaseModel
    rows: list
    policy: str


def find_conflicts(lines: BaseModel) -> list[Conflict]:
    """Lines that move a serial from where it is not, before they are done.

    :param lines: ``stock.move.line`` records that are about to be done together
    :return: list of :class:`Conflict`, also those that the policy allows
    """
    env = lines.env
    # the truth does not depend on what the user may see
    steps = _get_steps(env, lines.sudo())
    if not steps:
        return []
    lots = env["stock.lot"].sudo()
    lots = lots.union(*(key for key in steps if isinstance(key, BaseModel)))
    rows, holes = _get_rows(env, lots), _get_holes(env, lots)
    conflicts = []
    for key, waiting in steps.items():
        lot = key if isinstance(key, BaseModel) else lots.browse()
        moving = [s for s in waiting if (lot.id, s.target.id) not in holes]
        units = [row for row in rows[lot.id] for _unit in range(_count_units(row))]
        for step in find_stuck(moving, units, env["lot.place"]._is_at):
            policy = step.line._get_serial_conflict_policy()
            conflicts.append(Conflict(step.line, lot, rows[lot.id], policy))
    return conflicts


def _count_units(row):
    """Two units may be in one place, where the policy let a double in."""
    return max(1, int(row["quantity"])) if row["held"] else 1


# -- what moves -----------------------------------------------------
def _get_steps(env, lines):
    """Steps by lot, or by ``(product, company, name)`` for a number to be made."""
    lines = lines.filtered(lambda line: line._moves_a_serial())
    named = _find_named_lots(env, lines)
    steps = defaultdict(list)
    for line in lines:
        name = line.product_id, line.company_id, line.lot_name
        lot = line.lot_id or named.get(name) or name
        steps[lot].append(Step(line, line.location_id, line.location_dest_id))
    return steps


def _find_named_lots(env, lines):
    """Lots that exist already under the names that the lines would create, however
    these are written."""
    lines = lines.filtered(lambda line: not line.lot_id)
    if not lines:
        return {}
    found = finder.find_for(
        env(su=True),
        [(line.product_id, line.company_id, line.lot_name) for line in lines],
        vendor=False,
    )
    # the company's own before one that all companies share
    return {
        key: match.lots.sorted(lambda lot: (not lot.company_id, lot.id))[0]
        for key, match in found.items()
        if match.lots
    }


def _get_rows(env, lots):
    rows = defaultdict(list)
    for row in query.search_rows(env, lots.ids):
        # without a line and a quant nobody knows anything
        if row["held"] or row["line_id"]:
            rows[row["lot_id"]].append(row)
    return rows


def _get_holes(env, lots):
    """``(lot, location)`` where more went out than came in: what arrives there has
    left already, its own operation was only booked too late."""
    return set(
        env.execute_query(
            SQL(
                """SELECT quant.lot_id, quant.location_id FROM stock_quant quant
                JOIN stock_location location ON location.id = quant.location_id
                WHERE quant.lot_id = ANY(%s)
                    AND location.usage IN ('internal', 'transit')
                GROUP BY 1, 2 HAVING SUM(quant.quantity) < -0.000001""",
                lots.ids,
            )
        )
    )


# -- the rule -------------------------------------------------------
def is_at(step: Step, place: BaseModel | dict) -> bool:
    """See ``lot.place._is_at``.

    Stock is taken from exactly one location: from its parent core would leave a
    negative quantity there, and the unit twice in the shelf below.

    :param place: a row of ``query.search_rows``, or the location of an earlier step
    """
    usage = step.source.usage
    if isinstance(place, BaseModel):
        is_same = step.source == place
        return is_same or usage == place.usage not in ("internal", "transit")
    if place["state"] in NOWHERE:
        return True
    if usage in ("internal", "transit"):
        return bool(place["held"]) and place["location_id"] == step.source.id
    if place["state"] == "consumed" and _is_made(step.line):
        return _is_rework(step.line, place)
    return place["state"] in SUPPOSED.get(usage, ())


def _is_made(line):
    """Whether an order makes the unit, and does not only set it free."""
    move = line.move_id
    return "production_id" in move._fields and bool(move.production_id)


def _is_rework(line, place):
    """An order may make again what it took in itself."""
    is_component = place["document_field"] == "raw_material_production_id"
    return is_component and place["document_id"] == line.move_id.production_id.id


# -- the answer -----------------------------------------------------
def check(lines: BaseModel) -> None:
    """Refuse what the policy forbids; leave a note of what it lets through.

    :raise ValidationError: with a paragraph for each line
    """
    _settle(lines.env, find_conflicts(lines))


def check_corrected(lines: BaseModel) -> None:
    """The same for lines that were changed or added after they were done: the unit
    must not be in two places now."""
    lines = lines.sudo().filtered(
        lambda line: line.state == "done" and line._moves_a_serial()
    )
    if lines:
        rows = _get_rows(lines.env, lines.lot_id)
        conflicts = [
            Conflict(
                line,
                line.lot_id,
                rows[line.lot_id.id],
                line._get_serial_conflict_policy(),
            )
            for line in lines
            if sum(row["quantity"] for row in rows[line.lot_id.id] if row["held"]) > 1
        ]
        _settle(lines.env, conflicts)


def _settle(env, conflicts):
    conflicts = list(conflicts)
    refused = [conflict for conflict in conflicts if is_refused(conflict)]
    if refused:
        texts = message.get_texts(env, refused)
        raise ValidationError("\n\n".join(texts))
    message.post_notes(env, conflicts)


def find_past(env, company, since) -> list[int]:
    """Ids of the lines of a company, done since a moment, that took a serial from
    where the line before had not brought it."""
    env.flush_all()
    query = SQL(
        """
        SELECT step.id, step.place FROM (
            SELECT line.id, line.location_id, line.date, line.company_id,
                   LAG(line.location_dest_id) OVER story AS place,
                   LAG(move.is_inventory) OVER story AS was_counted
              FROM stock_move_line line
              JOIN stock_move move ON move.id = line.move_id
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template
                ON template.id = product.product_tmpl_id
               AND template.tracking = 'serial'
             WHERE line.state = 'done' AND line.location_id != line.location_dest_id
               AND line.lot_id IN (
                    SELECT lot_id FROM stock_move_line
                     WHERE state = 'done' AND company_id = %(company)s
                       AND date >= %(since)s)
            WINDOW story AS (PARTITION BY line.lot_id ORDER BY line.date, line.id)
        ) AS step
        JOIN stock_location before ON before.id = step.place
        WHERE step.date >= %(since)s AND step.company_id = %(company)s
            AND step.place != step.location_id
            -- a unit that a count took away may turn up anywhere
            AND NOT (before.usage = 'inventory' AND step.was_counted)
        """,
        company=company.id,
        since=since,
    )
    rows = env.execute_query(query)
    # sudo: what a rule would stop does not depend on who asks
    lines = env["stock.move.line"].sudo().browse(row[0] for row in rows)
    places = env["stock.location"].sudo().browse(row[1] for row in rows)
    is_at = env["lot.place"]._is_at
    return [
        line.id
        for line, place in zip(lines, places, strict=True)
        if line._moves_a_serial()
        and not is_at(Step(line, line.location_id, line.location_dest_id), place)
    ]


def is_refused(conflict: Conflict) -> bool:
    """Whether the policy, without a reason, does not let it through."""
    if conflict.policy == "warn":
        return not (conflict.line.serial_conflict_reason or "").strip()
    return conflict.policy != "allow"
