"""Quantities as people read them: one way for screens, notes, errors and documents."""

from odoo.api import Environment
from odoo.tools.misc import formatLang, get_lang


def format_quantity(env: Environment, value: float | None, uom=None) -> str:
    """A quantity in the reader's language, with no more digits than it needs.

    Never in scientific notation, never ``-0``; rounded to the digits of *Product Unit*.

    :param value: in the unit ``uom``
    :param uom: a record of ``uom.uom``, or its name, to be written behind
    """
    digits = env["decimal.precision"].precision_get("Product Unit")
    # adding zero takes the sign from a zero
    text = formatLang(env, round(value or 0.0, digits) + 0.0, digits=digits)
    if digits:
        text = text.rstrip("0").removesuffix(get_lang(env).decimal_point)
    name = uom if isinstance(uom, str) else uom.name if uom else ""
    return f"{text} {name}" if name else text


def plain_quantity(value: float | None) -> str:
    """The same for programs and forms: a point, no grouping, never scientific."""
    return f"{(value or 0.0) + 0.0:.9f}".rstrip("0").removesuffix(".")
