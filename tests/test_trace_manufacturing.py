from datetime import datetime, timedelta

from .common import SupplyChainCase


class TestTraceManufacturing(SupplyChainCase):
    """The cases of manufacturing, unbuild and repair, by real orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        build = cls.build
        cls.finished = build.product("Finished")
        cls.middle = build.product("Middle")
        cls.by_product = build.product("By-product")
        cls.machine = build.product("Machine", tracking="serial")
        cls.part = build.product("Part", tracking="serial")
        cls.start = datetime(2026, 1, 1, 8)
        cls.k1, cls.k2 = build.partner("K1"), build.partner("K2")

    def day(self, number):
        return self.start + timedelta(days=number)

    def received(self, *names, product=None, quantity=10, day=0):
        """Receive lots of a product and return them."""
        product = product or self.product
        quantity = 1 if product.tracking == "serial" else quantity
        lots = [self.build.lot(product, name) for name in names]
        for lot in lots:
            self.build.receive(lot, quantity, self.vendor, at=self.day(day))
        return lots[0] if len(lots) == 1 else lots

    def made(self, product, names, components, day, **values):
        """Make lots, a quantity of 10 (or the serials) in all, and return them."""
        names = [names] if isinstance(names, str) else names
        quantity = 1 if product.tracking == "serial" else 10
        order = self.build.produce(
            product,
            dict.fromkeys(names, quantity),
            components,
            at=self.day(day),
            **values,
        )
        lots = [self.build.lot(product, name) for name in names]
        return order, lots[0] if len(lots) == 1 else lots

    def customers(self, lot):
        return sorted({row["partner"] for row in lot.trace_downstream()["deliveries"]})

    # -- case 1 ---------------------------------------------------------
    def test_two_levels(self):
        raw = self.received("R1")
        _order, middle = self.made(self.middle, "M1", {raw: 5}, 1)
        order, finished = self.made(self.finished, "F1", {middle: 4}, 2)
        delivery = self.build.deliver(finished, 3, self.k1, at=self.day(3))
        trace = raw.trace_downstream()
        self.assertEqual(
            [(lot["name"], lot["level"], lot["certainty"]) for lot in trace["lots"]],
            [("R1", 0, "material"), ("M1", 1, "material"), ("F1", 2, "material")],
        )
        self.assertEqual(trace["deliveries"][0]["picking_id"], delivery.id)
        self.assertEqual(self.shipments(trace["deliveries"]), [("K1", 3, 0)])
        link = trace["links"][1]
        self.assertEqual(
            {key: link[key] for key in link if key != "date"},
            {
                "from_lot_id": middle.id,
                "to_lot_id": finished.id,
                "kind": "production",
                "certainty": "material",
                "document": order.name,
                "document_model": "mrp.production",
                "document_id": order.id,
                "quantity_consumed": 4,
                "quantity_produced": 10,
            },
        )
        self.assertEqual(link["date"], "2026-01-03 08:00:00")
        upstream = finished.trace_upstream()
        self.assertEqual(self.lot_names(upstream), ["F1", "M1", "R1"])
        self.assertEqual(self.shipments(upstream["receipts"]), [("Vendor", 10, 0)])
        self.assertEqual(upstream["links"], trace["links"])

    def test_diamond_has_each_lot_once(self):
        raw = self.received("R1")
        left = self.made(self.middle, "ML", {raw: 2}, 1)[1]
        right = self.made(self.middle, "MR", {raw: 2}, 1)[1]
        finished = self.made(self.finished, "F1", {left: 1, right: 1}, 2)[1]
        self.assertEqual(
            self.lot_names(raw.trace_downstream()), ["R1", "ML", "MR", "F1"]
        )
        self.assertEqual(
            self.lot_names(finished.trace_upstream()), ["F1", "ML", "MR", "R1"]
        )

    def test_lot_both_sold_and_consumed(self):
        raw = self.received("R1")
        finished = self.made(self.finished, "F1", {raw: 5}, 1)[1]
        self.build.deliver(raw, 2, self.k1, at=self.day(2))
        self.build.deliver(finished, 2, self.k2, at=self.day(2))
        self.assertEqual(self.customers(raw), ["K1", "K2"])
        self.assertEqual(self.customers(finished), ["K2"])

    def test_cycle_ends(self):
        a = self.received("A", product=self.product)
        b = self.made(self.middle, "B", {a: 2}, 1)[1]
        self.build.produce(self.product, {"A": 3}, {b: 2}, at=self.day(2))
        self.build.deliver(a, 1, self.k1, at=self.day(3))
        self.assertEqual(self.lot_names(a.trace_downstream()), ["A", "B"])
        self.assertEqual(self.lot_names(b.trace_downstream()), ["B", "A"])
        self.assertEqual(self.customers(b), ["K1"])

    def test_by_product(self):
        self.build.bom(
            self.finished, {self.product: 1}, 1, byproducts={self.by_product: 1}
        )
        raw = self.received("R1")
        self.made(
            self.finished,
            "F1",
            {raw: 10},
            1,
            byproducts={(self.by_product, "BP1"): 10},
        )
        self.assertEqual(
            self.certainties(raw.trace_downstream()),
            {"F1": "material", "BP1": "material"},
        )

    def test_kit_delivers_its_components(self):
        kit = self.env["product.product"].create({"name": "Kit", "type": "consu"})
        self.build.bom(kit, {self.product: 2}, type="phantom")
        raw = self.received("R1")
        order = self.env["sale.order"].create(
            {
                "partner_id": self.k1.id,
                "order_line": [(0, 0, {"product_id": kit.id, "product_uom_qty": 1})],
            }
        )
        order.action_confirm()
        self.build._set_lots(order.picking_ids.move_ids, {raw: 2})
        order.picking_ids.button_validate()
        self.assertEqual(
            self.shipments(raw.trace_downstream()["deliveries"]), [("K1", 2, 0)]
        )

    # -- case 6, 7, 23: unbuild -----------------------------------------
    def test_component_recovered_from_a_suspect_lot_is_possible(self):
        r1 = self.received("R1")
        r2 = self.received("R2", product=self.middle)
        order, f1 = self.made(self.finished, "F1", {r1: 10, r2: 10}, 1)
        self.build.unbuild(order, 10, f1, at=self.day(2))
        goods = self.made(self.by_product, "G1", {r2: 5}, 3)[1]
        self.build.deliver(goods, 2, self.k1, at=self.day(4))
        trace = f1.trace_downstream()
        self.assertEqual(
            self.certainties(trace),
            {"R1": "possible", "R2": "possible", "G1": "possible"},
        )
        self.assertEqual(self.shipments(trace["deliveries"]), [("K1", 2, 0)])

    def test_sold_before_the_unbuild_is_not_reached(self):
        raw = self.received("R1", quantity=20)
        self.build.deliver(raw, 4, self.k1, at=self.day(0))
        order, finished = self.made(self.finished, "F1", {raw: 10}, 1)
        self.build.unbuild(order, 10, finished, at=self.day(2))
        self.build.deliver(raw, 4, self.k2, at=self.day(3))
        self.assertEqual(self.customers(finished), ["K2"])

    def test_unbuilt_and_rebuilt_as_the_same_lot(self):
        raw = self.received("R1", quantity=10)
        order, finished = self.made(self.finished, "F1", {raw: 10}, 1)
        self.build.unbuild(order, 10, finished, at=self.day(2))
        self.made(self.finished, "F1", {raw: 10}, 3)
        self.build.deliver(finished, 2, self.k1, at=self.day(4))
        trace = raw.trace_downstream()
        self.assertEqual(self.lot_names(trace), ["R1", "F1"])
        self.assertEqual(self.shipments(trace["deliveries"]), [("K1", 2, 0)])
        self.assertEqual(self.certainties(trace), {"F1": "material"})

    # -- case 8: time ---------------------------------------------------
    def test_more_of_the_same_lot_made_later(self):
        r1, r2 = self.received("R1", "R2")
        finished = self.made(self.finished, "F1", {r1: 5}, 1)[1]
        self.build.deliver(finished, 10, self.k1, at=self.day(2))
        self.made(self.finished, "F1", {r2: 5}, 3)
        self.build.deliver(finished, 10, self.k2, at=self.day(4))
        self.assertEqual(self.customers(r2), ["K2"])
        self.assertEqual(self.customers(r1), ["K1", "K2"])

    # -- case 9: serials made together ----------------------------------
    def test_serials_of_one_order_are_possible(self):
        parts = self.received("P1", "P2", "P3", product=self.part)
        machines = self.made(
            self.machine, ["S1", "S2", "S3"], dict.fromkeys(parts, 1), 1
        )[1]
        for machine, customer in zip(machines, "ABC", strict=True):
            self.build.deliver(machine, 1, self.build.partner(customer), at=self.day(2))
        trace = parts[0].trace_downstream()
        self.assertEqual(
            self.certainties(trace), dict.fromkeys(["S1", "S2", "S3"], "possible")
        )
        self.assertEqual(self.customers(parts[0]), ["A", "B", "C"])
        self.assertEqual(
            self.certainties(machines[0].trace_upstream()),
            dict.fromkeys(["P1", "P2", "P3"], "possible"),
        )

    def test_one_lot_in_several_serials_is_material(self):
        raw = self.received("R1")
        machines = self.made(self.machine, ["S1", "S2"], {raw: 2}, 1)[1]
        self.assertEqual(
            self.certainties(raw.trace_downstream()),
            {"S1": "material", "S2": "material"},
        )
        self.assertEqual(
            self.certainties(machines[0].trace_upstream()), {"R1": "material"}
        )

    def test_two_lots_in_one_lot_are_material(self):
        r1, r2 = self.received("R1", "R2")
        finished = self.made(self.finished, "F1", {r1: 1, r2: 1}, 1)[1]
        self.assertEqual(self.certainties(r1.trace_downstream()), {"F1": "material"})
        self.assertEqual(
            self.certainties(finished.trace_upstream()),
            {"R1": "material", "R2": "material"},
        )

    # -- case 17, 18: repair --------------------------------------------
    def test_part_added_by_a_repair(self):
        machine = self.received("S1", product=self.machine)
        part = self.received("PX", product=self.part)
        first = self.build.deliver(machine, 1, self.k1, at=self.day(1))
        self.build.return_picking(first, at=self.day(2))
        self.build.repair(machine, add={part: 1}, at=self.day(3))
        self.build.deliver(machine, 1, self.k2, at=self.day(4))
        self.assertEqual(self.customers(part), ["K2"])
        self.assertEqual(self.customers(machine), ["K1", "K2"])

    def test_part_removed_by_a_repair(self):
        part = self.received("PY", product=self.part)
        machine = self.made(self.machine, "S1", {part: 1}, 1)[1]
        first = self.build.deliver(machine, 1, self.k1, at=self.day(2))
        self.build.return_picking(first, at=self.day(3))
        self.build.repair(machine, recycle={part: 1}, at=self.day(4))
        self.build.deliver(machine, 1, self.k2, at=self.day(5))
        self.assertEqual(self.customers(part), ["K1"])
        trace = machine.trace_downstream()
        self.assertEqual(self.certainties(trace), {"PY": "possible"})

    # -- scrap ----------------------------------------------------------
    def test_scrapped_goods_are_gone(self):
        raw = self.received("R1")
        self.build.scrap(raw, 4, at=self.day(1))
        trace = raw.trace_downstream()
        self.assertFalse(trace["deliveries"])
        self.assertEqual([row["quantity"] for row in trace["stock"]], [6])


class TestTracePurchase(SupplyChainCase):
    def test_purchase_to_sale(self):
        lot = self.build.lot(self.product, "R1")
        order = self.build.purchase(self.vendor, {lot: 10})
        sale = self.build.sell(self.customer, {lot: 3})
        trace = lot.trace_downstream()
        self.assertEqual(self.shipments(trace["receipts"]), [("Vendor", 10, 0)])
        self.assertEqual(trace["receipts"][0]["picking_id"], order.picking_ids.id)
        self.assertEqual(self.shipments(trace["deliveries"]), [("Customer", 3, 0)])
        self.assertEqual(trace["deliveries"][0]["picking_id"], sale.picking_ids.id)

    def test_dropship(self):
        """Case 19: vendor and customer at once, without a sale order."""
        lot = self.build.lot(self.product, "R1")
        dropship = self.env["stock.picking.type"].search(
            [("code", "=", "dropship"), ("company_id", "=", self.env.company.id)],
            limit=1,
        )
        self.build.purchase(
            self.vendor,
            {lot: 5},
            picking_type_id=dropship.id,
            dest_address_id=self.customer.id,
        )
        trace = lot.trace_downstream()
        self.assertEqual(self.shipments(trace["deliveries"]), [("Customer", 5, 0)])
        self.assertEqual(self.shipments(trace["receipts"]), [("Vendor", 5, 0)])
