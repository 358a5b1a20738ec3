from odoo import api, fields, models


class LotRecallWizardDelivery(models.TransientModel):
    _name = "lot.recall.wizard.delivery"
    _inherit = ["lot.dialog"]
    _description = "Delivery in a Recall Wizard"

    wizard_id = fields.Many2one(
        "lot.recall.wizard", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one("res.partner", "Customer")
    # empty for an untracked product that the suspect material went into
    lot_id = fields.Many2one("stock.lot", "Lot/Serial Number")
    product_id = fields.Many2one("product.product", required=True)
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    document = fields.Char()
    date = fields.Datetime()
    quantity = fields.Float("Delivered", digits="Product Unit")
    returned = fields.Float(digits="Product Unit")
    outstanding = fields.Float(
        "Still Out", compute="_compute_outstanding", digits="Product Unit"
    )

    @api.depends("quantity", "returned")
    def _compute_outstanding(self):
        for line in self:
            line.outstanding = line.quantity - line.returned
