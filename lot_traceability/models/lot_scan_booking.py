from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class LotScanBooking(models.AbstractModel):
    """How a scanned number gets onto the lines of moves.

    Planned lines give way to picked ones: what is scanned is picked, what is planned
    and not scanned stays visible as the rest. All quantities are in the product's unit.
    """

    _name = "lot.scan.booking"
    _description = "Booking of scanned numbers"

    @api.model
    def _book(self, moves, number, quantity, label):
        """Pick a quantity of a number on moves, all of one product.

        :param number: a lot or serial number, or False if the product has none
        :param label: values for a line on which the number is typed
        :return: the last line that was changed
        :raise UserError: if it cannot be picked here
        """
        lot = self.env["stock.lot"]
        if number:
            lot = self._get_lot(moves, number)
            self._check_number(moves, number, lot)
        line = self.env["stock.move.line"]
        for move, part in self._share_out(moves, number, quantity):
            for key, at_place in self._find_places(move, lot, number, part):
                values = label if "lot_name" in key else {}
                line = self._pick(move, key, at_place, values)
        if line.lot_name and not lot and line.picking_type_id.use_existing_lots:
            # such an operation type shows lots, not names; core creates them at once
            line._create_and_assign_production_lot()
        return line

    @api.model
    def _can_create(self, move):
        """True if an unknown number is a new one."""
        return (
            move.picking_type_id.use_create_lots and move._should_bypass_reservation()
        )

    @api.model
    def _get_picked(self, moves):
        """What is picked of moves."""
        lines = moves.move_line_ids.filtered("picked")
        return sum(lines.mapped("quantity_product_uom"))

    # -- the number -----------------------------------------------------
    @api.model
    def _find_lots(self, moves, number):
        """Lots of the moves' products that go by a number.

        In stock it can be the supplier's one, unless a lot has it as its own.
        """
        lots = self.env["stock.lot"]
        known = Domain("product_id", "in", moves.product_id.ids)
        known &= Domain("company_id", "in", (False, self.env.company.id))
        found = lots.search(known & Domain("name", "=", number))
        if found or any(self._can_create(move) for move in moves):
            return found
        return lots.search(known & Domain("supplier_number", "=", number))

    def _get_lot(self, moves, number):
        lots = self._find_lots(moves, number)
        if len(lots) > 1:
            raise UserError(
                self.env._(
                    "“%(number)s” is the supplier's number of several lots: %(lots)s. "
                    "Scan the number of the lot.",
                    number=number,
                    lots=", ".join(lots.mapped("name")),
                )
            )
        return lots

    def _check_number(self, moves, number, lot):
        """Refuse a number that cannot be on the goods."""
        picking_type, product = moves.picking_type_id, moves.product_id
        if not picking_type.use_create_lots and not picking_type.use_existing_lots:
            raise UserError(
                self.env._(
                    "The operation type %(type)s works without lot and serial numbers; "
                    "its settings can change that.",
                    type=picking_type.display_name,
                )
            )
        if lot:
            self._check_not_in_stock(moves[0], lot)
        elif not self._can_create(moves[0]):
            raise UserError(
                self.env._(
                    "There is no lot or serial number “%(number)s” of %(product)s.",
                    number=number,
                    product=product.display_name,
                )
            )
        else:
            problems = self.env["lot.number"]._get_name_problems(
                number, product, self.env.company
            )
            if problems:
                raise UserError("\n".join(problems))

    def _check_not_in_stock(self, move, lot):
        if move.has_tracking != "serial" or not move._should_bypass_reservation():
            return
        places = lot._get_places(("internal", "transit"))
        if places:
            raise UserError(
                self.env._(
                    "%(number)s of %(product)s is in stock already: %(places)s.",
                    number=lot.name,
                    product=lot.product_id.display_name,
                    places=", ".join(places),
                )
            )

    # -- where it comes from --------------------------------------------
    def _share_out(self, moves, number, quantity):
        """Which move gets how much: those that lack some, first the one with a line of
        this number; what is too much goes to the last."""
        uom = moves.product_id.uom_id
        moves = moves.sorted(lambda move: not move.move_line_ids._with_number(number))
        for move in moves:
            part = min(quantity, move.product_qty - self._get_picked(move))
            if uom.compare(part, 0) > 0:
                quantity -= part
                yield move, part
        if uom.compare(quantity, 0) > 0:
            yield moves[-1], quantity

    def _find_places(self, move, lot, number, quantity):
        """Where to take a quantity from: pairs of values of the line, and quantity."""
        if not number:
            return [({}, quantity)]
        if move._should_bypass_reservation():
            # where names are typed, core finds the lot by its name
            by_lot = lot and move.picking_type_id.use_existing_lots
            return [({"lot_id": lot.id} if by_lot else {"lot_name": number}, quantity)]
        places = []
        picked = move.picking_id.move_line_ids.filtered("picked")
        for quant in self._get_quants(move, lot):
            key = quant._get_line_key()
            taken = sum(picked._with_values(key).mapped("quantity_product_uom"))
            part = min(quant.quantity - taken, quantity)
            if move.product_id.uom_id.compare(part, 0) > 0:
                quantity -= part
                places.append((key, part))
        if move.product_id.uom_id.compare(quantity, 0) > 0:
            raise UserError(self._get_missing_text(move, lot))
        return places

    def _get_quants(self, move, lot):
        """What is there of a lot, first where it is planned to be taken from."""
        planned = move.move_line_ids.filtered(lambda line: line.lot_id == lot)
        quants = self.env["stock.quant"]._gather(
            move.product_id, move.location_id, lot_id=lot
        )
        return quants.filtered(
            lambda quant: quant.lot_id == lot and quant.quantity > 0
        ).sorted(lambda quant: not planned._with_values(quant._get_line_key()))

    def _get_missing_text(self, move, lot):
        values = {
            "number": lot.name,
            "product": lot.product_id.display_name,
            "location": move.location_id.display_name,
            "places": ", ".join(lot._get_places(("internal", "transit", "customer"))),
        }
        if self._get_quants(move, lot):
            return self.env._(
                "There is no more of %(number)s of %(product)s in %(location)s than "
                "what is picked; it is here: %(places)s.",
                **values,
            )
        if values["places"]:
            return self.env._(
                "%(number)s of %(product)s is not in %(location)s. It is here: "
                "%(places)s.",
                **values,
            )
        return self.env._(
            "%(number)s of %(product)s is not in %(location)s, nor anywhere else.",
            **values,
        )

    # -- the lines ------------------------------------------------------
    def _pick(self, move, key, quantity, values):
        """Turn planned lines into a picked one, or add to the one that is there.

        :param key: number and place that the line has to have
        :param values: further values for a line
        """
        picked = move.move_line_ids.filtered("picked")._with_values(key)[:1]
        planned = self._get_planned_lines(move, key)
        if picked:
            planned._take(quantity)
            picked._set_product_quantity(picked.quantity_product_uom + quantity)
            return picked
        line = planned[:1]
        values = {**values, **key, "quantity": quantity, "picked": True}
        values["product_uom_id"] = move.product_id.uom_id.id
        if not line:
            return line.create({**move._prepare_move_line_vals(), **values})
        rest = quantity - line.quantity_product_uom
        if move.product_id.uom_id.compare(rest, 0) < 0:
            line._take(quantity)
            return line.copy(values)
        (planned - line)._take(rest)
        line.write(values)
        return line

    def _get_planned_lines(self, move, key):
        """Lines that a number may take the place of: its own first, then those whose
        number nobody typed."""
        lines = move.move_line_ids.filtered(lambda line: not line.picked)
        number = {name: key[name] for name in ("lot_id", "lot_name") if name in key}
        is_typed = move._should_bypass_reservation()
        free = lines.filtered(
            lambda line: not line.lot_name and not (is_typed and line.lot_id)
        )
        return lines._with_values(key) | lines._with_values(number) | free
