import logging
import random
import re
from math import ceil

from odoo.tests import BaseCase

from ..tools import access_log, check_sample, contact_links
from ..tools.consignee_balance import Answer, settle
from ..tools.reply_form import (
    QUANTITIES,
    Delivered,
    ReplyError,
    read_form,
    read_quantity,
    write_quantity,
)


class TestConsigneeBalance(BaseCase):
    def test_adds_up_whatever_was_said(self):
        chance = random.Random(19)
        for _turn in range(2000):
            numbers = [chance.randrange(0, 5000) / 100 for _number in range(8)]
            shipped, returned, *said = numbers
            parts = settle(shipped, returned, Answer(*said), lambda one: round(one, 2))
            self.assertAlmostEqual(returned + sum(parts.values()), shipped, 6)
            told = (parts["reported"], parts["underway"], parts["destroyed"])
            self.assertGreaterEqual(min(told), 0)

    def test_without_an_answer_all_is_open(self):
        parts = settle(10, 2, Answer())
        self.assertEqual(parts["unaccounted"], 8)

    def test_what_arrives_after_the_answer_counts_once(self):
        answer = Answer(on_hand=5, returned=3)
        before = settle(10, 0, answer)
        self.assertEqual((before["reported"], before["underway"]), (5, 3))
        self.assertEqual(before["unaccounted"], 2)
        # the three that were announced
        arrived = settle(10, 3, answer)
        self.assertEqual((arrived["reported"], arrived["underway"]), (5, 0))
        self.assertEqual(arrived["unaccounted"], 2)
        # and then the stock that was reported
        all_back = settle(10, 8, answer)
        self.assertEqual((all_back["reported"], all_back["underway"]), (0, 0))
        self.assertEqual(all_back["unaccounted"], 2)

    def test_what_came_back_before_the_answer_is_not_underway(self):
        parts = settle(10, 3, Answer(on_hand=7, returned=3, returned_before=3))
        self.assertEqual((parts["underway"], parts["unaccounted"]), (0, 0))


class TestCheckSample(BaseCase):
    def test_levels(self):
        ids = list(range(1, 252))
        for level, count in (("A", 251), ("C", 26), ("D", 6), ("E", 0)):
            drawn = check_sample.draw(ids, level, "seed")
            self.assertEqual(len(drawn), count, level)
            self.assertEqual(len(set(drawn)), count)
            self.assertLessEqual(set(drawn), set(ids))
        for share, real in ((0.5, 0.5), (0.01, 0.1), (3, 1)):
            drawn = check_sample.draw(ids, "B", "seed", share)
            self.assertEqual(len(drawn), ceil(251 * real))

    def test_seed_decides(self):
        ids = list(range(500))
        first = check_sample.draw(ids, "C", "one")
        self.assertEqual(first, check_sample.draw(ids[::-1], "C", "one"))
        self.assertNotEqual(first, check_sample.draw(ids, "C", "two"))
        self.assertLess(set(check_sample.draw(ids, "D", "one")), set(first))

    def test_a_few_consignees(self):
        self.assertEqual(len(check_sample.draw([7], "D", "x")), 1)
        self.assertEqual(check_sample.draw([], "A", "x"), [])
        self.assertEqual(len(check_sample.draw(range(100), "B", "x", 0.07)), 10)


class TestAccessLog(BaseCase):
    def test_the_key_is_in_no_line(self):
        logger = logging.getLogger("lot_traceability_recall.test_access")
        for _time in range(2):
            access_log.watch(logger.name)
        self.assertEqual(len(logger.filters), 1)
        lines = []
        for text, *values in (
            ('"%s" %s', "GET /recall/reply/Ab-c_9.x?done=1 HTTP/1.1", 200),
            ("POST /recall/reply/Ab-c_9.x HTTP/1.1",),
            ("GET /my/recalls/%s", 7),
        ):
            record = logging.makeLogRecord({"msg": text, "args": tuple(values)})
            self.assertTrue(logger.filter(record))
            lines.append(record.getMessage())
        self.assertEqual(
            lines,
            [
                '"GET /recall/reply/...?done=1 HTTP/1.1" 200',
                "POST /recall/reply/... HTTP/1.1",
                "GET /my/recalls/7",
            ],
        )


class TestContactLinks(BaseCase):
    def test_what_can_be_called_or_written_to(self):
        for text, links in (
            ("Ann, +49 (0)30 / 123-45", ["tel:+493012345"]),
            (
                "0123 / 456 78 or qa@shop.example.",
                ["tel:012345678", "mailto:qa@shop.example"],
            ),
            ("Room 12, house 3", []),
            ("<b>x</b> a@b.example", ["mailto:a@b.example"]),
        ):
            with self.subTest(text):
                html = contact_links.link(text)
                self.assertEqual(re.findall('href="([^"]*)"', html), links)
                self.assertNotIn("<b>", html)


class TestReplyForm(BaseCase):
    def form(self, **values):
        return {"received": "yes", "answered_by": "Ann"} | values

    def test_reads_what_was_typed(self):
        values, rows = read_form(
            self.form(on_hand_7=" 3,5 ", quarantined_7="3.5", on_hand_8="9"), [7]
        )
        self.assertEqual(values["received"], True)
        self.assertEqual(rows[7]["on_hand"], 3.5)
        self.assertEqual(rows[7]["sold_on"], 0)
        # of a lot that is not the consignee's own nothing is taken
        self.assertEqual(list(rows), [7])
        self.assertEqual(set(rows[7]), set(QUANTITIES))

    def test_refuses_what_is_no_quantity(self):
        for text in ("x", "-1", "nan", "inf", "1e400", "1e13", "1 2"):
            with self.assertRaises(ReplyError) as caught:
                read_form(self.form(used_7=text), [7])
            self.assertEqual(caught.exception.field, "used_7", text)

    def test_numbers_of_all_languages(self):
        for text, thousands, read in (
            *(("1000", "", 1000), ("1 000", "", 1000), ("1\u202f000,5", "", 1000.5)),
            *(("1'000", "", 1000), ("1,250.50", "", 1250.5), ("1.250,50", "", 1250.5)),
            *(("1,000", ",", 1000), ("1.000", ".", 1000), ("1.000.000", "", 1e6)),
            *(("0,125", ",", 0.125), ("1,25", ",", 1.25), ("1.25", ".", 1.25)),
            *((",5", "", 0.5), ("1250.500", ",", 1250.5), ("", "", 0)),
            # Arabic, Persian, Devanagari, full-width; with the separators of Arabic
            *(("\u0661\u0662", ",", 12), ("\u06f1\u06f2,\u06f5", ".", 12.5)),
            *(("\u0967\u0968", ",", 12), ("\uff11\uff0c\uff15", ".", 1.5)),
            *(("\u0661\u066c\u0662\u0665\u0660", ".", 1250), ("\u066b\u0665", "", 0.5)),
            *(
                ("\u0661\u066b\u0662\u0665\u0660", ",", 1.25),
                ("1\u066c000\u066b5", "", 1000.5),
            ),
            # with a mark of the direction, which nobody sees
            *(("\u200f\u0663", ",", 3), ("\u061c12", ",", 12)),
        ):
            with self.subTest(text, thousands=thousands):
                self.assertEqual(read_quantity(text, "used_7", thousands), read)

    def test_what_is_no_number_or_two_numbers(self):
        for text, thousands, kind in (
            *(("1,000", ".", "ambiguous"), ("1.250", ",", "ambiguous")),
            *(("1,250", "", "ambiguous"), ("1e3", ",", "number")),
            *(("1_000", ",", "number"), ("1,00,000", ",", "number")),
            *(("1.5,5", ",", "number"), ("10 00", ",", "number")),
            *(("+1", ",", "number"), ("1\u00b2", ",", "number")),
            *(
                ("\u2460", ",", "number"),
                ("\u0661\u066b\u0662\u066b\u0663", "", "number"),
            ),
            *(
                ("\u0661,\u0662\u0665\u0660", "", "ambiguous"),
                ("1\u066b", ",", "number"),
            ),
        ):
            with self.subTest(text, thousands=thousands):
                with self.assertRaises(ReplyError) as caught:
                    read_quantity(text, "used_7", thousands)
                self.assertEqual(caught.exception.kind, kind)

    def test_what_is_written_is_read_again(self):
        for quantity in (0, 1, 1000, 1.5, 12.345, 0.125, 1234.5678, 1e12):
            for decimal, thousands in ((".", ","), (",", "."), (",", " ")):
                text = write_quantity(quantity, decimal)
                self.assertEqual(read_quantity(text, "x", thousands), quantity, text)

    def test_more_than_was_delivered_is_asked_back(self):
        form = self.form(on_hand_7="30", quarantined_7="30", sold_on_7="11")
        with self.assertRaises(ReplyError) as caught:
            read_form(form, [7], {7: Delivered(40)})
        self.assertEqual(
            (caught.exception.field, caught.exception.kind, caught.exception.said),
            ("more_7", "more", 41),
        )
        _values, rows = read_form(form | {"more_7": "yes"}, [7], {7: Delivered(40)})
        self.assertEqual(rows[7]["sold_on"], 11)
        read_form(form, [7], {7: Delivered(41)})

    def test_refuses_what_is_missing_or_too_long(self):
        for values, field in (
            ({"received": ""}, "received"),
            ({"answered_by": " \x00 "}, "answered_by"),
            ({"answered_by": "x" * 201}, "answered_by"),
            ({"comment": "x" * 5001}, "comment"),
            ({"on_hand_7": "1", "quarantined_7": "2"}, "quarantined_7"),
        ):
            with self.assertRaises(ReplyError) as caught:
                read_form(self.form(**values), [7])
            self.assertEqual(caught.exception.field, field)
