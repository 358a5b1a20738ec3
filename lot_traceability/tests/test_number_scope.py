from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestNumberScope(LotTraceCase):
    """Within what a number is unique."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        attribute = cls.env["product.attribute"].create(
            {
                "name": "Size",
                "value_ids": [(0, 0, {"name": "S"}), (0, 0, {"name": "L"})],
            }
        )
        template = cls.env["product.template"].create(
            {
                "name": "Shirt",
                "is_storable": True,
                "tracking": "lot",
                "attribute_line_ids": [
                    (
                        0,
                        0,
                        {
                            "attribute_id": attribute.id,
                            "value_ids": attribute.value_ids.ids,
                        },
                    )
                ],
            }
        )
        cls.small, cls.large = template.product_variant_ids
        cls.other_company = cls.env["res.company"].create({"name": "Other"})

    def add(self, product, name, company=None):
        return self.env["stock.lot"].create(
            {
                "product_id": product.id,
                "name": name,
                "company_id": company.id if company else False,
            }
        )

    def assertTaken(self, product, name, message="exists already", company=None):
        with self.assertRaisesRegex(ValidationError, message):
            self.add(product, name, company)

    def test_within_a_product(self):
        self.add(self.small, "A1")
        self.add(self.large, "A1")
        self.add(self.product, "A1")
        self.assertTaken(self.small, "A1")

    def test_blanks_case_and_look_alikes_make_no_other_number(self):
        self.add(self.product, "Lot 1")
        for name in ("lot 1", " LOT 1 ", "Lot\u00a01", "Lot   1", "Ｌot 1"):
            self.assertTaken(self.product, name, "exists already as “Lot 1”")

    def test_within_all_variants(self):
        self.env.company.lot_number_scope = "template"
        self.add(self.small, "A1")
        self.assertTaken(self.large, "A1", r"taken by Shirt.*all variants")
        self.add(self.product, "A1")

    def test_within_a_company(self):
        self.env.company.lot_number_scope = "company"
        self.other_company.lot_number_scope = "company"
        self.add(self.small, "A1", self.env.company)
        self.assertTaken(self.product, "A1", company=self.env.company, message="taken")
        self.add(self.product, "A1", self.other_company)
        self.assertTaken(self.serial_product, "A1", "taken by")

    def test_within_everything(self):
        self.env.company.lot_number_scope = "everything"
        self.add(self.small, "A1", self.other_company)
        self.assertTaken(self.product, "a1", "taken", self.env.company)

    def test_what_the_user_may_not_see_stays_hidden(self):
        self.env.company.lot_number_scope = "everything"
        self.add(self.small, "A1", self.other_company)
        user = self._create_user("stocker", "stock.group_stock_user")
        lots = self.env["stock.lot"].with_user(user)
        values = {
            "product_id": self.product.id,
            "name": "A1",
            "company_id": self.env.company.id,
        }
        with self.assertRaisesRegex(ValidationError, "no access") as caught:
            lots.create(values)
        self.assertNotIn("Shirt", str(caught.exception))

    def test_in_one_batch(self):
        values = {"product_id": self.product.id}
        with self.assertRaisesRegex(ValidationError, "exists already"):
            self.env["stock.lot"].create(
                [values | {"name": "B1"}, values | {"name": "b1"}]
            )

    def test_names_are_not_looked_for_by_their_parts(self):
        """With a thousand names, PostgreSQL takes the trigrams that all of them share:
        minutes in an import."""
        with self.assertLogs("odoo.sql_db", "DEBUG") as log:
            self.env["stock.lot"].create(
                [
                    {"product_id": self.small.id, "name": f"PARTS-{number:04}"}
                    for number in range(3)
                ]
            )
        asked = [text for text in log.output if "PARTS-0002" in text]
        self.assertTrue(asked)
        self.assertFalse([text for text in asked if '"name" IN' in text])

    def test_one_new_lot_written_in_two_ways(self):
        """Lines of one receipt, and of two that are done at once."""
        for names in (("L1", "l1"), ("L-2", "l\u22122")):
            receipts = [
                self.build.open_receipt(self.product, 1, name) for name in names
            ]
            both = receipts[0] | receipts[1]
            both.button_validate()
            self.assertEqual(set(both.mapped("state")), {"done"})
            self.assertEqual(len(both.move_line_ids.lot_id), 1, names)
            self.assertEqual(both.move_line_ids.lot_id.product_qty, 2)

    def test_by_write(self):
        self.add(self.product, "C1")
        lot = self.add(self.product, "C2")
        with self.assertRaisesRegex(ValidationError, "exists already as “C1”"):
            lot.name = "c1"
        lot.name = "C3"

    def test_existing_doubles_stay_and_are_listed(self):
        first = self.add(self.small, "D1")
        second = self.add(self.large, "d1")
        doubles = self.env["lot.number"]._get_doubles_domain()
        self.assertNotIn(second, self.env["stock.lot"].search(doubles))
        self.env.company.lot_number_scope = "company"
        self.assertEqual(
            (first | second) & self.env["stock.lot"].search(doubles), second
        )
        second.ref = "still usable"
        self.assertTaken(self.product, "D1", "taken")
        self.env.company.lot_number_scope = "product"
        self.assertFalse((first | second) & self.env["stock.lot"].search(doubles))

    def test_the_form_of_comparison_follows_the_hook(self):
        scope = type(self.env["lot.number"])

        def without_hyphens(model, number, _super=scope._get_key):
            return _super(model, number).replace("-", "")

        self.patch(scope, "_get_key", without_hyphens)
        self.add(self.product, "E-1")
        self.assertTaken(self.product, "E1")

    def test_the_next_number_is_free_in_the_whole_scope(self):
        self.env.company.lot_number_scope = "company"
        numbering = self.env["lot.numbering"].create(
            {"name": "Same", "pattern": "S{2 digits}"}
        )
        (self.product | self.serial_product).lot_numbering_id = numbering
        self.add(self.product, "S01")
        number = self.env["lot.number"]
        self.assertEqual(number._generate(self.serial_product, 2), ["S02", "S03"])

    def test_problems_of_many_at_once(self):
        self.add(self.product, "F1")
        problems = self.env["lot.number"]._get_problems(
            self.product, ["F1", "f2", "F2", "TBD", "F3"]
        )
        self.assertEqual(set(problems), {"F1", "F2", "TBD"})
        self.assertIn("exists already", problems["F1"][0])
        self.assertIn("same number as “f2”", problems["F2"][0])
        self.assertIn("placeholder", problems["TBD"][0])

    def test_a_number_that_is_free_again_goes_to_its_double(self):
        """The database holds it, whichever of two is renamed, there and back."""
        first = self.add(self.small, "L1")
        double = self.add(self.small, "L1-A")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_lot SET name = 'L1', number_key = 'l1', "
            "number_scope_key = NULL WHERE id = %s",
            [double.id],
        )
        self.env.invalidate_all()
        double.name = "L1-A"
        # what was a double may be one again, but nobody else may
        double.name = "l1"
        self.assertFalse(double.number_scope_key)
        other = self.add(self.small, "L1-C")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            other.name = "l1"
        double.name = "L1-A"
        first.name = "L1-B"
        double.name = "L1"
        with self.assertRaises(ValidationError):
            first.name = "l1"
        double.name = "L1-A"
        first.name = "L1"
        # a double that is left has the number, and the index knows it
        self.env.cr.execute(
            "UPDATE stock_lot SET name = 'L1', number_key = 'l1', "
            "number_scope_key = NULL WHERE id = %s",
            [double.id],
        )
        self.env.invalidate_all()
        first.name = "L1-B"
        self.assertTrue(double.number_scope_key)

    def test_what_is_there_already_may_be_written_again(self):
        """A file or a program that writes a lot back says its number, too."""
        lots = self.add(self.product, "AB-1") | self.add(self.product, "x2")
        lots |= self.add(self.product, "x3")
        self.env.flush_all()
        # from before the rules: two doubles and a placeholder
        names = ["ab1", "AB-1", "N/A"]
        self.env.cr.execute(
            """UPDATE stock_lot SET name = given.name FROM
            unnest(%s::int[], %s::text[]) AS given (id, name)
            WHERE given.id = stock_lot.id""",
            [lots.ids, names],
        )
        self.env.invalidate_all()
        self.env["lot.number"]._rebuild()
        for lot in lots:
            lot.write(
                {
                    "name": lot.name,
                    "product_id": lot.product_id.id,
                    "company_id": lot.company_id.id,
                    "ref": "new",
                }
            )
        self.assertEqual(lots.mapped("name"), names)
        ids = [[f"{lot.id}", lot.name, "later"] for lot in lots]
        result = self.env["stock.lot"].load([".id", "name", "ref"], ids)
        self.assertEqual(result["ids"], lots.ids, result["messages"])
        self.assertEqual(lots.mapped("ref"), ["later"] * 3)
        # who gives it another number is asked, as anybody
        with self.assertRaisesRegex(ValidationError, "placeholder"):
            lots[0].name = "N/A"
