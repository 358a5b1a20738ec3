from odoo import fields, models

from .stock_lot import NUMBER_ORIGINS


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    # every trace starts from the lines of a lot; core searches them without an index
    lot_id = fields.Many2one(index="btree_not_null")
    supplier_number = fields.Char(
        "Supplier's Number",
        help="The supplier's lot or serial number, for the lot that is created.",
    )
    batch_code = fields.Char(
        help="The batch, over several products, for the lot that is created.",
    )
    number_origin = fields.Selection(
        NUMBER_ORIGINS,
        "Origin of Number",
        readonly=True,
        copy=False,
        help="Where the number of the lot that is created comes from.",
    )

    def write(self, vals):
        if "lot_name" in vals:
            # a number written over another one is not the one that was scanned
            vals = {"number_origin": False} | vals
        return super().write(vals)

    def _prepare_new_lot_vals(self):
        vals = super()._prepare_new_lot_vals()
        for name in ("supplier_number", "batch_code", "number_origin"):
            if self[name]:
                vals[name] = self[name]
        return vals

    # -- scanning -------------------------------------------------------
    def _with_values(self, values):
        """Those lines that have all of some values; records are given by their id."""

        def get(line, name):
            value = line[name]
            return value.id if line._fields[name].relational else value

        return self.filtered(
            lambda line: all(get(line, name) == value for name, value in values.items())
        )

    def _with_number(self, number):
        return self.filtered(lambda line: number in (line.lot_id.name, line.lot_name))

    def _set_product_quantity(self, quantity):
        """Set a quantity in the product's unit: another one could not be exact."""
        self.write({"product_uom_id": self.product_id.uom_id.id, "quantity": quantity})

    def _take(self, quantity):
        """Lower planned lines, one after the other, by a quantity in the product's
        unit; empty ones go."""
        for line in self:
            left = line.quantity_product_uom - quantity
            quantity = max(-left, 0)
            if line.product_id.uom_id.compare(left, 0) > 0:
                line._set_product_quantity(left)
                return
            line.unlink()
