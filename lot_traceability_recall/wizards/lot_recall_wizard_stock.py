from odoo import api, fields, models
from odoo.exceptions import UserError


class LotRecallWizardStock(models.TransientModel):
    _name = "lot.recall.wizard.stock"
    _description = "Stock in a Recall Wizard"

    wizard_id = fields.Many2one(
        "lot.recall.wizard", required=True, ondelete="cascade", index=True
    )
    selected = fields.Boolean(
        "Scrap", compute="_compute_selected", store=True, readonly=False
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
        "Quantity to Scrap",
        digits="Product Unit",
        help="What is reserved for orders is freed if it has to be scrapped too.",
    )

    @api.depends("wizard_id.select_all")
    def _compute_selected(self):
        for line in self:
            line.selected = line.wizard_id.select_all

    def _describe(self):
        return self.env._(
            "%(lot)s in %(location)s",
            lot=self.lot_id.name,
            location=self.location_id.display_name,
        )

    def _check_unchanged(self):
        """Refuse to act on stock that is not what the user looked at."""
        changed = self.filtered(lambda line: line._is_changed())
        if changed:
            raise UserError(
                self.env._(
                    "The stock changed since you opened the recall. Open it again to "
                    "see what is there now:\n%(lines)s",
                    lines="\n".join(f"- {line._describe()}" for line in changed),
                )
            )

    def _is_changed(self):
        quant = self.quant_id.exists()
        return (
            not quant
            or quant.lot_id != self.lot_id
            or quant.location_id != self.location_id
            or quant.package_id != self.package_id
            or quant.owner_id != self.owner_id
            or self.product_uom_id.compare(quant.quantity, self.available) != 0
        )

    def _check_quantity(self):
        for line in self:
            uom = line.product_uom_id
            too_much = uom.compare(line.quantity, line.available) > 0
            if too_much or uom.compare(line.quantity, 0) <= 0:
                raise UserError(
                    self.env._(
                        "You can scrap more than 0 and up to %(available)s %(uom)s of "
                        "%(line)s.",
                        available=line.available,
                        uom=uom.name,
                        line=line._describe(),
                    )
                )

    def _free_reservations(self):
        """Take back what open moves have reserved of the goods to be scrapped.

        :return: sorted names of the documents that lost a reservation
        """
        needed = self.filtered(
            lambda line: (
                line.product_uom_id.compare(
                    line.quantity, line.available - line.quant_id.reserved_quantity
                )
                > 0
            )
        )
        reserved_lines = self.env["stock.move.line"].search(
            [
                ("lot_id", "in", needed.lot_id.ids),
                ("location_id", "in", needed.location_id.ids),
                ("state", "not in", ("done", "cancel")),
                ("quantity_product_uom", ">", 0),
            ]
        )
        places = {line._get_place() for line in needed}
        reserved_lines = reserved_lines.filtered(
            lambda line: (
                (line.lot_id, line.location_id, line.package_id, line.owner_id)
                in places
            )
        )
        documents = {
            line.reference or line.move_id.display_name for line in reserved_lines
        }
        reserved_lines.unlink()
        return sorted(documents)

    def _get_place(self):
        return self.lot_id, self.location_id, self.package_id, self.owner_id

    def _prepare_scrap_vals(self, recall):
        """Values of one scrap order."""
        self.ensure_one()
        return {
            "recall_id": recall.id,
            "origin": f"RECALL: {recall.name}",
            "company_id": self.company_id.id,
            "product_id": self.product_id.id,
            "product_uom_id": self.product_uom_id.id,
            "lot_id": self.lot_id.id,
            "scrap_qty": self.quantity,
            "location_id": self.location_id.id,
            "package_id": self.package_id.id,
            "owner_id": self.owner_id.id,
        }
