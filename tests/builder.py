"""Purchases, manufacturing, sales and repairs in a line each."""

from odoo.fields import Command

from odoo.addons.lot_traceability.tests.builder import StockBuilder


class SupplyChainBuilder(StockBuilder):
    """The operations of the apps around stock, done to their end."""

    # -- master data ----------------------------------------------------
    def bom(self, product, components, quantity=1, byproducts=None, **values):
        """Create a bill of materials from ``{component: quantity}``."""
        return self.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "product_id": product.id,
                "product_qty": quantity,
                "product_uom_id": product.uom_id.id,
                "bom_line_ids": self._prepare_bom_lines(components),
                "byproduct_ids": self._prepare_bom_lines(byproducts or {}),
            }
            | values
        )

    def _prepare_bom_lines(self, quantities):
        return [
            Command.create(
                {
                    "product_id": product.id,
                    "product_qty": quantity,
                    "product_uom_id": product.uom_id.id,
                }
            )
            for product, quantity in quantities.items()
        ]

    # -- purchase and sale ----------------------------------------------
    def purchase(self, vendor, lots, to=None, at=None, **values):
        """Order ``{(product, number): quantity}`` and receive it."""
        lots = {self._as_lot(lot): quantity for lot, quantity in lots.items()}
        order = self.env["purchase.order"].create(
            {
                "partner_id": vendor.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_qty": quantity})
                    for product, quantity in self._by_product(lots).items()
                ],
            }
            | values
        )
        order.button_confirm()
        for picking in order.picking_ids:
            self._set_lots(picking.move_ids, lots, dest=to)
            self._validate(picking, at)
        return order

    def sell(self, customer, lots, deliver=True, at=None, **values):
        """Order ``{lot: quantity}`` and deliver it (or leave the delivery open)."""
        order = self.env["sale.order"].create(
            {
                "partner_id": customer.id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity}
                    )
                    for product, quantity in self._by_product(lots).items()
                ],
            }
            | values
        )
        order.action_confirm()
        self._set_lots(order.picking_ids.move_ids, lots, picked=deliver)
        if deliver:
            for picking in order.picking_ids:
                self._validate(picking, at)
        return order

    # -- manufacturing --------------------------------------------------
    def produce(self, product, finished, components, at=None, byproducts=None):
        """Make lots of a product out of lots.

        :param finished: ``{number: quantity}``; ``{False: quantity}`` if not tracked
        :param components: ``{lot: quantity}``; a product for an untracked component
        :param byproducts: ``{(product, number): quantity}``
        """
        order = self._create_production(product, sum(finished.values()), components)
        order.action_confirm()
        lots = [self.lot(product, name) for name in finished if name]
        order.lot_producing_ids = [Command.set([lot.id for lot in lots])]
        order.qty_producing = sum(finished.values())
        order._set_qty_producing()
        self._set_lots(order.move_raw_ids, components)
        self._set_lots(
            order.move_byproduct_ids,
            {self._as_lot(lot): qty for lot, qty in (byproducts or {}).items()},
        )
        order.with_context(skip_consumption=True).button_mark_done()
        self._check_done(order)
        moves = order.move_raw_ids | order.move_finished_ids
        self._set_date(moves.move_line_ids, at)
        return order

    def unbuild(self, order, quantity, lot, at=None):
        """Take a manufactured quantity apart again."""
        unbuild = self.env["mrp.unbuild"].create(
            {
                "mo_id": order.id,
                "product_id": order.product_id.id,
                "product_qty": quantity,
                "lot_id": lot.id,
                "location_id": self.stock.id,
                "location_dest_id": self.stock.id,
            }
        )
        unbuild.action_unbuild()
        moves = unbuild.produce_line_ids | unbuild.consume_line_ids
        self._set_date(moves.move_line_ids, at)
        return unbuild

    def repair(self, lot, add=None, recycle=None, at=None):
        """Repair a machine: parts ``{lot: quantity}`` built in, and taken back out."""
        parts = [("add", part, qty) for part, qty in (add or {}).items()]
        parts += [("recycle", part, qty) for part, qty in (recycle or {}).items()]
        repair = self.env["repair.order"].create(
            {
                "product_id": lot.product_id.id,
                "lot_id": lot.id,
                "picking_type_id": self.warehouse.repair_type_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": part.product_id.id,
                            "product_uom_qty": quantity,
                            "repair_line_type": line_type,
                        }
                    )
                    for line_type, part, quantity in parts
                ],
            }
        )
        repair._action_repair_confirm()
        repair.action_repair_start()
        for move, (_line_type, part, quantity) in zip(
            repair.move_ids, parts, strict=True
        ):
            self._set_lots(move, {part: quantity})
        repair.action_repair_end()
        self._set_date((repair.move_ids | repair.move_id).move_line_ids, at)
        return repair

    # -- pieces ---------------------------------------------------------
    def _create_production(self, product, quantity, components):
        bom = self.env["mrp.bom"]._bom_find(product, company_id=self.company.id)
        order = self.env["mrp.production"].create(
            {
                "product_id": product.id,
                "product_qty": quantity,
                "bom_id": bom[product].id,
            }
        )
        if not bom[product]:
            order.move_raw_ids = [
                Command.create(order._get_move_raw_values(item, needed, item.uom_id))
                for item, needed in self._by_product(components).items()
            ]
        return order

    def _by_product(self, lots):
        totals = {}
        for lot, quantity in lots.items():
            product = self._product_of(lot)
            totals[product] = totals.get(product, 0) + quantity
        return totals

    def _set_lots(self, moves, lots, dest=None, picked=True):
        """Replace what the moves have reserved by the given lots."""
        for move in moves:
            move.move_line_ids.unlink()
            move.move_line_ids = [
                Command.create(self._prepare_line_vals(move, lot, quantity, dest))
                for lot, quantity in lots.items()
                if self._product_of(lot) == move.product_id
            ]
            move.picked = picked

    def _prepare_line_vals(self, move, lot, quantity, dest):
        return {
            "product_id": move.product_id.id,
            "lot_id": self._lot_id_of(lot),
            "quantity": quantity,
            "location_id": move.location_id.id,
            "location_dest_id": (dest or move.location_dest_id).id,
            "picking_id": move.picking_id.id,
        }
