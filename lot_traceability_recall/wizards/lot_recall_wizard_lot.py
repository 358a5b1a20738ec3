from odoo import fields, models


class LotRecallWizardLot(models.TransientModel):
    _name = "lot.recall.wizard.lot"
    _inherit = ["lot.dialog"]
    _description = "Lot in the Scope of a Recall Wizard"

    wizard_id = fields.Many2one(
        "lot.recall.wizard", required=True, ondelete="cascade", index=True
    )
    lot_id = fields.Many2one("stock.lot", "Lot/Serial Number", required=True)
    product_id = fields.Many2one(related="lot_id.product_id")
    level = fields.Integer()
    certainty = fields.Selection(
        lambda self: self.env["lot.recall.line"]._fields["certainty"].selection
    )
    path = fields.Char()
