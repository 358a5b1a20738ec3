from odoo import api, fields, models


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["stock.move"]

    lot_conversion_id = fields.Many2one(
        "lot.conversion",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
        check_company=True,
    )

    @api.depends("lot_conversion_id.name")
    def _compute_reference(self):
        conversions = self.filtered("lot_conversion_id")
        for move in conversions:
            move.reference = move.lot_conversion_id.name
        return super(StockMove, self - conversions)._compute_reference()
