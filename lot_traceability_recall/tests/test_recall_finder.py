from lxml.etree import fromstring

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import RecallCase


@tagged("post_install", "-at_install")
class TestRecallFinder(RecallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        build = cls.build
        cls.other_vendor = build.partner("Other Vendor")
        cls.lots = cls.lot.browse()
        for number in range(1, 5):
            lot = build.lot(cls.product, f"F-00{number}", supplier_number=f"S{number}")
            vendor = cls.vendor if number < 3 else cls.other_vendor
            build.receive(lot, 1, vendor, at=f"2026-03-0{number} 12:00:00")
            cls.lots |= lot

    def find(self, method, **values):
        finder = self.env["lot.recall.finder"].with_user(self.user)
        return finder.create(dict(values, method=method))

    def assertFound(self, finder, lots):
        self.assertEqual(finder.lot_ids.sudo().sorted("id"), lots.sorted("id"))

    def test_numbers_typed_and_pasted(self):
        finder = self.find("numbers", numbers="F-001-F-003\nNONE-7, F-004")
        self.assertFound(finder, self.lots)
        self.assertEqual(finder.missing, "NONE-7")
        self.assertEqual(self.find("numbers", numbers="F-003-F-001").lot_count, 0)
        self.assertIn(
            "F-003-F-001", self.find("numbers", numbers="F-003-F-001").missing
        )

    def test_numbers_of_another_product_are_left_out(self):
        twin = self.build.lot(self.serial_product, "F-001")
        self.assertFound(self.find("numbers", numbers="F-001"), self.lots[0] | twin)
        finder = self.find(
            "numbers", numbers="F-001", product_id=self.serial_product.id
        )
        self.assertFound(finder, twin)

    def test_supplier_numbers(self):
        self.assertFound(self.find("supplier_numbers", numbers="S2 S3"), self.lots[1:3])

    def test_numbers_in_another_spelling(self):
        numbers = "f-001, F\u2013002\n\ufeffF-\u200b003"
        finder = self.find("numbers", numbers=numbers)
        self.assertFound(finder, self.lots[:3])
        self.assertFalse(finder.missing)
        self.assertFound(self.find("supplier_numbers", numbers="s1"), self.lots[0])

    def test_labels_that_are_scanned(self):
        self.product.barcode = "9506000134352"
        label = "(01)09506000134352(10)F-002"
        numbers = f"{label}\n]C0F-003\n(01)04006381333931(10)F-004"
        finder = self.find("numbers", numbers=numbers)
        self.assertFound(finder, self.lots[1:3])
        # of goods that nobody knows
        self.assertEqual(finder.missing, "(01)04006381333931(10)F-004")
        finder = self.find("numbers", numbers=label, product_id=self.serial_product.id)
        self.assertFalse(finder.lot_ids)

    def test_vendor_and_dates(self):
        self.assertFound(
            self.find("vendor", partner_id=self.other_vendor.id), self.lots[2:]
        )
        finder = self.find(
            "vendor",
            partner_id=self.vendor.id,
            date_from="2026-03-02",
            date_to="2026-03-02",
        )
        self.assertFound(finder, self.lots[1])

    def test_ingredient(self):
        finder = self.find("ingredient", product_id=self.product.id)
        self.assertFound(finder, self.lots | self.lot)

    def test_upstream_first(self):
        finder = self.find("upstream", complaint_lot_ids=[(6, 0, self.lots[0].ids)])
        self.assertFound(finder, self.lots[0])
        recall = self.create_recall(self.lot)
        finder.recall_id = recall
        finder.action_use()
        self.assertEqual(recall.seed_lot_ids, self.lot | self.lots[0])
        self.assertEqual(
            recall.seed_ids[-1].origin, "Complaint, Upstream First · F-001"
        )
        self.assertIn("traced_back", recall.step_ids.mapped("step"))

    def test_expiry(self):
        if "expiration_date" not in self.env["stock.lot"]._fields:
            methods = dict(self.env["lot.recall.finder"]._get_methods())
            self.assertNotIn("expiry", methods)
            return
        self.product.use_expiration_date = True
        self.lots[3].expiration_date = "2027-05-05 00:00:00"
        finder = self.find("expiry", date_from="2027-05-01", date_to="2027-05-31")
        self.assertFound(finder, self.lots[3])
        # the days are those of the warehouse: in Los Angeles it is still the 10th
        self.build.receive(self.lots[2], 1, self.vendor)
        self.build.warehouse.partner_id.tz = "America/Los_Angeles"
        self.lots[2].expiration_date = "2027-12-11 06:00:00"
        found = {
            day: self.find("expiry", date_from=day, date_to=day).lot_ids
            for day in ("2027-12-09", "2027-12-10", "2027-12-11")
        }
        self.assertEqual(found["2027-12-10"], self.lots[2])
        self.assertFalse(found["2027-12-09"] | found["2027-12-11"])

    def test_to_the_wizard(self):
        finder = self.find("numbers", numbers="F-001, F-002")
        action = finder.action_use()
        wizard = finder.env["lot.recall.wizard"].browse(action["res_id"])
        wizard.write({"reason": "Mould", "recall_class": "3"})
        recall = self.recall_of(wizard.action_create_recall())
        self.assertEqual(recall.seed_lot_ids, self.lots[:2])
        self.assertEqual(
            set(recall.seed_ids.mapped("origin")), {"Numbers · F-001, F-002"}
        )
        self.assertEqual(recall.line_ids[0].certainty, "material")

    def test_nothing_found_is_refused(self):
        with self.assertRaisesRegex(UserError, "No lot was found"):
            self.find("numbers", numbers="NONE-7").action_use()

    def test_from_a_delivery(self):
        action = self.delivery.with_user(self.user).action_recall()
        wizard = self.env["lot.recall.wizard"].browse(action["res_id"])
        self.assertEqual(wizard.seed_lot_ids, self.lot)

    def test_joining_the_active_recall(self):
        recall = self.create_approved()
        wizard = self.open_wizard(self.lot | self.lots[0])
        self.assertEqual(wizard.other_recall_id, recall)
        # an exercise over the same lots stands beside it, and adds nothing to it
        exercise = self.open_wizard(self.lot | self.lots[0])
        exercise.write({"is_mock": True, "reason": "Exercise", "recall_class": "2"})
        arch = fromstring(exercise.get_view(view_type="form")["arch"])
        (join,) = arch.xpath("//button[@name='action_join']")
        self.assertIn("is_mock", join.get("invisible"))
        with self.assertRaisesRegex(UserError, "mock"):
            exercise.action_join()
        beside = self.recall_of(exercise.action_create_recall())
        self.assertTrue(beside.is_mock)
        self.assertEqual(recall.seed_lot_ids, self.lot)
        self.assertEqual(self.recall_of(wizard.action_join()), recall)
        self.assertEqual(recall.seed_lot_ids, self.lot | self.lots[0])
        self.assertEqual((recall.state, recall.scope_id.version), ("scoped", 2))
