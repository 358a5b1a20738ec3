from odoo import api, fields, models

from ..epcis_import import receipt


class LotEpcisImportLine(models.TransientModel):
    """A lot, or a serial, that a supplier announced."""

    _name = "lot.epcis.import.line"
    _inherit = ["lot.dialog"]
    _description = "Announced Goods"
    _order = "id"

    import_id = fields.Many2one("lot.epcis.import", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="import_id.company_id")
    announced = fields.Char(
        readonly=True, help="How the document calls the goods, or names them."
    )
    gtin = fields.Char("GTIN", readonly=True)
    uri = fields.Char("Identifier", readonly=True)
    pointer = fields.Char(
        "Place", readonly=True, help="Where the document tells it: a JSON pointer."
    )
    product_id = fields.Many2one(
        "product.product",
        help="Found by its GTIN. Choose it where it is not known.",
    )
    lot_name = fields.Char("Lot/Serial Number")
    supplier_number = fields.Char("Supplier's Number")
    quantity = fields.Float(digits="Product Unit")
    uom_id = fields.Many2one("uom.uom", "Unit")
    uom_code = fields.Char("Code of Unit", readonly=True)
    expires_on = fields.Date("Good Until", readonly=True)
    made_on = fields.Date(readonly=True)
    elements = fields.Json(readonly=True)
    problem = fields.Char(compute="_compute_problem")

    @api.depends("product_id", "lot_name", "quantity", "uom_id")
    def _compute_problem(self):
        for company, lines in self.grouped("company_id").items():
            problems = receipt.get_problems(lines, company)
            for line in lines:
                line.problem = " ".join(problems[line])

    @api.onchange("product_id")
    def _onchange_product_id(self):
        if self.product_id and not self.uom_code:
            self.uom_id = self.uom_id or self.product_id.uom_id

    def _get_quantity(self):
        """In the unit of the product."""
        self.ensure_one()
        return self.uom_id._compute_quantity(
            self.quantity, self.product_id.uom_id, round=False
        )
