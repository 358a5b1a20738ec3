from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.lot_traceability import guards

from .common import REASONS, RecallCase


@tagged("post_install", "-at_install")
class TestRecallDisposition(RecallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recall = cls.create_approved().with_user(cls.user)

    def choose(self, disposition, location=None, quantity=None):
        wizard = self.recall.env["lot.recall.wizard"].browse(
            self.recall.action_open_wizard()["res_id"]
        )
        self.tick(wizard, location, quantity, disposition)
        wizard.action_carry_out()
        return self.recall.disposition_ids.sorted("id")

    def test_quarantine(self):
        target = self.build.warehouse.lot_quarantine_location_id
        lines = self.choose("quarantine")
        self.assertEqual(self.build.on_hand(self.lot, target), 16)
        self.assertEqual(lines.mapped("state"), ["done", "done"])
        self.assertEqual(set(lines.picking_id.mapped("state")), {"done"})
        self.assertEqual(lines.picking_id.recall_id, self.recall)
        self.assertEqual(
            set(lines.picking_id.mapped("origin")), {f"RECALL: {self.recall.name}"}
        )
        self.assertTrue(self.lot.on_hold)

    def test_quarantine_of_a_part(self):
        target = self.build.warehouse.lot_quarantine_location_id
        self.choose("quarantine", self.shelf, 2)
        self.assertEqual(self.build.on_hand(self.lot, target), 2)
        self.assertEqual(self.build.on_hand(self.lot, self.shelf), 3)

    def test_packages_and_owners_go_along(self):
        package = self.env["stock.package"].create({"name": "PALLET-8"})
        self.env["stock.quant"]._update_available_quantity(
            self.product,
            self.shelf,
            7,
            lot_id=self.lot,
            package_id=package,
            owner_id=self.vendor,
        )
        self.choose("quarantine", self.shelf)
        target = self.build.warehouse.lot_quarantine_location_id
        quants = self.lot.quant_ids.filtered(lambda q: q.location_id == target)
        self.assertEqual(
            {(quant.package_id, quant.owner_id, quant.quantity) for quant in quants},
            {(package, self.vendor, 7), (package.browse(), self.vendor.browse(), 5)},
        )

    def test_rework_needs_a_place(self):
        with self.assertRaisesRegex(UserError, "No place is set"), self.cr.savepoint():
            self.choose("rework", self.shelf)
        place = self.build.location("Rework")
        self.env.company.lot_recall_rework_location_id = place
        self.choose("rework", self.shelf)
        self.assertEqual(self.build.on_hand(self.lot, place), 5)
        # a customer, or an order, is not inside of it
        out = self.build.warehouse.out_type_id
        for usage in ("customer", "production"):
            inside = self.build.location("Inside", parent=place, usage=usage)
            with self.assertRaisesRegex(UserError, "on hold"), self.cr.savepoint():
                self.build.transfer({self.lot: 1}, out, place, inside)

    def test_return_to_vendor(self):
        lines = self.choose("vendor", self.shelf)
        picking = lines.picking_id
        self.assertEqual(picking.partner_id, self.vendor)
        self.assertEqual(picking.location_dest_id.usage, "supplier")
        receipt = picking.move_ids.origin_returned_move_id
        self.assertEqual(receipt.location_id.usage, "supplier")
        self.assertEqual(receipt.product_uom_qty, 20)
        row = self.lot.trace_downstream(["balances"])["balances"][0]
        self.assertEqual(row["returned_to_vendor"], 5)

    def test_return_by_several_receipts(self):
        # 16 of 20 are left of the first receipt, and one of the second
        second = self.build.partner("Second Vendor")
        self.lot._release("Late", holder=self.recall)
        self.build.receive(self.lot, 9, second)
        self.build.move(self.lot, 9, self.build.stock, self.shelf)
        lines = self.choose("vendor", self.shelf)
        self.assertEqual(self.build.on_hand(self.lot, self.shelf), 0)
        self.assertRecordValues(
            lines,
            [
                {"quantity": 9, "state": "done", "message": False},
                {"quantity": 5, "state": "done", "message": False},
            ],
        )
        self.assertEqual(
            [line.picking_id.partner_id for line in lines], [second, self.vendor]
        )
        self.assertEqual(
            [line.picking_id.move_ids.origin_returned_move_id for line in lines],
            list(lines.receipt_move_id),
        )
        self.choose("vendor", self.build.stock)
        self.assertEqual(self.build.on_hand(self.lot), 0)

    def test_no_more_goes_back_than_the_receipts_allow(self):
        self.lot._release("Late", holder=self.recall)
        self.build.return_picking(self.delivery, {self.product: 4})
        self.build.count(self.lot, 12, self.shelf)
        lines = self.choose("vendor").grouped("state")
        self.assertEqual(len(lines["refused"]), 1)
        self.assertTrue(lines["done"].picking_id)
        self.assertRegex(lines["refused"].message, r"allow to return is \d+ Units")

    def test_what_no_vendor_delivered_is_not_returned(self):
        other = self.build.lot(self.product, "FOUND-1")
        self.build.count(other, 3, self.shelf)
        self.recall._add_seeds(other, "Picked")
        self.recall._extend("More")
        self.recall.action_approve()
        lines = self.choose("vendor", self.shelf).grouped("lot_id")
        self.assertRecordValues(lines[other], [{"state": "refused"}])
        self.assertIn("No receipt", lines[other].message)
        self.assertRecordValues(lines[self.lot], [{"state": "done"}])
        note = self.recall.message_ids[0].body
        self.assertIn("FOUND-1 in WH/Stock/Shelf", note)
        # of itself it is refused, and nothing is left of it
        with self.assertRaisesRegex(UserError, "FOUND-1 in WH/Stock/Shelf: No receipt"):
            self.choose("vendor", self.shelf)

    def test_release(self):
        self.choose("release", self.shelf)
        self.assertEqual(self.build.on_hand(self.lot), 16)
        # what lies there is free, and nothing else
        self.build.deliver(self.lot, 1, self.customer, source=self.shelf)
        with self.assertRaisesRegex(UserError, "BAD-1"), self.cr.savepoint():
            self.build.deliver(self.lot, 1, self.customer)
        self.assertTrue(self.lot.on_hold)
        # nor does it become held again by itself
        self.recall.action_hold()
        self.build.deliver(self.lot, 1, self.customer, source=self.shelf)
        self.choose("release", self.build.stock)
        self.assertFalse(self.lot.on_hold)

    def test_what_comes_back_to_a_released_shelf_is_held_there(self):
        self.env.company.lot_recall_rework_location_id = False
        self.choose("release", self.shelf)
        quarantine = self.build.warehouse.lot_quarantine_location_id
        self.choose("release", self.build.stock)
        self.assertFalse(self.lot.on_hold)
        self.build.return_picking(self.delivery, {self.product: 2})
        self.assertTrue(self.lot.on_hold)
        self.assertEqual(self.build.on_hand(self.lot, quarantine), 2)
        self.build.deliver(self.lot, 1, self.customer, source=self.shelf)

    def test_planned_in_two_ways_is_refused(self):
        first, second = (
            self.recall.env["lot.recall.wizard"].browse(
                self.recall.action_open_wizard()["res_id"]
            )
            for _time in range(2)
        )
        self.tick(first)
        self.tick(second, disposition="quarantine")
        first._plan(self.recall)
        with self.assertRaisesRegex(UserError, "planned in RECALL/"):
            second._plan(self.recall)
        self.recall.disposition_ids.action_withdraw()
        second._plan(self.recall)
        self.assertEqual(self.recall.planned_count, 2)

    def test_one_lot_that_cannot_move_stops_no_other(self):
        other = self.build.lot(self.product, "BAD-2")
        self.build.receive(other, 3, self.vendor)
        self.recall._add_seeds(other, "Picked")
        self.recall._extend("More")
        self.recall.action_approve()
        wizard = self.recall.env["lot.recall.wizard"].browse(
            self.recall.action_open_wizard()["res_id"]
        )
        lines = self.tick(wizard, disposition="quarantine")
        lines.filtered(lambda line: line.lot_id == other).quantity = 99
        wizard.action_carry_out()
        lines = self.recall.disposition_ids.grouped("lot_id")
        self.assertEqual(set(lines[self.lot].mapped("state")), {"done"})
        self.assertRecordValues(lines[other], [{"state": "refused"}])
        self.assertIn("up to 3", lines[other].message)
        note = self.recall.message_ids[0].body
        self.assertIn("BAD-2", note)
        self.assertIn(lines[other].message, note)

    def test_carrying_out_twice_does_it_once(self):
        lines = self.choose("scrap", self.shelf)
        with self.assertRaisesRegex(UserError, "Nothing is planned"):
            self.recall.action_carry_out()
        with self.assertRaisesRegex(UserError, "What is done"):
            lines.action_withdraw()
        self.assertEqual(self.build.on_hand(self.lot), 11)

    def test_a_mock_recall_moves_nothing_unless_asked(self):
        self.recall.with_user(self.manager)._cancel("Only a test")
        self.recall = self.create_approved(is_mock=True).with_user(self.user)
        lines = self.choose("scrap")
        self.assertEqual(set(lines.mapped("state")), {"simulated"})
        self.assertEqual(self.build.on_hand(self.lot), 16)
        self.recall = self.create_approved(is_mock=True, mock_scrap=True)
        self.choose("scrap")
        self.assertEqual(self.build.on_hand(self.lot), 0)

    def test_where_no_customer_got_it_nobody_is_told(self):
        lot = self.build.lot(self.product, "IN-HOUSE")
        self.build.receive(lot, 3, to=self.shelf)
        self.recall = self.create_approved(lot)
        self.choose("scrap")
        self.assertEqual(self.recall.state, "recovery")
        self.recall._advance("closed", REASONS)
        self.assertEqual(self.recall.state, "closed")


@tagged("post_install", "-at_install")
class TestRecallJob(RecallCase):
    """The crons commit, so the batches are run one by one here."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lots = cls.lot
        for number in range(5):
            lot = cls.build.lot(cls.product, f"MANY-{number}")
            cls.build.receive(lot, 1 + number)
            cls.lots |= lot
        set_param = cls.env["ir.config_parameter"].set_param
        set_param("lot_traceability_recall.background_from", "3")
        set_param("lot_traceability_recall.batch_size", "2")
        cls.recall = cls.create_approved(cls.lots)
        wizard = cls.env["lot.recall.wizard"].browse(
            cls.recall.action_open_wizard()["res_id"]
        )
        wizard.stock_ids.disposition = "scrap"
        wizard.action_carry_out()

    def test_much_is_done_batch_by_batch(self):
        self.assertEqual(self.recall.job_state, "running")
        self.assertEqual((self.recall.planned_count, self.recall.progress), (7, 0))
        counts = []
        while self.recall.job_state == "running":
            counts.append(self.recall._run_batch())
        self.assertEqual(counts, [2, 2, 2, 1])
        self.assertEqual(self.recall.progress, 100)
        self.assertEqual(sum(self.build.on_hand(lot) for lot in self.lots), 0)
        self.assertEqual(len(self.recall.scrap_ids), 7)
        self.assertIn("Lines done: 7. Refused: 0", self.recall.message_ids[0].body)

    def test_not_in_the_name_of_who_may_no_more(self):
        """Of who lost the role, or has left, nothing is done in the background."""
        logistics = self._create_role("logistics")
        guards.by_button(self.recall).job_user_id = logistics
        group = self.env.ref("lot_traceability_recall.group_recall_logistics")
        for vals in ({"group_ids": [(3, group.id)]}, {"active": False}):
            with self.subTest(**vals), self.env.cr.savepoint() as savepoint:
                logistics.write(vals)
                self.assertEqual(self.recall._run_batch(), 0)
                self.assertEqual(self.recall.job_state, "failed")
                self.assertIn("Who may", self.recall.job_message)
                self.assertFalse(self.recall.disposed_count)
                self.env.flush_all()
                savepoint.rollback()
            self.env.invalidate_all()

    def test_what_moved_meanwhile_is_refused_with_its_reason(self):
        lot = self.lots[-1]
        self.lot.env["stock.quant"]._update_available_quantity(
            self.product, self.build.stock, -1, lot_id=lot
        )
        while self.recall.job_state == "running":
            self.recall._run_batch()
        refused = self.recall.disposition_ids.filtered(
            lambda line: line.state == "refused"
        )
        self.assertEqual(refused.lot_id, lot)
        self.assertIn("changed", refused.message)
        self.assertEqual(self.build.on_hand(lot), 4)
        self.assertEqual(self.recall.disposed_count, 6)

    def test_stopped_and_gone_on(self):
        self.recall._run_batch()
        self.recall.action_stop_job()
        self.assertEqual(self.recall.job_state, "stopped")
        self.assertEqual(self.recall.disposed_count, 2)
        self.recall.action_carry_out()
        self.assertEqual(self.recall.job_state, "running")
        while self.recall.job_state == "running":
            self.recall._run_batch()
        self.assertEqual(len(self.recall.scrap_ids), 7)

    def test_a_batch_that_fails_leaves_nothing_behind(self):
        # who may read only is refused by the first scrap order
        self.recall.sudo().write({"job_user_id": self.auditor.id})
        self.assertEqual(self.recall._run_batch(), 0)
        self.assertEqual(self.recall.job_state, "failed")
        self.assertTrue(self.recall.job_message)
        self.assertEqual((self.recall.planned_count, self.recall.scrap_count), (7, 0))
