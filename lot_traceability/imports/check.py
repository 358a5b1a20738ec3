"""The dry run of a lot import: what each row means, and all that is wrong with it.

Works on batches of rows, with one query per batch for each kind of record. Another
addon checks more by extending ``_check_lines`` of ``lot.import``.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable

from odoo.fields import Domain
from odoo.tools import SQL

from ..numbers.form import normalize
from ..numbers.spreadsheet import is_formula, unwrap
from ..scanning import gs1
from . import numbers, values
from .run import ImportLine, ImportRun, add_problem
from .table_file import (
    EXACT_DIGITS,
    BrokenText,
    DateCell,
    GuessedText,
    HiddenCell,
    HiddenRow,
    InexactNumber,
    JoinedCell,
    NoQuantity,
    ShownOtherwise,
    is_western,
)

SHOWN_CANDIDATES = 5
USAGES = ("internal", "transit")
# what is kept of a row
STORED = (
    *("import_id", "row_number", "cells", "product_text", "number_text"),
    *("quantity_text", "location_text", "product_id", "location_id", "numbers"),
    *("number_count", "quantity", "lot_values", "state", "message"),
)
DISPLAYED = re.compile(r"\[([^\]]+)\] ")


def prepare_rows(run: ImportRun, rows: Iterable) -> list[dict]:
    """Check a batch.

    :param run: :class:`ImportRun`, goes from batch to batch
    :param rows: list of (row number, cells)
    :return: list of values for ``lot.import.row``
    """
    lines = [
        ImportLine(number, cells, _get_texts(run, cells)) for number, cells in rows
    ]
    run.document._check_lines(run, lines)
    return [_prepare_row_vals(run, line) for line in lines]


def _get_texts(run, cells):
    return {
        column: _get_text(cells[position]) if position < len(cells) else ""
        for column, position in run.columns.items()
    }


def _get_text(cell):
    # the marks of the cell are kept, and most have nothing to take off
    return unwrap(cell) if cell[:1] in ("=", "'", '"') else cell


def check_lines(run: ImportRun, lines: list[ImportLine]) -> None:
    """See ``lot.import._check_lines``."""
    _find_products(run, lines)
    _find_locations(run, lines)
    for line in lines:
        _check_width(run, line)
        _check_cells(run, line)
        values.read_line(run, line)
    numbers.check_lines(run, lines)


def _prepare_row_vals(run, line):
    return {
        "import_id": run.document.id,
        "row_number": line.number,
        "cells": line.cells,
        "product_text": line.texts["product"],
        "number_text": line.texts["number"],
        "quantity_text": line.texts.get("quantity"),
        "location_text": line.texts.get("location"),
        "product_id": line.product and line.product.id or None,
        "location_id": line.location and line.location.id or None,
        "numbers": line.numbers,
        "number_count": len(line.numbers),
        "quantity": line.quantity or 0,
        "lot_values": line.values,
        "state": "error" if line.problems else "ready",
        "message": "\n".join(line.problems) or None,
    }


def _check_width(run, line):
    if len(line.cells) > len(run.header):
        line.problems.append(
            run.env._(
                "The row has %(cells)s cells, the header has %(columns)s; put text "
                "with a delimiter in it between quotes.",
                cells=len(line.cells),
                columns=len(run.header),
            )
        )


def _check_cells(run, line):
    """What a spreadsheet has made something else of, or does not show."""
    if isinstance(line.number, HiddenRow):
        line.problems.append(
            run.env._("The row is hidden in the sheet; show it, or delete it.")
        )
    for column, text in line.texts.items():
        if type(text) is not str or text[:1] == "=":
            advice = _get_cell_advice(run, column, text)
            if advice:
                add_problem(run, line, column, advice)


def _get_cell_advice(run, column, text):
    env, lot_fields = run.env, run.env["stock.lot"]._fields
    if isinstance(text, InexactNumber):
        return env._(
            "a spreadsheet keeps %s digits of a number, the others are made up; "
            "format the column as text, and write the number again.",
            EXACT_DIGITS,
        )
    if isinstance(text, BrokenText):
        return env._("a character of this cannot be stored; write it again.")
    if isinstance(text, GuessedText) and not (run.is_western and is_western(text)):
        return env._(
            "the file does not say which letters these are; save it as CSV UTF-8."
        )
    if isinstance(text, HiddenCell) and text:
        return env._("the column is hidden in the sheet; show it, or delete it.")
    if is_formula(text):
        return env._("this is a formula; write what it gives.")
    if isinstance(text, JoinedCell):
        return env._(
            "the cell is joined with the one above or beside it; split them, and write "
            "in each what is meant."
        )
    if isinstance(text, NoQuantity) and column == "quantity":
        return env._(
            "the cell shows this as a percentage, as money or not at all; write the "
            "quantity as a plain number."
        )
    if isinstance(text, ShownOtherwise) and column != "quantity":
        return env._(
            "the cell shows this number otherwise than it is kept; format the column "
            "as text, and write it as it is on the goods."
        )
    if isinstance(text, DateCell) and (
        column not in lot_fields or lot_fields[column].type not in ("date", "datetime")
    ):
        return env._(
            "a spreadsheet has taken this for a date or a time; format the column "
            "as text, and write it again."
        )
    return None


# -- products -------------------------------------------------------
def _find_products(run, lines):
    texts = {line.texts["product"] for line in lines} - {*run.products, ""}
    run.products.update(_search_products(run, texts))
    for line in lines:
        found = run.products.get(line.texts["product"], ())
        problem = _get_product_problem(run.env, line.texts["product"], found)
        if problem:
            add_problem(run, line, "product", problem)
        else:
            line.product = found[0]


def _search_products(run, texts):
    # as Odoo itself writes a product: [DESK-01] Desk
    codes = {text: DISPLAYED.match(text) for text in texts}
    codes = {text: code.group(1) for text, code in codes.items() if code}
    found = _search_exactly(run, [*texts, *codes.values()])
    result = {text: found[text] or found[codes.get(text)] for text in texts}
    left = [text for text in texts if not result[text]]
    if left:
        spellings = {
            text: _get_spellings(text) + _get_spellings(codes.get(text, ""))
            for text in left
        }
        found = _search_in_any_case(run, itertools.chain(*spellings.values()))
        for text, spelled in spellings.items():
            result[text] = next(filter(None, map(found.get, spelled)), [])
    return result


def _get_spellings(text):
    """In which ways a text is looked for: in any letter case, as people would read it,
    and a GTIN with and without zeros in front."""
    return [text.lower(), normalize(text), *gs1.get_gtin_forms(text)] if text else []


def _get_scope(run):
    return Domain("company_id", "in", (False, run.document.company_id.id))


def _search_exactly(run, wanted):
    products = run.env["product.product"].search(
        Domain.OR(
            Domain(name, "in", wanted) for name in ("default_code", "barcode", "name")
        )
        & _get_scope(run),
        order="id",
    )
    return _group_products(products, str)


def _search_in_any_case(run, wanted):
    wanted = list(dict.fromkeys(wanted))
    ids = SQL(
        """(SELECT product.id FROM product_product product
        JOIN product_template template ON template.id = product.product_tmpl_id
        WHERE lower(product.default_code) = ANY(%(wanted)s)
            OR lower(product.barcode) = ANY(%(wanted)s)
            OR lower(template.name->>%(lang)s) = ANY(%(wanted)s)
            OR lower(template.name->>'en_US') = ANY(%(wanted)s))""",
        wanted=wanted,
        lang=run.env.lang or "en_US",
    )
    products = run.env["product.product"].search(
        Domain("id", "in", ids) & _get_scope(run), order="id"
    )
    return _group_products(products, str.lower)


def _group_products(products, spell):
    found = defaultdict(list)
    for product in products:
        names = {product.default_code, product.barcode, product.name} - {False}
        for text in {spell(name) for name in names}:
            found[text].append(product)
    return found


def _get_product_problem(env, text, found):
    if not text:
        return env._("write the reference, the barcode or the exact name.")
    if not found:
        return env._(
            "no product has this reference, barcode or name; correct it or create "
            "the product first."
        )
    if len(found) > 1:
        return env._(
            "this can be %(candidates)s; write the reference or barcode of one.",
            candidates=_name_candidates(found),
        )
    if found[0].tracking == "none" or not found[0].is_storable:
        return env._(
            "this product is not tracked; set its tracking to lots or serial "
            "numbers, or leave the row out."
        )
    return None


def _name_candidates(records):
    # display names alone can be the same
    names = [
        " ".join(filter(None, (record.display_name, record.barcode)))
        for record in records[:SHOWN_CANDIDATES]
    ]
    more = len(records) - len(names)
    return ", ".join(names) + (f", … (+{more})" if more else "")


# -- locations ------------------------------------------------------
def _find_locations(run, lines):
    texts = {line.texts.get("location", "") for line in lines}
    new = texts - {*run.locations, ""}
    if new:
        run.locations.update(_search_locations(run.env, new))
    for line in lines:
        text = line.texts.get("location")
        if not text:
            line.location = run.default_location
            continue
        found = run.locations[text]
        problem = _get_location_problem(run, found)
        if problem:
            add_problem(run, line, "location", problem)
        else:
            line.location = found[0]


def _search_locations(env, texts):
    texts = list(texts)
    exact = Domain("complete_name", "in", texts) | Domain("barcode", "in", texts)
    found = _group_locations(env["stock.location"].search(exact), str)
    left = [text for text in texts if not found[text]]
    if left:
        ids = SQL(
            """(SELECT id FROM stock_location WHERE lower(complete_name) = ANY(%(left)s)
            OR lower(barcode) = ANY(%(left)s))""",
            left=[way for text in left for way in _get_place_spellings(text)],
        )
        others = env["stock.location"].search(Domain("id", "in", ids))
        others = _group_locations(others, str.lower)
        for text in left:
            spelled = map(others.get, _get_place_spellings(text))
            found[text] = next(filter(None, spelled), [])
    return {text: found[text] for text in texts}


def _get_place_spellings(text):
    parts = (normalize(part) for part in text.strip("/ ").split("/"))
    return [text.lower(), "/".join(parts)]


def _group_locations(locations, spell):
    found = defaultdict(list)
    for location in locations:
        names = {location.complete_name, location.barcode} - {False}
        for text in {spell(name) for name in names}:
            found[text].append(location)
    return found


def _get_location_problem(run, found):
    company = run.document.company_id
    own = [place for place in found if not place.company_id - company]
    if found and not own:
        return run.env._(
            "this location belongs to %(other)s, the import is for %(company)s.",
            other=found[0].company_id.name,
            company=company.name,
        )
    if not own:
        return run.env._(
            "there is no such location; write its full name such as WH/Stock/Shelf "
            "or its barcode."
        )
    if len(own) > 1:
        return run.env._(
            "this can be %(candidates)s; write the barcode of one.",
            candidates=_name_candidates(own),
        )
    if own[0].usage not in USAGES:
        return run.env._("goods cannot be in stock here; take an internal location.")
    return None
