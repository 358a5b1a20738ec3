from ast import literal_eval

from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from ..tools import public

_lt = LazyTranslate(__name__)


class LotFirstStep(models.TransientModel):
    """A step of the first day; the database says whether it is done."""

    _name = "lot.first.step"
    _description = "First Step"
    _inherit = ["lot.dialog", "lot.guarded"]
    _guard_way = _lt("Open First Steps from the menu.")
    _guard_parents = ("screen_id",)

    screen_id = fields.Many2one(
        "lot.first.steps", required=True, readonly=True, ondelete="cascade"
    )
    code = fields.Char(readonly=True)
    name = fields.Char("Step", compute="_compute_step")
    is_done = fields.Boolean("Done", compute="_compute_step")
    detail = fields.Char(compute="_compute_step")
    may_open = fields.Boolean(compute="_compute_step")

    @api.depends("code", "screen_id.company_id")
    @api.depends_context("lang", "uid")
    def _compute_step(self):
        for screen, rows in self.grouped("screen_id").items():
            steps = {step.code: step for step in screen._get_steps(screen.company_id)}
            for row in rows:
                step = steps.get(row.code)
                row.name = step and step.name
                row.is_done = bool(step and step.is_done)
                row.detail = step and step.detail
                row.may_open = bool(step) and self.env.user.has_group(step.group)

    @public.record()
    def action_open(self):
        """Go where the step is done.

        :return: the action
        """
        self.check_access("read")
        steps = self.screen_id._get_steps(self.screen_id.company_id)
        step = next(step for step in steps if step.code == self.code)
        if step.setting and self.env.user.has_group("base.group_system"):
            # Odoo scrolls to the setting that the address names
            url = f"/odoo/settings#{step.setting}"
            return {"type": "ir.actions.act_url", "url": url, "target": "self"}
        action = self.env["ir.actions.actions"]._for_xml_id(step.action)
        if step.defaults:
            context = action.get("context") or "{}"
            # of a window action, as text
            action["context"] = literal_eval(context) | step.defaults
        return action
