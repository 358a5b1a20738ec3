from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# what is shown of what stands in the way; the rest is counted
SHOWN_OBSTACLES = 10


class ProductTemplate(models.Model):
    _inherit = "product.template"

    # the advice stands where the choice is made
    tracking = fields.Selection(
        help="By unique serial number: each unit can be recalled, repaired or "
        "guaranteed by itself; for what is valuable, or dangerous one by one.\n"
        "By lots: what was made or bought together is recalled together; for food, "
        "chemicals and parts, at one number per batch.\n"
        "By quantity: nothing can be traced; for what nobody will have to find again.",
    )

    def write(self, vals):
        if "tracking" in vals or "is_storable" in vals:
            self._check_tracking_change(vals)
        return super().write(vals)

    def _check_tracking_change(self, vals):
        """Refuse to switch the tracking while numbered goods are there.

        Their numbers would no longer mean what they say. From untracked to tracked is
        allowed: core warns that the old stock has no number.
        """
        changed = self.filtered(lambda template: template._loses_tracking(vals))
        # the numbers count even where the user may not look
        products = changed.sudo().with_context(active_test=False).product_variant_ids
        if not products:
            return
        quants, lines = self._get_tracking_obstacles(products)
        if quants or lines:
            raise UserError(self._get_tracking_message(quants, lines))

    def _loses_tracking(self, vals):
        new = vals.get("tracking", self.tracking)
        if not vals.get("is_storable", self.is_storable):
            new = "none"
        return self.tracking not in ("none", new)

    @api.model
    def _get_tracking_obstacles(self, products):
        """Numbered stock, and open operations that name a number, of the products."""
        quants = self.env["stock.quant"].sudo()
        lines = self.env["stock.move.line"].sudo()
        of_products = Domain("product_id", "in", products.ids)
        return (
            quants.search(
                of_products
                & Domain("lot_id", "!=", False)
                & Domain("quantity", "!=", 0)
                & Domain("location_id.usage", "in", ("internal", "transit")),
                order="product_id, lot_id, id",
            ),
            lines.search(
                of_products
                & (Domain("lot_id", "!=", False) | Domain("lot_name", "!=", False))
                & Domain("state", "not in", ("done", "cancel")),
                order="product_id, id",
            ),
        )

    def _get_tracking_message(self, quants, lines):
        readable = quants.sudo(False)._filtered_access("read")
        rows = [
            self.env._(
                "%(quantity)s of %(lot)s in %(location)s",
                quantity=f"{quant.quantity:g} {quant.product_uom_id.name}",
                lot=quant.lot_id.name,
                location=quant.location_id.display_name,
            )
            for quant in readable[:SHOWN_OBSTACLES]
        ]
        open_lines = lines.sudo(False)._filtered_access("read")
        rows += [
            self.env._(
                "%(document)s, still open",
                document=line.reference or line.move_id.display_name,
            )
            for line in open_lines[:SHOWN_OBSTACLES]
        ]
        hidden = len(quants) + len(lines) - len(rows)
        if hidden:
            rows.append(self.env._("and %(count)s more place(s)", count=hidden))
        return self.env._(
            "The tracking of %(products)s cannot be changed while numbered goods of it "
            "are in stock or in open operations:\n%(rows)s\n\n"
            "Use them up, scrap them or count them to zero, and cancel what is open; "
            "then change the tracking.",
            products=", ".join(
                sorted(set((quants.product_id | lines.product_id).mapped("name")))
            ),
            rows="\n".join(f"- {row}" for row in rows),
        )
