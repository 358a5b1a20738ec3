import re
from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.number_expression import NumberExpressionError, expand, is_expression
from ..tools.number_form import normalize

NEXT_ALONE = re.compile(r"\s*~(\s*\+\s*\d*)?\s*")


class LotImportNumber(models.AbstractModel):
    """The part of the dry run that is about the numbers."""

    _name = "lot.import.number"
    _description = "Numbers in the dry run of a lot import"

    @api.model
    def _check_lines(self, run, lines):
        for line in lines:
            if not line.texts["number"]:
                advice = self.env._("write the number of the lot or serial.")
                self._add_problem(run, line, advice)
            elif line.product:
                self._write_out(run, line)
                self._check_count(run, line)
                self._check_duplicates(run, line)
        by_product = defaultdict(list)
        for line in lines:
            if line.product and line.numbers:
                by_product[line.product].append(line)
        for product, its_lines in by_product.items():
            self._check_product(run, product, its_lines)

    def _add_problem(self, run, line, advice, column="number"):
        self.env["lot.import.check"]._add_problem(run, line, column, advice)

    # -- what the text means --------------------------------------------
    def _write_out(self, run, line):
        text = line.texts["number"]
        try:
            line.numbers = self._read_numbers(run, line, text)
        except UserError as error:
            self._add_problem(run, line, str(error))
        run.given[line.product.id].update(line.numbers)
        run.count += len(line.numbers)
        limit = run.document._get_row_limit()
        if run.count > limit:
            raise UserError(
                self.env._(
                    "Row %(row)s: the file gives more than %(limit)s numbers; split it.",
                    row=line.number,
                    limit=limit,
                )
            )

    def _read_numbers(self, run, line, text):
        open_text = is_expression(text)
        # a name with blanks is one name
        if not run.document.expressions or (not open_text and len(text.split()) > 1):
            return [text]
        if "~" in text:
            return self._go_on(run, line, text)
        quantity = line.quantity if open_text and self._is_serial(line) else None
        numbers = self.env["lot.number"]._expand(text, quantity, line.product)
        # one piece: what looks like a range is its number
        one_piece = self._is_serial(line) and line.quantity == 1 and not open_text
        return [text] if one_piece else numbers

    def _go_on(self, run, line, text):
        """Write out ``~``: it goes on after the numbers of the file, too."""
        gate, product = self.env["lot.number"], line.product
        taken = run.given[product.id]
        if product.id not in run.last:
            run.last[product.id] = gate._get_last_number(product)
            taken.update(gate._get_alike(product, run.last[product.id]))
        quantity = line.quantity if self._is_serial(line) else None
        try:
            numbers = expand(
                text, quantity, run.last[product.id], taken, gate._get_limit()
            )
        except NumberExpressionError as error:
            raise UserError("\n".join(gate._get_error_texts(error))) from error
        if NEXT_ALONE.fullmatch(text):
            # the next row need not skip them all again
            run.last[product.id] = numbers[-1]
        return numbers

    def _is_serial(self, line):
        return line.product.tracking == "serial"

    def _check_count(self, run, line):
        """A serial number is one piece: the quantity is the count of the numbers."""
        if not self._is_serial(line) or not line.numbers:
            return
        count = len(line.numbers)
        if line.quantity is not None and line.quantity != count:
            advice = self.env._(
                "these are %(count)s serial number(s), each of them is one piece; write "
                "%(count)s or leave it empty.",
                count=count,
            )
            self._add_problem(run, line, advice, "quantity")
        line.quantity = 1

    # -- duplicates in the file -----------------------------------------
    def _check_duplicates(self, run, line):
        for number in line.numbers:
            key = line.product.id, normalize(number)
            first = run.seen.setdefault(key, (line, {line.location}))
            if first[0] is line:
                continue
            problem = self._get_duplicate_problem(line, number, *first)
            if problem:
                self._add_problem(run, line, problem)
            else:
                first[1].add(line.location)

    def _get_duplicate_problem(self, line, number, first, locations):
        values = {"number": number, "row": first.number}
        if self._is_serial(line) or number not in first.numbers:
            return self.env._(
                "%(number)s is in row %(row)s already; keep one of them.", **values
            )
        if line.location in locations:
            return self.env._(
                "%(number)s is in row %(row)s already, for the same location; make one "
                "row of them.",
                **values,
            )
        if line.values and line.values != first.values:
            return self.env._(
                "the dates or references of %(number)s are others than in row %(row)s; "
                "write the same ones, or leave them empty here.",
                **values,
            )
        return None

    # -- what is there already ------------------------------------------
    def _check_product(self, run, product, lines):
        numbers = list(dict.fromkeys(n for line in lines for n in line.numbers))
        company = run.document.company_id
        existing = self._find_lots(product, numbers, company)
        new = [number for number in numbers if number not in existing]
        problems = self._get_number_problems(product, new, company)
        problems |= self._get_existing_problems(run.document, existing)
        for line in lines:
            for number in line.numbers:
                for problem in problems.get(number, ()):
                    self._add_problem(run, line, problem)

    @api.model
    def _find_lots(self, product, numbers, company):
        """Lots of the product by number, as the company sees them."""
        lots = self.env["stock.lot"].search_fetch(
            Domain("product_id", "=", product.id)
            & Domain("name", "in", numbers)
            & Domain("company_id", "in", (False, company.id)),
            ["name"],
        )
        return {lot.name: lot for lot in lots}

    def _get_number_problems(self, product, numbers, company):
        gate = self.env["lot.number"]
        return {
            number: gate._get_name_problems(number, product, company)
            for number in numbers
        }

    def _get_existing_problems(self, document, existing):
        if document.existing_lots == "error":
            text = self.env._(
                "%(number)s exists already; leave the row out, or choose what happens "
                "with existing numbers."
            )
            return {number: [text % {"number": number}] for number in existing}
        if document.existing_lots == "add" and document.book_stock:
            return self._get_stocked_problems(existing)
        return {}

    def _get_stocked_problems(self, existing):
        serials = [
            lot for lot in existing.values() if lot.product_id.tracking == "serial"
        ]
        places = self.env["stock.quant"]._read_group(
            [
                ("lot_id", "in", [lot.id for lot in serials]),
                ("location_id.usage", "in", ("internal", "transit")),
                ("quantity", ">", 0),
            ],
            ["lot_id", "location_id"],
        )
        return {
            lot.name: [
                self.env._(
                    "%(number)s is in stock already, in %(location)s; leave the row out.",
                    number=lot.name,
                    location=location.display_name,
                )
            ]
            for lot, location in places
        }
