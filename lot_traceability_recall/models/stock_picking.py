from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    recall_id = fields.Many2one(
        "lot.recall",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="lot_traceability_recall.group_recall_auditor",
        help="The recall that this transfer was made for, or brings goods back to.",
    )

    def action_recall(self):
        """Open the recall wizard for the lots of these transfers.

        :return: the action
        :raise UserError: if there are no lots on them
        """
        return self.move_line_ids.lot_id.action_recall()
