from dataclasses import dataclass

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date


@dataclass(frozen=True)
class Problem:
    """``level``: ``log``, ``warn``, ``reason`` or ``refuse``; ``kind`` tells which
    reason of the line answers it."""

    line: models.BaseModel
    kind: str
    level: str
    text: str

    @property
    def reason_field(self):
        return f"{self.kind}_reason"

    @property
    def is_answered(self):
        return bool((self.line[self.reason_field] or "").strip())


class LotPickCheck(models.AbstractModel):
    """What speaks against the lots that are picked: FEFO and minimum shelf life."""

    _name = "lot.pick.check"
    _description = "Checks picked lots by their dates"

    @api.model
    def _find(self, lines, freed=None):
        """The problems of lines, those that are only counted left out."""
        verdicts = self.env["lot.fefo"]._judge(lines, freed)
        return [*self._find_fefo(verdicts), *self._find_shelf_life(lines)]

    @api.model
    def _pass(self, lines, freed=None):
        """Let lines be done, or say what has to be done before.

        :return: the FEFO verdicts, for the log
        :raise UserError: names document, line, lot and the way out
        """
        verdicts = self.env["lot.fefo"]._judge(lines, freed)
        problems = [*self._find_fefo(verdicts), *self._find_shelf_life(lines)]
        self._raise_refused(
            [
                problem
                for problem in problems
                if problem.level == "refuse"
                or (problem.level == "reason" and not problem.is_answered)
            ]
        )
        self._note(problems)
        return verdicts

    def _raise_refused(self, problems):
        if not problems:
            return
        ways = {
            "fefo": self.env._(
                "Take the earlier lot, or write a “Reason for FEFO Deviation” on the "
                "line where the operation type takes one."
            ),
            "shelf_life": self.env._(
                "Take a fresher lot, or ask somebody who may override the minimum "
                "shelf life to validate with a reason."
            ),
        }
        rows = [f"- {self._get_row(problem)}" for problem in problems]
        kinds = dict.fromkeys(problem.kind for problem in problems)
        raise UserError("\n".join([*rows, "", *(ways[kind] for kind in kinds)]))

    def _get_row(self, problem):
        document = problem.line.picking_id.name or problem.line.reference or ""
        return ": ".join(filter(None, [document, problem.text]))

    # -- FEFO ---------------------------------------------------------------
    def _find_fefo(self, verdicts):
        return [
            Problem(line, "fefo", policy, self._get_fefo_text(line, verdict.better))
            for line, verdict in verdicts.items()
            if verdict.better
            and (policy := line.move_id.picking_type_id.fefo_policy) != "log"
        ]

    def _get_fefo_text(self, line, better):
        return self.env._(
            "%(product)s: %(lot)s is picked, %(better)s with the earlier date %(date)s "
            "is free (%(free)s)",
            product=line.product_id.display_name,
            lot=line.lot_id.name,
            better=self.env["stock.lot"].browse(better.lot).sudo().name,
            date=format_date(self.env, better.day),
            free=f"{better.free:g} {line.product_id.uom_id.name}",
        )

    # -- shelf life -----------------------------------------------------------
    def _find_shelf_life(self, lines):
        found = []
        for line in lines:
            rule, missing = line._get_missing_life()
            if missing:
                text = self._get_shelf_life_text(line, rule, missing)
                level = self._get_shelf_life_level(line, rule)
                found.append(Problem(line, "shelf_life", level, text))
        return found

    def _get_shelf_life_level(self, line, rule):
        if rule.policy == "warn":
            return "warn"
        may_pass = line._may_override_shelf_life() or line.shelf_life_reason
        return "reason" if may_pass else "refuse"

    def _get_shelf_life_text(self, line, rule, missing):
        partner = line.move_id._get_shelf_life_partner()
        return self.env._(
            "%(product)s: %(lot)s has %(days)s days of shelf life less than "
            "%(partner)s needs (%(minimum)s)",
            product=line.product_id.display_name,
            lot=line.lot_id.name or line.lot_name or "",
            days=missing,
            partner=partner.display_name or self.env._("the rule"),
            minimum=self.env["lot.shelf.life.rule"]._get_minimum_text(
                rule.value, rule.unit
            ),
        )

    # -- what is kept with the document ---------------------------------------
    def _note(self, problems):
        """Write on each document what was let pass, and why."""
        by_document = {}
        for problem in problems:
            document = problem.line.move_id._get_source_document()
            if document and hasattr(document, "message_post"):
                by_document.setdefault(document, []).append(problem)
        for document, found in by_document.items():
            document.message_post(body=self._get_note(found))

    def _get_note(self, problems):
        items = Markup().join(
            Markup("<li>%s</li>")
            % ": ".join(
                filter(None, [problem.text, problem.line[problem.reason_field]])
            )
            for problem in problems
        )
        text = self.env._("Picked against the dates:")
        return Markup("<p>%s</p><ul>%s</ul>") % (text, items)
