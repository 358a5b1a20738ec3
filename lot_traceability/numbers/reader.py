"""What a text with numbers means: a number, a list, a range, the next ones.

``number`` is the model ``lot.number``.
"""

import re

from odoo.exceptions import UserError
from odoo.models import BaseModel

from ..imports.cell_values import GROUPED
from ..tools.parameter import read_int
from . import expression, texts
from .expression import EXPRESSION, NUMBERS, NumberExpressionError, is_expression
from .expression import expand as write_out
from .form import clean, fold, strip_unseen
from .spreadsheet import is_heading, unwrap

_CELL_ENDS = re.compile(r"([\t;])")
# what stands behind a number: its quantity and dates; longer texts take Odoo's reading
# of dates and figures minutes
TAIL_LIMIT = 1000
# a quantity as it is taken, and what is written with digits alone, signed or in groups
_PLAIN = re.compile(r"[0-9]+[.,]?[0-9]*|[.,][0-9]+", re.ASCII)
# 5 kg, which the reading of dates takes for a time
_WITH_UNIT = re.compile(r"[-+]?\d+(?:[.,]\d+)?\s*[^\W\d_]+\.?")
_FIGURES = re.compile(r"[-+\u2212(]?\s*\d+(?:[\s'\u2019_]\d+)*(?:[.,]\d*)?\)?")


def get_limit(env) -> int:
    """How many numbers there may be at once."""
    return read_int(env, "lot_traceability.number_limit", 10000, least=1)


def expand(
    number, text, quantity=None, product=None, taken=(), draw=False, reading=None
):
    """See ``lot.number._expand``."""
    product = product or number.env["product.product"]

    def generate(count, written, draw=draw):
        return number._generate(product, count, {*taken, *written}, draw)

    def peek(count, written):
        return generate(count, written, draw=False)

    try:
        return write_out(
            strip_unseen(text),
            quantity=quantity,
            existing=taken,
            limit=get_limit(number.env),
            generate=generate,
            peek=peek,
            reading=reading,
        )
    except NumberExpressionError as error:
        lines = texts.get_error_texts(number.env, error)
        raise UserError("\n".join(lines)) from error


def count(number: BaseModel, text: str, reading: str) -> int | None:
    """How many numbers a text gives, read so; None if it cannot be, or is not known."""
    return expression.count(strip_unseen(text), reading, get_limit(number.env))


def read_first_number(
    number: BaseModel,
    product: BaseModel,
    text: str,
    count: int,
    draw: bool,
    reading: str | None = None,
) -> list[str] | None:
    """See ``lot.number._read_first_number``."""
    text = unwrap_head((text or "").strip())
    if number._is_next(product, text):
        return number._generate(product, count, draw=draw)
    is_list = bool(expression.BREAKS.search(text)) or "~" in fold(text)
    if is_list or (reading != NUMBERS and (reading or is_expression(text))):
        return number._expand(text, count or None, product, draw=draw, reading=reading)
    number._check_usable([text])
    in_range = expression.range_count(text) or 1
    if reading != NUMBERS and count > 1 and in_range > 1:
        # as many as are asked for, or it is not clear what is meant
        return number._expand(text, count, product, draw=draw)
    # one number is what was written; more are counted on, as Odoo does
    return [clean(text)] if count == 1 else None


# -- the serials of an order ----------------------------------------
def read_serials(
    number: BaseModel, product: BaseModel, text: str, wanted: int | None
) -> str:
    """The list of serials of an order, each in a line.

    :raise UserError: with all that cannot be a serial
    """
    env = number.env
    lines = number._expand_lines(product, text, draw=True, wanted=wanted).splitlines()
    parts = [_split_line(line) for line in lines]
    problems = [
        env._("%s: a serial number is one piece: write 1, or no quantity.", head)
        for head, _separator, tail in parts
        if tail and _get_quantity(tail) != 1
    ]
    heads = [head for head, _separator, _tail in parts if head.strip()]
    if heads and is_heading(heads[0]):
        problems.append(
            env._("%s is the heading of the column; leave it out.", heads[0])
        )
    first: dict = {}
    for head in heads:
        key = number._get_key(head)
        if key in first:
            problems.append(env._("%s is there more than once; keep one.", head))
        first[key] = head
    if problems:
        raise UserError("\n".join(dict.fromkeys(problems)))
    return "\n".join(heads)


# -- pasted lines -------------------------------------------------------
def expand_lines(
    number: BaseModel,
    product: BaseModel,
    text: str,
    draw: bool,
    wanted: int | None = None,
    reading: str | None = None,
) -> str:
    """See ``lot.number._expand_lines``."""
    lines, given = [], set()
    parts = [_split_line(line) for line in strip_unseen(text).splitlines()]
    fitting = reading or get_fitting_reading(number, product, text, wanted)
    for head, separator, tail in parts:
        _check_tail(number, head, tail)
        of_line = reading or _get_line_reading(number, product, head, tail) or fitting
        numbers = _expand_head(number, product, head, given, draw, of_line)
        given.update(numbers)
        if len(numbers) > 1 and tail.strip():
            tail = _part_quantity(number, product, head, tail, len(numbers))
        lines += [f"{name}{separator}{tail}" for name in numbers]
    return "\n".join(lines)


def get_fitting_reading(
    number: BaseModel, product: BaseModel, text: str, wanted: int | None
) -> str:
    """How pasted lines are read where nobody has chosen: as serials written short only
    where they are as many as are wanted, and would not be so as they stand."""
    if product.tracking != "serial" or not wanted:
        return NUMBERS
    totals = {EXPRESSION: 0, NUMBERS: 0}
    for line in strip_unseen(text).splitlines():
        head, _separator, tail = _split_line(line)
        own = _get_line_reading(number, product, head, tail)
        for reading in totals:
            totals[reading] += count_head(number, head, own or reading)
    is_list = totals[EXPRESSION] == wanted != totals[NUMBERS]
    return EXPRESSION if is_list else NUMBERS


def _get_line_reading(number, product, head, tail):
    """A line with a quantity says by itself how many serials it is."""
    quantity = _get_quantity(tail)
    if product.tracking != "serial" or quantity is None:
        return None
    return EXPRESSION if count_head(number, head, EXPRESSION) == quantity else NUMBERS


def count_head(number: BaseModel, head: str, reading: str) -> int:
    """How many numbers the text of a line gives, read so; 0 if nobody knows."""
    if not head.strip():
        return 0
    if _is_name(head, reading):
        return 1
    return count(number, head, reading) or 0


def cut_head(line: str) -> str:
    """The text of a line before its quantity."""
    return _split_line(strip_unseen(line))[0]


def _is_name(head, reading):
    """A name with blanks is one name: the line says where it ends."""
    if is_expression(head):
        return reading == NUMBERS and not (set(fold(head)) & set("~,\v\f"))
    return len(head.split()) != 1 and (
        reading == NUMBERS or not expression.range_count(head)
    )


def _expand_head(number, product, head, given, draw, reading):
    if not head.strip():
        return [""]
    if _is_name(head, reading):
        return [clean(head)]
    taken = given if "~" in fold(head) else ()
    return number._expand(
        head, product=product, taken=taken, draw=draw, reading=reading
    )


def _part_quantity(number, product, head, tail, count):
    """The rest of a line that gives several numbers: one quantity is not that of each
    of them."""
    quantity = _get_quantity(tail)
    if product.tracking != "serial" or quantity not in (None, count):
        raise UserError(
            number.env._(
                "%(text)s gives %(count)s numbers, and one quantity: %(quantity)s. "
                "Write a line with its quantity for each number.",
                text=head.strip(),
                count=count,
                quantity=tail.strip(),
            )
        )
    found, rest = _cut_quantity(tail)
    return tail if found is None else f"1{rest}"


def _check_tail(number, head, tail):
    """Refuse what stands behind a number and could be a quantity, but is not clearly
    one; what can be a date is read by the addon that knows dates."""
    if len(tail) > TAIL_LIMIT:
        raise UserError(
            number.env._(
                "%(number)s: what follows the number has %(count)s characters. Leave "
                "nothing there but its quantity and dates.",
                number=head.strip()[: expression.TOKEN_LIMIT],
                count=len(tail),
            )
        )
    lang = number.env["res.lang"]._get_data(code=number.env.lang or "en_US")
    cells = [cell.strip() for cell in re.split("[\t;]", tail)]
    cells = [cell for cell in cells if cell]
    counted = [cell for cell in cells if _PLAIN.fullmatch(cell)]
    unclear = [cell for cell in cells if _is_unclear(cell, lang.thousands_sep)]
    if unclear or len(counted) > 1:
        raise UserError(
            number.env._(
                "%(number)s: “%(text)s” is not clearly its quantity. Write one, like "
                "12 or 1.5, without thousands separators.",
                number=head.strip(),
                text=(unclear or counted)[-1],
            )
        )


def _is_unclear(cell, thousands):
    if _PLAIN.fullmatch(cell):
        return bool(thousands) and thousands in cell and bool(GROUPED.fullmatch(cell))
    return bool(_FIGURES.fullmatch(cell) or _WITH_UNIT.fullmatch(cell))


def _get_quantity(tail):
    return _cut_quantity(tail)[0]


def _cut_quantity(tail):
    """The quantity with which the rest of a line begins, or None, and what follows."""
    position = next((i for i, sign in enumerate(tail) if sign in "\t;"), len(tail))
    try:
        return float(tail[:position].strip().replace(",", ".")), tail[position:]
    except ValueError:
        return None, tail


def _split_line(line):
    for position, character in enumerate(line):
        if character in "\t;":
            cells = _CELL_ENDS.split(line[position + 1 :])
            tail = "".join(cell.strip(" ") for cell in cells)
            return unwrap_head(line[:position]), character, tail
    return unwrap_head(line), "", ""


def unwrap_head(head: str) -> str:
    """A number without the signs that keep a spreadsheet from counting with it."""
    text = head.strip()
    return unwrap(text) if text[:1] in ("=", "'", '"') else head
