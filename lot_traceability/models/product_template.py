from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import public
from ..tools.quantity import format_quantity

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

    lot_numbering_id = fields.Many2one(
        "lot.numbering",
        string="Numbering",
        index="btree_not_null",
        check_company=True,
        help="How lots and serials of this product are numbered, and which numbers are "
        "good. Empty: as the product category, the operation type or the company says.",
    )
    next_lot_number = fields.Char(
        "Next Number",
        compute="_compute_next_lot_number",
        help="What the next lot or serial number would be, now and here. Nothing is "
        "used up by looking at it.",
    )

    hold_on_receipt = fields.Boolean(
        help="Lots of this product that are received, made, counted in or returned "
        "start on hold, until somebody releases them."
    )
    lot_is_ftl = fields.Boolean(
        "Food Traceability List",
        help="A food on the list of the US food traceability rule (21 CFR 1 subpart "
        "S), or one that has such a food in it in the same form.",
    )
    lot_is_animal_food = fields.Boolean(
        "Food of Animal Origin",
        help="Its deliveries are told as the EU asks for food of animal origin "
        "(Regulation 931/2011).",
    )
    lot_brand = fields.Char("Brand")
    lot_commodity = fields.Char("Commodity", help="Such as cucumber, or soft cheese.")
    lot_variety = fields.Char("Variety", help="Such as English, or brie.")
    lot_pack_size = fields.Char(
        "Packaging Size", help="What one pack holds, such as 10 lb or 6 x 250 g."
    )
    lot_pack_style = fields.Char(
        "Packaging Style", help="What it is packed in, such as case, bag or tray."
    )
    lot_tlc_source_id = fields.Many2one(
        "res.partner",
        "Code Source",
        ondelete="restrict",
        help="Where the traceability lot codes of this product are assigned, if always "
        "in one place: that address. A lot can say another.",
    )
    lot_tlc_source_reference = fields.Char(
        "Code Source Reference",
        help="Instead of the address: what leads to it, such as a registration number "
        "of the FDA, a GLN or a web address.",
    )
    unnumbered_quantity = fields.Float(
        compute="_compute_unnumbered_quantity",
        digits="Product Unit",
        help="What is in stock of a tracked product and has no number.",
    )

    @api.depends("tracking")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_unnumbered_quantity(self):
        tracked = self.filtered(lambda template: template.tracking != "none")
        groups = self.env["stock.quant"]._read_group(
            Domain("product_id.product_tmpl_id", "in", tracked.ids)
            & Domain("lot_id", "=", False)
            & Domain("location_id.usage", "in", ("internal", "transit")),
            ["product_id"],
            ["quantity:sum"],
        )
        self.unnumbered_quantity = 0
        for product, quantity in groups:
            product.product_tmpl_id.unnumbered_quantity += quantity

    @public.record()
    def action_change_tracking(self):
        """Open the wizard that changes the tracking together with the stock.

        :return: the window action
        """
        self.ensure_one()
        new = self.tracking
        if not self.unnumbered_quantity:
            new = "lot" if self.tracking == "none" else "none"
        change = self.env["lot.tracking.change"].create(
            {"product_tmpl_id": self.id, "tracking_to": new}
        )
        return change._reopen()

    @api.depends("tracking", "lot_numbering_id", "lot_sequence_id", "categ_id")
    @api.depends_context("company")
    def _compute_next_lot_number(self):
        for template in self:
            template.next_lot_number = template._get_next_lot_number()

    def _get_next_lot_number(self):
        product = self.product_variant_ids[:1]
        if self.tracking == "none" or not product:
            return False
        try:
            return self.env["lot.number"]._generate(product, 1, draw=False)[0]
        except UserError as error:
            return error.args[0]

    # overridden so that what shows the next number shows that of the numbering
    @api.depends("lot_numbering_id", "categ_id")
    def _compute_serial_prefix_format(self):
        numbered = self.filtered(lambda template: template._get_numbering())
        numbered.serial_prefix_format = ""
        return super(ProductTemplate, self - numbered)._compute_serial_prefix_format()

    @api.depends("lot_numbering_id", "categ_id")
    def _compute_next_serial(self):
        numbered = self.filtered(lambda template: template._get_numbering())
        for template in numbered:
            template.next_serial = template._get_next_lot_number()
        return super(ProductTemplate, self - numbered)._compute_next_serial()

    def _get_numbering(self):
        return self.env["lot.numbering"]._get_for_generation(
            self.product_variant_ids[:1],
            self.company_id or self.env.company,
            self.env["stock.picking.type"],
        )

    def _inverse_serial_prefix_format(self):
        # overridden as two products with the same prefix count apart
        result = super()._inverse_serial_prefix_format()
        default = self.env.ref("stock.sequence_production_lots", False)
        for template in self:
            sequence = template.lot_sequence_id
            if sequence and sequence != default and template._shares_counter():
                template.lot_sequence_id = sequence.copy(
                    {"number_next": 1, "name": f"{template.name} Serial Sequence"}
                )
        return result

    def _shares_counter(self):
        others = self.with_context(active_test=False).sudo()
        return not self.env.company.lot_share_prefix_counter and others.search_count(
            [
                ("lot_sequence_id", "=", self.lot_sequence_id.id),
                ("id", "!=", self._origin.id),
            ],
            limit=1,
        )

    def write(self, vals):
        if vals.keys() & {"tracking", "is_storable", "type"}:
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
        storable = vals.get("is_storable", self.is_storable)
        # core gives up both by itself where the type changes
        if not storable or vals.get("type", self.type) != "consu":
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
                quantity=format_quantity(
                    self.env, quant.quantity, quant.product_uom_id
                ),
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
            rows.append(self.env._("and more places: %(count)s", count=hidden))
        return self.env._(
            "The tracking of %(products)s cannot be changed while numbered goods of it "
            "are in stock or in open operations:\n%(rows)s\n\n"
            "“Change tracking” on the product does it together with the stock. Or use "
            "it up, scrap it or count it to zero, and cancel what is open.",
            products=", ".join(
                sorted(set((quants.product_id | lines.product_id).mapped("name")))
            ),
            rows="\n".join(f"- {row}" for row in rows),
        )
