from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .builder import StockBuilder
from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestLotRetirement(LotTraceCase):
    """Lots made by mistake, or used up, can be archived (odoo#274649)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old = fields.Datetime.now() - timedelta(days=400)
        cls.lots = cls.env["stock.lot"]
        cls.lot = cls._used_up("L-1", cls.old)
        cls.keeper = cls._create_user("keeper", "stock.group_stock_user")

    @classmethod
    def _used_up(cls, name, at, build=None, **values):
        build = build or cls.build
        lot = build.lot(cls.product, name, **values)
        cls._age(lot, at)
        build.receive(lot, 2, cls.vendor, at=at)
        build.deliver(lot, 2, cls.customer, at=at)
        return lot

    @classmethod
    def _age(cls, lot, at):
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE stock_lot SET create_date = %s WHERE id = %s", [at, lot.id]
        )
        lot.invalidate_recordset(["create_date"])

    # -- by hand ----------------------------------------------------------
    def test_archive_and_bring_back_by_hand(self):
        lot = self.lot.with_user(self.keeper)
        lot.action_retire()
        self.assertTrue(self.lot.retired_date)
        lot.action_bring_back()
        self.assertFalse(self.lot.retired_date)

    def test_the_number_stays_taken(self):
        self.lot.action_retire()
        with self.assertRaisesRegex(
            ValidationError, r"exists already as .* \(archived"
        ):
            self.lots.create({"name": "l-1", "product_id": self.product.id})

    def test_the_trace_stays(self):
        before = self.lot.trace_downstream()
        self.lot.action_retire()
        self.assertEqual(self.lot.trace_downstream(), before)
        self.assertEqual(self.shipments(before["deliveries"]), [("Customer", 2.0, 0.0)])

    def test_refused_in_stock_with_the_places(self):
        shelf = self.build.location("Shelf")
        self.build.receive(self.lot, 5, to=shelf)
        fine = self._used_up("L-2", self.old)
        with self.assertRaisesRegex(
            ValidationError, "Raw, L-1: 5 Units in WH/Stock/Shelf"
        ):
            (self.lot + fine).with_user(self.keeper).action_retire()
        with self.assertRaises(ValidationError):
            self.lot.with_user(self.keeper).retired_date = fields.Datetime.now()

    def test_refused_for_stock_that_the_user_may_not_see(self):
        there = self.env["res.company"].create({"name": "There"})
        self.env.user.company_ids += there
        lot = self.build.lot(self.product, "SHARED")
        StockBuilder(self.env, there).receive(lot, 5)
        with self.assertRaises(ValidationError) as error:
            lot.with_user(self.keeper).action_retire()
        self.assertIn("and more places: 1", str(error.exception))
        self.assertNotIn("5 Units", str(error.exception))

    def test_any_done_move_brings_it_back(self):
        self.lot.action_retire()
        receipt = self.build.open_receipt(self.product, 1, "L-1")
        receipt.with_user(self.keeper).with_context(skip_sms=True).button_validate()
        self.assertEqual(receipt.move_line_ids.lot_id, self.lot)
        self.assertFalse(self.lot.retired_date)

    def test_not_offered_where_a_lot_is_chosen(self):
        other = self._used_up("L-12", self.old)
        self.lot.action_retire()
        lots = self.lots.with_context(default_product_id=self.product.id)
        mine = [("product_id", "=", self.product.id)]

        def found(text, records=lots):
            return [row[0] for row in records.name_search(text, mine)]

        self.assertEqual(found(""), other.ids)
        self.assertEqual(found("L-"), other.ids)
        self.assertEqual(found("l-1"), (self.lot + other).ids, "the whole number")
        self.assertEqual(found("L-", self.lots), (self.lot + other).ids, "searching")

    def test_default_list_hides_it(self):
        action = self.env["ir.actions.actions"]._for_xml_id(
            "stock.action_production_lot_form"
        )
        # ungrouped and without a filter to take off, but without what is archived
        self.assertNotIn("search_default", action["context"])
        context = {"allowed_company_ids": self.env.companies.ids}
        kept = self.build.lot(self.product, "KEPT-1")
        self.lot.action_retire()
        listed = self.env["stock.lot"].search(safe_eval(action["domain"], context))
        self.assertIn(kept, listed)
        self.assertNotIn(self.lot, listed)
        # it is found where archived numbers are, and nowhere is it offered twice
        stale = self.env.ref("lot_traceability.action_stock_lot_stale")
        self.assertIn("with_archived", stale.context)

    def test_archive_only_where_it_applies(self):
        """No entry of the menu of the form: buttons that know the lot."""
        bindings = self.env["ir.actions.actions"].get_bindings("stock.lot")
        in_form = [
            action["name"]
            for actions in bindings.values()
            for action in actions
            if "form" in action["binding_view_types"].split(",")
        ]
        for name in ("Archive Numbers", "Bring Back", "Archive", "Release"):
            self.assertNotIn(name, in_form)
        # all that leaves the screen is in one submenu
        exports = {action["name"] for action in bindings["report"]}
        self.assertLessEqual(
            {"Trace as XLSX", "Trace as JSON", "Trace as EPCIS", "Trace for FSMA 204"},
            exports,
        )

    def test_keys_are_nothing_to_group_by(self):
        described = self.env["stock.lot"].fields_get()
        for name in ("number_key", "number_scope_key", "supplier_number_key"):
            self.assertFalse(described[name]["groupable"], name)
            self.assertFalse(described[name]["searchable"], name)
        self.assertTrue(described["batch_code"]["groupable"])

    # -- age ----------------------------------------------------------------
    def test_age_and_last_move(self):
        never = self.build.lot(self.product, "NEVER")
        self._age(never, fields.Datetime.now() - timedelta(days=10, hours=1))
        self.assertEqual(self.lot.last_move_date, self.old)
        self.assertEqual(self.lot.days_since_move, 400)
        self.assertFalse(never.last_move_date)
        self.assertEqual(never.days_since_move, 10)

    def test_search_last_move(self):
        fresh = self._used_up("FRESH", fields.Datetime.now())
        never = self.build.lot(self.product, "NEVER")
        for domain, expected in (
            ([("last_move_date", "<", "today -12m")], self.lot),
            ([("last_move_date", ">=", "today -12m")], fresh),
            ([("last_move_date", "=", False)], never),
            ([("last_move_date", "!=", False)], self.lot + fresh),
            ([("days_since_move", ">=", 400)], self.lot),
            ([("days_since_move", ">", 400)], self.lots),
            ([("days_since_move", "<", 400)], fresh + never),
            ([("days_since_move", "<=", 400)], self.lot + fresh + never),
            ([("has_stock", "=", True)], self.lots),
            ([("has_stock", "=", False)], self.lot + fresh + never),
        ):
            with self.subTest(domain=domain):
                mine = [("product_id", "=", self.product.id), *domain]
                self.assertEqual(self.lots.search(mine, order="id"), expected)

    # -- by themselves ------------------------------------------------------
    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("lot_traceability.ir_cron_retire_lots").method_direct_trigger()

    def _set_ages(self, months):
        self.env["res.company"].search([]).lot_archive_months = months

    def test_never_by_default(self):
        self.assertEqual(self.env.company.lot_archive_months, 0)
        self._run_cron()
        self.assertFalse(self.lot.retired_date)

    def test_only_what_is_old_enough_and_has_no_stock(self):
        fresh = self._used_up("FRESH", fields.Datetime.now() - timedelta(days=300))
        stocked = self._used_up("STOCKED", self.old)
        self.build.receive(stocked, 1, at=self.old)
        self._set_ages(12)
        self._run_cron()
        self.assertTrue(self.lot.retired_date)
        self.assertFalse(fresh.retired_date or stocked.retired_date)

    def test_shared_lots_wait_for_the_last_company(self):
        there = self.env["res.company"].create({"name": "There"})
        mine = self._used_up("MINE", self.old, company_id=self.env.company.id)
        self._set_ages(12)
        there.lot_archive_months = 24
        self._run_cron()
        self.assertTrue(mine.retired_date)
        self.assertFalse(self.lot.retired_date)
        there.lot_archive_months = 6
        self._run_cron()
        self.assertTrue(self.lot.retired_date)

    def test_batches(self):
        lots = self.lot
        for number in range(4):
            lots += self._used_up(f"B-{number}", self.old)
        self._set_ages(12)
        cron = self.env.ref("lot_traceability.ir_cron_retire_lots")
        cron.code = "model._cron_retire(batch_size=2)"
        self._run_cron()
        self.assertTrue(all(lots.mapped("retired_date")))
