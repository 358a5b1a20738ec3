import unittest
from datetime import datetime

from ..numbers import check_digit
from ..numbers.pattern import NumberPattern, NumberPatternError

NOON = datetime(2026, 3, 24, 12, 5)
VALUES = {
    "product code": "ELEC-001",
    "category code": "FOOD",
    "made or bought": "B",
}


def write(text, *counters):
    return NumberPattern(text).render(VALUES, NOON, counters or [1])


class TestNumberPattern(unittest.TestCase):
    def code(self, text):
        with self.assertRaises(NumberPatternError) as caught:
            NumberPattern(text)
        return caught.exception.code, caught.exception.suggestion

    def test_the_patterns_of_the_guides(self):
        for text, expected in (
            ("LOT/{product code}/{year}-{5 digits}", "LOT/ELEC-001/2026-00001"),
            ("LOT/{{product.default_code}}/%(year)s-", "LOT/ELEC-001/2026-00001"),
            ("LOT/%(product.default_code)s/{year}-", "LOT/ELEC-001/2026-00001"),
            ("{category code}-{year}-{5 digits}", "FOOD-2026-00001"),
            ("{category_code}-SN-{year}-{#####}", "FOOD-SN-2026-00001"),
            ("LAPTOP-{year}{month}{day}-{3 digits}", "LAPTOP-20260324-001"),
            ("{year}{month}{day}", "20260324"),
            ("{yy}{iso week}{made or bought}{4}", "2613B0001"),
            ("{hour}{minute} {day of year} {week}/{2}", "1205 083 12/01"),
        ):
            self.assertEqual(write(text), [expected], text)

    def test_counting(self):
        self.assertEqual(write("A{2 digits}", 9, 10, 100), ["A09", "A10", "A100"])

    def test_a_plain_code_that_would_come_twice(self):
        self.assertEqual(
            write("{year}{month}{day}", 1, 2, 10),
            ["20260324", "20260324-2", "20260324-10"],
        )

    def test_what_is_wrong_is_said_with_a_suggestion(self):
        for text, code, suggestion in (
            ("", "empty", ""),
            ("{prodct code}-{5}", "unknown", "{product code}"),
            ("{{object.product_id.default_code}}", "unknown", None),
            ("%(range_year)s-", "unknown", None),
            ("{year", "stray_brace", ""),
            ("%y-{5}", "stray_brace", ""),
            ("{5}{year}{5}", "two_counters", ""),
            ("{check digit}{5}", "bad_check_digit", ""),
            ("{99 digits}", "bad_width", ""),
            ("{any}{letters}{any}{letters}", "too_open", ""),
        ):
            found = self.code(text)
            self.assertEqual(found[0], code, text)
            if suggestion is not None:
                self.assertEqual(found[1], suggestion, text)

    def test_no_placeholder_is_ever_printed(self):
        for text in ("{{product.name}}-{5}", "%(product.default_code)s{5}", "{y}-{2}"):
            values = {"product name": "Tea", "product code": "T"}
            number = NumberPattern(text).render(values, NOON, [1])[0]
            self.assertFalse(set(number) & set("{}%()"), number)

    def test_missing_value(self):
        with self.assertRaises(NumberPatternError) as caught:
            NumberPattern("{vendor reference}-{5}").render(VALUES, NOON, [1])
        self.assertEqual(caught.exception.code, "missing_value")
        self.assertEqual(caught.exception.token, "vendor reference")

    def test_restart_needs_the_period_in_the_number(self):
        def wrong(text, restart):
            try:
                NumberPattern(text).check_restart(restart)
            except NumberPatternError as error:
                return error.token
            return None

        self.assertIsNone(wrong("{5}", "never"))
        self.assertEqual(wrong("{month}-{5}", "year"), "year")
        self.assertIsNone(wrong("{yy}{5}", "year"))
        self.assertEqual(wrong("{year}-{5}", "month"), "month")
        self.assertEqual(wrong("{year}{month}-{5}", "day"), "day")
        self.assertIsNone(wrong("{year}{day of year}{5}", "day"))

    def test_accepts(self):
        def accepts(text, number, values=None):
            known = VALUES if values is None else values
            return NumberPattern(text).accepts(number, known)

        self.assertTrue(accepts("{product code}-{3 digits}", "ELEC-001-1234"))
        self.assertFalse(accepts("{product code}-{3 digits}", "ELEC-002-123"))
        self.assertFalse(accepts("{product code}-{3 digits}", "ELEC-001-12"))
        self.assertTrue(accepts("{product code}-{3 digits}", "X-123", {}))
        self.assertTrue(accepts("V-{3 letters}{digits}", "V-abc77"))
        self.assertFalse(accepts("V-{3 letters}{digits}", "V-ab77"))
        self.assertTrue(accepts("{year}{month}{day}", "20260324-2"))
        self.assertFalse(accepts("A.{2 digits}", "AB12"))

    def test_a_comparison_cannot_hang(self):
        pattern = NumberPattern("{any}{digits}{any}!")
        self.assertFalse(pattern.accepts("1" * 128, {}))
        self.assertFalse(pattern.accepts("1" * 100_000, {}))

    def test_generating_parts_only(self):
        with self.assertRaises(NumberPatternError) as caught:
            NumberPattern("V-{any}").check_generates()
        self.assertEqual(caught.exception.code, "not_for_generation")


class TestCheckDigit(unittest.TestCase):
    def test_published_examples(self):
        for method, number in (
            ("luhn", "79927398713"),
            ("luhn", "490154203237518"),
            ("gs1", "4006381333931"),
            ("gs1", "6291041500213"),
            ("mod37", "A12425GABC1234002M"),
        ):
            self.assertTrue(check_digit.is_valid(method, number), number)

    def test_one_wrong_character(self):
        for method, number in (
            ("luhn", "79927398714"),
            ("gs1", "4006381339931"),
            ("mod37", "A12425GABC1234003M"),
            ("luhn", ""),
            ("luhn", "7"),
        ):
            self.assertFalse(check_digit.is_valid(method, number), number)

    def test_in_a_pattern(self):
        number = NumberPattern("SN{6 digits}{check}").render({}, NOON, [1], "mod37")[0]
        self.assertTrue(check_digit.is_valid("mod37", number))
