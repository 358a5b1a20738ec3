from odoo.tests import tagged

from odoo.addons.lot_traceability.tests.builder import StockBuilder

from .common import LotExpiryCase


@tagged("post_install", "-at_install")
class TestCompanies(LotExpiryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.here = cls.env.company
        cls.there = cls.env["res.company"].create({"name": "There"})
        cls.env.user.company_ids += cls.there
        cls.build_there = StockBuilder(cls.env, cls.there)
        cls.other = cls._create_user(
            "other", "stock.group_stock_user", companies=cls.there
        )
        cls.boss = cls._create_user(
            "boss", "stock.group_stock_manager", companies=cls.here + cls.there
        )

    def test_goods_that_pass_no_warehouse(self):
        """A dropshipment counts the days of the company whose goods they are."""
        self.build.warehouse.partner_id.tz = "America/Los_Angeles"
        self.build_there.warehouse.partner_id.tz = "Asia/Tokyo"
        for build in (self.build, self.build_there):
            move = self.env["stock.move"].create(
                {
                    "product_id": self.milk.id,
                    "company_id": build.company.id,
                    "location_id": build.suppliers.id,
                    "location_dest_id": build.customers.id,
                }
            )
            zone = build.warehouse.partner_id.tz
            self.assertEqual(str(move._get_expiry_tz()), zone)

    def test_product_responsible_of_the_company_of_the_lot(self):
        """The alert goes to the person of another company (odoo#135361)."""
        self.milk.with_company(self.there).responsible_id = self.other
        lots = self._create_lot_in_stock("Here")
        lots += self._create_lot_in_stock("There", build=self.build_there)
        self._run_cron()
        self.assertRecordValues(
            self._alerts_of(lots).sorted("lot_id"),
            [
                {"user_id": self.keeper.id, "company_id": self.here.id},
                {"user_id": self.other.id, "company_id": self.there.id},
            ],
        )
        self.assertEqual(self._activities(lots[0]).user_id, self.keeper)
        self.assertEqual(self._activities(lots[1]).user_id, self.other)

    def test_company_on_the_lot(self):
        butter = self._create_expiring_product("Butter", company_id=self.there.id)
        butter.with_company(self.there).responsible_id = self.other
        lot = self._create_lot_in_stock("B", product=butter, build=self.build_there)
        self.assertEqual(lot.company_id, self.there)
        self._run_cron()
        self.assertRecordValues(
            self._alerts_of(lot),
            [{"user_id": self.other.id, "company_id": self.there.id}],
        )

    def test_setting_of_each_company(self):
        self.milk.responsible_id = False
        self.here.lot_expiry_responsible_id = self.boss
        self.there.lot_expiry_responsible_id = self.other
        here = self._create_lot_in_stock("Here")
        there = self._create_lot_in_stock("There", build=self.build_there)
        self._run_cron()
        self.assertEqual(self._activities(here).user_id, self.boss)
        self.assertEqual(self._activities(there).user_id, self.other)

    def test_nobody_without_access_to_the_company(self):
        lot = self._create_lot_in_stock("There", build=self.build_there)
        self._run_cron()
        self.assertNotEqual(self._activities(lot).user_id, self.keeper)

    def test_lot_shared_by_companies_has_one_alert(self):
        self.milk.with_company(self.there).responsible_id = self.other
        lot = self._create_lot_in_stock("Shared", 5)
        self.build_there.receive(lot, 50)
        self._run_cron()
        self._run_cron()
        activity = self._activities(lot)
        self.assertEqual(activity.user_id, self.other, "who has most of it")
        self.assertIn("50 Units", activity.note)
        self.assertNotIn(self.build.stock.display_name, activity.note)
        self.assertRecordValues(
            self._alerts_of(lot), [{"company_id": False, "user_id": self.other.id}]
        )

    def test_a_rule_of_one_company_for_a_lot_that_two_share(self):
        """It looks at the stock there, whoever has most: that is told, and to whom."""
        self.milk.with_company(self.there).responsible_id = self.other
        self.rule.active = False
        self.rule.create(
            {
                "name": "There",
                "company_id": self.there.id,
                "step_ids": [(0, 0, {"value": 7})],
            }
        )
        lot = self._create_lot_in_stock("Shared", 50)
        self.build_there.receive(lot, 4)
        self._run_cron()
        alert = self._alerts_of(lot)
        self.assertRecordValues(
            alert,
            [{"company_id": self.there.id, "user_id": self.other.id, "quantity": 4}],
        )
        self.assertIn("4 Units", self._activities(lot).note)
        self.build_there.deliver(lot, 4)
        self.assertEqual(alert.outcome, "used")
        self.assertFalse(self._activities(lot))

    def test_company_rule(self):
        lots = self._create_lot_in_stock("Here")
        lots += self._create_lot_in_stock("There", build=self.build_there)
        self._run_cron()
        seen = {
            user: self.alerts.with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
            .search([("lot_id", "in", lots.ids)])
            .lot_id
            for user in (self.keeper, self.other, self.boss)
        }
        self.assertEqual(seen[self.keeper], lots[0])
        self.assertEqual(seen[self.other], lots[1])
        self.assertEqual(seen[self.boss], lots)
