"""What a text with numbers means: a number, a list, a range, the next ones.

``number`` is the model ``lot.number``.
"""

from odoo.exceptions import UserError
from odoo.models import BaseModel

from ..tools.parameter import read_int
from . import texts
from .expression import NumberExpressionError, is_expression
from .expression import expand as write_out
from .form import clean, strip_unseen


def get_limit(env) -> int:
    """How many numbers there may be at once."""
    return read_int(env, "lot_traceability.number_limit", 10000, least=1)


def expand(number, text, quantity=None, product=None, taken=(), draw=False):
    """See ``lot.number._expand``."""
    product = product or number.env["product.product"]

    def generate(count, written):
        return number._generate(product, count, {*taken, *written}, draw)

    try:
        return write_out(
            strip_unseen(text),
            quantity=quantity,
            existing=taken,
            limit=get_limit(number.env),
            generate=generate,
        )
    except NumberExpressionError as error:
        lines = texts.get_error_texts(number.env, error)
        raise UserError("\n".join(lines)) from error


def read_first_number(
    number: BaseModel, product: BaseModel, text: str, count: int, draw: bool
) -> list[str] | None:
    """See ``lot.number._read_first_number``."""
    text = (text or "").strip()
    if number._is_next(product, text):
        return number._generate(product, count, draw=draw)
    if is_expression(text):
        numbers = number._expand(text, count, product, draw=draw)
        _check_free(number, product, numbers)
        return numbers
    number._check_usable([text])
    try:
        numbers = write_out(text, limit=get_limit(number.env))
    except NumberExpressionError:
        return None
    return numbers if len(numbers) == count > 1 else None


def _check_free(number, product, numbers):
    taken = number._find_taken(product, numbers)
    if taken:
        text = texts.get_problem_texts(number.env)["already_exists"]
        keys = set(taken.mapped("number_key"))
        wrong = [name for name in numbers if number._get_key(name) in keys]
        raise UserError("\n".join(text % {"token": name} for name in wrong))


def expand_lines(number: BaseModel, product: BaseModel, text: str, draw: bool) -> str:
    """See ``lot.number._expand_lines``."""
    lines, given = [], set()
    for line in strip_unseen(text).splitlines():
        head, separator, tail = _split_line(line)
        numbers = _expand_head(number, product, head, given, draw)
        given.update(numbers)
        lines += [f"{name}{separator}{tail}" for name in numbers]
    return "\n".join(lines)


def _expand_head(number, product, head, given, draw):
    # a name with blanks is one name: the line says where it ends
    is_name = not is_expression(head) and len(head.split()) != 1
    if not head.strip() or is_name:
        return [clean(head)]
    taken = given if "~" in head else ()
    return number._expand(head, product=product, taken=taken, draw=draw)


def _split_line(line):
    for position, character in enumerate(line):
        if character in "\t;":
            return line[:position], character, line[position + 1 :]
    return line, "", ""
