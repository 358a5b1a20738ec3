import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import check_sample


class LotRecall(models.Model):
    _name = "lot.recall"
    _inherit = ["lot.recall"]

    check_level = fields.Selection(
        [
            ("A", "A: all consignees"),
            ("B", "B: a share of your choice"),
            ("C", "C: 10 %"),
            ("D", "D: 2 %"),
            ("E", "E: none"),
        ],
        "Effectiveness Checks",
        help="How many consignees are asked whether they got and followed it.",
    )
    check_percent = fields.Float(
        "Share Checked (%)", default=50, help="For level B: between 10 and 100."
    )
    check_seed = fields.Char(
        readonly=True,
        copy=False,
        help="The draw can be repeated with it: the same consignees come out.",
    )
    check_ids = fields.One2many("lot.recall.check", "recall_id", "Checks", copy=False)
    check_count = fields.Integer("Drawn", compute="_compute_check_figures")
    checked_count = fields.Integer("Checked", compute="_compute_check_figures")
    effective_percent = fields.Float(
        "Effective (%)",
        compute="_compute_check_figures",
        help="Notified and followed, of those checked.",
    )

    @api.depends("check_ids.result")
    def _compute_check_figures(self):
        counts = {}
        for recall, result, count in self.env["lot.recall.check"]._read_group(
            [("recall_id", "in", self.ids)], ["recall_id", "result"], ["__count"]
        ):
            counts.setdefault(recall, {})[result] = count
        for recall in self:
            results = counts.get(recall._origin, {})
            drawn = sum(results.values())
            checked = drawn - results.get(False, 0)
            recall.check_count = drawn
            recall.checked_count = checked
            acted = results.get("acted", 0)
            recall.effective_percent = 100 * acted / checked if checked else 0

    def action_draw_checks(self):
        """Draw the consignees to ask. What was drawn or asked before stays.

        :raise UserError: without a level, or without consignees
        """
        for recall in self:
            recall.check_access("write")
            recall._check_not_over()
            recall._check_can_draw()
            recall._draw_checks()

    def _check_can_draw(self):
        if not self.check_level:
            raise UserError(
                self.env._(
                    "Choose a level of effectiveness checks for %(recall)s first.",
                    recall=self.name,
                )
            )
        if not self.consignee_ids:
            raise UserError(
                self.env._("%(recall)s has no consignees yet.", recall=self.name)
            )

    def _draw_checks(self):
        # the draw is not for choosing by hand
        recall = self.sudo()
        if not recall.check_seed:
            recall.check_seed = secrets.token_hex(8)
        drawn = check_sample.draw(
            recall.consignee_ids.ids,
            recall.check_level,
            recall.check_seed,
            recall.check_percent / 100,
        )
        known = set(recall.check_ids.consignee_id.ids)
        recall.env["lot.recall.check"].create(
            [
                {"recall_id": recall.id, "consignee_id": consignee_id}
                for consignee_id in drawn
                if consignee_id not in known
            ]
        )
