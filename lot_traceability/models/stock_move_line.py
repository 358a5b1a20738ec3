from odoo import api, fields, models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    # every trace starts from the lines of a lot; core searches them without an index
    lot_id = fields.Many2one(index="btree_not_null")
    serial_conflict_reason = fields.Char(
        "Reason for Serial Conflict",
        copy=False,
        help="Why this serial number is right although the unit with that number is "
        "known to be elsewhere. Needed, and read, only where the policy of the product "
        "category is to ask for a reason.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self.env["lot.place.check"]._check_corrected(lines)
        return lines

    def write(self, vals):
        if self._changes_unit(vals):
            # a reason is given for one number at one place
            vals = {"serial_conflict_reason": False, **vals}
        result = super().write(vals)
        if vals.keys() & {"lot_id", "location_id", "location_dest_id", "quantity"}:
            self.env["lot.place.check"]._check_corrected(self)
        return result

    def _changes_unit(self, vals):
        """Whether the values give the lines another number, or take it elsewhere."""
        if vals.keys() & {"lot_name", "location_id", "quant_id"}:
            return True
        # core sets the lot of a typed number while the line is done
        return "lot_id" in vals and any(
            line.lot_id and line.lot_id.id != vals["lot_id"] for line in self
        )

    def _action_done(self):
        self.env["lot.place.check"]._check(self)
        return super()._action_done()

    def _moves_a_serial(self):
        """Whether the line moves a unit that has, or gets, a serial number."""
        return (
            self.product_id.tracking == "serial"
            and self.product_id.is_storable
            and self.product_uom_id.compare(self.quantity, 0) > 0
            and bool(self.lot_id or self.lot_name)
            and self.location_id != self.location_dest_id
        )

    def _get_serial_conflict_policy(self):
        """``forbid``, ``warn`` or ``allow``."""
        company = self.company_id or self.env.company
        return self.product_id.categ_id._get_serial_conflict_policy(company)
