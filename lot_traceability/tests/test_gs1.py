from datetime import date, datetime
from itertools import permutations

from odoo.tests import BaseCase, tagged

from ..scanning import gs1

GTIN = "09506000134352"
FNC1 = "\x1d"


@tagged("post_install", "-at_install")
class TestGS1(BaseCase):
    """Codes as GS1's General Specifications and Digital Link standard describe them."""

    def assert_error(self, code, token, text):
        with self.assertRaises(gs1.GS1Error) as caught:
            gs1.parse(text)
        self.assertEqual((caught.exception.code, caught.exception.token), (code, token))

    # -- the forms ------------------------------------------------------
    def test_element_string(self):
        pairs = [("01", GTIN), ("17", "271231"), ("10", "AB1"), ("21", "S7")]
        text = f"01{GTIN}1727123110AB1{FNC1}21S7"
        for prefix in ("", FNC1, "]C1", "]d2", "]Q3", f"]C1{FNC1}"):
            self.assertEqual(gs1.parse(prefix + text), pairs)

    def test_a_trailing_or_needless_separator_does_no_harm(self):
        text = f"01{GTIN}{FNC1}10AB1{FNC1}"
        self.assertEqual(gs1.parse(text), [("01", GTIN), ("10", "AB1")])

    def test_brackets(self):
        self.assertEqual(
            gs1.parse(f"(01){GTIN}(3103)001250(10)AB1"),
            [("01", GTIN), ("3103", "001250"), ("10", "AB1")],
        )

    def test_a_range_of_harvest_days(self):
        for value in ("261231", "261231270115"):
            self.assertEqual(gs1.parse(f"(7007){value}"), [("7007", value)])
        for value in ("261200", "261231271315", "261231990100"):
            with self.assertRaises(gs1.GS1Error, msg=value) as caught:
                gs1.parse(f"(7007){value}")
            self.assertEqual(caught.exception.code, "bad_date", value)

    def test_identifiers_of_telephones_and_devices(self):
        imei = "490154203237518"
        text = f"(01)09506000134352(21)S7(8040){imei}(8041){imei}"
        self.assertEqual(dict(gs1.parse(text))["8040"], imei)
        self.assertEqual(gs1.parse("(8014)AB-7"), [("8014", "AB-7")])
        for part in (f"(8040){imei[1:]}", "(8042)1", "(8014)" + "X" * 26):
            with self.assertRaises(gs1.GS1Error):
                gs1.parse(part)

    def test_a_value_in_brackets_is_no_identifier(self):
        self.assertEqual(gs1.parse("(10)AB(1)C"), [("10", "AB(1)C")])

    def test_digital_link(self):
        expected = [("01", GTIN), ("22", "2A"), ("10", "A/1"), ("21", "S+7")]
        expected += [("17", "271200"), ("30", "5")]
        for host in (
            "https://id.gs1.org",
            "http://shop.example/de/products",
            "HTTPS://x",
        ):
            link = f"{host}/01/{GTIN}/22/2A/10/A%2F1/21/S+7?17=271200&30=5&linkType=all"
            self.assertEqual(gs1.parse(link), expected)

    def test_short_gtin_in_a_link(self):
        self.assertEqual(gs1.parse("https://x/01/9506000134352"), [("01", GTIN)])

    def test_numbers_in_the_hosts_path_are_not_ours(self):
        link = f"https://x/10/shop/01/{GTIN}/10/L1"
        self.assertEqual(gs1.parse(link), [("01", GTIN), ("10", "L1")])

    def test_link_without_gs1(self):
        self.assert_error(
            "no_key", "https://example.com/a/b", "https://example.com/a/b"
        )

    # -- what is wrong --------------------------------------------------
    def test_check_digit(self):
        self.assert_error("bad_check_digit", "(01)09506000134353", "0109506000134353")

    def test_broken_percent_encoding(self):
        self.assert_error("bad_encoding", "%ZZ", f"https://x/01/{GTIN}/10/A%ZZ1")
        self.assert_error("bad_encoding", "A%FF", f"https://x/01/{GTIN}/10/A%FF")

    def test_length(self):
        lot = "A" * 21
        self.assert_error("too_long", f"(10){lot}", f"(10){lot}")
        self.assert_error("bad_length", "(17)2712", "(17)2712")
        self.assert_error("bad_length", "(10)", "(01)" + GTIN + "(10)")
        self.assertEqual(gs1.parse("(10)" + "A" * 20), [("10", "A" * 20)])

    def test_unknown_identifier(self):
        self.assert_error("unknown_ai", "0512", "0512")
        self.assert_error("unknown_ai", "05", f"https://x/01/{GTIN}?05=1")
        self.assert_error("unknown_ai", "05", "(05)1")

    def test_characters(self):
        self.assert_error("bad_character", "(10)A~1", "(10)A~1")
        self.assert_error("bad_character", "(30)1A", "(30)1A")

    def test_dates(self):
        for wrong in ("271301", "270230", "270001"):
            self.assert_error("bad_date", f"(17){wrong}", f"17{wrong}")
        self.assert_error("bad_date", "(7003)2712002359", "70032712002359")
        self.assert_error("bad_date", "(7003)2712312360", "70032712312360")

    def test_one_identifier_with_two_values(self):
        self.assert_error("conflict", "(10)", f"10A{FNC1}10B")
        self.assertEqual(gs1.parse(f"10A{FNC1}10A"), [("10", "A")])

    def test_nothing(self):
        self.assert_error("empty", "", "]C1")

    # -- values ---------------------------------------------------------
    def test_a_date_without_a_day_is_the_last_of_the_month(self):
        self.assertEqual(gs1.read_date("280200"), date(2028, 2, 29))
        self.assertFalse(gs1.has_day("280200"))
        self.assertTrue(gs1.has_day("280229"))

    def test_century(self):
        today = date(2026, 11, 21)
        for value, year in (("26", 2026), ("76", 2076), ("77", 1977), ("99", 1999)):
            self.assertEqual(gs1.read_date(f"{value}0101", today).year, year)
        self.assertEqual(gs1.read_date("010101", date(1999, 1, 1)).year, 2001)

    def test_times(self):
        self.assertEqual(gs1.read_time("2712312359"), datetime(2027, 12, 31, 23, 59))
        self.assertEqual(gs1.read_time("27123108"), datetime(2027, 12, 31, 8))
        self.assertEqual(gs1.read_time("2712312400"), datetime(2028, 1, 1))

    def test_ways_to_write_a_gtin(self):
        self.assertEqual(gs1.get_gtin_forms(GTIN), [GTIN, GTIN[1:]])
        self.assertEqual(gs1.get_gtin_forms("96385074")[1:], [
            "00000096385074", "0000096385074", "000096385074",
        ])  # fmt: skip
        self.assertEqual(gs1.get_gtin_forms("LOT-1"), ["LOT-1"])

    # -- there and back -------------------------------------------------
    def test_written_and_read_again_nothing_changes(self):
        """Every known AI, with the shortest and the longest value it can have."""
        for identifier, (kind, low, high, check) in gs1.SPECS.items():
            for length in (low, high):
                value = self._get_value(kind, length, check)
                pairs = [("10", "L1"), (identifier, value), ("21", "S7"), ("01", GTIN)]
                pairs = list(dict(pairs).items())
                text = gs1.to_element_string(pairs)
                self.assertEqual(gs1.parse(text), pairs, identifier)
                self.assertEqual(gs1.to_element_string(gs1.parse(text)), text)

    def _get_value(self, kind, length, check):
        if check in ("date", "day"):
            return "271231235959"[:length]
        return ("0" if kind == "N" or check else "Z") * length

    def test_any_order(self):
        pairs = [
            ("10", "17"),
            ("21", "10"),
            ("17", "271200"),
            ("240", "01"),
            ("37", "3"),
        ]
        for order in permutations(pairs):
            text = gs1.to_element_string(order)
            self.assertFalse(text.endswith(FNC1))
            self.assertEqual(gs1.parse(text), list(order))

    def test_what_needs_a_separator(self):
        for identifier in ("00", "01", "11", "17", "20", "3103", "410"):
            self.assertFalse(gs1.needs_fnc1(identifier), identifier)
        for identifier in ("10", "21", "30", "240", "400", "422", "7003", "8008", "91"):
            self.assertTrue(gs1.needs_fnc1(identifier), identifier)

    # -- recognition ----------------------------------------------------
    def test_what_is_a_gs1_code(self):
        for text in ("]C110A", f"10A{FNC1}21B", "https://x/01/1", "(10)A"):
            self.assertTrue(gs1.is_marked(text), text)
        for text in ("10AB", "SN-0001", f"01{GTIN}"):
            self.assertFalse(gs1.is_marked(text), text)
        self.assertTrue(gs1.starts_with_key(f"01{GTIN}10A"))
        for text in ("10AB", "0109506000134353", "01", "LOT 1"):
            self.assertFalse(gs1.starts_with_key(text), text)
