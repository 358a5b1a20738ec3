from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability.tools import public

_lt = LazyTranslate(__name__)


class StockLot(models.Model):
    _inherit = "stock.lot"

    recall_count = fields.Integer(
        compute="_compute_recall_count",
        groups="lot_traceability_recall.group_recall_auditor",
    )

    def _get_recall_line_domain(self):
        """Where these lots are in the present scope of a real recall."""
        return [
            ("lot_id", "in", self.ids),
            ("included", "=", True),
            ("state", "!=", "cancelled"),
            ("recall_id.is_mock", "=", False),
        ]

    def _compute_recall_count(self):
        counts = dict(
            self.env["lot.recall.line"]._read_group(
                self._get_recall_line_domain(),
                ["lot_id"],
                ["recall_id:count_distinct"],
            )
        )
        for lot in self:
            lot.recall_count = counts.get(lot._origin, 0)

    def _get_active_recall(self):
        """The active recall that one of these lots belongs to."""
        return (
            self.env["lot.recall.line"]
            .search([("lot_id", "in", self.ids), ("in_force", "=", True)], limit=1)
            .recall_id
        )

    @public.records(missing=_lt("Choose the suspect lots first: ids is missing."))
    def action_recall(self):
        """Open the recall wizard for these lots.

        :return: the action
        """
        return self.env["lot.recall.wizard"]._open(self)

    @api.readonly
    @public.records()
    def action_view_recalls(self):
        """Open the recalls that have these lots in their scope.

        :return: the action
        """
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability_recall.action_lot_recall"
        )
        lines = self.env["lot.recall.line"].search(self._get_recall_line_domain())
        return dict(action, domain=[("id", "in", lines.recall_id.ids)], context={})
