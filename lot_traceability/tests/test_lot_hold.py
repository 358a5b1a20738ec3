from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestLotHold(LotTraceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in ("R1", "R2"):
            cls.build.receive((cls.product, name), 10, cls.vendor)
        cls.lot = cls.build.lot(cls.product, "R1")
        cls.other = cls.build.lot(cls.product, "R2")
        cls.stock = cls.build.stock
        cls.quarantine = cls.build.warehouse.lot_quarantine_location_id
        cls.quality = cls._create_user("quality", "lot_traceability.group_lot_hold")
        cls.clerk = cls._create_user("clerk", "stock.group_stock_user")

    def plan(self, quantity, dest=None, picking_type=None):
        """A transfer out of stock that is confirmed and asked to reserve."""
        dest = dest or self.build.customers
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": (
                    picking_type or self.build.warehouse.out_type_id
                ).id,
                "partner_id": self.customer.id,
                "location_id": self.stock.id,
                "location_dest_id": dest.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": quantity,
                            "location_id": self.stock.id,
                            "location_dest_id": dest.id,
                        },
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    def lots(self, picking):
        return {line.lot_id: line.quantity for line in picking.move_line_ids}

    def test_rejected(self):
        """The outcome of a hold: it stays out of use, by whom and why is kept."""
        self.lot.action_hold("Metal found")
        with self.assertRaises(AccessError):
            self.lot.with_user(self.clerk).action_reject("Bad")
        with self.assertRaisesRegex(UserError, "Say why"):
            self.lot.action_reject(" ")
        wizard = self.lot.with_user(self.quality).action_open_reject()
        form = Form(
            self.env["lot.hold.wizard"]
            .with_user(self.quality)
            .with_context(**wizard["context"])
        )
        form.reason = "Confirmed by X-ray"
        form.save().action_apply()
        [hold] = self.lot.hold_ids
        self.assertEqual(
            (hold.state, hold.reject_user_id, hold.reject_reason, hold.reason),
            ("rejected", self.quality, "Confirmed by X-ray", "Metal found"),
        )
        self.assertTrue(self.lot.on_hold and self.lot.is_rejected)
        self.assertIn("Confirmed by X-ray", self.lot.hold_text)
        self.assertEqual(self.lots(self.plan(15)), {self.other: 10})
        domain = [("is_rejected", "=", True), ("product_id", "=", self.product.id)]
        self.assertEqual(self.env["stock.lot"].search(domain), self.lot)
        self.assertFalse(self.lot.action_reject("Again"))
        # one place of what is free
        shelf = self.build.location("Shelf")
        self.build.move(self.other, 4, self.stock, shelf)
        self.other.action_reject("Wet", shelf.ids)
        self.assertTrue(self.other.is_rejected)
        self.assertFalse(self.other.held_whole)
        self.lot.action_release("Was another one")
        self.assertFalse(self.lot.on_hold or self.lot.is_rejected)
        self.assertEqual(hold.reject_reason, "Confirmed by X-ray")

    def test_freed_reservations_are_told(self):
        """On the delivery, and to who is in charge of it."""
        picking = self.plan(3)
        picking.user_id = self.clerk
        self.lot.with_user(self.quality).action_hold("Metal found")
        message = picking.message_ids[:1]
        for text in ("Metal found", "3 Units", "R1"):
            self.assertIn(text, message.body)
        self.assertIn(self.clerk.partner_id, message.notified_partner_ids)
        self.assertEqual(message.author_id, self.quality.partner_id)

    def test_reserved_without_a_number_is_said(self):
        """Three of twenty have no number: nobody could validate them."""
        quant = self.env["stock.quant"].with_context(inventory_mode=True)
        quant._update_available_quantity(self.product, self.stock, 3)
        picking = self.plan(23)
        self.assertEqual(self.lots(picking)[self.env["stock.lot"]], 3)
        picking.action_assign()
        notes = [
            body for body in picking.message_ids.mapped("body") if "3 Units" in body
        ]
        self.assertEqual(len(notes), 1)
        self.assertIn("without a number", notes[0])

    # -- reservation ------------------------------------------------------
    def test_not_reserved(self):
        self.lot.action_hold("Metal found")
        self.assertTrue(self.lot.on_hold)
        picking = self.plan(15)
        self.assertEqual(self.lots(picking), {self.other: 10})
        self.assertEqual(picking.move_ids.state, "partially_available")

    def test_not_taken_by_a_quantity_that_is_typed(self):
        self.other.action_hold("Metal found")
        picking = self.plan(4)
        picking.move_line_ids.unlink()
        picking.move_ids.quantity = 4
        self.assertEqual(self.lots(picking), {self.lot: 4})

    def test_not_reserved_out_of_what_is_kept_for_a_whole_transfer(self):
        """A strict reservation reads a cache and skips the search."""
        self.lot.action_hold("Metal found")
        move = self.plan(15).move_ids
        quants = self.env["stock.quant"]
        cache = quants._get_quants_by_products_locations(self.product, self.stock)
        free = move.with_context(quants_cache=cache)._get_available_quantity(
            self.stock,
            lot_id=self.lot,
            package_id=self.env["stock.package"],
            owner_id=self.env["res.partner"],
            strict=True,
        )
        self.assertEqual(free, 0)

    def test_what_is_reserved_is_freed_and_kept_in_mind(self):
        picking = self.plan(8)
        self.assertEqual(self.lots(picking), {self.lot: 8})
        self.lot.action_hold("Metal found")
        self.assertFalse(picking.move_line_ids)
        self.assertEqual(picking.move_ids.state, "confirmed")
        self.assertIn(picking.name, self.lot.hold_ids.freed)
        self.assertIn("8 Units", self.lot.hold_ids.freed)
        quant = self.lot.quant_ids.filtered(lambda q: q.location_id == self.stock)
        self.assertEqual(quant.reserved_quantity, 0)
        picking.action_assign()
        self.assertEqual(self.lots(picking), {self.other: 8})

    def test_reserved_again_when_released(self):
        self.lot.action_hold("Metal found")
        self.lot.action_release("Metal was a sensor's fault")
        self.assertFalse(self.lot.on_hold)
        self.assertEqual(self.lots(self.plan(8)), {self.lot: 8})

    # -- done -------------------------------------------------------------
    def test_refused_when_done(self):
        self.lot.action_hold("Metal found")
        with self.assertRaisesRegex(UserError, "R1 of Raw.*Metal found"):
            self.build.deliver(self.lot, 1, self.customer)

    def test_refused_inside_the_warehouse(self):
        self.lot.action_hold("Metal found")
        shelf = self.build.location("Shelf", self.stock)
        with self.assertRaises(UserError):
            self.build.move(self.lot, 1, self.stock, shelf)

    def test_refused_as_a_correction(self):
        delivery = self.build.deliver(self.other, 1, self.customer)
        self.lot.action_hold("Metal found")
        with self.assertRaises(UserError):
            delivery.move_line_ids.lot_id = self.lot

    def test_what_stays_possible(self):
        receipt = self.env["stock.picking"].search(
            [("move_line_ids.lot_id", "=", self.lot.id)]
        )
        delivery = self.build.deliver(self.lot, 2, self.customer)
        self.lot.action_hold("Metal found")
        self.build.move(self.lot, 2, self.stock, self.quarantine)
        corner = self.build.location("Corner", self.quarantine)
        self.build.move(self.lot, 1, self.quarantine, corner)
        self.build.scrap(self.lot, 1)
        self.build.count(self.lot, 5)
        self.build.return_picking(receipt, {self.product: 2})
        self.build.return_picking(delivery)
        self.build.receive(self.lot, 1, self.vendor)
        self.assertEqual(self.build.on_hand(self.lot, self.quarantine), 1)

    def test_reserved_for_the_quarantine(self):
        self.lot.action_hold("Metal found")
        picking = self.plan(15, self.quarantine, self.build.warehouse.int_type_id)
        self.assertEqual(self.lots(picking), {self.lot: 10, self.other: 5})

    def test_what_is_in_quarantine_is_not_reserved(self):
        self.build.move(self.lot, 10, self.stock, self.quarantine)
        self.assertEqual(self.lots(self.plan(15)), {self.other: 10})

    # -- who, when, why ---------------------------------------------------
    def test_history(self):
        self.lot.with_user(self.quality).action_hold("Metal found")
        hold = self.lot.hold_ids
        self.assertEqual((hold.hold_user_id, hold.state), (self.quality, "held"))
        self.assertIn("Metal found", self.lot.hold_text)
        self.lot.with_user(self.quality).action_release("Checked")
        self.assertEqual(hold.release_user_id, self.quality)
        self.assertEqual(hold.release_reason, "Checked")
        bodies = "".join(self.lot.message_ids.mapped("body"))
        self.assertIn("Metal found", bodies)
        self.assertIn("Checked", bodies)

    def test_history_is_never_rewritten(self):
        self.lot.action_hold("Metal found")
        hold = self.lot.hold_ids
        for change in (
            lambda: hold.write({"reason": "Nothing"}),
            lambda: hold.unlink(),
        ):
            with self.assertRaises(UserError):
                change()
        with self.assertRaises(AccessError):
            hold.with_user(self.quality).write({"state": "released"})

    def test_a_reason_is_needed(self):
        with self.assertRaises(UserError):
            self.lot.action_hold("  ")

    def test_held_once_by_a_user(self):
        self.assertTrue(self.lot.action_hold("Metal found"))
        self.assertFalse(self.lot.action_hold("Again"))
        self.assertEqual(self.lot.hold_count, 1)

    def test_two_holders(self):
        """What a recall holds stays on hold when a user releases."""
        recall = self.customer
        self.lot.action_hold("Metal found")
        self.lot._hold("Recall", origin="RC/1", holder=recall)
        self.assertTrue(self.lot.action_release("Checked"))
        self.assertTrue(self.lot.on_hold)
        with self.assertRaisesRegex(UserError, "RC/1"):
            self.lot.action_release("Checked")
        self.lot._release("Over", holder=recall)
        self.assertFalse(self.lot.on_hold)

    # -- rights -----------------------------------------------------------
    def test_who_may(self):
        with self.assertRaises(AccessError):
            self.lot.with_user(self.clerk).action_hold("Metal found")
        manager = self._create_user("manager", "stock.group_stock_manager")
        self.lot.with_user(manager).action_hold("Metal found")
        with self.assertRaises(AccessError):
            self.lot.with_user(self.clerk).action_release("No")
        self.assertIn("Metal found", self.lot.with_user(self.clerk).hold_text)

    def test_lots_of_another_company(self):
        company = self.env["res.company"].create({"name": "Other"})
        lot = self.build.lot(self.product, "FAR", company_id=company.id)
        with self.assertRaises(AccessError):
            lot.with_user(self.quality).action_hold("Metal found")

    # -- impact and dialog ------------------------------------------------
    def test_impact(self):
        picking = self.plan(8)
        transit = self.env.ref("stock.stock_location_inter_company")
        transit.active = True
        self.build.move(self.lot, 1, self.stock, transit)
        impact = self.lot.with_user(self.clerk).hold_impact()
        [reservation] = impact["reservations"]
        self.assertEqual(reservation["document"], picking.name)
        self.assertEqual((reservation["quantity"], reservation["state"]), (8, "Ready"))
        [stock] = impact["stock"]
        self.assertEqual((stock["quantity"], stock["reserved"]), (9, 8))
        [row] = impact["in_transit"]
        self.assertEqual(row["quantity"], 1)
        self.assertFalse(self.lot.on_hold)

    def test_dialog(self):
        self.plan(8)
        action = self.lot.action_open_hold()
        form = Form(
            self.env["lot.hold.wizard"]
            .with_user(self.quality)
            .with_context(**action["context"])
        )
        self.assertIn("Reservations that will be freed", form.impact)
        form.reason = "Metal found"
        form.save().action_apply()
        self.assertTrue(self.lot.on_hold)
        action = self.lot.action_open_release()
        form = Form(self.env["lot.hold.wizard"].with_context(**action["context"]))
        form.reason = "Checked"
        form.save().action_apply()
        self.assertFalse(self.lot.on_hold)

    def test_names_are_escaped_in_the_dialog(self):
        self.lot.name = "<img src=x>"
        wizard = self.env["lot.hold.wizard"].create(
            {"lot_ids": [(6, 0, self.lot.ids)], "reason": "x"}
        )
        self.assertNotIn("<img", wizard.impact)
        self.assertIn("&lt;img", wizard.impact)

    # -- receipts ---------------------------------------------------------
    def test_received_on_hold(self):
        flags = {
            "product": self.build.product("Watched", hold_on_receipt=True),
            "category": self.build.product("In a watched category"),
        }
        parent = self.env["product.category"].create(
            {"name": "Watched", "hold_on_receipt": True}
        )
        flags["category"].categ_id = self.env["product.category"].create(
            {"name": "Below", "parent_id": parent.id}
        )
        for name, product in flags.items():
            receipt = self.build.receive((product, name), 1, self.vendor)
            lot = self.build.lot(product, name)
            self.assertTrue(lot.on_hold, name)
            self.assertEqual(lot.hold_ids.origin, receipt.name)
        vendor = self.build.partner("Watched vendor", hold_on_receipt=True)
        address = self.build.partner("Ramp", parent_id=vendor.id, type="delivery")
        self.build.receive((self.product, "R9"), 1, address)
        self.assertTrue(self.build.lot(self.product, "R9").on_hold)

    def test_received_by_somebody_who_may_not_hold(self):
        self.product.hold_on_receipt = True
        receipt = self.build.open_receipt(self.product, 2, "R8")
        receipt.with_user(self.clerk).button_validate()
        self.assertTrue(self.build.lot(self.product, "R8").on_hold)

    def test_returned_by_a_customer_is_looked_at_too(self):
        delivery = self.build.deliver(self.lot, 2, self.customer)
        self.product.hold_on_receipt = True
        self.build.return_picking(delivery)
        self.assertTrue(self.lot.on_hold)

    # -- quarantine -------------------------------------------------------
    def test_each_warehouse_has_a_quarantine(self):
        warehouse = self.env["stock.warehouse"].create({"name": "New", "code": "NEW"})
        place = warehouse.lot_quarantine_location_id
        self.assertTrue(place.is_quarantine)
        self.assertEqual(place.location_id, warehouse.view_location_id)
        warehouse.lot_quarantine_location_id = False
        warehouse._create_missing_quarantines()
        self.assertTrue(warehouse.lot_quarantine_location_id)
