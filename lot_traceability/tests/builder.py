"""Real stock operations in a line each, for tests and for the demo story."""

from odoo import fields


class StockBuilder:
    """Receive, move, deliver, return and scrap lots as a user would.

    Each method takes a lot (a ``stock.lot``, or ``(product, number)`` for one that is
    created on the way, or a product that is not tracked), does the operation to its end
    and returns its document.
    ``at`` gives the time at which it happened, so that a test can tell before from
    after.
    """

    def __init__(self, env, company=None):
        self.company = company or env.company
        self.env = env(
            context=dict(env.context, allowed_company_ids=self.company.ids)
        ).company.env
        self.warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.stock = self.warehouse.lot_stock_id
        self.customers = self.env.ref("stock.stock_location_customers")
        self.suppliers = self.env.ref("stock.stock_location_suppliers")

    # -- master data ----------------------------------------------------
    def product(self, name, tracking="lot", **values):
        """Create a storable product."""
        return self.env["product.product"].create(
            {"name": name, "type": "consu", "is_storable": True, "tracking": tracking}
            | values
        )

    def partner(self, name, **values):
        """Create a partner."""
        return self.env["res.partner"].create({"name": name} | values)

    def location(self, name, parent=None, **values):
        """Create a location, internal unless said otherwise."""
        parent = parent or self.stock
        return self.env["stock.location"].create(
            {"name": name, "location_id": parent.id, "usage": "internal"} | values
        )

    def lot(self, product, name, **values):
        """Find or create a lot."""
        lot = self.env["stock.lot"].search(
            [("product_id", "=", product.id), ("name", "=", name)], limit=1
        )
        return lot or self.env["stock.lot"].create(
            {"product_id": product.id, "name": name} | values
        )

    # -- operations -----------------------------------------------------
    def receive(self, lot, quantity, vendor=None, to=None, at=None):
        """Receive from a vendor."""
        return self.transfer(
            {lot: quantity},
            self.warehouse.in_type_id,
            self.suppliers,
            to or self.stock,
            partner=vendor,
            at=at,
        )

    def deliver(self, lot, quantity, customer=None, source=None, at=None):
        """Deliver to a customer."""
        return self.transfer(
            {lot: quantity},
            self.warehouse.out_type_id,
            source or self.stock,
            self.customers,
            partner=customer,
            at=at,
        )

    def move(self, lot, quantity, source, dest, at=None):
        """Move inside the company."""
        return self.transfer(
            {lot: quantity}, self.warehouse.int_type_id, source, dest, at=at
        )

    def transfer(self, lots, picking_type, source, dest, partner=None, at=None):
        """Do one transfer of ``{lot: quantity}``, with a line per lot."""
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "location_id": source.id,
                "location_dest_id": dest.id,
                "partner_id": partner.id if partner else False,
            }
        )
        for lot, quantity in lots.items():
            lot = self._as_lot(lot)
            values = self._prepare_move_vals(lot, quantity, source, dest)
            values["picking_id"] = picking.id
            values["move_line_ids"][0][2]["picking_id"] = picking.id
            self.env["stock.move"].create(values)
        picking.action_confirm()
        return self._validate(picking, at)

    def open_receipt(self, product, quantity=1, number=None):
        """A receipt that is expected; ``number``: what someone has typed already."""
        receipt = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self.suppliers.id,
                "location_dest_id": self.stock.id,
                "move_ids": [
                    fields.Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": self.suppliers.id,
                            "location_dest_id": self.stock.id,
                        }
                    )
                ],
            }
        )
        receipt.action_confirm()
        if number:
            receipt.move_line_ids.write({"lot_name": number, "quantity": quantity})
            receipt.move_ids.picked = True
        return receipt

    def open_delivery(self, product, quantity=1, customer=None):
        """A delivery that is planned and has reserved what there is."""
        delivery = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "partner_id": customer.id if customer else False,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
                "move_ids": [
                    fields.Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": self.stock.id,
                            "location_dest_id": self.customers.id,
                        }
                    )
                ],
            }
        )
        delivery.action_confirm()
        delivery.action_assign()
        return delivery

    def return_picking(self, picking, quantities=None, at=None):
        """Return a transfer, wholly or ``{product: quantity}``."""
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        for line in wizard.product_return_moves:
            line.quantity = (
                line.move_quantity
                if quantities is None
                else quantities.get(line.product_id, 0)
            )
        action = wizard.action_create_returns()
        back = self.env["stock.picking"].browse(action["res_id"])
        self._copy_lots(picking, back)
        return self._validate(back, at)

    def scrap(self, lot, quantity, source=None, at=None):
        """Scrap a quantity of a lot."""
        lot = self._as_lot(lot)
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self._product_of(lot).id,
                "lot_id": self._lot_id_of(lot),
                "scrap_qty": quantity,
                "location_id": (source or self.stock).id,
                "company_id": self.company.id,
            }
        )
        scrap.do_scrap()
        self._set_date(scrap.move_ids.move_line_ids, at)
        return scrap

    def count(self, lot, quantity, location=None, at=None):
        """Set the counted quantity of a lot in a location."""
        lot = self._as_lot(lot)
        quant = self.env["stock.quant"].with_context(inventory_mode=True)
        quant = quant.create(
            {
                "product_id": self._product_of(lot).id,
                "lot_id": self._lot_id_of(lot),
                "location_id": (location or self.stock).id,
                "inventory_quantity": quantity,
            }
        )
        domain = [
            ("product_id", "=", quant.product_id.id),
            ("lot_id", "=", quant.lot_id.id),
        ]
        before = self.env["stock.move.line"].search(domain)
        quant.action_apply_inventory()
        self._set_date(self.env["stock.move.line"].search(domain) - before, at)
        return quant

    def on_hand(self, lot, location=None):
        """What is on hand of a lot, in one location or in all internal ones."""
        domain = [("lot_id", "=", lot.id)]
        domain += (
            [("location_id", "=", location.id)]
            if location
            else [("location_id.usage", "=", "internal")]
        )
        groups = self.env["stock.quant"]._read_group(domain, [], ["quantity:sum"])
        return groups[0][0]

    # -- pieces ---------------------------------------------------------
    def _validate(self, picking, at):
        # no text messages to the made-up partners
        answer = picking.with_context(skip_sms=True).button_validate()
        self._check_done(picking, answer)
        self._set_date(picking.move_line_ids, at)
        return picking

    def _check_done(self, document, answer=None):
        if document.state != "done":
            raise AssertionError(
                f"{document.name} is {document.state}, not done: {answer}"
            )

    def _as_lot(self, lot):
        return self.lot(*lot) if isinstance(lot, tuple) else lot

    def _product_of(self, lot):
        return lot if lot._name == "product.product" else lot.product_id

    def _lot_id_of(self, lot):
        return lot.id if lot._name == "stock.lot" else False

    def _prepare_move_vals(self, lot, quantity, source, dest):
        product = self._product_of(lot)
        return {
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": quantity,
            "location_id": source.id,
            "location_dest_id": dest.id,
            "picked": True,
            "move_line_ids": [
                fields.Command.create(
                    {
                        "product_id": product.id,
                        "lot_id": self._lot_id_of(lot),
                        "quantity": quantity,
                        "location_id": source.id,
                        "location_dest_id": dest.id,
                    }
                )
            ],
        }

    def _copy_lots(self, picking, back):
        """Give back the lots that were sent, as far as the quantities go."""
        for move in back.move_ids:
            left = move.product_uom_qty
            values = []
            for line in move.origin_returned_move_id.move_line_ids:
                quantity = min(left, line.quantity)
                if quantity > 0:
                    left -= quantity
                    values.append(
                        {
                            "product_id": line.product_id.id,
                            "lot_id": line.lot_id.id,
                            "quantity": quantity,
                            "location_id": move.location_id.id,
                            "location_dest_id": move.location_dest_id.id,
                            "picking_id": back.id,
                        }
                    )
            move.move_line_ids.unlink()
            move.move_line_ids = [fields.Command.create(vals) for vals in values]
            move.picked = True

    def _set_date(self, lines, at):
        """The time of an operation is that of its lines; Odoo stamps them with now."""
        if at:
            lines.date = at
            lines.move_id.date = at
            lines.picking_id.date_done = at
