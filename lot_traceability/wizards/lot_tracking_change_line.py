from odoo import api, fields, models
from odoo.exceptions import UserError

from .lot_tracking_change import CARRIED, shorten


class LotTrackingChangeLine(models.TransientModel):
    """Stock in one place that gets new numbers."""

    _name = "lot.tracking.change.line"
    _description = "Change Tracking: Stock"

    change_id = fields.Many2one(
        "lot.tracking.change", required=True, ondelete="cascade"
    )
    quant_id = fields.Many2one("stock.quant", required=True, ondelete="cascade")
    product_id = fields.Many2one(related="quant_id.product_id")
    location_id = fields.Many2one(related="quant_id.location_id")
    lot_id = fields.Many2one(related="quant_id.lot_id", string="Number Now")
    package_id = fields.Many2one(related="quant_id.package_id")
    owner_id = fields.Many2one(related="quant_id.owner_id")
    company_id = fields.Many2one(related="quant_id.company_id")
    product_uom_id = fields.Many2one(related="quant_id.product_uom_id", string="Unit")
    # as it was when the wizard was opened
    quantity = fields.Float(digits="Product Unit", readonly=True)
    numbers = fields.Text(
        help="Type or paste numbers, or an expression: 10-15, SN/01+9, ~. Empty: the "
        "next numbers are generated.",
    )
    preview = fields.Char("Gives", compute="_compute_preview")

    @api.depends("numbers", "quant_id", "change_id.tracking_to", "change_id.line_ids")
    def _compute_preview(self):
        for change, lines in self.grouped("change_id").items():
            numbers, _problems = change._read_numbers(draw=False)
            for line in lines:
                line.preview = shorten(numbers.get(line, []))

    def _read_numbers(self, given, draw):
        """The numbers of this line.

        :param given: those of other lines, not to be generated again
        :raise UserError: if the text does not give as many as are needed
        """
        wanted = 1
        if self.change_id.tracking_to == "serial":
            wanted = self._get_units()
        number = self.env["lot.number"]
        if not (self.numbers or "").strip():
            return number._generate(self.product_id, wanted, given, draw)
        # a lot may be in several places; a serial that is, is refused later
        taken = given if "~" in self.numbers else ()
        return number._expand(
            self.numbers, wanted, self.product_id, taken=taken, draw=draw
        )

    def _get_units(self):
        if self.quantity != int(self.quantity):
            raise UserError(
                self.env._(
                    "%(quantity)s cannot have serial numbers, one for each unit.",
                    quantity=f"{self.quantity:g} {self.product_uom_id.name}",
                )
            )
        return int(self.quantity)

    # -- stock ------------------------------------------------------------
    def _prepare_stock(self):
        """What has to be the same afterwards; the quant may be gone by then."""
        quant = self.quant_id.with_context(
            inventory_name=self.env._(
                "Change of tracking: %s", self.product_id.display_name
            )
        )
        loss = self.product_id.with_company(quant.company_id).property_stock_inventory
        place = quant.location_id
        move_out = quant._get_inventory_move_values(
            self.quantity, place, loss, package_id=quant.package_id
        )
        move_in = quant._get_inventory_move_values(
            self.quantity, loss, place, package_dest_id=quant.package_id
        )
        return {
            "company": quant.company_id,
            "in_date": quant.in_date,
            "carried": self._get_carried(),
            "move_out": move_out,
            "move_in": move_in,
        }

    def _get_carried(self):
        lot = self.lot_id
        return {
            name: lot[name] for name in CARRIED if name in lot._fields and lot[name]
        }

    def _count_out(self, stock):
        stock["out"] = self._do(stock["move_out"], stock["company"])

    def _count_in(self, stock, numbers, lots):
        values = dict(stock["move_in"], **self._prepare_value_vals(stock["out"]))
        template = values["move_line_ids"][0][2]
        values["move_line_ids"] = [
            fields.Command.create(
                dict(template, lot_id=lot_id, quantity=self.quantity / max(len(ids), 1))
            )
            for ids in [[lots[self.product_id, name].id for name in numbers] or [False]]
            for lot_id in ids
        ]
        move = self._do(values, stock["company"])
        self._keep_date(move, stock["in_date"])

    def _prepare_value_vals(self, move_out):
        """As the return of what was counted out, it is worth what that was."""
        return {"origin_returned_move_id": move_out.id}

    def _do(self, values, company):
        moves = self.env["stock.move"].with_company(company)
        move = moves.with_context(inventory_mode=False).create(values)
        move.with_context(ignore_dest_packages=True)._action_done()
        return move

    def _keep_date(self, move, in_date):
        """What came first still goes first."""
        lines = move.move_line_ids
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", move.product_id.id),
                ("location_id", "=", move.location_dest_id.id),
                ("lot_id", "in", lines.lot_id.ids or [False]),
                ("package_id", "=", lines.result_package_id.id),
                ("owner_id", "=", lines.owner_id.id),
            ]
        )
        # nobody may write it by hand; it is what it was before
        quants.sudo().in_date = in_date

    def _prepare_lot_vals(self, number):
        """Values of a new lot; another addon adds what it keeps of the old one."""
        return {
            "product_id": self.product_id.id,
            "name": number,
            "number_origin": "typed" if self.numbers else "generated",
            **self._get_carried(),
        }
