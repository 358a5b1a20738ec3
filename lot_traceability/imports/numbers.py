"""The part of the dry run that is about the numbers."""

import re
from collections import defaultdict

from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.models import BaseModel

from ..numbers import finder, reader, scope
from ..numbers.expression import EXPRESSION, RANGE_MARK, is_expression
from ..numbers.form import fold, strip_unseen
from ..numbers.reader import get_limit
from ..numbers.spreadsheet import is_date_text, is_heading, is_no_number, is_total
from .run import First, ImportLine, ImportRun, add_problem

# so many next numbers, and nothing else
NEXT_NUMBERS = re.compile(r"~\s*(?:\+\s*([0-9]{1,6}))?", re.ASCII)

# what parts a list, or stands for the next numbers: no part of a number
LISTS = re.compile(r"[~,;\n\r\t\v\f]")


def check_lines(run: ImportRun, lines: list[ImportLine]) -> None:
    """Write out the numbers of the rows, and say what is wrong with them."""
    _write_out_all(run, [line for line in lines if line.product])
    by_product = defaultdict(list)
    for line in lines:
        if not line.texts["number"]:
            advice = run.env._("write the number of the lot or serial.")
            add_problem(run, line, "number", advice)
        elif line.product:
            _check_count(run, line)
            _check_duplicates(run, line)
            by_product[line.product].append(line)
    for product, its_lines in by_product.items():
        _check_product(run, product, its_lines)


# -- what the text means --------------------------------------------
def _write_out_all(run, lines):
    """Write out all expressions; the next numbers last, to skip what is written."""
    lines = [line for line in lines if line.texts["number"]]
    following = defaultdict(list)
    for line in lines:
        if _count_next(run, line):
            following[line.product].append(line)
        else:
            _write_out(run, line)
    for product, its_lines in following.items():
        _generate(run, product, its_lines)
    for line in lines:
        _check_total(run, line)


def _write_out(run, line):
    try:
        line.numbers = _read_numbers(run, line)
    except UserError as error:
        add_problem(run, line, "number", str(error))
    run.given[line.product.id].update(line.numbers)


def _read_numbers(run, line):
    text = strip_unseen(line.texts["number"])
    if is_no_number(text):
        raise UserError(
            run.env._("a spreadsheet writes this where it has no value; correct it.")
        )
    expressions = run.expressions
    if expressions == "never":
        _refuse_lines(run, text)
        return [text]
    _refuse_what_is_none(run, text)
    number = run.env["lot.number"]
    is_list = is_expression(text)
    # a name with blanks is one name, and most numbers have no mark of a range
    if not is_list and (len(text.split()) > 1 or not RANGE_MARK.search(fold(text))):
        _refuse_lines(run, text)
        return [text]
    taken = run.given[line.product.id] if "~" in fold(text) else ()
    if expressions == "always":
        wanted = line.quantity if is_list and _is_serial(line) else None
        if _is_serial(line) and line.quantity == 1 and not is_list:
            # one piece has one number
            return [text]
        return number._expand(text, wanted, line.product, taken)
    return _read_what_fits(run, line, text, taken)


def _refuse_what_is_none(run, text):
    """What stands in the column of the numbers without being one."""
    if is_heading(text):
        raise UserError(
            run.env._("%s is the heading of the column; leave it out.", text)
        )
    if is_total(text):
        raise UserError(run.env._("this names a total; leave the row out."))
    if run.is_text_file and is_date_text(text):
        raise UserError(
            run.env._(
                "a spreadsheet has taken this for a date or a time; format the column "
                "as text, and write it again."
            )
        )


def _refuse_lines(run, text):
    if not text.isprintable():
        raise UserError(run.env._("write it in one line, without tabs."))


def _read_what_fits(run, line, text, taken):
    """A list is one only for serials that are as many as the row says; what can be a
    number as well is one elsewhere."""
    number = run.env["lot.number"]
    wanted = line.quantity if _is_serial(line) else 1
    if wanted in (None, 1) and text.isprintable() and not LISTS.search(fold(text)):
        return [text]
    count = reader.count(number, text, EXPRESSION)
    if wanted and count == wanted > 1:
        return number._expand(text, wanted, line.product, taken, reading=EXPRESSION)
    if LISTS.search(fold(text)):
        # cannot be one number
        found = number._expand(text, None, line.product, taken)
        if len(found) == wanted:
            return found
        raise UserError(
            run.env._(
                "these are %(count)s numbers: %(numbers)s. Write a row for each, or "
                "for serial numbers the quantity %(count)s; or choose on the import "
                "that numbers can be lists.",
                count=len(found),
                numbers=_name_ends(found),
            )
        )
    _refuse_lines(run, text)
    if count and count > 1 and wanted not in (None, 1):
        line.could_be = count
    return [text]


def _name_ends(numbers):
    ends = numbers if len(numbers) < 4 else [numbers[0], "…", numbers[-1]]
    return ", ".join(ends)


def _count_next(run, line):
    """How many next numbers the row asks for, if it asks for nothing else."""
    found = NEXT_NUMBERS.fullmatch(fold(line.texts["number"]))
    expressions = run.expressions
    if not found or expressions == "never":
        return 0
    count = int(found.group(1) or 0) + 1
    if expressions == "fit" and count != (line.quantity if _is_serial(line) else 1):
        # said to be wrong where lists are, unless it is one
        return 1 if count == 1 else 0
    # more is an error, which is found where all of them are
    return count if count <= get_limit(run.env) else 0


def _generate(run, product, lines):
    """Look up the next numbers of a product, once for all its rows."""
    counts = [_count_next(run, line) for line in lines]
    given = run.given[product.id]
    numbers = run.env["lot.number"]._generate(
        product, sum(counts), avoid=given, draw=False
    )
    given.update(numbers)
    for line, count in zip(lines, counts, strict=True):
        line.numbers, numbers = numbers[:count], numbers[count:]


def _check_total(run, line):
    run.count += len(line.numbers)
    limit = run.limit
    if run.count > limit:
        raise UserError(
            run.env._(
                "Row %(row)s: these are more than %(limit)s numbers; split the file.",
                row=line.number,
                limit=limit,
            )
        )


def _is_serial(line):
    return line.product.tracking == "serial"


def _check_count(run, line):
    """A serial number is one piece: the quantity is the count of the numbers."""
    if not _is_serial(line) or not line.numbers:
        return
    count = len(line.numbers)
    if line.quantity is not None and line.quantity != count:
        advice = run.env._(
            "serial numbers in this row: %(count)s, each for one piece; "
            "write %(count)s or leave it empty.",
            count=count,
        )
        if line.could_be:
            advice += " " + run.env._(
                "As a list, %(text)s gives %(count)s: write that to have them all.",
                text=line.texts["number"],
                count=line.could_be,
            )
        add_problem(run, line, "quantity", advice)
    line.quantity = 1


# -- duplicates in the file -----------------------------------------
def _check_duplicates(run, line):
    number_model, product = run.env["lot.number"], line.product
    for number in line.numbers:
        key = number_model._get_key(number)
        key = scope.get_scope_key(number_model, product, product.company_id, key)
        first = run.seen.get(key)
        if not first:
            run.seen[key] = First(
                line.number, product, line.numbers, line.values, [line.location]
            )
            continue
        if first.row == line.number:
            continue
        problem = _get_duplicate_problem(run.env, line, number, first)
        if problem:
            line.doubles.add(number)
            add_problem(run, line, "number", problem)
        else:
            first.locations.append(line.location)


def _get_duplicate_problem(env, line, number, first):
    values = {"number": number, "row": first.row}
    is_other = line.product != first.product or number not in first.numbers
    if _is_serial(line) or is_other:
        return env._(
            "%(number)s is in row %(row)s already; keep one of them.", **values
        )
    if line.location in first.locations:
        return env._(
            "%(number)s is in row %(row)s already, for the same location; make one "
            "row of them.",
            **values,
        )
    if line.values and line.values != first.values:
        return env._(
            "the dates or references of %(number)s are others than in row %(row)s; "
            "write the same ones, or leave them empty here.",
            **values,
        )
    return None


# -- what is there already ------------------------------------------
def _check_product(run, product, lines):
    # a double is wrong already, whatever else is wrong with it
    wanted = [
        (line, number)
        for line in lines
        for number in line.numbers
        if number not in line.doubles
    ]
    numbers = list(dict.fromkeys(number for _line, number in wanted))
    company = run.document.company_id
    existing = find_existing(run.env, product, numbers, company)
    new = [number for number in numbers if number not in existing]
    problems = run.env["lot.number"]._get_problems(product, new)
    problems |= _get_existing_problems(run.env, run.document, existing)
    for line, number in wanted:
        for problem in problems.get(number, ()):
            add_problem(run, line, "number", problem)


def find_existing(
    env: Environment, product: BaseModel, numbers: list[str], company: BaseModel
) -> dict[str, BaseModel]:
    """The lots of the product that have one of the numbers, however it is written.

    A vendor's number of another lot does not count: a file creates lots, and a new one
    may bear the number that its vendor knows another one by.
    """
    found = finder.find(env, numbers, products=product, companies=company, vendor=False)
    # of two that are the same for a reader, the company's own
    return {
        number: match.lots.sorted(lambda lot: (not lot.company_id, lot.id))[0]
        for number, match in found.items()
        if match.lots
    }


def _get_existing_problems(env, document, existing):
    if document.existing_lots == "error":
        text = env._(
            "%(number)s exists already; leave the row out, or choose what happens "
            "with existing numbers."
        )
        return {number: [text % {"number": number}] for number in existing}
    if document.existing_lots == "add" and document.book_stock:
        return _get_stocked_problems(env, existing)
    return {}


def _get_stocked_problems(env, existing):
    serials = [lot for lot in existing.values() if lot.product_id.tracking == "serial"]
    places = env["stock.quant"]._read_group(
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
            env._(
                "%(number)s is in stock already, in %(location)s; leave the row out.",
                number=lot.name,
                location=location.display_name,
            )
        ]
        for lot, location in places
    }
