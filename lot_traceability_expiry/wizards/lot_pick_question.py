from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.tools import public

from ..fefo.pick_check import find_problems, raise_refused

_lt = LazyTranslate(__name__)


class LotPickQuestion(models.TransientModel):
    """Asks at validation about lots that others should have gone before."""

    _name = "lot.pick.question"
    _description = "Lots picked against their dates"
    _inherit = ["lot.dialog", "lot.guarded"]
    _guard_way = _lt("The question is asked when the transfer is validated.")

    picking_ids = fields.Many2many("stock.picking", readonly=True)
    line_ids = fields.One2many("lot.pick.question.line", "question_id")
    is_reason_needed = fields.Boolean(compute="_compute_is_reason_needed")

    @api.depends("line_ids.is_reason_needed")
    def _compute_is_reason_needed(self):
        for question in self:
            question.is_reason_needed = any(
                question.line_ids.mapped("is_reason_needed")
            )

    @api.model
    def _ask(self, pickings):
        """Open the question about the picked lots of transfers.

        :return: the action, or False if there is nothing to ask
        """
        open_lines = pickings.move_line_ids.filtered(
            lambda line: (
                line.product_id.use_expiration_date
                and line.state not in ("done", "cancel")
            )
        )
        picked = open_lines.filtered("picked")
        problems = picked and find_problems(picked, freed=open_lines - picked)
        if not problems:
            return False
        raise_refused(
            self.env, [found for found in problems if found.level == "refuse"]
        )
        confirmed = self._get_confirmed(picked)
        asked = [found for found in problems if self._is_asked(found, confirmed)]
        return bool(asked) and self._open(pickings, asked)

    def _get_confirmed(self, lines):
        """What the user was told of lines before and goes on with, however many other
        questions come in between."""
        rows = self.env["lot.pick.question.line"].search(
            [
                ("create_uid", "=", self.env.uid),
                ("move_line_id", "in", lines.ids),
                ("is_confirmed", "=", True),
            ]
        )
        return {(row.move_line_id, row.kind, row.text) for row in rows}

    def _is_asked(self, problem, confirmed):
        if problem.level == "warn":
            return (problem.line, problem.kind, problem.text) not in confirmed
        return problem.level == "reason" and not problem.is_answered

    def _open(self, pickings, problems):
        line = self.env["lot.pick.question.line"]
        question = guards.by_button(self).create(
            {
                "picking_ids": [Command.set(pickings.ids)],
                "line_ids": [
                    Command.create(line._prepare_vals(problem)) for problem in problems
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Other Lots Should Go First"),
            "res_model": self._name,
            "res_id": question.id,
            "views": [[False, "form"]],
            "target": "new",
            # what the user answered to the questions before this one
            "context": dict(self.env.context, dialog_size="extra-large"),
        }

    @public.record()
    def action_confirm(self):
        """Keep the reasons on the lines, then validate the transfers.

        :return: what the validation returns: True, or the next question
        :raise UserError: if a reason is missing
        """
        self.ensure_one()
        missing = self.line_ids.filtered(lambda line: line._lacks_reason())
        if missing:
            raise UserError("\n".join(line._get_lack() for line in missing))
        for line in self.line_ids.filtered("reason"):
            line.move_line_id[f"{line.kind}_reason"] = line.reason.strip()
        guards.by_button(self.line_ids).is_confirmed = True
        return self.picking_ids.button_validate()
