from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..numbers import finder
from ..numbers.finder import EXACT, SPELLING, VENDOR
from .scan_case import GTIN, ScanCase


@tagged("post_install", "-at_install")
class TestNumberFinder(ScanCase):
    """The same text is the same lot, whoever asks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.int_1 = cls.build.lot(cls.product, "INT-1", supplier_number="V 4711")
        cls.other = cls.build.lot(cls.serial_product, "V 4711")

    def found(self, text, **scope):
        found = finder.find_one(self.env, text, **scope)
        return found.lots, found.how

    def test_order_of_preference(self):
        lower = self.env["stock.lot"].create(
            {"product_id": self.serial_product.id, "name": "int-1"}
        )
        self.assertEqual(self.found("INT-1"), (self.int_1, EXACT))
        self.assertEqual(self.found("int-1"), (lower, EXACT))
        self.assertEqual(self.found("Int-1"), (self.int_1 | lower, SPELLING))
        self.assertEqual(self.found("V 4711"), (self.other, EXACT))
        self.assertEqual(self.found("v 4711"), (self.other, SPELLING))
        none = (self.env["stock.lot"], "")
        self.assertEqual(self.found("INT-2"), none)
        self.assertEqual(self.found(""), none)

    def test_within_the_products_and_companies_meant(self):
        self.assertEqual(
            self.found("v  4711", products=self.product), (self.int_1, VENDOR)
        )
        self.assertFalse(self.found("V 4711", products=self.product, vendor=False)[0])
        self.assertFalse(self.found("INT-1", products=self.serial_product)[0])
        self.assertFalse(self.found("INT-1", own=False)[0])
        sister = self.env["res.company"].create({"name": "Sister"})
        self.env.user.company_ids |= sister
        self.int_1.company_id = self.env.company
        self.assertFalse(self.found("INT-1", companies=sister)[0])
        self.assertTrue(self.found("INT-1", companies=self.env.company)[0])

    def test_stored_as_written_without_the_blanks_around_it(self):
        lot = self.env["stock.lot"].create(
            {"product_id": self.product.id, "name": " L 9\t"}
        )
        self.assertEqual(lot.name, "L 9")
        lot.name = "\u00a0L  10 "
        self.assertEqual(lot.name, "L  10")
        # what nobody sees turns the number round where it is shown
        lot.name = "\u202eL\n11\u200b"
        self.assertEqual(lot.name, "L 11")
        with self.assertRaises(ValidationError):
            lot.name = False

    def test_all_that_fit_come_back(self):
        twin = self.build.lot(self.product, "INT-2", supplier_number="V 4711")
        self.assertEqual(
            self.found("V 4711", products=self.product), (self.int_1 | twin, VENDOR)
        )

    def test_what_nobody_sees_is_no_difference(self):
        for text in (
            "INT\u20131",
            "INT\u22121",
            "\ufeffINT-1",
            "IN\u200bT-1\u200e",
            "I\u00adNT-1",
            "INT-1\x07",
            " int-1\x00",
        ):
            self.assertEqual(self.found(text)[0], self.int_1, repr(text))

    def test_many_numbers_are_one_query_for_each_kind(self):
        numbers = [f"N-{count}" for count in range(500)] + ["int-1", "V 4711"]
        finder.find(self.env, numbers)
        with self.assertQueryCount(2):
            found = finder.find(self.env, numbers)
        self.assertEqual(list(found), numbers)
        self.assertEqual(found["int-1"].lots, self.int_1)

    def test_record_rules_of_the_user_count(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        self.int_1.company_id = sister
        user = self._create_user("finder", "stock.group_stock_user")
        found = finder.find_one(self.env(user=user), "INT-1")
        self.assertFalse(found.lots)

    # -- who asks ---------------------------------------------------------
    def test_delivery(self):
        self.build.receive(self.int_1, 5)
        delivery = self.env["stock.picking"].create(
            {
                "picking_type_id": self.build.warehouse.out_type_id.id,
                "location_id": self.build.stock.id,
                "location_dest_id": self.build.customers.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 2,
                            "location_id": self.build.stock.id,
                            "location_dest_id": self.build.customers.id,
                        },
                    )
                ],
            }
        )
        delivery.action_confirm()
        self.scan(delivery, "int-1")
        self.scan(delivery, "in\u200bt\u20131")
        self.assertEqual(self.picked(delivery), [("INT-1", 2)])

    def test_receipt_of_a_number_that_exists_in_another_spelling(self):
        receipt = self.open(self.product, quantity=2)
        self.scan(receipt, "int\u20131")
        self.scan(receipt, " INT-1 ")
        self.assertEqual(self.picked(receipt), [("INT-1", 2)])
        receipt._action_done()
        self.assertEqual(receipt.move_line_ids.lot_id, self.int_1)
        self.assertEqual(self.int_1.product_qty, 2)

    def test_number_typed_on_a_receipt_in_another_spelling(self):
        receipt = self.build.open_receipt(self.product, 2, "int\u20131")
        receipt._action_done()
        self.assertEqual(receipt.move_line_ids.lot_id, self.int_1)
        self.assertEqual(self.int_1.product_qty, 2)

    def test_serial_that_is_in_stock_typed_in_another_spelling(self):
        self.build.receive(self.build.lot(self.serial_product, "S-1"), 1)
        receipt = self.build.open_receipt(self.serial_product, 1, "s-1")
        with self.assertRaisesRegex(ValidationError, "S-1"):
            receipt._action_done()

    def test_each_number_of_a_receipt_is_of_its_product(self):
        self.build.lot(self.serial_product, "int-1")
        company = self.env.company
        wanted = [
            (self.product, company, "int-1"),
            (self.serial_product, company, "INT-1"),
            (self.plain, company, "INT-1"),
        ]
        found = finder.find_for(self.env, wanted)
        self.assertEqual(
            [(match.lots.name, match.how) for match in found.values()],
            [("INT-1", SPELLING), ("int-1", SPELLING), (False, "")],
        )

    def test_receipt_of_a_new_number_in_two_spellings(self):
        receipt = self.open(self.serial_product, quantity=2)
        self.scan(receipt, "new\u200b-1")
        self.scan(receipt, "NEW-1", level="warning")
        self.assertEqual(self.picked(receipt), [("new-1", 1)])

    def test_a_vendors_number_at_a_receipt_is_a_new_one(self):
        receipt = self.open(self.product, quantity=1)
        # but that another product has it needs a second look
        self.scan(receipt, "V 4711", "warning")
        self.assertEqual(self.picked(receipt), [("V 4711", 1)])

    def test_where_is_and_search(self):
        for text in ("int-1", "INT\u20131", "in\u200bt-1"):
            rows = self.env["lot.place"].search_number(text)["rows"]
            self.assertEqual(rows[0]["id"], self.int_1.id, repr(text))
            rows = self.env["stock.lot"].search_any_number(text)
            lots = [row["id"] for row in rows if row["kind"] == "lot"]
            self.assertEqual(lots[:1], self.int_1.ids, repr(text))

    def test_a_label_is_the_lot_everywhere(self):
        """On the screen that says where it is, in a field for a lot, in the search."""
        lots, place = self.env["stock.lot"], self.env["lot.place"]
        label = f"(01){GTIN}(10)INT-1"
        for text in (label, f"01{GTIN}10INT-1", f"]d201{GTIN}10int-1\x1d17271231"):
            with self.subTest(text=text):
                rows = place.search_number(text)["rows"]
                self.assertEqual([row["id"] for row in rows], self.int_1.ids)
                found = lots.name_search(text)
                self.assertEqual([row[0] for row in found], self.int_1.ids)
                self.assertFalse(lots.name_search(text, [("id", "=", False)]))
        for text in ("(01)04006381333931(10)INT-1", f"(01){GTIN}(10)NIX"):
            self.assertFalse(place.search_number(text)["count"], text)
            self.assertFalse(lots.name_search(text), text)
        # a number that is written like a label is itself
        own = self.build.lot(self.product, "(10)INT-1")
        self.assertEqual(lots.search_any_number(own.name)[0]["id"], own.id)
        self.assertEqual(lots.name_search(own.name)[0][0], own.id)

    def test_signs_that_are_wildcards_elsewhere(self):
        self.build.lot(self.product, "AB-1")
        under = self.build.lot(self.product, "AB_2")
        names = [name for _id, name in self.env["stock.lot"].name_search("AB_1")]
        self.assertEqual(names, [])
        found = self.env["stock.lot"].name_search("ab_2")
        self.assertEqual([row[0] for row in found], under.ids)
        self.assertFalse(self.env["stock.lot"].name_search("A%1"))

    def test_vendors_number_has_its_form_kept(self):
        self.int_1.supplier_number = "NEU\u2013" + "1"
        self.assertEqual(self.found("neu-1"), (self.int_1, VENDOR))
        self.int_1.supplier_number = False
        self.assertFalse(self.found("neu-1")[0])
