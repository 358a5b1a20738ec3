from odoo import fields, models


class LotRecallWizardStock(models.TransientModel):
    _name = "lot.recall.wizard.stock"
    _inherit = ["lot.dialog"]
    _description = "Stock in a Recall Wizard"

    wizard_id = fields.Many2one(
        "lot.recall.wizard", required=True, ondelete="cascade", index=True
    )
    disposition = fields.Selection(
        lambda self: self.env["lot.recall.disposition"]._get_dispositions(),
        "What To Do",
        help="Nothing happens to what is left empty.",
    )
    quant_id = fields.Many2one("stock.quant", readonly=True)
    lot_id = fields.Many2one("stock.lot", "Lot/Serial Number", readonly=True)
    product_id = fields.Many2one(related="lot_id.product_id")
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    location_id = fields.Many2one("stock.location", readonly=True)
    package_id = fields.Many2one("stock.package", readonly=True)
    owner_id = fields.Many2one("res.partner", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    available = fields.Float("On Hand", readonly=True, digits="Product Unit")
    reserved = fields.Float(readonly=True, digits="Product Unit")
    quantity = fields.Float(
        digits="Product Unit",
        help="What is reserved for orders is freed if it has to go, too.",
    )

    def _prepare_disposition_vals(self):
        return {
            "disposition": self.disposition,
            "quant_id": self.quant_id.id,
            "lot_id": self.lot_id.id,
            "location_id": self.location_id.id,
            "package_id": self.package_id.id,
            "owner_id": self.owner_id.id,
            "company_id": self.company_id.id,
            "available": self.available,
            "quantity": self.quantity,
        }
