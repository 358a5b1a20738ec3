from odoo.exceptions import UserError
from odoo.fields import Command

from .common import SupplyChainCase


class TestSerialPlaces(SupplyChainCase):
    """One number, one unit, one place: through orders of the other apps."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        build = cls.build
        cls.machine = build.product("Machine", tracking="serial")
        cls.part = build.product("Part", tracking="serial")
        cls.unit = build.lot(cls.part, "P-1")
        build.receive(cls.unit, 1, cls.vendor)

    def place(self, lot):
        (place,) = self.env["lot.place"]._get_places(lot)[lot.id]
        return place

    def make(self, number="M-1", components=None):
        parts = {self.unit: 1} if components is None else components
        order = self.build.produce(self.machine, {number: 1}, parts)
        return order, self.build.lot(self.machine, number)

    def assertElsewhere(self, pattern):
        return self.assertRaisesRegex(UserError, pattern)

    # -- where it is ----------------------------------------------------
    def test_installed_in_a_product(self):
        order, machine = self.make()
        place = self.place(self.unit)
        self.assertEqual(place["state"], "consumed")
        self.assertEqual(place["document_model"], "mrp.production")
        self.assertEqual(place["document_id"], order.id)
        self.assertEqual([row["id"] for row in place["installed_in"]], [machine.id])
        self.assertEqual(self.unit.place_now, "Consumed in production: M-1 (Machine)")

    def test_taken_apart(self):
        order, machine = self.make()
        self.build.unbuild(order, 1, machine)
        self.assertEqual(self.place(machine)["state"], "unbuilt")
        self.assertEqual(self.place(self.unit)["state"], "stock")

    # -- refused --------------------------------------------------------
    def test_received_while_installed(self):
        self.make()
        with self.assertElsewhere("Consumed in production: M-1.*unbuild or a repair"):
            self.build.open_receipt(self.part, 1, "P-1")._action_done()

    def test_made_while_in_stock(self):
        """odoo/odoo#54472: a serial that was bought is made once more."""
        with self.assertElsewhere("In stock"):
            self.build.produce(self.part, {"P-1": 1}, {})

    def test_made_while_at_a_customer(self):
        self.build.deliver(self.unit, 1, self.customer)
        with self.assertElsewhere("At a customer"):
            self.build.produce(self.part, {"P-1": 1}, {})

    def test_made_while_installed(self):
        self.make()
        with self.assertElsewhere("Consumed in production"):
            self.build.produce(self.part, {"P-1": 1}, {})

    def test_installed_while_at_a_customer(self):
        self.build.deliver(self.unit, 1, self.customer)
        with self.assertElsewhere("At a customer"):
            self.make()

    def test_repair_part_that_a_customer_has(self):
        _order, machine = self.make(components={})
        self.build.deliver(self.unit, 1, self.customer)
        with self.assertElsewhere("At a customer"):
            self.build.repair(machine, add={self.unit: 1})

    # -- right ----------------------------------------------------------
    def test_part_of_an_unbuilt_product_is_used_again(self):
        """odoo/odoo#124991, by an unbuild."""
        order, machine = self.make()
        self.build.unbuild(order, 1, machine)
        _order, other = self.make("M-2")
        self.assertEqual(self.place(self.unit)["installed_in"][0]["id"], other.id)

    def test_part_that_a_repair_took_out_is_used_again(self):
        """odoo/odoo#124991, by a repair."""
        _order, machine = self.make()
        self.build.repair(machine, recycle={self.unit: 1})
        self.assertEqual(self.place(self.unit)["state"], "stock")
        _order, other = self.make("M-2")
        self.assertEqual(self.place(self.unit)["installed_in"][0]["id"], other.id)

    def test_part_that_was_taken_out_is_delivered(self):
        order, machine = self.make()
        self.build.unbuild(order, 1, machine)
        self.build.sell(self.customer, {self.unit: 1})
        self.assertEqual(self.place(self.unit)["state"], "customer")

    def test_unbuilt_product_is_made_again(self):
        order, machine = self.make()
        self.build.unbuild(order, 1, machine)
        self.make()
        self.assertEqual(self.place(machine)["state"], "stock")

    def test_rework_of_a_unit_by_its_own_order(self):
        _order, machine = self.make(components={})
        self.build.produce(self.machine, {"M-1": 1}, {machine: 1})
        self.assertEqual(self.place(machine)["state"], "stock")

    def test_repair_adds_a_part(self):
        _order, machine = self.make(components={})
        self.build.repair(machine, add={self.unit: 1})
        place = self.place(self.unit)
        self.assertEqual(place["state"], "consumed")
        self.assertEqual(place["document_model"], "repair.order")

    def test_kit_of_serials(self):
        kit = self.env["product.product"].create({"name": "Kit", "type": "consu"})
        self.build.bom(kit, {self.part: 1}, type="phantom")
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": kit.id})],
            }
        )
        order.action_confirm()
        order.picking_ids.with_context(skip_sms=True).button_validate()
        self.assertEqual(self.place(self.unit)["state"], "customer")

    def test_pick_pack_ship(self):
        self.build.warehouse.delivery_steps = "pick_pack_ship"
        order = self.build.sell(self.customer, {self.unit: 1}, deliver=False)
        for _step in range(3):
            picking = order.picking_ids.filtered(lambda p: p.state == "assigned")
            picking.with_context(skip_sms=True).button_validate()
        self.assertEqual(self.place(self.unit)["state"], "customer")

    def test_receipt_with_quality_control(self):
        self.build.warehouse.reception_steps = "three_steps"
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.vendor.id,
                "order_line": [
                    Command.create({"product_id": self.part.id, "product_qty": 1})
                ],
            }
        )
        order.button_confirm()
        order.picking_ids.move_line_ids.lot_name = "P-2"
        order.picking_ids.button_validate()
        unit = self.build.lot(self.part, "P-2")
        for _step in range(2):
            picking = self.env["stock.move.line"].search(
                [("lot_id", "=", unit.id), ("state", "=", "assigned")]
            )
            picking.picking_id.button_validate()
        self.assertEqual(self.place(unit)["location_id"], self.build.stock.id)

    def test_dropship_and_return(self):
        dropship = self.env["stock.picking.type"].search(
            [("code", "=", "dropship"), ("company_id", "=", self.env.company.id)],
            limit=1,
        )
        unit = self.build.lot(self.part, "P-3")
        self.build.transfer(
            {unit: 1},
            dropship,
            self.build.suppliers,
            self.build.customers,
            partner=self.vendor,
        )
        self.assertEqual(self.place(unit)["state"], "customer")
        with self.assertElsewhere("At a customer"):
            self.build.open_receipt(self.part, 1, "P-3")._action_done()

    def test_dropship_return_names_no_customer_as_the_vendor(self):
        dropship = self.env["stock.picking.type"].search(
            [("code", "=", "dropship"), ("company_id", "=", self.env.company.id)],
            limit=1,
        )
        unit = self.build.lot(self.part, "P-4")
        suppliers, customers = self.build.suppliers, self.build.customers
        customer = self.build.partner("Drop Customer")
        picking = self.build.transfer(
            {unit: 1}, dropship, suppliers, customers, partner=customer
        )
        self.assertEqual(self.place(unit)["partner"], "Drop Customer")
        self.build.return_picking(picking)
        place = self.place(unit)
        self.assertEqual((place["state"], place["partner"]), ("vendor", False))
        self.assertEqual(unit.place_now, "Sent back to the vendor")
        [holder] = unit.trace_downstream()["holders"]
        self.assertEqual((holder["partner"], holder["holds"]), ("Drop Customer", 0))

    def subcontract(self, number):
        """Receive a machine that a subcontractor made."""
        maker = self.build.partner("Maker")
        self.build.bom(
            self.machine,
            {self.build.product("Steel", tracking="none"): 1},
            type="subcontract",
            subcontractor_ids=[Command.set(maker.ids)],
        )
        return self.receive_subcontracted(maker, number)

    def receive_subcontracted(self, maker, number):
        order = self.env["purchase.order"].create(
            {
                "partner_id": maker.id,
                "order_line": [
                    Command.create({"product_id": self.machine.id, "product_qty": 1})
                ],
            }
        )
        order.button_confirm()
        order.picking_ids.move_line_ids.lot_name = number
        order.picking_ids.move_ids.picked = True
        order.picking_ids._action_done()
        return order

    def test_a_subcontracted_unit_came_from_the_subcontractor(self):
        order = self.subcontract("M-8")
        machine = self.build.lot(self.machine, "M-8")
        for trace in (machine.trace_upstream(), machine.trace_downstream()):
            self.assertEqual(
                [
                    (row["partner"], row["picking_id"], row["quantity"])
                    for row in trace["receipts"]
                ],
                [("Maker", order.picking_ids.id, 1)],
            )
            [balance] = trace["balances"]
            self.assertEqual((balance["produced"], balance["on_hand"]), (1, 1))
        self.build.return_picking(order.picking_ids)
        [receipt] = machine.trace_upstream(["receipts"])["receipts"]
        self.assertEqual(receipt["returned"], 1)

    def test_subcontracted_unit(self):
        order = self.subcontract("M-7")
        machine = self.build.lot(self.machine, "M-7")
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(self.place(machine)["state"], "stock")
        with self.assertElsewhere("In stock"):
            self.receive_subcontracted(order.partner_id, "M-7")
