import random
import time

from odoo.tests import BaseCase, tagged

from ..numbers.expression import (
    EXPRESSION,
    NUMBERS,
    NumberExpressionError,
    count,
    expand,
    is_expression,
    next_number,
    split_number,
)


@tagged("post_install", "-at_install")
class TestNumberExpression(BaseCase):
    def numbers(self, expression, **values):
        return ",".join(expand(expression, **values))

    def codes(self, expression, **values):
        with self.assertRaises(NumberExpressionError) as caught:
            expand(expression, **values)
        return [(problem.code, problem.token) for problem in caught.exception.errors]

    def test_lists_and_separators(self):
        for text in (
            "1, 2, 45",
            "1;2;45",
            "1\n2\r\n45",
            "1 2 45",
            "1,,2;\n45,",
            "\t1\t2 45",
        ):
            self.assertEqual(self.numbers(text), "1,2,45", repr(text))

    def test_ranges(self):
        self.assertEqual(self.numbers("10-15"), "10,11,12,13,14,15")
        for text in (
            "SN-09..SN-11",
            "SN-09 .. SN-11",
            "SN-09\u2026SN-11",
            "SN-09...SN-11",
        ):
            self.assertEqual(self.numbers(text), "SN-09,SN-10,SN-11", text)
        for text in ("V1.0.2", "A..B", "1..", "1..5", "SN-11..SN-09"):
            self.assertEqual(self.numbers(text), text)
        self.assertEqual(self.numbers("8 - 11"), "8,9,10,11")
        self.assertEqual(self.numbers("098-102"), "098,099,100,101,102")
        self.assertEqual(self.numbers("SN/01-SN/03"), "SN/01,SN/02,SN/03")
        self.assertEqual(self.numbers("SN-001-SN-003"), "SN-001,SN-002,SN-003")
        self.assertEqual(self.numbers("A7X-A9X"), "A7X,A8X,A9X")
        self.assertEqual(self.numbers("5-5"), "5")
        # in other scripts: what is counted is written in plain digits, as codes need it
        self.assertEqual(self.numbers("\u0661\u0660-\u0661\u0662"), "10,11,12")
        self.assertEqual(self.numbers("SN\u06f9+\u06f2"), "SN9,SN10,SN11")
        self.assertEqual(self.numbers("1\u060c 2\u061b 45"), "1,2,45")
        # a number alone stays as it stands
        self.assertEqual(self.numbers("SN\u0669"), "SN\u0669")

    def test_hyphens_inside_a_number_are_left_alone(self):
        for text in (
            "SN-2026-001",
            "AB-12",
            "2026-03-24",
            "2026-001",
            "A-B-C",
            "X9-Y9",
            "2026-0042",
            "9-5",
            "15-10",
        ):
            self.assertEqual(self.numbers(text), text)
            self.assertEqual(self.numbers(text, quantity=1), text)
        self.assertEqual(self.numbers("_TS4 - 2021", quantity=1), "_TS4 - 2021")
        for text in ("05-12", "25-47", "8 - 11", "10+3", "7+"):
            self.assertEqual(self.numbers(text, reading=NUMBERS, quantity=9), text)

    def test_signs_in_other_forms(self):
        """What is the same number is the same list: dashes, full width."""
        for text in (
            "10–13",
            "10—13",
            "10−13",
            "10 – 13",
            "１０－１３",
            "10‑13",
            "１０＋３",
        ):
            self.assertEqual(self.numbers(text, quantity=4), "10,11,12,13", text)
            self.assertEqual(self.numbers(text, quantity=1), text)
        self.assertEqual(self.numbers("SN–01–SN–03"), "SN-01,SN-02,SN-03")
        self.assertEqual(self.numbers("A1，A2；A3、A4"), "A1,A2,A3,A4")
        self.assertEqual(self.numbers("～＋１", last="7"), "8,9")
        # not ranges: a sign of their own
        for text in ("10/15", "10:15", "10..15", "10_15", "10to15", "10·15"):
            self.assertEqual(self.numbers(text), text)
            self.assertEqual(
                self.codes(text, quantity=6), [("count_mismatch", "")], text
            )
        for text in ("10~15", "10~"):
            self.assertEqual(self.codes(text), [("invalid_format", text)])

    def test_two_readings(self):
        """What fits the count is meant; where neither does, nothing is guessed."""
        for text, quantity, numbers in (
            ("10+3", 1, "10+3"),
            ("10+3", 4, "10,11,12,13"),
            ("05-12", 8, "05,06,07,08,09,10,11,12"),
            ("05-12", 1, "05-12"),
        ):
            self.assertEqual(self.numbers(text, quantity=quantity), numbers, text)
        for text, quantity in (("25-47", 100), ("10-15", 8), ("10+3", 2), ("9-5", 5)):
            self.assertEqual(
                self.codes(text, quantity=quantity), [("count_mismatch", "")], text
            )
        # who chooses gets what it gives
        for reading, numbers in (
            (EXPRESSION, "10,11,12,13,14,15"),
            (NUMBERS, "10-15"),
        ):
            self.assertEqual(
                self.numbers("10-15", quantity=8, reading=reading), numbers
            )
        self.assertEqual(count("25-47", NUMBERS), 1)
        self.assertEqual(count("25-47", EXPRESSION), 23)
        self.assertIsNone(count("1+", EXPRESSION))

    def test_the_next_ones_up_to_one(self):
        for text, last, numbers in (
            ("~-10", "7", "8,9,10"),
            ("~ - 10", "7", "8,9,10"),
            ("~ -10", "7", "8,9,10"),
            ("~-SN0103", "SN0100", "SN0101,SN0102,SN0103"),
            ("~-103", "SN0100", "SN0101,SN0102,SN0103"),
            ("~, ~-5", None, "1,2,3,4,5"),
            ("~-5, 3", None, "1,2,4,5,3"),
        ):
            self.assertEqual(self.numbers(text, last=last), numbers, text)
        self.assertEqual(self.numbers("~-9", last="6", existing={"8"}), "7,9")
        for text in ("~-10", "~-SN0103", "~-X99"):
            self.assertEqual(self.codes(text, last="10"), [("until_unlike", text)])
        self.assertEqual(self.codes("~-99999"), [("range_too_long", "~-99999")])
        self.assertEqual(
            self.codes("~-10", last="7", quantity=9), [("count_mismatch", "")]
        )

    def test_so_many_more(self):
        self.assertEqual(self.numbers("10+3"), "10,11,12,13")
        self.assertEqual(self.numbers("100 + 2"), "100,101,102")
        self.assertEqual(
            self.numbers("SN-2026-009+2"), "SN-2026-009,SN-2026-010,SN-2026-011"
        )
        self.assertEqual(self.numbers("40+4, 50+4"), "40,41,42,43,44,50,51,52,53,54")
        self.assertEqual(self.numbers("7+0"), "7")

    def test_fill_up(self):
        self.assertEqual(self.numbers("1+", quantity=4), "1,2,3,4")
        self.assertEqual(self.numbers("A98+, B1", quantity=4), "A98,A99,A100,B1")
        self.assertEqual(self.numbers("~+", quantity=2, last="8"), "9,10")

    def test_next(self):
        self.assertEqual(self.numbers("~"), "1")
        self.assertEqual(self.numbers("~, ~, ~", last="99"), "100,101,102")
        self.assertEqual(self.numbers("800, ~, 900", last="99"), "800,100,900")
        self.assertEqual(self.numbers("~+5", last="99"), "100,101,102,103,104,105")
        self.assertEqual(
            self.numbers("~+2", last="SN-26-0099"), "SN-26-0100,SN-26-0101,SN-26-0102"
        )

    def test_next_skips_what_exists_and_what_is_written(self):
        self.assertEqual(
            self.numbers("~+1", last="99", existing={"100", "102"}), "101,103"
        )
        self.assertEqual(self.numbers("~, 100", last="99"), "101,100")

    def test_groups(self):
        self.assertEqual(self.numbers("1, 2, 4-7, 10"), "1,2,4,5,6,7,10")
        self.assertEqual(
            self.numbers("10, 14, 20+3, 30-35"), "10,14,20,21,22,23,30,31,32,33,34,35"
        )

    def test_order_is_kept(self):
        self.assertEqual(self.numbers("9, 3-5, 1"), "9,3,4,5,1")

    def test_codes(self):
        for expression, code, token in (
            ("", "empty", ""),
            (None, "empty", ""),
            ("  \n", "empty", ""),
            (" ,;\n", "none_found", ",;"),
            ("1-1001", "range_too_long", "1-1001"),
            ("1+1000", "range_too_long", "1+1000"),
            ("10+x", "bad_plus_count", "10+x"),
            ("10+-1", "bad_plus_count", "10+-1"),
            ("10+1.5", "bad_plus_count", "10+1.5"),
            ("+5", "invalid_group", "+5"),
            ("ABC+2", "invalid_group", "ABC+2"),
            ("1+2+3", "invalid_group", "1+2+3"),
            ("~5", "invalid_format", "~5"),
            ("A001 to A010", "invalid_format", "to"),
            ("~-", "invalid_format", "~-"),
            ("///", "invalid_format", "///"),
            ("A\x00B", "invalid_format", "A\x00B"),
            ("1+", "bad_quantity", "1+"),
            ("3, 1-4", "duplicate_in_input", "3"),
        ):
            self.assertEqual(self.codes(expression), [(code, token)], repr(expression))
        self.assertEqual(self.codes("1-600, 2001-2600"), [("too_many", "")])
        self.assertEqual(self.codes("1, 2", quantity=3), [("count_mismatch", "")])
        self.assertEqual(self.codes("1+, 2+", quantity=5), [("invalid_group", "2+")])
        self.assertEqual(self.codes("1+, 5, 6", quantity=2), [("count_mismatch", "")])
        self.assertEqual(self.codes("7", existing=["7"]), [("already_exists", "7")])

    def test_hyphens_stay_where_the_numbers_fit_the_quantity(self):
        for text, quantity, numbers in (
            ("2026-0042", 1, "2026-0042"),
            ("25-47", 1, "25-47"),
            ("25-47, 25-48", 2, "25-47,25-48"),
            ("25-47, 3+1", 3, "25-47,3,4"),
            ("25-27", 3, "25,26,27"),
            ("9-5", 1, "9-5"),
        ):
            self.assertEqual(self.numbers(text, quantity=quantity), numbers, text)
        for text in ("25-47", "9-5", "1-5000"):
            self.assertTrue(self.codes(text, quantity=2), text)

    def test_quantity(self):
        for good in (2, 2.0, "2"):
            self.assertEqual(self.numbers("1, 2", quantity=good), "1,2")
        for bad in (0, -1, 1.5, "x", [], float("nan"), float("inf")):
            self.assertEqual(self.codes("1", quantity=bad)[0][0], "bad_quantity", bad)

    def test_all_errors_at_once(self):
        self.assertEqual(
            self.codes("5-3, 10+x, 8, ~9"),
            [("invalid_format", "~9"), ("bad_plus_count", "10+x")],
        )
        self.assertEqual(
            self.codes("1, 1, 2, 2, 9", existing={"9"}),
            [
                ("duplicate_in_input", "1"),
                ("duplicate_in_input", "2"),
                ("already_exists", "9"),
            ],
        )

    def test_first_error_is_that_of_the_exception(self):
        with self.assertRaises(NumberExpressionError) as caught:
            expand("~9, 10+x")
        self.assertEqual(
            (caught.exception.code, caught.exception.token), ("invalid_format", "~9")
        )
        self.assertIn("10+x", str(caught.exception))

    def test_hostile_input_answers_at_once(self):
        started = time.process_time()
        for expression in (
            "1-1000000000",
            "1+999999999999",
            "9" * 10**7,
            " " * 10**7 + "+",
            "1," * 10**6,
            "-" * 99_999,
            ("1" * 99 + "-") * 900,
            "~" * 90_000,
        ):
            self.codes(expression)
        self.assertLess(time.process_time() - started, 2)

    def test_digits_that_do_not_count(self):
        self.assertEqual(self.numbers("٣"), "٣")
        self.assertEqual(self.codes("\u4e8c+2"), [("invalid_group", "\u4e8c+2")])

    def test_parts_of_a_number(self):
        self.assertEqual(split_number("SN-2026-001X"), ("SN-2026-", "001", "X"))
        self.assertEqual(split_number("ABC"), ("ABC", "", ""))
        self.assertEqual(next_number("A-099"), "A-100")
        self.assertEqual(next_number("SN7X"), "SN8X")
        self.assertEqual(next_number("LOT"), "LOT1")
        self.assertEqual(next_number("0" * 30), "0" * 29 + "1")

    def test_what_can_only_be_an_expression(self):
        for text in ("1, 2", "1;2", "1\n2", "~", "1+", "1+2"):
            self.assertTrue(is_expression(text), text)
        for text in ("1", "SN-001", "10-15", "LOT A 12", "\n7\n"):
            self.assertFalse(is_expression(text), text)

    def test_random_lists_written_short_and_out_again(self):
        generator = random.Random(7)
        for _round in range(300):
            prefix = generator.choice(["", "SN/", "A-B-", "X9Y"])
            width = generator.randint(1, 6)
            groups, expected, start = [], [], generator.randint(0, 50)
            for _group in range(generator.randint(1, 5)):
                size = generator.randint(1, 5)
                numbers = [f"{prefix}{start + i:0{width}}" for i in range(size)]
                short = [", ".join(numbers)]
                if size > 1:
                    short.append(f"{numbers[0]}+{size - 1}")
                if size > 1 and len(numbers[0]) == len(numbers[-1]):
                    short.append(f"{numbers[0]}-{numbers[-1]}")
                groups.append(generator.choice(short))
                expected += numbers
                start += size + generator.randint(0, 9)
            text = generator.choice([", ", ";", "\n", " , "]).join(groups)
            self.assertEqual(expand(text, quantity=len(expected)), expected, text)
