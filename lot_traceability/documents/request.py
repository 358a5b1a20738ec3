"""The answer to a request for records: a workbook of foods, days or lots."""

import hashlib
import json

from ..evidence import food
from ..tools.calendar_days import in_days
from . import kde, kde_file, kde_rows
from .spreadsheet import Spreadsheet
from .trace_document import check_rows


class Request:
    """What was asked for, as rows for each sheet, and what is missing in them.

    :param rule_code: ``fsma204`` or ``eu931``
    :param date_from: day, or None: the first one that counts, where the goods were
    """

    def __init__(self, env, rule_code, companies, **asked):
        self.env = env
        self.rule = kde.get_rule(rule_code)
        self.values = self._get_values(rule_code, companies, **asked)
        self.rows = {
            sheet: [kde.get_row(sheet, row, self.rule) for row in rows]
            for sheet, rows in self.values.items()
        }

    def _get_values(
        self, rule_code, companies, product_ids, lot_ids, date_from, date_to
    ):
        # a day is told where the goods are: a day more on each side is looked at
        facts = food.find(
            self.env,
            companies,
            product_ids=product_ids,
            lot_ids=lot_ids,
            date_from=date_from and in_days(date_from, -1),
            date_to=date_to and in_days(date_to, 2),
        )
        if rule_code == "fsma204":
            check_rows(self.env, kde_rows.count_rows(facts), kde_file.FORMAT)
        teller = kde_rows.KdeRows(self.env, facts)
        if rule_code == "fsma204":
            values = teller.get_values()
        else:
            values = {kde_rows.EU_SHEET: teller.get_eu_values()}
        first, last = (str(day) if day else "" for day in (date_from, date_to))
        return {
            sheet: [row for row in rows if _is_within(row, first, last)]
            for sheet, rows in values.items()
        }

    def count(self) -> int:
        return sum(map(len, self.rows.values()))

    def get_gaps(self) -> list[tuple]:
        """``(sheet, event, lot, what is missing)`` of each row that has a gap."""
        gaps = []
        for sheet, rows in self.values.items():
            for row in rows:
                if missing := kde.get_missing(self.rule, sheet, row):
                    lot = row.get("internal_number")
                    gaps.append((sheet, row.get("event"), lot, ", ".join(missing)))
        return gaps

    def get_xlsx(self, about: list[tuple[str, str]]) -> bytes:
        """The workbook.

        :param about: what was asked, by whom and when
        :raise UserError: if there are more rows than a sheet has
        """
        book = Spreadsheet()
        book.add_facts("Request", about)
        for sheet, rows in self.rows.items():
            check_rows(self.env, len(rows), "XLSX")
            headings = [kde.get_heading(name) for name in self.rule["sheets"][sheet]]
            book.add_table(sheet, headings, rows, frozen_columns=1)
        headings = ("Sheet", "Event", "Lot", "Missing")
        book.add_table("Gaps", headings, self.get_gaps())
        book.add_facts("Glossary", kde_file.get_glossary(self.rule))
        headings = ("Sheet", "Rows", "SHA-256 of its rows as JSON lines")
        hashes = [
            (sheet, len(rows), _get_hash(rows)) for sheet, rows in self.rows.items()
        ]
        book.add_table("Hashes", headings, hashes)
        return book.get_content()


def _is_within(row, first, last):
    day = row.get("date") or row.get("date_completed") or row.get("date_of_dispatch")
    return first <= day and (not last or day <= last)


def _get_hash(rows):
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
