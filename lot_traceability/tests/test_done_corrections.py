from contextlib import contextmanager

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import LotTraceCase


class DoneCase(LotTraceCase):
    """What is done, and people who would like it to be otherwise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receipt = cls.build.receive((cls.product, "D1"), 10, cls.vendor)
        cls.build.receive((cls.product, "D2"), 10, cls.vendor)
        cls.lot, cls.other = (cls.build.lot(cls.product, name) for name in ("D1", "D2"))
        cls.stock = cls.build.stock
        cls.quarantine = cls.build.warehouse.lot_quarantine_location_id
        cls.clerk = cls._create_user(
            "clerk",
            "stock.group_stock_user",
            "stock.group_stock_multi_locations",
            "stock.group_tracking_owner",
            "stock.group_tracking_lot",
        )
        cls.manager = cls._create_user("manager", "stock.group_stock_manager")
        cls.package = cls.env["stock.package"].create({"name": "PACK"})

    @contextmanager
    def refused(self, text, error=UserError):
        with self.assertRaisesRegex(error, text), self.env.cr.savepoint():
            yield
        self.env.invalidate_all()

    def unlock(self, picking):
        picking.with_user(self.manager).action_toggle_is_locked()

    def line(self, picking, user=None):
        return picking.with_user(user or self.clerk).move_line_ids

    def add(self, picking, **values):
        move = picking.move_ids[0]
        return (
            self.env["stock.move.line"]
            .with_user(self.clerk)
            .create(
                {
                    "move_id": move.id,
                    "picking_id": picking.id,
                    "product_id": self.product.id,
                    "product_uom_id": self.product.uom_id.id,
                    "lot_id": self.lot.id,
                    "quantity": 1,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                }
                | values
            )
        )


@tagged("post_install", "-at_install")
class TestWhoCorrects(DoneCase):
    """A done line is changed by whom the company allows, with a reason that is kept."""

    def test_locked_for_plain_users(self):
        changes = (
            {"quantity": 1000},
            {"lot_id": self.other.id},
            {"location_dest_id": self.quarantine.id},
            {"owner_id": self.customer.id},
            {"result_package_id": self.package.id},
            {"lot_name": "D3"},
        )
        for values in changes:
            with self.refused("locked", AccessError):
                self.line(self.receipt).write(values)
        with self.refused("locked", AccessError):
            self.add(self.receipt)
        with self.refused("locked", AccessError):
            self.receipt.with_user(self.clerk).move_ids.quantity = 1000
        with self.refused("locked", AccessError):
            self.receipt.with_user(self.clerk).write(
                {
                    "move_ids": [
                        Command.update(
                            self.receipt.move_ids.id,
                            {
                                "move_line_ids": [
                                    Command.update(
                                        self.receipt.move_line_ids.id, {"quantity": 5}
                                    )
                                ]
                            },
                        )
                    ]
                }
            )
        self.assertEqual(self.build.on_hand(self.lot), 10)

    def test_ordinary_work_needs_no_manager(self):
        """Everything that a clerk does in a day."""
        build = type(self.build)(self.env(user=self.clerk))
        shelf = self.build.location("Shelf")
        for product, number in ((self.product, "C1"), (self.serial_product, "C2")):
            receipt = build.open_receipt(product, 1, number)
            receipt.button_validate()
            self.assertEqual(receipt.state, "done")
            lot = build.lot(product, number)
            build.move(lot, 1, self.stock, shelf)
            delivery = build.deliver(lot, 1, self.customer, source=shelf)
            back = build.return_picking(delivery)
            self.assertEqual(back.state, "done")
            build.count(lot, 0)
            build.count(lot, 1)
            build.scrap(lot, 1)
        backorder = build.open_delivery(self.product, 12, self.customer)
        backorder.move_ids.move_line_ids[0].quantity = 3
        backorder.move_ids.picked = True
        backorder.with_context(skip_backorder=True).button_validate()
        self.assertEqual(backorder.state, "done")

    def test_what_has_no_lock_is_locked(self):
        scrap = self.build.scrap(self.other, 1)
        for values in ({"quantity": 3}, {"location_dest_id": self.stock.id}):
            with self.refused("locked", AccessError):
                scrap.move_ids.move_line_ids.with_user(self.clerk).write(values)

    def test_the_same_value_is_no_change(self):
        self.line(self.receipt).write({"quantity": 10, "lot_id": self.lot.id})

    def test_only_a_manager_unlocks(self):
        with self.assertRaises(AccessError):
            self.receipt.with_user(self.clerk).action_toggle_is_locked()
        with self.assertRaises(AccessError):
            self.receipt.with_user(self.clerk).is_locked = False
        self.unlock(self.receipt)
        self.assertFalse(self.receipt.is_locked)
        self.receipt.with_user(self.clerk).action_toggle_is_locked()
        self.assertTrue(self.receipt.is_locked)
        # nor beforehand: it would stay unlocked
        delivery = self.build.open_delivery(self.product, 1, self.customer)
        with self.assertRaises(AccessError):
            delivery.with_user(self.clerk).action_toggle_is_locked()
        with self.assertRaises(AccessError):
            delivery.with_user(self.clerk).copy({"is_locked": False})

    def test_unlocked_it_is_corrected_and_noted_on_the_lot(self):
        self.unlock(self.receipt)
        self.line(self.receipt).quantity = 8
        self.assertEqual(self.build.on_hand(self.lot), 8)
        note = self.lot.message_ids[0]
        self.assertIn(self.receipt.name, note.body)
        self.assertEqual(note.author_id, self.clerk.partner_id)

    def test_with_a_reason_that_is_kept(self):
        self.env.company.lot_done_edit_policy = "reason"
        self.unlock(self.receipt)
        with self.refused("Reason for Correction"):
            self.line(self.receipt).quantity = 8
        self.line(self.receipt).write(
            {"quantity": 8, "correction_reason": "Two were broken"}
        )
        for record in (self.lot, self.receipt):
            self.assertIn("Two were broken", record.message_ids[0].body)
        with self.assertRaises(UserError):
            # a reason is given for one correction
            self.line(self.receipt).quantity = 7
        self.receipt.with_user(self.clerk).move_ids.write(
            {"quantity": 7, "correction_reason": "And one more"}
        )
        self.assertIn("And one more", self.lot.message_ids[0].body)
        with self.assertRaises(UserError):
            self.add(self.receipt)
        self.add(self.receipt, correction_reason="Found behind the door")

    def test_managers_only(self):
        self.env.company.lot_done_edit_policy = "manager"
        self.unlock(self.receipt)
        values = {"quantity": 8, "correction_reason": "Two were broken"}
        with self.assertRaises(AccessError):
            self.line(self.receipt).write(values)
        self.line(self.receipt, self.manager).write(values)

    def test_nobody(self):
        self.env.company.lot_done_edit_policy = "forbid"
        with self.assertRaises(UserError):
            self.line(self.receipt, self.manager).write(
                {"quantity": 8, "correction_reason": "Two were broken"}
            )

    def test_what_is_done_stays_on_its_transfer(self):
        open_receipt = self.build.open_receipt(self.product, 1, "D9")
        for values in (
            {"move_id": open_receipt.move_ids.id},
            {"picking_id": open_receipt.id},
            {"state": "draft"},
            {"quantity_product_uom": 1},
        ):
            with self.assertRaises(UserError):
                self.line(self.receipt, self.manager).write(values)
        with self.assertRaises(UserError):
            self.receipt.with_user(self.manager).move_ids.state = "draft"
        with self.assertRaises(UserError):
            self.line(open_receipt).move_id = self.receipt.move_ids

    def test_a_done_transfer_keeps_its_places_and_customer(self):
        self.build.scrap(self.other, 1)
        delivery = self.build.deliver(self.other, 1, self.customer)
        picking = delivery.with_user(self.clerk)
        for records, values in (
            (picking, {"partner_id": self.vendor.id}),
            (picking, {"location_dest_id": self.stock.id}),
            (picking.move_ids, {"location_dest_id": self.stock.id}),
            (picking.move_ids, {"location_id": self.quarantine.id}),
            (picking, {"name": "WH/OUT/Other"}),
            (picking.move_ids, {"partner_id": self.vendor.id}),
            (picking.move_ids, {"picking_id": self.receipt.id}),
            (picking.move_ids, {"origin_returned_move_id": self.receipt.move_ids.id}),
            (
                picking.move_ids,
                {"scrap_id": self.env["stock.scrap"].search([], limit=1).id},
            ),
        ):
            with self.assertRaises(UserError, msg=values):
                records.write(values)
        # a manager, on what was unlocked: the moves follow
        picking = delivery.with_user(self.manager)
        picking.action_toggle_is_locked()
        picking.partner_id = self.vendor
        self.assertEqual(picking.partner_id, self.vendor)

    def test_a_line_is_not_created_as_done(self):
        open_receipt = self.build.open_receipt(self.product, 1)
        on_hand = self.build.on_hand(self.lot)
        line = self.add(open_receipt, state="done")
        self.assertNotEqual(line.state, "done")
        self.assertEqual(self.build.on_hand(self.lot), on_hand)


@tagged("post_install", "-at_install")
class TestHeldCorrections(DoneCase):
    """A correction moves a held lot no further than a transfer would."""

    def refuse(self, records, values):
        before = self.build.on_hand(self.lot)
        with self.assertRaises(UserError, msg=values), self.env.cr.savepoint():
            records.write(values)
        self.env.invalidate_all()
        self.assertEqual(self.build.on_hand(self.lot), before, values)

    def test_out_of_quarantine(self):
        transfer = self.build.move(self.lot, 4, self.stock, self.quarantine)
        self.lot.action_hold("Metal found")
        self.unlock(transfer)
        line = self.line(transfer)
        shelf = self.build.location("Shelf")
        for values in (
            {"location_dest_id": self.build.customers.id},
            {"location_dest_id": self.stock.id},
            {"location_dest_id": shelf.id},
            {"location_id": shelf.id},
            {"quantity": 1},
            {"quantity": 0},
            {"quantity": 5, "location_dest_id": self.build.customers.id},
            {"lot_id": self.other.id},
        ):
            self.refuse(line, values)
        corner = self.build.location("Corner", self.quarantine)
        line.location_dest_id = corner
        self.assertEqual(self.build.on_hand(self.lot, corner), 4)
        line.quantity = 5
        self.assertEqual(self.build.on_hand(self.lot, corner), 5)

    def test_on_a_done_delivery(self):
        delivery = self.build.deliver(self.other, 2, self.customer)
        self.lot.action_hold("Metal found")
        self.unlock(delivery)
        self.refuse(self.line(delivery), {"lot_id": self.lot.id})
        with self.refused("Metal found"):
            self.add(delivery)
        with self.refused("Metal found"):
            self.env["stock.move"].with_user(self.clerk).create(
                {
                    "picking_id": delivery.id,
                    "product_id": self.product.id,
                    "product_uom_qty": 1,
                    "location_id": self.stock.id,
                    "location_dest_id": self.build.customers.id,
                    "move_line_ids": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "lot_id": self.lot.id,
                                "quantity": 1,
                                "location_id": self.stock.id,
                                "location_dest_id": self.build.customers.id,
                            }
                        )
                    ],
                }
            )

    def test_a_delivery_of_what_is_held_now(self):
        delivery = self.build.deliver(self.lot, 4, self.customer)
        self.lot.action_hold("Metal found")
        self.unlock(delivery)
        line = self.line(delivery)
        self.refuse(line, {"quantity": 5})
        self.refuse(line, {"owner_id": self.customer.id})
        self.refuse(line, {"package_id": self.package.id})
        line.quantity = 3
        self.assertEqual(self.build.on_hand(self.lot), 7)

    def test_a_receipt_of_what_is_held_now(self):
        self.lot.action_hold("Metal found")
        self.unlock(self.receipt)
        line = self.line(self.receipt)
        shelf = self.build.location("Shelf")
        for values in (
            {"location_dest_id": shelf.id},
            {"location_dest_id": self.build.customers.id},
            {"lot_id": self.other.id},
            {"result_package_id": self.package.id},
            {"owner_id": self.customer.id},
        ):
            self.refuse(line, values)
        line.quantity = 9
        line.location_dest_id = self.quarantine
        self.assertEqual(self.build.on_hand(self.lot, self.quarantine), 9)

    def test_past_the_stock(self):
        """A dropshipment of a held lot."""
        self.lot.action_hold("Metal found")
        with self.refused("Metal found"):
            self.build.transfer(
                {self.lot: 1},
                self.build.warehouse.out_type_id,
                self.build.suppliers,
                self.build.customers,
            )

    def test_a_held_lot_that_is_meant_by_its_number(self):
        self.lot.action_hold("Metal found")
        self.build.warehouse.out_type_id.use_create_lots = True
        delivery = self.build.open_delivery(self.product, 2, self.customer)
        delivery.move_line_ids.write({"lot_id": False, "lot_name": "D1"})
        delivery.move_ids.picked = True
        with self.refused("Metal found"):
            delivery.button_validate()


@tagged("post_install", "-at_install")
class TestCorrectedBelowZero(DoneCase):
    """*No Lot Below Zero*, from whichever end of a done line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.lot_no_negative = True
        cls.build.deliver(cls.lot, 10, cls.customer)
        cls.unlock(cls, cls.receipt)

    def test_each_field(self):
        shelf = self.build.location("Shelf")
        for values in (
            {"location_dest_id": shelf.id},
            {"owner_id": self.customer.id},
            {"result_package_id": self.package.id},
            {"quantity": 1},
            {"lot_id": self.other.id},
            {"product_uom_id": self.env.ref("uom.product_uom_dozen").id, "quantity": 0},
        ):
            with self.refused("below zero|D1"):
                self.line(self.receipt).write(values)

    def test_a_line_on_a_done_delivery(self):
        delivery = self.build.deliver(self.other, 10, self.customer)
        self.unlock(delivery)
        with self.refused("below zero"):
            self.add(delivery, lot_id=self.lot.id)
