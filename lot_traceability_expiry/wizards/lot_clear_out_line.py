from odoo import api, fields, models
from odoo.fields import Command

from odoo.addons.lot_traceability.tools.quantity import format_quantity


class LotClearOutLine(models.TransientModel):
    _name = "lot.clear.out.line"
    _description = "Stock to Clear Out"
    _inherit = ["lot.dialog", "lot.guarded"]
    _guard_parents = ("wizard_id",)
    # the preview is saved as it was seen, and compared with the stock when it is used
    _guards = {"quantity": None}

    wizard_id = fields.Many2one("lot.clear.out", required=True, ondelete="cascade")
    is_chosen = fields.Boolean("Clear", default=True)
    quant_id = fields.Many2one("stock.quant", required=True, ondelete="cascade")
    location_id = fields.Many2one(related="quant_id.location_id")
    product_id = fields.Many2one(related="quant_id.product_id")
    lot_id = fields.Many2one(related="quant_id.lot_id")
    package_id = fields.Many2one(related="quant_id.package_id")
    owner_id = fields.Many2one(related="quant_id.owner_id")
    removal_date = fields.Datetime(related="quant_id.removal_date")
    expiration_date = fields.Datetime(related="quant_id.expiration_date")
    product_uom_id = fields.Many2one(related="quant_id.product_uom_id")
    reserved_quantity = fields.Float("Reserved", related="quant_id.reserved_quantity")
    quantity = fields.Float(
        compute="_compute_quantity",
        store=True,
        precompute=True,
        digits="Product Unit",
        help="All of it: what is reserved for other transfers is freed.",
    )

    @api.depends("quant_id")
    def _compute_quantity(self):
        for line in self:
            line.quantity = line.quant_id.quantity

    def _get_problem(self):
        """What has changed since the preview, or None."""
        uom = self.product_id.uom_id
        if uom.compare(self.quant_id.quantity, self.quantity) == 0:
            return None
        return self.env._(
            "%(product)s, %(lot)s in %(place)s: %(seen)s was listed, %(there)s is "
            "there now. Open the list again.",
            product=self.product_id.display_name,
            lot=self.lot_id.name,
            place=self.location_id.display_name,
            seen=format_quantity(self.env, self.quantity, uom),
            there=format_quantity(self.env, self.quant_id.quantity, uom),
        )

    def _prepare_move_vals(self):
        """One move for the lines of a product."""
        wizard = self.wizard_id
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": sum(self.mapped("quantity")),
            "product_uom": self.product_id.uom_id.id,
            "location_id": wizard.location_id.id,
            "location_dest_id": wizard.dest_location_id.id,
            "move_line_ids": [
                Command.create(line._prepare_move_line_vals()) for line in self
            ],
        }

    def _prepare_move_line_vals(self):
        return {
            "product_id": self.product_id.id,
            "product_uom_id": self.product_uom_id.id,
            "lot_id": self.lot_id.id,
            "package_id": self.package_id.id,
            "owner_id": self.owner_id.id,
            "location_id": self.location_id.id,
            "location_dest_id": self.wizard_id.dest_location_id.id,
            "quantity": self.quantity,
        }

    def _prepare_scrap_vals(self):
        wizard = self.wizard_id
        return {
            "company_id": wizard.company_id.id,
            "product_id": self.product_id.id,
            "product_uom_id": self.product_uom_id.id,
            "lot_id": self.lot_id.id,
            "package_id": self.package_id.id,
            "owner_id": self.owner_id.id,
            "location_id": self.location_id.id,
            "scrap_qty": self.quantity,
            "origin": self.env._("Past its removal date"),
            "scrap_reason_tag_ids": [Command.set(wizard.scrap_reason_tag_ids.ids)],
        }
