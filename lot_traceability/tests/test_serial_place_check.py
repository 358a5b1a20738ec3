from datetime import datetime

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..places import check
from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestSerialPlaceCheck(LotTraceCase):
    """One number, one unit, one place: what is refused and what is not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shelf = cls.build.location("Shelf")
        cls.unit = cls.build.lot(cls.serial_product, "S-1")
        cls.receipt = cls.build.receive(cls.unit, 1, cls.vendor)

    def assertElsewhere(self, pattern="S-1"):
        return self.assertRaisesRegex(UserError, pattern)

    def do(self, *lots, source=None, dest=None):
        """Move units past the screen, as a program does."""
        source, dest = source or self.build.suppliers, dest or self.build.stock
        moves = self.env["stock.move"]
        for lot in lots:
            moves += moves.create(self.build._prepare_move_vals(lot, 1, source, dest))
        moves._action_confirm(merge=False)
        moves.picked = True
        moves._action_done()
        return moves

    # -- refused --------------------------------------------------------
    def test_message_says_all(self):
        receipt = self.build.open_receipt(self.serial_product, 1, "S-1")
        with self.assertRaises(UserError) as caught:
            receipt._action_done()
        text = caught.exception.args[0]
        for part in (
            receipt.name,
            "S-1",
            "Device",
            self.build.suppliers.display_name,
            "In stock: WH/Stock",
            "since",
            self.receipt.name,
            "Give another unit another number",
        ):
            self.assertIn(part, text)

    def test_vendor_sends_a_number_that_is_in_stock(self):
        """odoo/odoo#54472: the same serial received again, even to another place."""
        with self.assertElsewhere("In stock"):
            self.do(self.unit, dest=self.shelf)

    def test_typed_number_of_a_lot_that_exists(self):
        receipt = self.build.open_receipt(self.serial_product, 1, "S-1")
        receipt.move_line_ids.location_dest_id = self.shelf
        with self.assertElsewhere("In stock"):
            receipt._action_done()

    def test_vendor_sends_a_number_that_is_at_a_customer(self):
        self.build.deliver(self.unit, 1, self.customer)
        with self.assertElsewhere("At a customer: Customer.*return of its delivery"):
            self.do(self.unit)

    def test_vendor_sends_a_number_that_was_scrapped(self):
        self.build.scrap(self.unit, 1)
        with self.assertElsewhere("Scrapped"):
            self.do(self.unit)

    def test_delivery_of_a_unit_that_is_on_another_shelf(self):
        with self.assertElsewhere("In stock: WH/Stock .*Take it from where it is"):
            self.do(self.unit, source=self.shelf, dest=self.build.customers)

    def test_unit_in_a_shelf_is_not_in_its_parent(self):
        self.build.move(self.unit, 1, self.build.stock, self.shelf)
        with self.assertElsewhere("Shelf"):
            self.do(self.unit, source=self.build.stock, dest=self.build.customers)

    def test_delivery_of_a_unit_that_a_customer_has(self):
        self.build.deliver(self.unit, 1, self.customer)
        with self.assertElsewhere("At a customer"):
            self.do(self.unit, source=self.build.stock, dest=self.build.customers)

    def test_count_finds_a_unit_that_is_elsewhere(self):
        with self.assertElsewhere("In stock: WH/Stock"):
            self.build.count(self.unit, 1, self.shelf)

    def test_scrap_of_a_unit_that_is_elsewhere(self):
        with self.assertElsewhere("In stock: WH/Stock"):
            self.build.scrap(self.unit, 1, source=self.shelf)

    def test_return_of_a_unit_that_is_in_stock(self):
        with self.assertElsewhere("In stock"):
            self.do(self.unit, source=self.build.customers, dest=self.shelf)

    def test_new_number_twice_in_one_receipt(self):
        receipt = self.build.open_receipt(self.serial_product, 2)
        lines = receipt.move_line_ids
        lines.quantity = 1
        lines.lot_name = "NEW"
        lines[0].location_dest_id = self.shelf
        receipt.move_ids.picked = True
        with self.assertElsewhere("NEW of Device is there twice"):
            receipt._action_done()

    def test_unit_twice_in_one_delivery(self):
        with self.assertElsewhere("there is one unit"):
            self.do(
                *(self.unit, self.unit),
                source=self.build.stock,
                dest=self.build.customers,
            )

    def test_correction_of_a_done_line(self):
        other = self.build.receive((self.serial_product, "S-2"), 1, to=self.shelf)
        with self.assertElsewhere("S-1 of Device would be in two places"):
            other.move_line_ids.lot_id = self.unit

    def test_line_added_to_a_done_transfer(self):
        other = self.build.receive((self.product, "L-1"), 1)
        values = self.build._prepare_move_vals(
            self.unit, 1, self.build.suppliers, self.shelf
        )["move_line_ids"][0][2]
        with self.assertElsewhere("S-1 of Device would be in two places"):
            self.env["stock.move.line"].create({**values, "picking_id": other.id})

    def test_all_conflicts_in_one_message(self):
        other = self.build.lot(self.serial_product, "S-2")
        self.build.receive(other, 1)
        with self.assertElsewhere("(?s)S-1.*S-2"):
            self.do(self.unit, other, dest=self.shelf)

    def test_nothing_is_written(self):
        receipt = self.build.open_receipt(self.serial_product, 1, "S-1")
        with self.assertElsewhere(), self.env.cr.savepoint():
            receipt._action_done()
        self.assertEqual(receipt.state, "assigned")
        self.assertEqual(self.build.on_hand(self.unit), 1)

    # -- right ----------------------------------------------------------
    def test_receive_deliver_return_deliver(self):
        """odoo/odoo#273267: no false alarm after returns."""
        for _turn in range(3):
            delivery = self.build.deliver(self.unit, 1, self.customer)
            self.build.return_picking(delivery)
        self.build.deliver(self.unit, 1, self.customer)
        self.assertEqual(self.build.on_hand(self.unit), 0)

    def test_return_into_another_place(self):
        self.build.deliver(self.unit, 1, self.customer)
        self.do(self.unit, source=self.build.customers, dest=self.shelf)
        self.assertEqual(self.build.on_hand(self.unit, self.shelf), 1)

    def test_return_into_another_warehouse(self):
        self.build.deliver(self.unit, 1, self.customer)
        other = self.env["stock.warehouse"].create({"name": "Two", "code": "W2"})
        self.do(self.unit, source=self.build.customers, dest=other.lot_stock_id)
        self.assertEqual(self.build.on_hand(self.unit, other.lot_stock_id), 1)

    def test_sent_back_to_the_vendor_and_received_again(self):
        self.build.return_picking(self.receipt)
        self.build.receive(self.unit, 1, self.vendor)
        self.assertEqual(self.build.on_hand(self.unit), 1)

    def test_lost_and_found(self):
        self.build.count(self.unit, 0)
        self.build.count(self.unit, 1, self.shelf)
        self.assertEqual(self.build.on_hand(self.unit, self.shelf), 1)

    def test_counted_out_and_received_again(self):
        self.build.count(self.unit, 0)
        self.build.receive(self.unit, 1, self.vendor)
        self.assertEqual(self.build.on_hand(self.unit), 1)

    def test_scrapped_by_mistake_and_counted_in(self):
        self.build.scrap(self.unit, 1)
        self.build.count(self.unit, 1)
        self.assertEqual(self.build.on_hand(self.unit), 1)

    def test_dropship_of_a_new_unit(self):
        unit = self.build.lot(self.serial_product, "DROP")
        self.do(unit, dest=self.build.customers)
        self.do(unit, source=self.build.customers)
        self.assertEqual(self.build.on_hand(unit), 1)

    def test_unknown_unit_comes_back_from_a_customer(self):
        unit = self.build.lot(self.serial_product, "OLD")
        self.do(unit, source=self.build.customers)
        self.assertEqual(self.build.on_hand(unit), 1)

    def test_through_quality_and_transit(self):
        transit = self.build.location("Truck", usage="transit")
        self.build.move(self.unit, 1, self.build.stock, self.shelf)
        self.build.move(self.unit, 1, self.shelf, transit)
        self.build.move(self.unit, 1, transit, self.build.stock)
        self.build.deliver(self.unit, 1, self.customer)
        self.assertEqual(self.build.on_hand(self.unit), 0)

    def test_two_steps_done_together_in_either_order(self):
        moves = self.env["stock.move"]
        way = [self.build.stock, self.shelf, self.build.customers]
        for source, dest in [(way[1], way[2]), (way[0], way[1])]:
            moves += moves.create(
                self.build._prepare_move_vals(self.unit, 1, source, dest)
            )
        moves._action_confirm(merge=False)
        moves._action_done()
        self.assertEqual(self.build.on_hand(self.unit), 0)

    def test_delivery_booked_before_its_receipt(self):
        unit = self.build.lot(self.serial_product, "EARLY")
        self.do(unit, source=self.build.stock, dest=self.build.customers)
        self.do(unit)
        self.assertEqual(self.build.on_hand(unit), 0)
        place = self.env["lot.place"]._get_places(unit)[unit.id][0]
        self.assertEqual(place["state"], "customer")

    def test_backdated_operations(self):
        delivery = self.build.deliver(
            self.unit, 1, self.customer, at=datetime(2020, 1, 1)
        )
        self.build.return_picking(delivery, at=datetime(2019, 1, 1))
        self.build.deliver(self.unit, 1, self.customer, at=datetime(2018, 1, 1))
        self.assertEqual(self.build.on_hand(self.unit), 0)

    def test_line_without_quantity(self):
        receipt = self.build.open_receipt(self.serial_product, 2, "NEW")
        receipt.move_line_ids[0].write({"lot_name": "S-1", "quantity": 0})
        receipt.move_line_ids[1].quantity = 1
        receipt.move_ids.picked = True
        receipt.with_context(skip_backorder=True).button_validate()
        self.assertEqual(receipt.state, "done")

    def test_right_correction_of_a_done_line(self):
        self.receipt.move_line_ids.location_dest_id = self.shelf
        self.assertEqual(self.build.on_hand(self.unit, self.shelf), 1)
        other = self.build.lot(self.serial_product, "S-2")
        self.receipt.move_line_ids.lot_id = other
        self.assertEqual(self.build.on_hand(other), 1)
        self.build.receive(self.unit, 1)
        self.assertEqual(self.build.on_hand(self.unit), 1)

    def test_lots_are_left_alone(self):
        lot = self.build.lot(self.product, "L-1")
        self.do(lot)
        self.do(lot, dest=self.shelf)
        self.assertEqual(self.build.on_hand(lot), 2)

    def test_same_number_of_another_product(self):
        other = self.build.product("Other", tracking="serial")
        self.do(self.build.lot(other, "S-1"))
        self.assertEqual(self.build.on_hand(self.unit), 1)

    def test_same_number_in_another_company(self):
        company = self.env["res.company"].create({"name": "Sister"})
        self.env.user.company_ids |= company
        build = type(self.build)(self.env, company)
        unit = build.lot(self.serial_product, "T-1", company_id=company.id)
        build.receive(unit, 1)
        mine = self.env["stock.lot"].create(
            {
                "name": "T-1",
                "product_id": self.serial_product.id,
                "company_id": self.env.company.id,
            }
        )
        self.do(mine)
        self.assertEqual(self.build.on_hand(mine), 1)

    def test_no_query_per_line(self):
        def lines(count):
            receipt = self.build.open_receipt(self.serial_product, count)
            for index, line in enumerate(receipt.move_line_ids):
                line.lot_name = f"Q{count}-{index}"
            self.env.flush_all()
            return receipt.move_line_ids

        check.find_conflicts(lines(2))
        many = lines(30)
        with self.assertQueryCount(8):
            self.assertEqual(check.find_conflicts(many), [])
