import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestPlaceSearch(LotTraceCase):
    """What the screen "Where Is This Number?" answers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.serial_product.barcode = "4012345000009"
        cls.unit = cls.build.lot(cls.serial_product, "ZQX-0001", ref="Frame 7")
        cls.other = cls.build.lot(cls.product, "ZQX-00012 b")
        cls.receipt = cls.build.receive(cls.unit, 1, cls.vendor)

    def search(self, text, **paging):
        return self.env["lot.place"].search_number(text, **paging)

    def names(self, text, **paging):
        return [row["name"] for row in self.search(text, **paging)["rows"]]

    def test_exact_number_first(self):
        self.env["stock.lot"].create(
            {"name": "A-ZQX-0001", "product_id": self.product.id}
        )
        self.assertEqual(
            self.names("ZQX-0001"), ["ZQX-0001", "A-ZQX-0001", "ZQX-00012 b"]
        )

    def test_part_case_and_blanks(self):
        for text in ("zqx-00012  B", " ZQX-00012", "Ｚqx-00012 b"):
            self.assertEqual(self.names(text), ["ZQX-00012 b"])

    def test_reference_and_product_barcode(self):
        self.assertEqual(self.names("frame 7"), ["ZQX-0001"])
        self.assertEqual(self.names("4012345000009"), ["ZQX-0001"])

    def test_no_wildcards(self):
        self.assertEqual(self.search("ZQX%0001")["count"], 0)
        self.assertEqual(self.search("ZQX_0001")["count"], 0)

    def test_nothing_for_nothing(self):
        self.assertEqual(self.search("   "), {"count": 0, "rows": []})
        self.assertEqual(self.search("QQQQQQ-none"), {"count": 0, "rows": []})

    def test_pages(self):
        for number in range(5):
            self.build.lot(self.product, f"PAGE-{number}")
        self.build.lot(self.product, "page")
        pages = [self.names("page", limit=2, offset=offset) for offset in (0, 2, 4, 6)]
        self.assertEqual(
            pages,
            [["page", "PAGE-0"], ["PAGE-1", "PAGE-2"], ["PAGE-3", "PAGE-4"], []],
        )
        self.assertEqual(self.search("page", limit=2)["count"], 6)

    def test_answer_survives_json(self):
        (row,) = self.search("frame 7")["rows"]
        self.assertEqual(json.loads(json.dumps(row)), row)
        (place,) = row.pop("places")
        self.assertEqual(row["product"], "Device")
        self.assertEqual(row["tracking"], "serial")
        self.assertEqual(place["state_label"], "In stock")
        self.assertEqual(place["location"], "WH/Stock")
        self.assertEqual(place["document_id"], self.receipt.id)
        self.assertRegex(place["since"], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")

    def test_other_companies_of_the_user(self):
        company = self.env["res.company"].create({"name": "Sister"})
        build = type(self.build)(self.env, company)
        unit = build.lot(self.serial_product, "SIS-1", company_id=company.id)
        build.receive(unit, 1)
        groups = ("stock.group_stock_user",)
        both = self._create_user("both", *groups, companies=self.env.company | company)
        one = self._create_user("one", *groups)
        finder = self.env["lot.place"].with_context(
            allowed_company_ids=self.env.company.ids
        )
        (row,) = finder.with_user(both).search_number("SIS-1")["rows"]
        self.assertEqual(row["places"][0]["company"], "Sister")
        self.assertEqual(finder.with_user(one).search_number("SIS-1")["count"], 0)

    def test_shared_number_in_a_company_that_the_user_may_not_read(self):
        company = self.env["res.company"].create({"name": "Secret Sister"})
        build = type(self.build)(self.env, company)
        unit = self.env["stock.lot"].create(
            {"name": "SHA-1", "product_id": self.serial_product.id}
        )
        unit.company_id = False
        build.receive(unit, 1, build.partner("Secret Vendor"))
        user = self._create_user("one", "stock.group_stock_user")
        answer = self.env["lot.place"].with_user(user).search_number("SHA-1")
        (place,) = answer["rows"][0]["places"]
        self.assertEqual(place["state_label"], "In another company")
        self.assertNotIn("Secret", json.dumps(answer))
        self.assertFalse(place["location"] or place["document"] or place["since"])

    def test_arguments_that_mean_nothing(self):
        search = self.env["lot.place"].search_number
        self.assertEqual(search(None), {"count": 0, "rows": []})
        for arguments in ([["L"]], [5], ["L", "x"], ["L", 5, None]):
            with self.assertRaises(UserError, msg=arguments):
                search(*arguments)

    def test_only_for_stock_users(self):
        user = self._create_user("nobody", "base.group_user")
        with self.assertRaises(AccessError):
            self.env["lot.place"].with_user(user).search_number("ZQX")
