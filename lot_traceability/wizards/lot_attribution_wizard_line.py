from odoo import fields, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class LotAttributionWizardLine(models.TransientModel):
    _name = "lot.attribution.wizard.line"
    _inherit = ["lot.dialog", "lot.guarded"]
    _description = "Component in a Unit"
    _guard_way = _lt("Open the screen from the order.")
    _guard_parents = ("wizard_id",)

    wizard_id = fields.Many2one(
        "lot.attribution.wizard", required=True, ondelete="cascade"
    )
    consumed_move_id = fields.Many2one("stock.move", required=True, readonly=True)
    consumed_lot_id = fields.Many2one(
        "stock.lot", "Component Serial", required=True, readonly=True
    )
    product_id = fields.Many2one(
        related="consumed_lot_id.product_id", string="Component"
    )
    known_lot_id = fields.Many2one("stock.lot", "So Far", readonly=True)
    was_said = fields.Boolean(readonly=True)
    unit_ids = fields.Many2many(related="wizard_id.produced_lot_ids")
    produced_lot_id = fields.Many2one(
        "stock.lot",
        "Went into",
        domain="[('id', 'in', unit_ids)]",
        help="Empty: not known, it can be in each of them.",
    )
