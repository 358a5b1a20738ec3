import re
from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..numbers.expression import is_expression
from ..numbers.reader import get_limit
from ..numbers.scope import get_scope_key

# so many next numbers, and nothing else
NEXT_NUMBERS = re.compile(r"~\s*(?:\+\s*([0-9]{1,6}))?", re.ASCII)


class LotImportNumber(models.AbstractModel):
    """The part of the dry run that is about the numbers."""

    _name = "lot.import.number"
    _description = "Numbers in the dry run of a lot import"

    @api.model
    def _check_lines(self, run, lines):
        self._write_out_all(run, [line for line in lines if line.product])
        by_product = defaultdict(list)
        for line in lines:
            if not line.texts["number"]:
                advice = self.env._("write the number of the lot or serial.")
                self._add_problem(run, line, advice)
            elif line.product:
                self._check_count(run, line)
                self._check_duplicates(run, line)
                by_product[line.product].append(line)
        for product, its_lines in by_product.items():
            self._check_product(run, product, its_lines)

    def _add_problem(self, run, line, advice, column="number"):
        self.env["lot.import.check"]._add_problem(run, line, column, advice)

    # -- what the text means --------------------------------------------
    def _write_out_all(self, run, lines):
        """Write out all expressions; the next numbers last, to skip what is written."""
        lines = [line for line in lines if line.texts["number"]]
        following = defaultdict(list)
        for line in lines:
            if self._count_next(run, line):
                following[line.product].append(line)
            else:
                self._write_out(run, line)
        for product, its_lines in following.items():
            self._generate(run, product, its_lines)
        for line in lines:
            self._check_total(run, line)

    def _write_out(self, run, line):
        try:
            line.numbers = self._read_numbers(run, line)
        except UserError as error:
            self._add_problem(run, line, str(error))
        run.given[line.product.id].update(line.numbers)

    def _read_numbers(self, run, line):
        text = line.texts["number"]
        is_list = is_expression(text)
        if not run.document.expressions and not text.isprintable():
            raise UserError(self.env._("write it in one line, without tabs."))
        # a name with blanks is one name
        if not run.document.expressions or (not is_list and len(text.split()) > 1):
            return [text]
        # one piece: what looks like a range is its number
        if self._is_serial(line) and line.quantity == 1 and not is_list:
            return [text]
        return self.env["lot.number"]._expand(
            text,
            line.quantity if is_list and self._is_serial(line) else None,
            line.product,
            run.given[line.product.id] if "~" in text else (),
        )

    def _count_next(self, run, line):
        """How many next numbers the row asks for, if it asks for nothing else."""
        found = NEXT_NUMBERS.fullmatch(line.texts["number"])
        if not found or not run.document.expressions:
            return 0
        count = int(found.group(1) or 0) + 1
        # more is an error, which is found where all of them are
        return count if count <= get_limit(self.env) else 0

    def _generate(self, run, product, lines):
        """Look up the next numbers of a product, once for all its rows."""
        counts = [self._count_next(run, line) for line in lines]
        given = run.given[product.id]
        numbers = self.env["lot.number"]._generate(
            product, sum(counts), avoid=given, draw=False
        )
        given.update(numbers)
        for line, count in zip(lines, counts, strict=True):
            line.numbers, numbers = numbers[:count], numbers[count:]

    def _check_total(self, run, line):
        run.count += len(line.numbers)
        limit = run.document._get_row_limit()
        if run.count > limit:
            raise UserError(
                self.env._(
                    "Row %(row)s: these are more than %(limit)s numbers; split the "
                    "file.",
                    row=line.number,
                    limit=limit,
                )
            )

    def _is_serial(self, line):
        return line.product.tracking == "serial"

    def _check_count(self, run, line):
        """A serial number is one piece: the quantity is the count of the numbers."""
        if not self._is_serial(line) or not line.numbers:
            return
        count = len(line.numbers)
        if line.quantity is not None and line.quantity != count:
            advice = self.env._(
                "these are %(count)s serial number(s), each of them is one piece; "
                "write %(count)s or leave it empty.",
                count=count,
            )
            self._add_problem(run, line, advice, "quantity")
        line.quantity = 1

    # -- duplicates in the file -----------------------------------------
    def _check_duplicates(self, run, line):
        number_model, product = self.env["lot.number"], line.product
        for number in line.numbers:
            key = number_model._get_key(number)
            key = get_scope_key(number_model, product, product.company_id, key)
            first = run.seen.setdefault(key, (line, {line.location}))
            if first[0] is line:
                continue
            problem = self._get_duplicate_problem(line, number, *first)
            if problem:
                line.doubles.add(number)
                self._add_problem(run, line, problem)
            else:
                first[1].add(line.location)

    def _get_duplicate_problem(self, line, number, first, locations):
        values = {"number": number, "row": first.number}
        is_other = line.product != first.product or number not in first.numbers
        if self._is_serial(line) or is_other:
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
        # a double is wrong already, whatever else is wrong with it
        wanted = [
            (line, number)
            for line in lines
            for number in line.numbers
            if number not in line.doubles
        ]
        numbers = list(dict.fromkeys(number for _line, number in wanted))
        company = run.document.company_id
        existing = self._find_lots(product, numbers, company)
        new = [number for number in numbers if number not in existing]
        problems = self.env["lot.number"]._get_problems(product, new)
        problems |= self._get_existing_problems(run.document, existing)
        for line, number in wanted:
            for problem in problems.get(number, ()):
                self._add_problem(run, line, problem)

    @api.model
    def _find_lots(self, product, numbers, company):
        """The lots of the product that have one of the numbers, however spelled."""
        key = self.env["lot.number"]._get_key
        lots = self.env["stock.lot"].search_fetch(
            Domain("product_id", "=", product.id)
            & Domain("number_key", "in", list({key(number) for number in numbers}))
            & Domain("company_id", "in", (False, company.id)),
            ["name", "number_key"],
            order="id desc",
        )
        by_key = {lot.number_key: lot for lot in lots}
        found = {number: by_key.get(key(number)) for number in numbers}
        return {number: lot for number, lot in found.items() if lot}

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
        spelled = {lot: number for number, lot in existing.items()}
        return {
            spelled[lot]: [
                self.env._(
                    "%(number)s is in stock already, in %(location)s; leave the row "
                    "out.",
                    number=lot.name,
                    location=location.display_name,
                )
            ]
            for lot, location in places
        }
