"""Strange texts in the fields where one looks for a number, and strange questions of a
recall: an answer, or a refusal that says why; and the database does not sit on it.
"""

from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from odoo.exceptions import UserError

from .common import SupplyChainCase
from .fuzzing import Bounded, fuzz, pieces

TEXT = pieces(
    *(
        "FUZZ-1",
        "fuzz",
        "%",
        "_",
        "\\",
        "'",
        '"',
        " ",
        "\x1d",
        "\x00",
        "\ud800",
        "-",
        "²",
    ),
    *("(01)", "(10)", "01", "09506000134352", "10", "21", "]C1", "~", "|", "00", "{}"),
    *(
        "https://id.gs1.org/01/09506000134352/10/",
        "\u200b",
        "\u0301",
        "ß",
        "İ",
        "٣",
        "\n",
    ),
)
DAY = st.one_of(
    st.none(), st.sampled_from([date.min, date.max, date(2026, 2, 28)]), st.dates()
)


class TestFuzzSearch(SupplyChainCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lots = cls.build.lot(cls.product, "FUZZ-1") + cls.build.lot(
            cls.product, "FUZZ_2%"
        )
        # a question that the database sits on ends as a fault
        cls.env.cr.execute("SET LOCAL statement_timeout = '20s'")

    def ask(self, question):
        with Bounded(UserError), self.env.cr.savepoint():
            return question()

    def test_any_text_where_one_looks_for_a_number(self):
        lots, place = self.env["stock.lot"], self.env["lot.place"]

        @fuzz
        @given(TEXT)
        @example("%" * 3000)
        @example("_" * 3000)
        @example("a " * 5000)
        @example("\\" * 3001)
        @example("(" * 3000)
        @example("9" * 5000)
        @example("x" * 1_000_000)
        @example("\ud800")
        @example("\x00")
        def check(text):
            for row in self.ask(lambda: lots.search_any_number(text)) or ():
                self.assertIn(row["model"], self.env)
            found = self.ask(lambda: place.search_number(text)) or {"rows": []}
            self.assertLessEqual(len(found["rows"]), 40)

        check()

    def test_any_question_of_a_recall(self):
        finder = self.env["lot.recall.finder"]
        methods = [name for name, _text in finder._get_methods()]

        @fuzz
        @given(st.sampled_from(methods), TEXT, TEXT, DAY, DAY, st.booleans())
        @example("ingredient", "", "", date.min, date.max, True)
        @example("expiry", "", "", date.min, date.max, True)
        @example("vendor", "", "", date.max, date.min, False)
        @example("numbers", "\ud800", "\ud800", None, None, False)
        @example("numbers", "\x00", "\x00", None, None, False)
        @example("production", "", "\ud800", None, None, False)
        @example("production", "", "\x00", None, None, False)
        @example("numbers", "1-999999999999999999", "", None, None, False)
        @example("supplier_numbers", "x," * 9000, "", None, None, False)
        def check(method, numbers, document, first, last, with_product):
            values = {
                "method": method,
                "numbers": numbers,
                "document": document,
                "date_from": first,
                "date_to": last,
                "product_id": self.product.id if with_product else False,
                "partner_id": self.vendor.id if not with_product else False,
                "complaint_lot_ids": [(6, 0, self.lots.ids)],
            }

            def question():
                made = finder.create(values)
                made.flush_recordset()
                return made.lot_ids

            found = self.ask(question)
            if numbers == "FUZZ-1" and method == "numbers":
                self.assertEqual(found, self.lots[:1])

        check()
