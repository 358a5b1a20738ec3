"""Which code a text is: a label, several, or a plain number, product or place.

What was printed by Odoo or by this product has no separators and no mark, and its
numbers can have characters that GS1 does not know: it is taken for a label if a product
or a number that exists is in it.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from odoo.exceptions import UserError
from odoo.models import BaseModel

from ..numbers import rules
from . import booking, code, codes, damage, gs1, label, readings, said
from .answers import BEFORE, BEHIND, Request

# how the plain reading is chosen, and that a code is the product's where it is both
PLAIN, PRODUCT = "plain", "product"
# with a number as short as that, what looks like a label can be another number
_SHORT = re.compile(r"[0-9]{1,4}")
# the AI of the number that goods have
_NUMBERS = {"lot": "10", "serial": "21"}


class Doubt(NamedTuple):
    """Somebody has to choose: dicts with ``reading``, the key, and ``text``.

    ``is_damaged``: the code itself is doubtful, not only how it is read;
    ``is_product``: it is the code of a product as well.
    """

    choices: list
    is_damaged: bool = False
    is_product: bool = False


def read(picking: BaseModel, request: Request, find_owners: Callable) -> dict | Doubt:
    """Read a text.

    :param find_owners: says for numbers which products of the transfer know them
    :return: see ``lot.scan``; and ``parts``, if it is several codes in one
    :raise UserError: if it looks like a label and is not a good one
    """
    text = _unify(picking, code.tidy(request.text))
    prefix, plain = gs1.split_symbology(text)
    if not plain.strip(gs1.FNC1):
        raise UserError(picking.env._("Nothing was scanned."))
    if plain.startswith("[)>"):
        raise UserError(
            picking.env._(
                "This is a label with data identifiers (ISO 15434), which are not "
                "those of GS1 and are not read here. Scan another code of the label."
            )
        )
    if prefix == "]E3":
        # what stands beside the code of a magazine is not part of it
        plain = plain[:13]
    is_label = gs1.is_marked(text) or gs1.starts_with_key(plain)
    if is_label and damage.is_twice(text.replace(gs1.FNC1, "")):
        # one label two times, which GS1's rules for repeated values would let pass
        refuse_several(picking, [text[: len(text) // 2].strip(gs1.FNC1)] * 2)
    reader = _Reader(picking, request, text, prefix, plain, find_owners)
    return reader.find()


def _unify(picking, text):
    """Put GS1's separator where a scanner sent what the settings say."""
    if gs1.FNC1 in text:
        return text
    nomenclature = picking.company_id.nomenclature_id
    characters = label.get_separators(picking.env)
    if nomenclature.is_gs1_nomenclature and "#" in (
        nomenclature.gs1_separator_fnc1 or ""
    ):
        characters += "#"
    changed = code.with_separators(text, characters)
    if changed == text or gs1.is_link(text):
        return text
    try:
        gs1.parse(changed)
    except gs1.GS1Error:
        return text
    return changed


def refuse_several(picking: BaseModel, texts: list) -> None:
    """Refuse several codes in one.

    :raise UserError: in any case
    """
    raise UserError(
        picking.env._(
            "These are several codes, read as one; nothing was booked. Scan each "
            "of them by itself: %s",
            ", ".join(texts),
        )
    )


def doubt_damaged(env, text: str) -> Doubt:
    """Somebody has to say that a strange text is a number all the same.

    :raise UserError: if it can be none, whoever says so
    """
    rules.check_usable(env["lot.number"], [text])
    return Doubt([_get_plain_choice(env, text)], is_damaged=True)


def _get_plain_choice(env, text):
    return {"reading": PLAIN, "text": env._("The number is %s", text)}


def _has_two(reading):
    """Whether both a lot and a serial number of some length are in a reading."""
    values = dict(reading.pairs)
    return min(len(values.get(ai, "")) for ai in _NUMBERS.values()) > 1


class _Reader:
    """One text on its way to a reading."""

    def __init__(self, picking, request, text, prefix, plain, find_owners):
        self.picking, self.env, self.request = picking, picking.env, request
        self.text, self.prefix, self.plain = text, prefix, plain
        # with the blanks that are printed in it
        self.printed = plain
        # what is in a package is no reading of its code
        is_reading = request.reading not in (BEFORE, BEHIND)
        self.reading = request.reading if is_reading else None
        self._find_owners = find_owners

    def find(self):
        if self.reading == PLAIN:
            return self._as_plain(
                self._find_owners(self.picking, [self.plain])[self.plain]
            )
        if gs1.is_marked(self.text):
            return self._doubt_brackets() or self._read_marked()
        owners = self._find_owners(self.picking, [self.plain])[self.plain]
        if owners and damage.is_folded(self.plain) and not self._is_written_so():
            return doubt_damaged(self.env, self.plain)
        if owners and not self.request.product & owners:
            product, _unit = codes.find_product(self.picking, self.plain)
            if product and self.reading == PRODUCT:
                return self._as_plain(product.browse())
            if product:
                return self._doubt_product(product)
        if owners:
            return self._as_plain(owners)
        parts = self._get_parts()
        if parts:
            return {**self._as_plain(owners), "parts": parts}
        # as it is printed below the bar code, or typed from there
        squeezed = "".join(self.plain.split())
        if gs1.starts_with_key(squeezed) and not gs1.starts_with_key(self.plain):
            self.plain, self.printed = squeezed, self.plain
        if gs1.starts_with_key(self.plain):
            return self._choose(self._find_readings())
        return self._read_unmarked()

    def _doubt_product(self, product):
        text = f"{self.env._('Product')} {product.display_name}"
        choices = [
            {"reading": PRODUCT, "text": text},
            _get_plain_choice(self.env, self.plain),
        ]
        return Doubt(choices, is_product=True)

    def _as_plain(self, owners):
        scan = self.env["lot.scan"]._read(self.plain)
        reading = self.reading
        return {**scan, "owners": owners, "prefix": self.prefix, "reading": reading}

    def _as_label(self, pairs):
        rows = label.get_rows(self.env, pairs)
        scan = self.env["lot.scan"]._read(self.plain, rows)
        return {**scan, "pairs": pairs}

    def _is_written_so(self):
        """Whether a number is known exactly as it came in."""
        moves = codes.get_open_moves(self.picking)
        lots = booking.find_lots_of(moves, [self.plain])[self.plain]
        names = lots.mapped("name") + lots.mapped("supplier_number")
        return self.plain in (names + moves.move_line_ids.mapped("lot_name"))

    # -- several in one -------------------------------------------------
    def _get_parts(self):
        """The codes of which Odoo makes one, for the content of a package."""
        # sudo: a setting of Odoo, which its own screen reads in this way
        settings = self.env["ir.config_parameter"].sudo()
        separator = settings.get_param("stock.barcode_separator") or ""
        parts = [part for part in self.plain.split(separator or None) if part.strip()]
        if not separator or separator not in self.plain or len(parts) < 2:
            return []
        # numbers can have that character as well
        return parts if all(self._is_known(part) for part in parts) else []

    def _is_known(self, text):
        if gs1.starts_with_key(text) or codes.find_product(self.picking, text)[0]:
            return True
        numbers = [text]
        for reading in readings.find(text):
            numbers += reading.numbers
        return any(self._find_owners(self.picking, numbers).values())

    # -- labels that say that they are one ------------------------------
    def _doubt_brackets(self):
        """A number that exists can be written like a label: (10)L1 beside L1."""
        if self.reading or self.prefix or not self.plain.startswith("("):
            return None
        if not self._is_written_so():
            return None
        try:
            pairs = gs1.parse(self.text)
        except gs1.GS1Error:
            return None
        found = [readings.Reading(tuple(pairs))]
        return self._doubt(found, with_plain=True)

    def _read_marked(self):
        if gs1.FNC1 in self.plain or not gs1.is_gs1_symbology(self.prefix):
            return self._read_whole()
        if gs1.is_link(self.plain) or self.plain.startswith("("):
            return self._read_whole()
        found = self._find_readings()
        return self._choose(found) if found else self._read_whole()

    def _read_whole(self):
        """A label whose parts are told apart by its form."""
        try:
            return self._as_label(gs1.parse(self.text))
        except gs1.GS1Error as error:
            pairs = self._get_printed(error)
            if pairs:
                return self._as_label(pairs)
            rows = (
                label.get_rows_of_nomenclature(self.env, self.text)
                if error.code == "unknown_ai"
                else []
            )
            if rows:
                return {**self.env["lot.scan"]._read(self.plain, rows), "pairs": ()}
            if self.prefix == "" and gs1.is_link(self.text) and self._is_number():
                return self._as_plain(self._find_owners(self.picking, [self.plain]))
            raise UserError(label.get_error_text(self.env, error)) from error

    def _can_be_new(self):
        return any(map(booking.can_create, codes.get_open_moves(self.picking)))

    def _is_number(self):
        """Some people use links as numbers."""
        return bool(self._find_owners(self.picking, [self.plain])[self.plain])

    def _get_printed(self, error):
        """Pairs with a number that GS1 would not allow, but that exists."""
        if error.code not in ("bad_character", "too_long"):
            return None
        try:
            pairs = gs1.split(self.text)
            gs1.check(
                [(ai, "X" if ai in readings.NUMBERS else value) for ai, value in pairs]
            )
        except gs1.GS1Error:
            return None
        numbers = [value for ai, value in pairs if ai in readings.NUMBERS and value]
        known = self._find_owners(self.picking, numbers)
        return pairs if any(known.values()) else None

    # -- labels without separators --------------------------------------
    def _find_readings(self):
        found = readings.find(self.plain)
        gtin = next(
            (dict(row.pairs).get("01") for row in found if "01" in dict(row.pairs)),
            None,
        )
        product = codes.find_product(self.picking, gtin)[0] if gtin else None
        wanted = product and _NUMBERS.get(product.tracking)
        if not wanted:
            return found
        if not any(wanted in dict(row.pairs) for row in found):
            return readings.find(self.plain, wanted)
        return self._find_second_number(product, wanted, found)

    def _find_second_number(self, product, wanted, found):
        """A serial number and a lot that have run together: ``21S1`` ``10B12``. Where
        the product has numbers of that form, it is one of them."""
        numbers = [dict(row.pairs).get(wanted, "") for row in found]
        if len(found) > 1 or said.has_number_like(self.picking, product, numbers[0]):
            return found
        other = "21" if wanted == "10" else "10"
        rows = readings.find(self.plain, other)
        return [*found, *(row for row in rows if row not in found and _has_two(row))]

    def _choose(self, found):
        """The one reading that is right, or a doubt."""
        chosen = self._get_chosen(found)
        if chosen:
            return self._as_label(chosen.pairs)
        if not found:
            return self._read_whole()
        numbers = list(dict.fromkeys(text for row in found for text in row.numbers))
        known = self._find_owners(self.picking, numbers)
        is_known = [any(known[text] for text in row.numbers) for row in found]
        first = found[0]
        if first.flaw and not is_known[0] and len(found) == 1:
            raise UserError(label.get_error_text(self.env, first.flaw))
        sure = first.is_certain and (
            len(found) == 1 or (is_known[0] and not any(is_known[1:]))
        )
        if sure and not is_known[0] and self._has_more(first):
            return self._doubt(found)._replace(is_damaged=True)
        if sure and not is_known[0] and self._has_blanks(first):
            return self._doubt(found)
        if sure:
            return self._as_label(first.pairs)
        return self._doubt([row for row in found if not row.flaw])

    def _has_more(self, reading):
        """Whether the next label has run into a number that nobody knows."""
        values = dict(reading.pairs)
        gtins = [values[ai] for ai in gs1.GTINS if ai in values]
        return any(
            damage.has_part(text, gtin) and not self._was_said(gtin, text)
            for text in reading.numbers
            for gtin in gtins
        )

    def _has_blanks(self, reading):
        """Whether a number is printed with blanks in it, which may belong to it."""
        return any(number not in self.printed for number in reading.numbers)

    def _was_said(self, gtin, text):
        """Whether the product's numbers have its bar code in them."""
        product = codes.find_product(self.picking, gtin)[0]
        return damage.has_whole(text, gtin) and said.has_number_like(
            self.picking, product, text
        )

    def _get_chosen(self, found):
        key = self.reading
        chosen = next((row for row in found if row.key == key), None)
        if key and not chosen:
            raise UserError(
                self.env._("“%s” is not a reading of this code; scan it again.", key)
            )
        return chosen

    def _doubt(self, found, with_plain=False):
        choices = [
            {"reading": row.key, "text": label.describe(self.env, row.pairs)}
            for row in found
        ]
        if with_plain:
            choices.append(_get_plain_choice(self.env, self.plain))
        return Doubt(choices)

    def _read_unmarked(self):
        """A number or another plain code, unless something that exists is in it."""
        found = readings.find(self.plain)
        nobody = self.env["product.product"]
        if not found:
            return self._as_plain(nobody)
        if any(dict(row.pairs).keys() & {"01", "02"} for row in found):
            return self._choose(self._find_readings())
        chosen = self._get_chosen(found)
        if chosen:
            return self._as_label(chosen.pairs)
        numbers = list(dict.fromkeys(text for row in found for text in row.numbers))
        known = self._find_owners(self.picking, numbers)
        dated = [row for row in found if row.is_dated]
        found = [row for row in found if any(known[text] for text in row.numbers)]
        if not found and dated and not self.prefix and self._can_be_new():
            return self._doubt(dated, with_plain=True)
        if not found:
            return self._as_plain(nobody)
        first = found[0]
        if len(first.pairs) == 1 and _SHORT.fullmatch(first.numbers[0]):
            return self._doubt(found, with_plain=True)
        if len(found) > 1 or not first.is_certain:
            return self._doubt(found)
        return self._as_label(first.pairs)
