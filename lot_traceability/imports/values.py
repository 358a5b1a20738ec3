"""The part of the dry run that is about quantities, dates and references."""

from datetime import date, time

import pytz

from odoo import fields

from ..numbers.rules import get_unusable_text
from ..numbers.spreadsheet import is_no_value
from ..tools.quantity import format_quantity
from .cell_values import read_date, read_quantity
from .run import ImportLine, ImportRun, add_problem, get_problem
from .table_file import TextFigure

# day and month of a format
CHANGED_OVER = str.maketrans("dm", "md")
# of the calculation of a quantity, as a part of it
NOISE = 1e-12
# lots are neither older nor good for longer; other calendars count other years
FIRST_YEAR, YEARS_AHEAD = 1900, 200
# the day with which a program begins to count, which it writes where it has none
NO_DAYS = ((1900, 1, 1), (1970, 1, 1))
# as which a day alone is read
NOON = time(12)


def read_line(run: ImportRun, line: ImportLine) -> None:
    """Read the quantity, the dates and the references of a row."""
    _read_quantity(run, line)
    _read_values(run, line)


def _read_quantity(run, line):
    text = line.texts.get("quantity")
    if not text:
        return
    point, thousands = run.separators
    if not run.is_text_file and not isinstance(text, TextFigure):
        # a number from a spreadsheet
        thousands = ""
    if line.product and not text[-1:].isdigit():
        text = _cut_unit(text, line.product.uom_id.name)
    value = read_quantity(text, point, thousands)
    problem = _get_quantity_problem(run.env, line.product, value)
    if not problem and line.product:
        problem = run.units.get_problem(line.cells, line.product.uom_id)
    if problem:
        add_problem(run, line, "quantity", problem)
    else:
        line.quantity = value


def _cut_unit(text, unit):
    """A figure without the unit of the product behind it; no other unit is known."""
    head = text[: -len(unit)]
    return head.strip() if text[len(head) :].casefold() == unit.casefold() else text


def _get_quantity_problem(env, product, value):
    if value is None:
        return env._(
            "this is not clearly a number; write it like 12 or 1.5, without "
            "thousands separators."
        )
    if value < 0:
        return env._("write 0 or more.")
    # most are whole, and need no look at the unit
    if (
        product
        and value != int(value)
        and abs(product.uom_id.round(value) - value) > NOISE * max(value, 1)
    ):
        return env._(
            "%(unit)s is counted in steps of %(step)s; round the quantity.",
            unit=product.uom_id.name,
            step=format_quantity(env, product.uom_id.rounding),
        )
    return None


def _read_values(run, line):
    lot_fields = run.env["stock.lot"]._fields
    for name, text in line.texts.items():
        if not text or name not in lot_fields or name in ("product", "name"):
            continue
        if is_no_value(text):
            advice = run.env._(
                "a spreadsheet writes this where it has no value; correct it."
            )
            add_problem(run, line, name, advice)
        elif lot_fields[name].type in ("date", "datetime"):
            _read_date(run, line, name)
        elif problem := get_unusable_text(run.env["lot.number"], text):
            add_problem(run, line, name, problem)
        else:
            line.values[name] = text


def _read_date(run, line, name):
    text, formats = line.texts[name], _get_date_formats(run.env)
    value = read_date(text, formats)
    _note_doubt(run, line, name, value, formats)
    # a slip of the keyboard, or the year of another calendar
    if (
        not value
        or not FIRST_YEAR <= value.year <= date.today().year + YEARS_AHEAD
        or value.timetuple()[:3] in NO_DAYS
    ):
        advice = run.env._("this is not a date; write it like 2026-12-31.")
    elif line.product and not line.product["use_expiration_date"]:
        advice = run.env._(
            "the product does not use expiration dates; switch them on there, or "
            "leave the cell empty."
        )
    else:
        line.values[name] = _to_field(run, line, name, value)
        return
    add_problem(run, line, name, advice)


def _note_doubt(run, line, name, value, formats):
    """Remember whether a date can be read with day and month changed over."""
    text = line.texts[name]
    if "-" in text[4:5] or "%d" not in formats[0] or "%m" not in formats[0]:
        # a year first, or a month in letters
        return
    other = read_date(text, [each.translate(CHANGED_OVER) for each in formats])
    if not other or other == value:
        return
    if value:
        run.doubtful_dates[name].append((line.number, text))
    else:
        run.changed_over.add(name)


def get_doubtful(run: ImportRun) -> dict[int, str]:
    """What is wrong with the rows whose date is read as the language has it, although
    another one of the same column can only be read the other way: by row number."""
    advice = run.env._(
        "other rows have day and month the other way round; write it like 2026-12-31."
    )
    problems = {}
    for name in run.changed_over:
        for number, text in run.doubtful_dates[name]:
            problems[number] = get_problem(run, name, text, advice)
    return problems


def _get_date_formats(env):
    lang = env["res.lang"]._get_data(code=env.lang or "en_US")
    clocks = ("", f" {lang.time_format}", " %H:%M")
    return [f"{lang.date_format}{clock}" for clock in clocks]


def _to_field(run, line, name, value):
    """The value as the field stores it, as text; a day is one where the goods of the
    row lie, the clock is that of the user."""
    env = run.env
    if env["stock.lot"]._fields[name].type == "date":
        return fields.Date.to_string(value)
    if value.time() == NOON:
        zone = run.get_zone(line.location or run.default_location)
        moment = value.replace(tzinfo=zone).astimezone(pytz.utc)
    else:
        moment = env.tz.localize(value).astimezone(pytz.utc)
    return fields.Datetime.to_string(moment)
