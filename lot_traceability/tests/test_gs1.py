from datetime import date, datetime
from itertools import permutations
from pathlib import Path

from biip.gs1_application_identifiers import _GS1_APPLICATION_IDENTIFIERS

from odoo.tests import BaseCase, tagged

from ..scanning import code, gs1, readings

GTIN = "09506000134352"
FNC1 = "\x1d"
VECTORS = Path(__file__).parent / "data" / "gs1_vectors.tsv"


def read_vectors():
    for line in VECTORS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            source, text, expected, *_note = line.split("\t")
            yield source, text.replace("^", FNC1), expected


def describe(pairs):
    return "".join(f"({identifier}){value}" for identifier, value in pairs)


@tagged("post_install", "-at_install")
class TestGS1(BaseCase):
    """Codes as GS1's General Specifications and Digital Link standard describe them."""

    def assert_error(self, code, token, text):
        with self.assertRaises(gs1.GS1Error) as caught:
            gs1.parse(text)
        self.assertEqual((caught.exception.code, caught.exception.token), (code, token))

    # -- facts of others ------------------------------------------------
    def test_vectors_of_public_parsers(self):
        vectors = list(read_vectors())
        self.assertGreaterEqual(len(vectors), 300)
        self.assertGreaterEqual(len({source for source, *_rest in vectors}), 3)
        for source, text, expected in vectors:
            with self.subTest(source=source, text=text):
                try:
                    found = describe(gs1.parse(text))
                except gs1.GS1Error as error:
                    found = f"!{error.code}"
                self.assertEqual(found, expected)

    def test_the_table_is_that_of_the_library(self):
        """Two tables from one source; what the library lacks is known."""
        theirs = _GS1_APPLICATION_IDENTIFIERS
        self.assertFalse(theirs.keys() - gs1.SPECS.keys())
        self.assertLessEqual(
            gs1.SPECS.keys() - theirs.keys(), {"717", "8040", "8041", "8042", "8043"}
        )
        for identifier, row in theirs.items():
            with self.subTest(identifier):
                self.assertEqual(row.separator_required, gs1.needs_fnc1(identifier))

    # -- the forms ------------------------------------------------------
    def test_element_string(self):
        pairs = [("01", GTIN), ("17", "271231"), ("10", "AB1"), ("21", "S7")]
        text = f"01{GTIN}1727123110AB1{FNC1}21S7"
        for prefix in ("", FNC1, "]C1", "]d2", "]Q3", "]e0", "]J1", f"]C1{FNC1}"):
            self.assertEqual(gs1.parse(prefix + text), pairs)

    def test_every_way_to_type_a_separator(self):
        expected = f"01{GTIN}10AB1{FNC1}21S7"
        for typed in (
            *(FNC1, "\u241d", "<GS>", "{GS}", "[gs]", "\\x1d", "\\u001d", "^]"),
            *("Alt029", "alt+029", "ALT0029", "<FNC1>"),
        ):
            for end in ("", "\r", "\n", "\t", "\r\n", " "):
                text = code.tidy(f"01{GTIN}10AB1{typed}21S7{end}")
                self.assertEqual(text, expected, repr(typed + end))
        self.assertEqual(code.with_separators("10A|21B~17", "|~"), "10A\x1d21B\x1d17")
        self.assertEqual(code.with_separators("10A|21B", ""), "10A|21B")

    def test_symbologies(self):
        for text, expected in (
            ("]E09506000134352", ("]E0", "9506000134352")),
            ("]C0LOT-1", ("]C0", "LOT-1")),
            ("]Q1https://x", ("]Q1", "https://x")),
            ("]d1A", ("]d1", "A")),
            ("]A0A", ("]A0", "A")),
            ("]X-1", ("", "]X-1")),
            ("]", ("", "]")),
            ("LOT]C1", ("", "LOT]C1")),
        ):
            self.assertEqual(gs1.split_symbology(text), expected, text)

    def test_a_trailing_or_needless_separator_does_no_harm(self):
        text = f"01{GTIN}{FNC1}{FNC1}10AB1{FNC1}"
        self.assertEqual(gs1.parse(text), [("01", GTIN), ("10", "AB1")])

    def test_brackets(self):
        pairs = [("01", GTIN), ("3103", "001250"), ("10", "AB1")]
        for text in (
            f"(01){GTIN}(3103)001250(10)AB1",
            f"(01) {GTIN} (3103) 001250 (10) AB1 ",
            "(01) 0950 6000 1343 52(3103) 001 250 ( 10 )AB1",
        ):
            self.assertEqual(gs1.parse(text), pairs, text)

    def test_a_value_in_brackets_is_no_identifier(self):
        self.assertEqual(gs1.parse("(10)AB(1)C"), [("10", "AB(1)C")])

    def test_dates_that_are_none_and_several(self):
        for text in ("(17)000000", "(7007)261231", "(7007)261231270115"):
            self.assertEqual(describe(gs1.parse(text)), text)
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

    def test_digital_link(self):
        expected = [("01", GTIN), ("22", "2A"), ("10", "A/1"), ("21", "S+7")]
        expected += [("17", "271200"), ("30", "5")]
        for host in (
            "https://id.gs1.org",
            "http://shop.example/de/products",
            "HTTPS://x",
            "shop.example:8080/a",
        ):
            link = f"{host}/01/{GTIN}/22/2A/10/A%2F1/21/S+7?17=271200&30=5&linkType=all"
            self.assertEqual(gs1.parse(link), expected)
            self.assertEqual(gs1.parse(f"{link}&utm=1&2024=x&05=1#top"), expected)

    def test_short_gtin_in_a_link(self):
        self.assertEqual(gs1.parse("https://x/01/9506000134352"), [("01", GTIN)])

    def test_numbers_in_the_hosts_path_are_not_ours(self):
        link = f"https://x/10/shop/01/{GTIN}/10/L1"
        self.assertEqual(gs1.parse(link), [("01", GTIN), ("10", "L1")])

    def test_link_without_gs1(self):
        self.assert_error(
            "no_key", "https://example.com/a/b", "https://example.com/a/b"
        )

    def test_uris_of_radio_tags(self):
        gtin = "(01)80614141123458"
        for text, expected in (
            ("urn:epc:id:sgtin:0614141.812345.6789", f"{gtin}(21)6789"),
            ("urn:epc:tag:sgtin-96:3.0614141.812345.6789", f"{gtin}(21)6789"),
            ("urn:epc:class:lgtin:0614141.812345.L%2F1", f"{gtin}(10)L/1"),
            ("urn:epc:id:sscc:0614141.1234567890", "(00)106141412345678908"),
        ):
            self.assertEqual(describe(gs1.parse(text)), expected)

    # -- what is wrong --------------------------------------------------
    def test_what_is_wrong_is_named(self):
        lot = "A" * 21
        for code_, token, text in (
            ("bad_check_digit", "(01)09506000134353", "0109506000134353"),
            ("bad_encoding", "%ZZ", f"https://x/01/{GTIN}/10/A%ZZ1"),
            ("bad_encoding", "A%FF", f"https://x/01/{GTIN}/10/A%FF"),
            ("too_long", f"(10){lot}", f"(10){lot}"),
            ("bad_length", "(17)2712", "(17)2712"),
            ("bad_length", "(10)", "(01)" + GTIN + "(10)"),
            ("unknown_ai", "0512", "0512"),
            ("unknown_ai", "05", "(05)1"),
            ("bad_character", "(10)A~1", "(10)A~1"),
            ("bad_character", "(30)1A", "(30)1A"),
            ("bad_date", "(17)271301", "17271301"),
            ("bad_date", "(17)270230", "17270230"),
            ("bad_date", "(17)270001", "17270001"),
            ("bad_date", "(7003)2712002359", "70032712002359"),
            ("bad_date", "(7003)2712312360", "70032712312360"),
            ("conflict", "(10)", f"10A{FNC1}10B"),
            ("empty", "", "]C1"),
        ):
            with self.subTest(text):
                self.assert_error(code_, token, text)
        self.assertEqual(gs1.parse("(10)" + "A" * 20), [("10", "A" * 20)])
        self.assertEqual(gs1.parse(f"10A{FNC1}10A"), [("10", "A")])

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
        # the short form of a UPC, and back
        self.assertIn("042100005264", gs1.get_gtin_forms("04252614"))
        self.assertIn("04252614", gs1.get_gtin_forms("042100005264"))
        self.assertIn("04252614", gs1.get_gtin_forms("0042100005264"))
        self.assertIn("00042100005264", gs1.get_gtin_forms("04252614"))
        self.assertEqual(gs1.get_gtin_forms("04252613"), ["04252613"])

    # -- there and back -------------------------------------------------
    def test_written_and_read_again_nothing_changes(self):
        """Every known AI, with the shortest and the longest value it can have."""
        for identifier, spec in gs1.SPECS.items():
            for whole in (False, True):
                value = self._get_value(spec, whole)
                pairs = [("10", "L1"), (identifier, value), ("21", "S7"), ("01", GTIN)]
                pairs = list(dict(pairs).items())
                text = gs1.to_element_string(pairs)
                self.assertEqual(gs1.parse(text), pairs, identifier)
                self.assertEqual(gs1.to_element_string(gs1.parse(text)), text)

    def _get_value(self, spec, whole):
        values = {"yymmd0": "271231", "yymmdd": "271231", "yyyymmdd": "19991231"}
        value = ""
        for part in spec.parts:
            if part.is_optional and not whole:
                continue
            length = part.high if whole else part.low
            fill = "Z" if part.kind in "XYZ" else "0"
            known = next((values[name] for name in part.checks if name in values), "")
            value += known or fill * length
        return value

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
        for text in ("10AB", "SN-0001", f"01{GTIN}", "]C0(A)", "]E09506000134352"):
            self.assertFalse(gs1.is_marked(text), text)
        self.assertTrue(gs1.starts_with_key(f"01{GTIN}10A"))
        for text in ("10AB", "0109506000134353", "01", "LOT 1"):
            self.assertFalse(gs1.starts_with_key(text), text)

    # -- separators that were lost --------------------------------------
    def test_ways_to_read_a_label_without_separators(self):
        g = f"(01){GTIN}"
        for text, expected in (
            # an ordinary label: the number at the end
            (f"01{GTIN}1727123110W3029", [f"{g}(17)271231(10)W3029"]),
            (f"01{GTIN}10W3029", [f"{g}(10)W3029"]),
            # what ends like a date can be one
            (
                f"01{GTIN}10W302917271231",
                [f"{g}(10)W302917271231", f"{g}(10)W3029(17)271231"],
            ),
            (
                f"01{GTIN}10W30291727123121S7",
                [f"{g}(10)W30291727123121S7", f"{g}(10)W3029(17)271231(21)S7"],
            ),
            (
                f"01{GTIN}10L3103001250",
                [f"{g}(10)L3103001250", f"{g}(10)L(3103)001250"],
            ),
            # no date, or one that is there already
            (f"01{GTIN}10W302917271331", [f"{g}(10)W302917271331"]),
            (f"01{GTIN}10W302917990101", [f"{g}(10)W302917990101"]),
            (f"01{GTIN}1727123110A17271231", [f"{g}(17)271231(10)A17271231"]),
            # the count that belongs to 02
            (f"02{GTIN}10L1375", [f"(02){GTIN}(10)L1375", f"(02){GTIN}(10)L1(37)5"]),
            # only one way makes sense
            (f"01{GTIN}30210L1", [f"{g}(30)2(10)L1"]),
            ("300000005010LOT002", ["(30)00000050(10)LOT002"]),
            (f"1727123101{GTIN}10L9", [f"(17)271231{g}(10)L9"]),
            ("10LOT 5", ["(10)LOT 5"]),
            # separators are there, or it is no label
            (f"01{GTIN}10A{FNC1}17271231", []),
            ("SN-1", []),
            ("", []),
        ):
            with self.subTest(text):
                found = [reading.key for reading in readings.find(text)]
                self.assertEqual(found, expected)
        (padded,) = readings.find("300000005010LOT002")
        (short,) = readings.find(f"01{GTIN}30210L1")
        self.assertEqual((padded.is_certain, short.is_certain), (True, False))
        found = readings.find(f"01{GTIN}10ABC21123", wanted="21")
        self.assertIn(f"{g}(10)ABC(21)123", [reading.key for reading in found])
        (flawed,) = readings.find("10LOT 5")
        self.assertEqual(flawed.flaw.code, "bad_character")
