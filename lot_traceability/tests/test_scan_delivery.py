from odoo.fields import Command
from odoo.tests import tagged

from .builder import StockBuilder
from .scan_case import ScanCase


@tagged("post_install", "-at_install")
class TestScanDelivery(ScanCase):
    """A scanner where goods are taken from stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shelf = cls.build.location("Shelf")
        cls.serials = [
            cls.build.lot(cls.serial_product, name) for name in ("SN-1", "SN-2", "SN-3")
        ]
        for lot in cls.serials:
            cls.build.receive(lot, 1)

    def open(self, product, quantity=1, picking_type=None, dest=None):
        picking_type = picking_type or self.build.warehouse.out_type_id
        delivery = self.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "location_id": self.build.stock.id,
                "location_dest_id": (dest or self.build.customers).id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": self.build.stock.id,
                            "location_dest_id": (dest or self.build.customers).id,
                        }
                    )
                ],
            }
        )
        delivery.action_confirm()
        delivery.action_assign()
        return delivery

    def lines(self, picking):
        return [
            (line.lot_id.name, line.location_id, line.quantity_product_uom)
            for line in picking.move_line_ids.sorted("id")
            if line.picked
        ]

    def reserved(self, lot):
        return sum(lot.quant_ids.mapped("reserved_quantity"))

    def test_the_reserved_number(self):
        delivery = self.open(self.serial_product)
        line = delivery.move_line_ids
        self.assertEqual(self.scan(delivery, line.lot_id.name)["line_id"], line.id)
        self.assertTrue(line.picked)

    def test_another_number_takes_its_place(self):
        first, second, _third = self.serials
        delivery = self.open(self.serial_product)
        self.assertEqual(delivery.move_line_ids.lot_id, first)
        self.scan(delivery, "SN-2")
        self.assertEqual(self.lines(delivery), [("SN-2", self.build.stock, 1)])
        self.assertEqual((self.reserved(first), self.reserved(second)), (0, 1))
        self.assertEqual(len(delivery.move_line_ids), 1)
        delivery.button_validate()
        self.assertEqual(self.build.on_hand(first), 1)
        self.assertFalse(self.build.on_hand(second))

    def test_twice_is_once(self):
        delivery = self.open(self.serial_product, 2)
        self.scan(delivery, "SN-1")
        self.scan(delivery, "SN-1", "warning")
        self.assertEqual(self.lines(delivery), [("SN-1", self.build.stock, 1)])

    def test_a_number_another_delivery_has_reserved(self):
        other = self.open(self.serial_product)
        delivery = self.open(self.serial_product)
        self.scan(delivery, other.move_line_ids.lot_id.name)
        delivery.button_validate()
        self.assertEqual(delivery.move_line_ids.lot_id.name, "SN-1")
        self.assertNotIn("SN-1", other.move_line_ids.lot_id.mapped("name"))

    def test_place_package_and_owner(self):
        owner = self.build.partner("Owner")
        lot = self.build.lot(self.product, "L1")
        package = self.env["stock.package"].create({"name": "PACK-7"})
        self.env["stock.quant"]._update_available_quantity(
            self.product, self.shelf, 4, lot_id=lot, package_id=package, owner_id=owner
        )
        delivery = self.open(self.product, 3)
        answer = self.scan(delivery, "L1")
        line = self.env["stock.move.line"].browse(answer["line_id"])
        self.assertEqual(
            (line.location_id, line.package_id, line.owner_id),
            (self.shelf, package, owner),
        )

    def test_our_own_goods_before_those_of_others(self):
        lot = self.build.lot(self.product, "L1")
        update = self.env["stock.quant"]._update_available_quantity
        update(
            self.product,
            self.build.stock,
            4,
            lot_id=lot,
            owner_id=self.build.partner("O"),
        )
        update(self.product, self.build.stock, 4, lot_id=lot)
        delivery = self.open(self.product, 8)
        delivery.move_line_ids.unlink()
        self.scan(delivery, "(10)L1(30)3")
        line = delivery.move_line_ids.filtered("picked")
        self.assertEqual((line.owner_id.name, line.quantity), (False, 3))

    def test_a_lot_in_two_places(self):
        lot = self.build.lot(self.product, "L1")
        self.build.receive(lot, 2)
        self.build.receive(lot, 3, to=self.shelf)
        delivery = self.open(self.product, 10)
        self.scan(delivery, "(10)L1(30)4")
        self.assertEqual(sum(line[2] for line in self.lines(delivery)), 4)
        self.scan(delivery, "L1")
        self.assertEqual(
            {place: quantity for _name, place, quantity in self.lines(delivery)},
            {self.build.stock: 2, self.shelf: 3},
        )
        answer = self.scan(delivery, "L1", "danger")
        self.assertIn("no more of L1", answer["message"])
        self.assertEqual(sum(line[2] for line in self.lines(delivery)), 5)
        self.assertEqual(self.reserved(lot), 5)

    def test_first_from_where_it_is_reserved(self):
        lot = self.build.lot(self.product, "L1")
        self.build.receive(lot, 2)
        self.build.receive(lot, 3, to=self.shelf)
        delivery = self.open(self.product, 2)
        line = delivery.move_line_ids
        place = self.shelf if line.location_id == self.build.stock else self.build.stock
        line.location_id = place
        self.scan(delivery, "L1")
        self.assertEqual(self.lines(delivery), [("L1", place, 1)])

    def test_a_part_of_what_is_reserved(self):
        lot = self.build.lot(self.product, "L1")
        self.build.receive(lot, 10)
        delivery = self.open(self.product, 10)
        self.scan(delivery, "(10)L1(37)4")
        self.assertEqual(self.lines(delivery), [("L1", self.build.stock, 4)])
        self.assertEqual(delivery.move_ids.quantity, 10)
        self.assertEqual(self.reserved(lot), 10)

    def test_all_or_nothing(self):
        """Where not all of a quantity is there, not even the first move is picked."""
        self.build.receive((self.product, "L1"), 3)
        delivery = self.open(self.product, 2)
        delivery.move_ids.copy({"picking_id": delivery.id})._action_confirm(merge=False)
        delivery.action_assign()
        self.scan(delivery, "(10)L1(30)4", "danger")
        self.assertFalse(self.lines(delivery))
        self.assertEqual(delivery.move_ids.mapped("quantity"), [2, 1])

    def test_the_number_is_elsewhere(self):
        output = self.build.location("Elsewhere", self.build.stock.location_id)
        self.build.move(self.serials[1], 1, self.build.stock, output)
        self.build.deliver(self.serials[2], 1)
        delivery = self.open(self.serial_product)
        answer = self.scan(delivery, "SN-2", "danger")
        self.assertIn("not in WH/Stock. It is here: WH/Elsewhere", answer["message"])
        answer = self.scan(delivery, "SN-3", "danger")
        self.assertIn("Customers (1 Units)", answer["message"])
        self.build.lot(self.serial_product, "SN-9")
        answer = self.scan(delivery, "SN-9", "danger")
        self.assertIn("nor anywhere else", answer["message"])
        gone = self.build.lot(self.serial_product, "SN-8")
        self.build.receive(gone, 1)
        self.build.scrap(gone, 1)
        answer = self.scan(delivery, "SN-8", "danger")
        self.assertRegex(answer["message"], "any more. Scrapped since .* by SP/")
        self.assertFalse(self.lines(delivery))

    def test_the_number_is_unknown(self):
        delivery = self.open(self.serial_product)
        self.assertIn("unknown", self.scan(delivery, "SN-77", "danger")["message"])
        self.product.barcode = False
        self.serial_product.barcode = "9506000134352"
        answer = self.scan(delivery, "(01)09506000134352(21)SN-77", "danger")
        self.assertIn("no lot or serial number “SN-77” of Device", answer["message"])

    def test_the_number_is_that_of_another_product(self):
        self.build.receive((self.product, "L1"), 2)
        delivery = self.open(self.serial_product)
        answer = self.scan(delivery, "L1", "danger")
        self.assertIn("belongs to Raw, which is not on", answer["message"])

    def test_by_the_suppliers_number(self):
        lot = self.build.lot(self.product, "OWN-1", supplier_number="CH-118")
        self.build.receive(lot, 2)
        delivery = self.open(self.product, 2)
        self.scan(delivery, "CH-118")
        self.assertEqual(self.lines(delivery), [("OWN-1", self.build.stock, 1)])
        self.build.lot(self.product, "OWN-2", supplier_number="CH-118")
        answer = self.scan(delivery, "CH-118", "danger")
        self.assertIn("OWN-1, OWN-2", answer["message"])

    def test_by_the_suppliers_number_twice(self):
        self.serials[1].supplier_number = "CH-7"
        delivery = self.open(self.serial_product)
        self.scan(delivery, "CH-7")
        answer = self.scan(delivery, "CH-7", "warning")
        self.assertIn("SN-2 of Device was scanned already", answer["message"])

    def test_internal_transfer(self):
        transfer = self.open(
            self.serial_product, 1, self.build.warehouse.int_type_id, self.shelf
        )
        self.scan(transfer, "SN-3")
        transfer.button_validate()
        self.assertEqual(self.serials[2].location_id, self.shelf)

    def test_return_by_the_customer(self):
        lot = self.serials[0]
        delivery = self.build.deliver(lot, 1)
        wizard = self.env["stock.return.picking"].create({"picking_id": delivery.id})
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        # what was never sent comes back
        answer = self.scan(back, "SN-7", "warning")
        self.assertIn(f"SN-7 was not on {delivery.name}", answer["message"])
        back.undo_scan(answer["scan_id"])
        self.scan(back, "SN-1")
        back.button_validate()
        self.assertEqual(back.move_line_ids.lot_id, lot)
        self.assertEqual(self.build.on_hand(lot), 1)

    def test_one_piece_on_two_transfers(self):
        first = self.open(self.serial_product)
        self.scan(first, "SN-2")
        answer = self.scan(self.open(self.serial_product), "sn-2", "warning")
        self.assertIn(f"SN-2 is picked on {first.name} as well", answer["message"])
        receipts = [self.build.open_receipt(self.serial_product) for _at in range(2)]
        for receipt, level in zip(receipts, ("success", "warning"), strict=True):
            receipt.action_confirm()
            self.scan(receipt, "NEW-1", level)

    def test_a_number_that_is_the_code_of_a_product_as_well(self):
        lot = self.build.lot(self.product, self.product.barcode)
        self.build.receive(lot, 5)
        delivery = self.open(self.product, 3)
        answer = self.scan(delivery, lot.name, "info")
        self.assertEqual(
            [row["reading"] for row in answer["choices"]], ["product", "plain"]
        )
        self.assertFalse(self.lines(delivery))
        answer = self.scan(delivery, lot.name, "info", reading="product")
        self.assertEqual(answer["answer"], "noted")
        # behind the code of the product it is its number
        meant = {"product_id": answer["product_id"]}
        self.scan(delivery, lot.name, **meant)
        self.scan(delivery, lot.name, reading="plain")
        self.assertEqual(sum(line[2] for line in self.lines(delivery)), 2)

    def test_two_moves_of_a_product(self):
        delivery = self.open(self.serial_product, 1)
        delivery.move_ids.copy({"picking_id": delivery.id})._action_confirm(merge=False)
        delivery.action_assign()
        self.assertEqual(len(delivery.move_ids), 2)
        reserved = delivery.move_ids[1].move_line_ids
        answer = self.scan(delivery, reserved.lot_id.name)
        self.assertEqual(answer["line_id"], reserved.id)
        self.scan(delivery, "SN-3")
        self.assertEqual(
            [move.move_line_ids.mapped("picked") for move in delivery.move_ids],
            [[True], [True]],
        )

    def test_another_companys_lot_is_unknown(self):
        other = self.env["res.company"].create({"name": "Other"})
        build = StockBuilder(self.env, other)
        build.receive(build.lot(self.serial_product, "SN-8", company_id=other.id), 1)
        delivery = self.open(self.serial_product)
        both = self.env.company | other
        delivery = delivery.with_context(allowed_company_ids=both.ids)
        self.assertIn("unknown", self.scan(delivery, "SN-8", "danger")["message"])

    def test_numbers_stand_for_the_transfers_company(self):
        """Whatever company the user is in."""
        other = self.env["res.company"].create({"name": "Other"})
        delivery = self.open(self.serial_product).with_company(other)
        delivery = delivery.with_context(
            allowed_company_ids=[other.id, delivery.company_id.id]
        )
        self.scan(delivery, "SN-2")
        self.assertEqual(self.lines(delivery), [("SN-2", self.build.stock, 1)])
