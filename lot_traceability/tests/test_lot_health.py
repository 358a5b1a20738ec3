from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .builder import StockBuilder
from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestLotHealth(LotTraceCase):
    """Each number opens the list of what was counted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # nothing but what the tests make
        cls.company = cls.env["res.company"].create({"name": "Healthy"})
        cls.env.user.company_ids += cls.company
        cls.build = StockBuilder(cls.env, cls.company)
        cls.env = cls.build.env
        cls.product = cls.build.product("Raw", company_id=cls.company.id)
        cls.serial_product = cls.build.product(
            "Device", tracking="serial", company_id=cls.company.id
        )
        cls.checks = cls.env["lot.health.check"].with_company(cls.company)
        cls.user = new_test_user(
            cls.env,
            "health_user",
            "stock.group_stock_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def _refresh(self):
        self.checks.with_user(self.user).action_refresh()

    def _found(self, code):
        """What the user finds behind a number; both have to agree."""
        self._refresh()
        check = self.checks.with_user(self.user).search([("code", "=", code)])
        action = check.action_open_list()
        found = self.env[action["res_model"]].with_user(self.user)
        found = found.search(action["domain"])
        self.assertEqual(check.count, len(found))
        return found.sudo()

    def test_all_is_well_at_first(self):
        self._refresh()
        checks = self.checks.with_user(self.user).search([])
        rules = self.env["lot.health.rules"]._get_checks(self.company)
        codes = [rule.code for rule in rules]
        self.assertEqual(checks.mapped("code"), codes)
        ours = checks.filtered(lambda check: check.model != "stock.lot")
        self.assertFalse(any(ours.mapped("count")))
        for check in checks:
            self.assertTrue(check.name and check.meaning and check.advice)
            self.assertTrue(check.date_refreshed)

    def test_lines_without_lot(self):
        self.build.warehouse.in_type_id.write(
            {"use_create_lots": False, "use_existing_lots": False}
        )
        receipt = self.build.receive(self.product, 3, self.vendor)
        self.build.receive(self.build.product("Plain", "none"), 3, self.vendor)
        self.assertEqual(self._found("lines_without_lot"), receipt.move_line_ids)
        receipt.move_line_ids.lot_id = self.build.lot(self.product, "L-1")
        self.assertFalse(self._found("lines_without_lot"))

    def test_stock_without_lot(self):
        plain = self.build.product("Plain", "none", company_id=self.company.id)
        self.build.receive(plain, 3)
        self.assertFalse(self._found("stock_without_lot"))
        plain.tracking = "lot"
        self.assertEqual(self._found("stock_without_lot").quantity, 3)

    def test_number_against_the_rules(self):
        old = self.build.lot(self.product, "old 7")
        self.build.lot(self.product, "N-2026-001")
        self.assertFalse(self._found("rule_breakers"))
        self.product.lot_numbering_id = self.env["lot.numbering"].create(
            {"name": "N", "pattern": "N-{year}-{3 digits}", "is_strict": True}
        )
        self.assertEqual(self._found("rule_breakers"), old)

    def test_serial_in_two_places(self):
        serial = self.build.lot(self.serial_product, "S-1")
        fine = self.build.lot(self.serial_product, "S-2")
        self.build.receive(serial, 1)
        self.build.receive(fine, 1)
        self.build.deliver(fine, 1, self.customer)
        self.assertFalse(self._found("serials_in_two_places"))
        self.build.company.lot_serial_conflict_policy = "allow"
        self.build.receive(serial, 1, to=self.build.location("Elsewhere"))
        self.assertEqual(self._found("serials_in_two_places"), serial)

    def test_serial_back_from_a_customer_is_in_one_place(self):
        """False alarm of negative customer quants (odoo#273267)."""
        serial = self.build.lot(self.serial_product, "S-1")
        self.build.transfer(
            {serial: 1},
            self.build.warehouse.in_type_id,
            self.build.customers,
            self.build.stock,
        )
        self.assertFalse(self._found("serials_in_two_places"))

    def test_lot_below_zero(self):
        lot = self.build.lot(self.product, "L-1")
        self.build.deliver(lot, 3, self.customer)
        quant = self._found("lots_below_zero")
        self.assertEqual((quant.lot_id, quant.quantity), (lot, -3))
        self.build.receive(lot, 3)
        self.assertFalse(self._found("lots_below_zero"))

    def test_placeholders(self):
        self.company.lot_forbidden_names = False
        lot = self.build.lot(self.product, " tbd ")
        self.assertFalse(self._found("placeholders"))
        self.company.lot_forbidden_names = "TBD, N/A"
        self.assertEqual(self._found("placeholders"), lot)

    def test_same_number_twice_and_on_several_products(self):
        lots = self.build.lot(self.product, "A 1")
        lots += self.build.lot(self.product, "B 1")
        other = self.build.lot(self.serial_product, "a 1")
        self.assertFalse(self._found("doubles"))
        self.assertEqual(self._found("shared_names"), lots[0] + other)
        # as it was before numbers were held unique
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_lot SET name = 'a  1' WHERE id = %s", [lots[1].id]
        )
        self.env["lot.number"]._rebuild()
        self.assertEqual(self._found("doubles"), lots)

    def test_wrong_company(self):
        product = self.build.product("Shared")
        lot = self.build.lot(product, "L-1", company_id=self.company.id)
        self.build.receive(lot, 1)
        self.assertFalse(self._found("wrong_company"))
        self.build.deliver(lot, 1)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        # as data of earlier times has it: by today's doors it cannot become so
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_lot SET company_id = %s WHERE id = %s", (other.id, lot.id)
        )
        self.env.invalidate_all()
        # it is a matter of the company that the lot says
        self.assertFalse(self._found("wrong_company"))
        self.checks.sudo()._refresh(other)
        check = self.checks.sudo().search(
            [("company_id", "=", other.id), ("code", "=", "wrong_company")]
        )
        self.assertEqual(check.count, 1)

    def test_stale(self):
        old = fields.Datetime.now() - timedelta(days=400)
        gone, stocked = (self.build.lot(self.product, name) for name in ("G", "S"))
        fresh = self.build.lot(self.product, "F")
        self._age(gone + stocked + fresh, old)
        for lot in (gone, stocked):
            self.build.receive(lot, 1, at=old)
        self.build.deliver(gone, 1, at=old)
        self.build.receive(fresh, 1, at=old)
        self.build.deliver(fresh, 1)
        self.assertEqual(self._found("stale") & (gone + stocked + fresh), gone)
        self.company.lot_stale_months = 24
        self.assertNotIn(gone, self._found("stale"))

    def _age(self, lots, date):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_lot SET create_date = %s WHERE id = ANY(%s)",
            [date, lots.ids],
        )
        lots.invalidate_recordset(["create_date"])

    def test_nobody_writes_and_others_do_not_see(self):
        self._refresh()
        check = self.checks.with_user(self.user).search([], limit=1)
        with self.assertRaises(AccessError):
            check.count = 0
        with self.assertRaises(AccessError):
            check.unlink()
        stranger = self._create_user("stranger", "stock.group_stock_user")
        stranger.write(
            {
                "company_ids": [(6, 0, self.env.ref("base.main_company").ids)],
                "company_id": self.env.ref("base.main_company").id,
            }
        )
        with self.assertRaises(AccessError):
            check.with_user(stranger).action_open_list()
        outsider = new_test_user(self.env, "outsider", "base.group_user")
        with self.assertRaises(AccessError):
            self.checks.with_user(outsider).action_refresh()

    def test_scheduled_action_counts_for_every_company(self):
        self.build.deliver(self.build.lot(self.product, "L-1"), 3, self.customer)
        gone = self.checks.sudo().create(
            {"code": "of_an_addon_that_left", "company_id": self.company.id}
        )
        with self.enter_registry_test_mode():
            self.env.ref(
                "lot_traceability.ir_cron_refresh_health"
            ).method_direct_trigger()
        checks = self.checks.sudo().search([])
        self.assertEqual(checks.company_id, self.env["res.company"].search([]))
        below = checks.filtered(
            lambda check: (
                check.code == "lots_below_zero" and check.company_id == self.company
            )
        )
        self.assertEqual(below.count, 1)
        self.assertFalse(gone.exists())


@tagged("post_install", "-at_install")
class TestLotHealthTour(HttpCase):
    def test_refresh_and_open_a_list(self):
        build = StockBuilder(self.env)
        # where only this addon is installed, nobody has switched lots on
        admin = self.env.ref("base.user_admin")
        admin.group_ids += self.env.ref("stock.group_production_lot")
        lot = build.lot(build.product("Tour Syrup"), "TOUR-BELOW")
        build.deliver(lot, 4, build.partner("Tour Bar"))
        self.start_tour(
            "/odoo/lot-health", "lot_traceability_lot_health", login="admin"
        )
