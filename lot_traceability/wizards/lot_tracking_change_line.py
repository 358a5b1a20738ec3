from odoo import api, fields, models
from odoo.exceptions import UserError

from ..numbers.provenance import Origin
from ..tools.quantity import format_quantity
from .lot_tracking_change import CARRIED, shorten


class LotTrackingChangeLine(models.TransientModel):
    """Stock in one place that gets new numbers."""

    _name = "lot.tracking.change.line"
    _inherit = ["lot.dialog"]
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
                    quantity=format_quantity(
                        self.env, self.quantity, self.product_uom_id
                    ),
                )
            )
        return int(self.quantity)

    # -- stock ------------------------------------------------------------
    def _prepare_stock(self):
        """What the lines are to be afterwards; their quants may be gone by then.

        :return: dict with the values of the moves out and in, and by line the values of
            the line in, the date of its stock and what its new lots keep
        """
        outs, ins = {}, {}
        for line in self:
            outs[line], ins[line] = line._prepare_moves()
        return {
            "out": self._merge_moves(outs.values(), "location_id"),
            "in": self._merge_moves(ins.values(), "location_dest_id"),
            "lines": {line: ins[line]["move_line_ids"][0][2] for line in self},
            "dates": {line: line.quant_id.in_date for line in self},
        }

    def _prepare_moves(self):
        """Values of a move that counts out, and of one that counts in."""
        name = self.env._("Change of tracking: %s", self.product_id.display_name)
        quant = self.quant_id.with_context(inventory_name=name)
        loss = self.product_id.with_company(quant.company_id).property_stock_inventory
        place, package = quant.location_id, quant.package_id
        prepare = quant._get_inventory_move_values
        return (
            prepare(self.quantity, place, loss, package_id=package),
            prepare(self.quantity, loss, place, package_dest_id=package),
        )

    def _merge_moves(self, values_list, side):
        """One move with all lines, from or to the place that holds all their places."""
        values_list = list(values_list)
        return dict(
            values_list[0],
            product_uom_qty=sum(values["product_uom_qty"] for values in values_list),
            move_line_ids=[values["move_line_ids"][0] for values in values_list],
            **{side: self._get_common_location().id},
        )

    def _get_common_location(self):
        places = self.location_id
        paths = [place.parent_path.strip("/").split("/") for place in places]
        common = [ids[0] for ids in zip(*paths, strict=False) if len(set(ids)) == 1]
        return places if len(places) == 1 else places.browse(int(common[-1]))

    def _get_carried(self):
        lot = self.lot_id
        known = [name for name in CARRIED if name in lot._fields and lot[name]]
        return {name: lot[name] for name in known}

    def _count_out(self, stock):
        return self._do(stock["out"])

    def _count_in(self, stock, move_out, numbers, lots):
        values = {
            **stock["in"],
            "move_line_ids": [
                fields.Command.create(
                    {
                        **stock["lines"][line],
                        "lot_id": lot.id,
                        "quantity": line.quantity / len(line_lots),
                    }
                )
                for line in self
                for line_lots in [line._get_lots(numbers, lots)]
                for lot in line_lots
            ],
            # as the return of what was counted out it is worth what that was
            "origin_returned_move_id": move_out.id,
        }
        self._do(values)
        for line in self:
            line._keep_date(stock, line._get_lots(numbers, lots))

    def _get_lots(self, numbers, lots):
        """The new lots of the line; one empty one where there are no numbers."""
        names = numbers.get(self, [])
        return [lots[self.product_id, name] for name in names] or [self.lot_id.browse()]

    def _do(self, values):
        moves = self.env["stock.move"].with_company(values["company_id"])
        move = moves.with_context(inventory_mode=False).create(values)
        move.with_context(ignore_dest_packages=True)._action_done()
        return move

    def _keep_date(self, stock, lots):
        """What came first still goes first."""
        values = stock["lines"][self]
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", values["product_id"]),
                ("location_id", "=", values["location_dest_id"]),
                ("lot_id", "in", [lot.id for lot in lots]),
                ("package_id", "=", values["result_package_id"]),
                ("owner_id", "=", values["owner_id"]),
            ]
        )
        # nobody may write it by hand; it is what it was before
        quants.sudo().in_date = stock["dates"][self]

    def _prepare_lot_vals(self, number):
        """Values of a new lot; another addon adds what it keeps of the old one."""
        return {
            "product_id": self.product_id.id,
            "name": number,
            "number_origin": Origin("typed" if self.numbers else "generated"),
            **self._get_carried(),
        }
