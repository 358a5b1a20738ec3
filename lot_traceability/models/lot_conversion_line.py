from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..documents import kde
from ..evidence import food
from ..numbers.provenance import Origin
from ..tools.quantity import format_quantity

CARRIED_DATES = ("expiration_date", "use_date", "removal_date", "alert_date")
CARRIED_TEXTS = ("supplier_number", "batch_code")


class LotConversionLine(models.Model):
    """What goes into a conversion, or what comes out of it."""

    _name = "lot.conversion.line"
    _inherit = ["lot.guarded"]
    _description = "Lot Conversion Line"
    _order = "side, sequence, id"
    _check_company_auto = True
    _guard_parents = ("conversion_id",)

    conversion_id = fields.Many2one(
        "lot.conversion", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    side = fields.Selection(
        [("source", "From"), ("target", "Into")], required=True, index=True
    )
    company_id = fields.Many2one(
        related="conversion_id.company_id", store=True, index=True
    )
    state = fields.Selection(related="conversion_id.state", store=True)
    kind = fields.Selection(related="conversion_id.kind", store=True)
    product_id = fields.Many2one(
        "product.product",
        required=True,
        check_company=True,
        index=True,
        domain=[("is_storable", "=", True)],
    )
    tracking = fields.Selection(related="product_id.tracking")
    lot_id = fields.Many2one(
        "stock.lot",
        "Lot/Serial Number",
        check_company=True,
        index="btree_not_null",
        domain="[('product_id', '=?', product_id)]",
        help="In a target line: a number that exists. Empty: a new one.",
    )
    number = fields.Char(
        "New Number",
        copy=False,
        help="The number of the new lot, or an expression for several serial numbers: "
        "10-15, SN/01+9, ~. Empty: the next number is generated.",
    )
    location_id = fields.Many2one(
        "stock.location",
        required=True,
        check_company=True,
        domain=[("usage", "=", "internal")],
    )
    package_id = fields.Many2one("stock.package", check_company=True)
    owner_id = fields.Many2one("res.partner", check_company=True)
    quantity = fields.Float(
        digits="Product Unit", required=True, default=1.0, aggregator=None
    )
    product_uom_id = fields.Many2one(
        "uom.uom",
        "Unit",
        compute="_compute_product_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    # in the unit of the product
    product_quantity = fields.Float(
        digits="Product Unit", compute="_compute_product_quantity"
    )

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)",
        "The quantity of a line has to be more than zero. Remove the line if there is "
        "nothing of it.",
    )

    @api.depends("product_id")
    def _compute_product_uom_id(self):
        for line in self:
            if not line.product_uom_id or line._origin.product_id != line.product_id:
                line.product_uom_id = line.product_id.uom_id

    @api.depends("quantity", "product_uom_id", "product_id")
    def _compute_product_quantity(self):
        for line in self:
            line.product_quantity = line.product_uom_id._compute_quantity(
                line.quantity, line.product_id.uom_id, rounding_method="HALF-UP"
            )

    @api.onchange("lot_id")
    def _onchange_lot_id(self):
        """Where the lot is, and how much of it."""
        if self.lot_id:
            self.product_id = self.lot_id.product_id
        quant = self.lot_id.quant_ids.filtered(
            lambda q: (
                q.location_id.usage == "internal"
                and q.quantity > 0
                and q.company_id == (self.conversion_id.company_id or self.env.company)
            )
        )[:1]
        if quant and self.side == "source":
            self.update(self._prepare_from_quant(quant))

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_open()
        return lines

    def write(self, vals):
        self._check_open()
        result = super().write(vals)
        if "conversion_id" in vals:
            self._check_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _check_open(self):
        """What was done stays as it was done, also for the system."""
        done = self.conversion_id._guard_locked()
        if done:
            raise UserError(done._guard_locked_message(done))

    # -- texts ------------------------------------------------------------
    def _get_numbers_text(self):
        names = [line.lot_id.name or line.number for line in self]
        shown = [name for name in names if name]
        more = [] if len(shown) <= 5 else [f"… ({len(shown)})"]
        return ", ".join(shown[:5] + more)

    def _describe(self):
        """The line as messages name it."""
        number = self.lot_id.name or self.number
        text = self.product_id.display_name
        return f"{text} {number}" if number else text

    # -- values of new lines ----------------------------------------------
    @api.model
    def _prepare_from_quant(self, quant):
        return {
            "side": "source",
            "product_id": quant.product_id.id,
            "lot_id": quant.lot_id.id,
            "location_id": quant.location_id.id,
            "package_id": quant.package_id.id,
            "owner_id": quant.owner_id.id,
            "quantity": quant.quantity - quant.reserved_quantity or quant.quantity,
            "product_uom_id": quant.product_uom_id.id,
        }

    @api.model
    def _prepare_targets(self, kind, sources):
        """What the user would type first: all of it under a new number."""
        targets = [
            {**vals, "side": "target", "lot_id": False, "package_id": False}
            for vals in sources
        ]
        if kind == "relabel":
            return targets
        if kind == "merge" and targets:
            total = sum(vals["quantity"] for vals in targets)
            return [{**targets[0], "quantity": total}]
        return []

    def _prepare_opposite(self, side):
        return [
            Command.create(
                {
                    "side": side,
                    "sequence": line.sequence,
                    "product_id": line.product_id.id,
                    "lot_id": line.lot_id.id,
                    "location_id": line.location_id.id,
                    "package_id": line.package_id.id,
                    "owner_id": line.owner_id.id,
                    "quantity": line.quantity,
                    "product_uom_id": line.product_uom_id.id,
                }
            )
            for line in self
        ]

    # -- sources and targets ----------------------------------------------
    def _get_origins(self):
        """The source lines that a target line is made of: relabelled pair by pair, else
        all of them."""
        self.ensure_one()
        conversion = self.conversion_id
        if conversion.kind != "relabel":
            return conversion.source_line_ids
        position = conversion.target_line_ids.ids.index(self.id)
        return conversion.source_line_ids[position]

    # -- numbers ----------------------------------------------------------
    def _read_numbers(self, given, draw=True):
        """The numbers of the lots to create for a target line.

        :param given: numbers of other lines, not to be generated again
        :raise UserError: if the text does not give as many as are needed
        """
        if self.tracking == "none" or self.lot_id:
            return []
        wanted = self._get_units() if self.tracking == "serial" else 1
        number = self.env["lot.number"]
        if not (self.number or "").strip():
            return number._generate(self.product_id, wanted, given, draw)
        if wanted == 1 and "~" not in self.number:
            return [self.number.strip()]
        taken = given if "~" in self.number else ()
        try:
            return number._expand(
                self.number, wanted, self.product_id, taken=taken, draw=draw
            )
        except UserError as error:
            raise UserError(
                self.env._(
                    "%(line)s: %(error)s", line=self._describe(), error=str(error)
                )
            ) from error

    def _get_units(self):
        units = self.product_quantity
        if units != int(units):
            raise UserError(
                self.env._(
                    "%(line)s: %(quantity)s cannot have serial numbers, one for each "
                    "unit. Choose a whole quantity.",
                    line=self._describe(),
                    quantity=format_quantity(self.env, units, self.product_id.uom_id),
                )
            )
        return int(units)

    def _prepare_lot_vals(self, number):
        """Values of a new lot; another addon adds what it keeps of the old ones."""
        lots = self._get_origins().lot_id
        return {
            "product_id": self.product_id.id,
            "company_id": self._get_lot_company(lots).id,
            "name": number,
            "number_origin": Origin("typed" if self.number else "generated"),
            **self._get_carried(lots),
            **self._get_code(lots, number),
        }

    def _get_code(self, lots, number):
        """The traceability lot code of a new lot: what is only divided keeps it; what
        becomes something else by the rule gets another, which is its own number."""
        codes = {lot._get_tlc() for lot in lots}
        if len(codes) != 1 or kde.is_transformation(self.conversion_id.kind, True):
            return {"lot_tlc": number}
        source, reference = lots[0]._get_tlc_source()
        made = food.get_made_places(self.env, lots.ids).get(lots[0].id) or {}
        return {
            "lot_tlc": codes.pop(),
            "lot_tlc_source_id": source.id or made.get("id"),
            "lot_tlc_source_reference": reference,
        }

    def _get_lot_company(self, lots):
        """Lots that all companies share give lots that they share."""
        return lots.company_id if lots else self.company_id

    def _get_carried(self, lots):
        carried = self._get_earliest_dates(lots)
        for name in CARRIED_TEXTS:
            values = set(lots.mapped(name))
            if len(values) == 1:
                carried[name] = values.pop()
        return carried

    def _age_lot(self, dates):
        """Write the dates of older goods to the lot that takes them in; another addon
        adds why."""
        self.lot_id.write(dates)

    def _get_earliest_dates(self, lots):
        """Mixed goods are as old as the oldest of them."""
        dates = {}
        for name in CARRIED_DATES:
            known = lots.filtered(name).mapped(name) if name in lots._fields else []
            if known:
                dates[name] = min(known)
        return dates
