from odoo import fields, models


class StockLot(models.Model):
    _inherit = "stock.lot"

    recall_line_ids = fields.One2many(
        "lot.recall.line",
        "lot_id",
        "Recalls",
        groups="lot_traceability_recall.group_recall_auditor",
    )
    recall_count = fields.Integer(
        compute="_compute_recall_count",
        groups="lot_traceability_recall.group_recall_auditor",
    )

    def _compute_recall_count(self):
        counts = dict(
            self.env["lot.recall.line"]._read_group(
                [("lot_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["lot_id"],
                ["recall_id:count_distinct"],
            )
        )
        for lot in self:
            lot.recall_count = counts.get(lot._origin, 0)

    def action_recall(self):
        """Open the recall wizard for these lots.

        :return: the action
        """
        return self.env["lot.recall.wizard"]._open(self)

    def action_view_recalls(self):
        """Open the recalls that have these lots in their scope.

        :return: the action
        """
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability_recall.action_lot_recall"
        )
        return dict(action, domain=[("line_ids.lot_id", "in", self.ids)], context={})
