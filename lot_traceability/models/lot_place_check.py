from collections import defaultdict
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.serial_walk import find_stuck

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

    line: models.Model
    source: models.Model
    target: models.Model


class Conflict(NamedTuple):
    """A line that moves a unit which is somewhere else.

    ``lot`` is empty, and so is ``rows``, for a new number that is twice in one batch.
    """

    line: models.Model
    lot: models.Model
    rows: list
    policy: str


class LotPlaceCheck(models.AbstractModel):
    """One serial number, one unit, one place.

    Another addon lets a movement of its own kind through by extending :meth:`_is_at`.
    """

    _name = "lot.place.check"
    _description = "Check that a serial is where it is taken from"

    @api.model
    def _find_conflicts(self, lines):
        """Lines that move a serial from where it is not, before they are done.

        :param lines: ``stock.move.line`` records that are about to be done together
        :return: list of :class:`Conflict`, also those that the policy allows
        """
        # the truth does not depend on what the user may see
        steps = self._get_steps(lines.sudo())
        if not steps:
            return []
        lots = self.env["stock.lot"].sudo()
        lots = lots.union(*(key for key in steps if isinstance(key, models.Model)))
        rows, holes = self._get_rows(lots), self._get_holes(lots)
        conflicts = []
        for key, waiting in steps.items():
            lot = key if isinstance(key, models.Model) else lots.browse()
            moving = [s for s in waiting if (lot.id, s.target.id) not in holes]
            for step in find_stuck(moving, rows[lot.id], self._is_at):
                policy = step.line._get_serial_conflict_policy()
                conflicts.append(Conflict(step.line, lot, rows[lot.id], policy))
        return conflicts

    # -- what moves -----------------------------------------------------
    def _get_steps(self, lines):
        """Steps by lot, or by ``(product, company, name)`` for a number to be made."""
        lines = lines.filtered(lambda line: line._moves_a_serial())
        named = self._find_named_lots(lines)
        steps = defaultdict(list)
        for line in lines:
            name = line.product_id, line.company_id, line.lot_name
            lot = line.lot_id or named.get(name) or name
            steps[lot].append(Step(line, line.location_id, line.location_dest_id))
        return steps

    def _find_named_lots(self, lines):
        """Lots that exist already under the names that the lines would create."""
        lines = lines.filtered(lambda line: not line.lot_id)
        if not lines:
            return {}
        lots = self.env["stock.lot"].sudo()
        lots = lots.search(
            Domain("product_id", "in", lines.product_id.ids)
            & Domain("name", "in", lines.mapped("lot_name"))
            & Domain("company_id", "in", [False, *lines.company_id.ids])
        )
        found = {(lot.product_id, lot.company_id, lot.name): lot for lot in lots}
        no_company = self.env["res.company"]
        keys = {(line.product_id, line.company_id, line.lot_name) for line in lines}
        return {
            key: found.get(key) or found[key[0], no_company, key[2]]
            for key in keys
            if key in found or (key[0], no_company, key[2]) in found
        }

    def _get_rows(self, lots):
        rows = defaultdict(list)
        for row in self.env["lot.place.query"]._search_rows(lots.ids):
            # without a line and a quant nobody knows anything
            if row["held"] or row["line_id"]:
                rows[row["lot_id"]].append(row)
        return rows

    def _get_holes(self, lots):
        """``(lot, location)`` where more went out than came in: what arrives there has
        left already, its own operation was only booked too late."""
        return set(
            self.env.execute_query(
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
    @api.model
    def _is_at(self, step, place):
        """Whether a step can take the unit from a place.

        Stock is taken from exactly one location: from its parent core would leave a
        negative quantity there, and the unit twice in the shelf below.

        :param place: a row of ``lot.place.query``, or the location of an earlier step
        """
        usage = step.source.usage
        if isinstance(place, models.Model):
            is_same = step.source == place
            return is_same or usage == place.usage not in ("internal", "transit")
        if place["state"] in NOWHERE:
            return True
        if usage in ("internal", "transit"):
            return bool(place["held"]) and place["location_id"] == step.source.id
        if place["state"] == "consumed" and self._is_made(step.line):
            return self._is_rework(step.line, place)
        return place["state"] in SUPPOSED.get(usage, ())

    def _is_made(self, line):
        """Whether an order makes the unit, and does not only set it free."""
        move = line.move_id
        return "production_id" in move._fields and bool(move.production_id)

    def _is_rework(self, line, place):
        """An order may make again what it took in itself."""
        is_component = place["document_field"] == "raw_material_production_id"
        return is_component and place["document_id"] == line.move_id.production_id.id

    # -- the answer -----------------------------------------------------
    @api.model
    def _check(self, lines):
        """Refuse what the policy forbids; leave a note of what it lets through.

        :raise ValidationError: with a paragraph for each line
        """
        self._settle(self._find_conflicts(lines))

    @api.model
    def _check_corrected(self, lines):
        """The same for lines that were changed or added after they were done: the unit
        must not be in two places now."""
        lines = lines.sudo().filtered(
            lambda line: line.state == "done" and line._moves_a_serial()
        )
        if lines:
            rows = self._get_rows(lines.lot_id)
            self._settle(
                Conflict(
                    line,
                    line.lot_id,
                    rows[line.lot_id.id],
                    line._get_serial_conflict_policy(),
                )
                for line in lines
                if sum(row["quantity"] for row in rows[line.lot_id.id] if row["held"])
                > 1
            )

    def _settle(self, conflicts):
        conflicts = list(conflicts)
        refused = [conflict for conflict in conflicts if self._is_refused(conflict)]
        if refused:
            texts = self.env["lot.place.message"]._get_texts(refused)
            raise ValidationError("\n\n".join(texts))
        self.env["lot.place.message"]._post_notes(conflicts)

    def _is_refused(self, conflict):
        if conflict.policy == "warn":
            return not (conflict.line.serial_conflict_reason or "").strip()
        return conflict.policy != "allow"
