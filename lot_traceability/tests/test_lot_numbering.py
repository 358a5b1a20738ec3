from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestLotNumbering(LotTraceCase):
    """Numbers made by a pattern."""

    def setUp(self):
        super().setUp()
        self.category = self.env["product.category"].create(
            {"name": "Electronics", "lot_code": "ELEC"}
        )
        self.product.write({"default_code": "ELEC-001", "categ_id": self.category.id})
        self.number = self.env["lot.number"]

    def numbering(self, pattern, **values):
        return self.env["lot.numbering"].create(
            {"name": pattern, "pattern": pattern} | values
        )

    def draw(self, product=None, count=1):
        return self.number._generate(product or self.product, count)

    def peek(self, product=None, count=1):
        return self.number._generate(product or self.product, count, draw=False)

    def receive_without_number(self, product=None, count=1):
        """What the dialog of a receipt gives when nothing is written in it."""
        receipt = self.build.open_receipt(product or self.product, count)
        rows = self.env["stock.move"].action_generate_lot_line_vals(
            {
                "default_product_id": receipt.move_ids.product_id.id,
                "default_picking_id": receipt.id,
                "default_tracking": receipt.move_ids.product_id.tracking,
                "default_quantity": count,
                "default_location_dest_id": self.build.stock.id,
            },
            "generate",
            "",
            1,
            False,
        )
        return [row["lot_name"] for row in rows]

    @freeze_time("2026-03-24 12:00:00")
    def test_the_pattern_of_the_guide(self):
        self.product.lot_numbering_id = self.numbering(
            "LOT/{{product.default_code}}/%(year)s-{5 digits}", restart="year"
        )
        self.assertEqual(
            self.receive_without_number(count=2),
            ["LOT/ELEC-001/2026-00001", "LOT/ELEC-001/2026-00002"],
        )

    @freeze_time("2026-03-24 12:00:00")
    def test_ready_made_ones(self):
        laptop = self.build.product("Laptop", "serial", default_code="LAPTOP")
        food = self.env["product.category"].create({"name": "Food", "lot_code": "FOOD"})
        flour = self.build.product("Flour", categ_id=food.id)
        chip = self.build.product("Chip", "serial", categ_id=self.category.id)
        for product, name, expected in (
            (flour, "category_year", "FOOD-2026-00001"),
            (chip, "category_serial", "ELEC-SN-2026-00001"),
            (laptop, "product_day", "LAPTOP-20260324-001"),
            (self.product, "product_year", "LOT/ELEC-001/2026-00001"),
            (flour, "date_code", "20260324"),
        ):
            numbering = self.env.ref(f"lot_traceability.numbering_{name}")
            product.lot_numbering_id = numbering
            self.assertEqual(self.draw(product), [expected])

    def test_the_most_specific_wins(self):
        company, operation, parent, category, product = (
            self.numbering(f"{text}{{3 digits}}") for text in "COPKX"
        )
        self.env.company.lot_numbering_id = company
        self.assertEqual(self.receive_without_number(), ["C001"])
        self.build.warehouse.in_type_id.lot_numbering_id = operation
        self.assertEqual(self.receive_without_number(), ["O001"])
        self.assertEqual(self.draw(), ["C002"], "outside of a receipt")
        self.category.parent_id = self.env["product.category"].create({"name": "All"})
        self.category.parent_id.lot_numbering_id = parent
        self.assertEqual(self.receive_without_number(), ["P001"])
        self.category.lot_numbering_id = category
        self.assertEqual(self.receive_without_number(), ["K001"])
        self.product.lot_sequence_id = self.env["ir.sequence"].create(
            {"name": "Own", "prefix": "OWN"}
        )
        self.assertEqual(self.receive_without_number(), ["OWN1"])
        self.product.lot_numbering_id = product
        self.assertEqual(self.receive_without_number(), ["X001"])
        product.active = False
        self.assertEqual(self.receive_without_number(), ["OWN2"])

    def test_counters(self):
        other = self.build.product("Other", categ_id=self.category.id)
        elsewhere = self.build.product("Elsewhere")
        products = self.product, other, elsewhere
        for counter, expected in (
            ("product", ["1", "1", "1"]),
            ("category", ["1", "2", "1"]),
            ("shared", ["1", "2", "3"]),
        ):
            numbering = self.numbering(f"{counter}-{{1 digit}}", counter=counter)
            drawn = []
            for product in products:
                product.lot_numbering_id = numbering
                drawn += self.draw(product)
            self.assertEqual(drawn, [f"{counter}-{text}" for text in expected])

    def test_restart(self):
        for restart, pattern, moments in (
            (
                "year",
                "{year}-{2}",
                [("2026-12-31", "2026-01"), ("2027-01-01", "2027-01")],
            ),
            (
                "month",
                "{year}{month}-{2}",
                [
                    ("2026-01-31", "202601-01"),
                    ("2026-02-01", "202602-01"),
                    ("2026-02-28", "202602-02"),
                    ("2026-03-01", "202603-01"),
                ],
            ),
            (
                "day",
                "{year}{month}{day}-{2}",
                [
                    ("2026-02-28", "20260228-01"),
                    ("2026-03-01", "20260301-01"),
                    ("2026-03-01", "20260301-02"),
                ],
            ),
        ):
            self.product.lot_numbering_id = self.numbering(pattern, restart=restart)
            for day, expected in moments:
                with freeze_time(f"{day} 12:00:00"):
                    self.assertEqual(self.peek(), [expected])
                    self.assertEqual(self.draw(), [expected])

    def test_the_date_is_that_of_the_warehouse(self):
        self.product.lot_numbering_id = self.numbering("{month}{day}-{hour}{minute}-")
        self.build.warehouse.partner_id.tz = "Asia/Tokyo"
        self.env.user.tz = "America/New_York"
        with freeze_time("2026-03-24 20:30:00"):
            self.assertEqual(self.receive_without_number(), ["0325-0530-00001"])
            self.assertEqual(self.draw(), ["0324-1630-00002"])

    def test_values(self):
        operation = self.build.warehouse.in_type_id
        vendor = self.build.partner("Mill", ref="V77")
        receipt = self.build.open_receipt(self.product)
        receipt.partner_id = vendor
        self.product.lot_numbering_id = self.numbering(
            "{warehouse}|{operation}|{document}|{vendor reference}|{made or bought}|"
            "{product name}|{3}"
        )
        number = self.number._for_document(receipt)
        self.assertEqual(
            number._generate(self.product, 1),
            [
                f"{operation.warehouse_id.code}|{operation.sequence_code}|{receipt.name}"
                + "|V77|B|Raw|001"
            ],
        )

    def test_what_the_pattern_asks_for_is_missing(self):
        self.product.lot_numbering_id = self.numbering("{product code}-{5}")
        self.product.default_code = False
        with self.assertRaisesRegex(UserError, "Raw.*product code"):
            self.draw()

    def test_numbers_that_exist_are_skipped(self):
        self.product.lot_numbering_id = self.numbering("N{3 digits}")
        for name in ("N001", " n002 ", "N005"):
            self.build.lot(self.product, name)
        self.assertEqual(self.peek(count=3), ["N003", "N004", "N006"])
        self.assertEqual(self.draw(count=3), ["N003", "N004", "N006"])
        self.env["stock.lot"].create(
            [
                {"product_id": self.product.id, "name": f"N{value:03}"}
                for value in range(7, 400)
            ]
        )
        self.assertEqual(self.draw(count=2), ["N400", "N401"])

    def test_without_gaps(self):
        self.product.lot_numbering_id = self.numbering("G{3 digits}", is_no_gap=True)
        self.assertEqual(self.draw(count=2), ["G001", "G002"])
        self.assertEqual(self.draw(), ["G003"])
        self.product.lot_numbering_id.restart = "never"
        self.product.lot_numbering_id.is_no_gap = False
        self.assertEqual(self.draw(), ["G004"])

    def test_opening_and_cancelling_uses_up_nothing(self):
        """OCA product-attribute#1326: a number was burnt by opening a form."""
        self.product.lot_numbering_id = self.numbering("F{3 digits}")
        sequence = self.env["ir.sequence"].create({"name": "Own", "prefix": "S"})
        self.serial_product.lot_sequence_id = sequence
        for _time in range(2):
            for product, expected in (
                (self.product, "F001"),
                (self.serial_product, "S1"),
            ):
                form = Form(self.env["stock.lot"])
                form.product_id = product
                self.assertEqual(form.name, expected)
                context = {"default_product_id": product.id}
                move = self.env["stock.move"]
                self.assertEqual(move.get_next_lot_number(context), expected)
                self.assertEqual(product.next_lot_number, expected)
        form.save()
        self.assertEqual(self.peek(self.serial_product), ["S2"])

    def test_lots_created_without_a_name_get_the_next_numbers(self):
        self.product.lot_numbering_id = self.numbering("L{3 digits}")
        lots = self.env["stock.lot"].create([{"product_id": self.product.id}] * 3)
        self.assertEqual(lots.mapped("name"), ["L001", "L002", "L003"])
        # beside some that are typed: nobody gets a number of theirs
        names = ("", "l004", "", "L006")
        lots = self.env["stock.lot"].create(
            [{"product_id": self.product.id, "name": name} for name in names]
        )
        self.assertEqual(lots.mapped("name"), ["L005", "l004", "L007", "L006"])

    def test_without_a_pattern_odoos_sequence_counts(self):
        self.assertFalse(self.product.lot_numbering_id)
        sequence = self.product.lot_sequence_id
        following = sequence.get_next_char(sequence.number_next_actual)
        self.assertEqual(self.peek(), [following])

    def test_two_products_with_the_same_prefix_count_apart(self):
        other = self.build.product("Other")
        for product in (self.product, other):
            product.product_tmpl_id.serial_prefix_format = "SAME-"
        self.assertEqual(self.draw(), ["SAME-0000001"])
        self.assertEqual(self.draw(other), ["SAME-0000001"])
        self.env.company.lot_share_prefix_counter = True
        third = self.build.product("Third")
        third.product_tmpl_id.serial_prefix_format = "SAME-"
        self.assertIn(
            third.lot_sequence_id, (self.product | other).mapped("lot_sequence_id")
        )

    def test_the_product_form_shows_the_next_number(self):
        self.product.lot_numbering_id = self.numbering("P-{4 digits}")
        template = self.product.product_tmpl_id
        self.assertEqual(template.next_lot_number, "P-0001")
        # what other apps show as first number
        shown = template.serial_prefix_format + template.next_serial
        self.assertEqual(shown, "P-0001")

    @freeze_time("2026-03-24 12:00:00")
    def test_preview(self):
        numbering = self.numbering("{product code}/{year}-{3 digits}")
        form = Form(numbering)
        form.example_product_id = self.product
        self.assertEqual(
            form.preview, "ELEC-001/2026-001\nELEC-001/2026-002\nELEC-001/2026-003"
        )
        form.pattern = "{product cod}-{2}"
        self.assertEqual(
            form.preview,
            "{product cod} is not a placeholder. Did you mean {product code}?",
        )

    def test_bad_patterns_are_refused(self):
        for values, message in (
            ({"pattern": "{{object.lot}}-{5}"}, "is not a placeholder"),
            ({"pattern": "{year"}, "not readable"),
            ({"pattern": "{month}-{3}", "restart": "year"}, "{year}"),
            ({"pattern": "{any}-{3}"}, "only describes"),
            ({"accepted_pattern": "{foo}"}, "is not a placeholder"),
            ({"min_length": 9, "max_length": 8}, "longest"),
        ):
            with self.assertRaisesRegex(ValidationError, message):
                self.env["lot.numbering"].create({"name": "Bad"} | values)

    def test_deleting_a_numbering_takes_its_counters_along(self):
        numbering = self.numbering("D{3 digits}")
        self.product.lot_numbering_id = numbering
        self.draw()
        counter = numbering.counter_ids
        self.assertTrue(counter)
        self.product.lot_numbering_id = False
        numbering.unlink()
        self.assertFalse(counter.exists())

    def test_rights(self):
        user = self._create_user("stocker", "stock.group_stock_user")
        self.product.lot_numbering_id = self.numbering("U{3 digits}")
        lot = self.env["stock.lot"].with_user(user)
        self.assertEqual(lot.create({"product_id": self.product.id}).name, "U001")
        with self.assertRaisesRegex(UserError, "not allowed"):
            self.product.lot_numbering_id.with_user(user).name = "mine"

    def test_a_numbering_of_another_company_does_not_count(self):
        other = self.env["res.company"].create({"name": "Other"})
        numbering = self.numbering("Z{3 digits}", company_id=other.id)
        self.category.lot_numbering_id = numbering
        self.assertNotEqual(self.peek(), ["Z001"])
        self.product.company_id = other
        in_other = self.number.with_company(other)
        self.assertEqual(in_other._generate(self.product, 1, draw=False), ["Z001"])


@tagged("post_install", "-at_install")
class TestNumberRuleOfNumbering(LotTraceCase):
    """Which numbers are good, whoever wrote them."""

    def rules(self, **values):
        self.product.lot_numbering_id = self.env["lot.numbering"].create(
            {"name": "Rules"} | values
        )

    def assertGood(self, *names):
        for name in names:
            self.build.lot(self.product, name)

    def assertBad(self, message, *names):
        for name in names:
            with self.assertRaisesRegex(ValidationError, message):
                self.env["stock.lot"].create(
                    {"product_id": self.product.id, "name": name}
                )

    def test_form(self):
        self.rules(pattern="A-{year}-{3 digits}", is_strict=True)
        self.assertGood("A-2026-001", "A-2026-1234")
        self.assertBad("Raw: .*has not the form", "A-26-001", "B-2026-001", "A-2026-01")

    def test_without_strict_anything_is_good(self):
        self.rules(pattern="A-{year}-{3 digits}")
        self.assertGood("vendor 77")

    def test_the_vendors_form_is_accepted_beside_ours(self):
        self.rules(pattern="A-{3 digits}", accepted_pattern="V-{2 letters}{digits}")
        self.assertGood("A-001", "V-ab7")
        self.assertBad("A-{3 digits} or V-{2 letters}{digits}", "V-7")

    def test_length(self):
        self.rules(min_length=4, max_length=6)
        self.assertGood("abcd", "abcdef")
        self.assertBad("4 to 6", "abc", "abcdefg")

    def test_characters(self):
        self.rules(letters="digits")
        self.assertGood("0815")
        self.assertBad("not allowed: - A", "A-0815")
        self.rules(letters="upper")
        self.assertGood("A-0816")
        self.assertBad("not allowed: ä", "Aä-0816")
        self.rules(letters="clear")
        self.assertBad("not allowed: I O", "OIL")

    def test_check_digit(self):
        self.rules(check_digit="luhn")
        self.assertGood("490154203237518")
        self.assertBad("mistyped", "490154203237519")

    def test_generated_numbers_keep_the_rules(self):
        self.rules(
            pattern="SN{6 digits}{check digit}", check_digit="mod37", is_strict=True
        )
        lots = self.env["stock.lot"].create([{"product_id": self.product.id}] * 20)
        self.assertEqual(len(set(lots.mapped("name"))), 20)

    def test_receipts_pass_the_same_gate(self):
        self.rules(min_length=4)
        receipt = self.build.open_receipt(self.product, number="abc")
        with self.assertRaisesRegex(ValidationError, "Raw: “abc” has 3 characters"):
            receipt.button_validate()

    def test_write_passes_the_same_gate(self):
        self.rules(min_length=4)
        lot = self.build.lot(self.product, "abcd")
        with self.assertRaisesRegex(ValidationError, "has 3 characters"):
            lot.name = "abc"

    def test_existing_ones_stay_usable(self):
        lot = self.build.lot(self.product, "abc")
        self.rules(min_length=4)
        lot.ref = "still there"
        self.build.receive(lot, 3)
        self.assertEqual(self.build.on_hand(lot), 3)
