"""The dry run of a lot import: what each row means, and all that is wrong with it.

Works on batches of rows, with one query per batch for each kind of record. Another
addon checks more by extending ``_check_lines`` of ``lot.import``.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

from odoo.fields import Domain

from . import numbers, values
from .run import ImportLine, ImportRun, add_problem

SHOWN_CANDIDATES = 5
USAGES = ("internal", "transit")
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
        column: cells[position] if position < len(cells) else ""
        for column, position in run.columns.items()
    }


def check_lines(run: ImportRun, lines: list[ImportLine]) -> None:
    """See ``lot.import._check_lines``."""
    _find_products(run, lines)
    _find_locations(run, lines)
    for line in lines:
        _check_width(run, line)
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
        "product_id": line.product and line.product.id,
        "location_id": line.location and line.location.id,
        "numbers": line.numbers,
        "number_count": len(line.numbers),
        "quantity": line.quantity or 0,
        "lot_values": line.values,
        "state": "error" if line.problems else "ready",
        "message": "\n".join(line.problems),
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
    wanted = [*texts, *codes.values()]
    products = run.env["product.product"].search(
        Domain.OR(
            Domain(name, "in", wanted) for name in ("default_code", "barcode", "name")
        )
        & Domain("company_id", "in", (False, run.document.company_id.id)),
        order="id",
    )
    found, by_code = defaultdict(list), defaultdict(list)
    for product in products:
        by_code[product.default_code].append(product)
        for text in {product.default_code, product.barcode, product.name}:
            found[text].append(product)
    return {text: found[text] or by_code[codes.get(text)] for text in texts}


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
            line.location = run.document.location_id
            continue
        found = run.locations[text]
        problem = _get_location_problem(run, found)
        if problem:
            add_problem(run, line, "location", problem)
        else:
            line.location = found[0]


def _search_locations(env, texts):
    texts = list(texts)
    locations = env["stock.location"].search(
        Domain("complete_name", "in", texts) | Domain("barcode", "in", texts)
    )
    found = defaultdict(list)
    for location in locations:
        for text in {location.complete_name, location.barcode}:
            found[text].append(location)
    return {text: found[text] for text in texts}


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
