"""What every screen, note and limit goes through."""

from odoo.tests import TransactionCase

from ..evidence import log
from ..tools.category_walk import find_up
from ..tools.existing import get_existing
from ..tools.ordering import sort_by
from ..tools.parameter import read_bool, read_float, read_int
from ..tools.quantity import format_quantity, plain_quantity
from ..tools.remember import remember


class TestQuantity(TransactionCase):
    def setUp(self):
        super().setUp()
        self.kilogram = self.env.ref("uom.product_uom_kgm")

    def test_no_more_digits_than_needed(self):
        for value, text in (
            (180.0, "180"),
            (0.5, "0.5"),
            (1234567.5, "1,234,567.5"),
            (-0.0, "0"),
            (-0.0001, "0"),
            (1e15, "1,000,000,000,000,000"),
            (None, "0"),
            (100.0, "100"),
        ):
            with self.subTest(value=value):
                self.assertEqual(format_quantity(self.env, value), text)

    def test_for_programs(self):
        for value, text in ((1e12, "1000000000000"), (0.1 + 0.2, "0.3"), (-0.0, "0")):
            with self.subTest(value=value):
                self.assertEqual(plain_quantity(value), text)

    def test_on_record(self):
        """What the log keeps of a number is never scientific."""
        for value, text in (
            (0.00001, "0.00001"),
            (1234567890123.5, "1234567890123.5"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.3"),
        ):
            with self.subTest(value=value):
                self.assertEqual(log.to_text(value), text)

    def test_with_its_unit(self):
        self.assertEqual(format_quantity(self.env, 2.5, self.kilogram), "2.5 kg")
        self.assertEqual(format_quantity(self.env, 2.5, "boxes"), "2.5 boxes")

    def test_in_the_language_of_the_reader(self):
        german = self.env["res.lang"]._activate_lang("de_DE")
        self.assertEqual((german.thousands_sep, german.decimal_point), (".", ","))
        reader = self.env(context={"lang": "de_DE"})
        self.assertEqual(format_quantity(reader, 1234567.5), "1.234.567,5")
        self.assertEqual(format_quantity(reader, 1000), "1.000")


class TestExisting(TransactionCase):
    def test_asks_the_database_only_after_a_deletion(self):
        partners = self.env["res.partner"].create([{"name": "A"}, {"name": "B"}])
        self.env.flush_all()
        with self.assertQueryCount(0):
            self.assertEqual(get_existing(partners, "name"), partners)
        partners[0].unlink()
        self.assertEqual(get_existing(partners, "name"), partners[1])
        # what is left was read again
        self.assertEqual(partners[1].name, "B")
        self.assertEqual(get_existing(partners, "name"), partners[1])


class TestRemember(TransactionCase):
    def test_a_record_is_asked_once_whoever_asks(self):
        class Asked:
            @remember
            def tell(self, partner, text):
                asked.append(partner.id)
                return text + partner.name

        asked, teller = [], Asked()
        one, other = self.env["res.partner"].create([{"name": "A"}, {"name": "B"}])
        told = [
            teller.tell(partner, text)
            for partner in (one, one.sudo(), other, one.browse(one.id))
            for text in "xy"
        ]
        self.assertEqual(told, ["xA", "yA", "xA", "yA", "xB", "yB", "xA", "yA"])
        self.assertEqual(asked, [one.id, one.id, other.id, other.id])


class TestOrdering(TransactionCase):
    def test_as_tuples_are_ordered(self):
        rows = [(b % 3, "xyz"[b % 2], b) for b in (5, 3, 9, 1, 7, 2, 8)]
        found = list(rows)
        sort_by(found, *(lambda row, place=place: row[place] for place in range(3)))
        self.assertEqual(found, sorted(rows))
        # what is alike stays in its order
        sort_by(found, lambda row: row[1])
        self.assertEqual([row[2] for row in found if row[1] == "x"], [2, 8])


class TestParameter(TransactionCase):
    def _set(self, value):
        self.env["ir.config_parameter"].set_param("lot_traceability.some_limit", value)

    def _read(self, reader, default, **options):
        return reader(self.env, "lot_traceability.some_limit", default, **options)

    def test_not_set(self):
        self.assertEqual(self._read(read_int, 7), 7)
        self._set("  ")
        self.assertEqual(self._read(read_int, 7), 7)

    def test_what_is_set(self):
        self._set("50")
        self.assertEqual(self._read(read_int, 7), 50)
        self._set("0")
        self.assertEqual(self._read(read_int, 7), 0)
        self._set("0.25")
        self.assertEqual(self._read(read_float, 7.0), 0.25)
        self._set("false")
        self.assertIs(self._read(read_bool, True), False)

    def test_bad_text_gives_the_default_and_a_warning(self):
        for value in ("many", "1.5", "nan", "inf", "-1"):
            self._set(value)
            with self.subTest(value=value), self.assertLogs(level="WARNING") as logs:
                self.assertEqual(self._read(read_int, 7, least=0), 7)
            self.assertIn("lot_traceability.some_limit", logs.output[0])


class TestCategoryWalk(TransactionCase):
    def test_the_nearest_one_decides(self):
        categories = self.env["product.category"]
        top = categories.create({"name": "Food", "lot_code": "F"})
        middle = categories.create({"name": "Nuts", "parent_id": top.id})
        leaf = categories.create({"name": "Almonds", "parent_id": middle.id})
        self.assertEqual(find_up(leaf, "lot_code"), top)
        middle.lot_code = "N"
        self.assertEqual(find_up(leaf, "lot_code"), middle)
        self.assertFalse(find_up(leaf, "hold_on_receipt"))
