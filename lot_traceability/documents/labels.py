"""Labels of lots and serial numbers: what stands on one in words, and in its code.

What the code says comes from ``stock.lot._get_label_elements``, to which other addons
add. The order is that of the GS1 General Specifications: what has a fixed length first,
so that the code needs as few separators as it can.
"""

from dataclasses import dataclass, field
from textwrap import wrap
from unicodedata import east_asian_width
from urllib.parse import quote

from markupsafe import Markup

from odoo.exceptions import UserError

from ..scanning import gs1
from ..tools.quantity import format_quantity
from . import symbol

# lines of text that a label has room for: above a GS1-128, and beside the other codes
LINES = 6
ROWS = {True: LINES, False: 9}
# in dots of a printer of ZPL
ROW, FONT_HEIGHT, FONT_WIDTH, CHAR = 33, 28, 24, 13
# GS1's own resolver, where the company has no address of its own
LINK = "https://id.gs1.org"
KEYS = ("01", "10", "21")


@dataclass
class Label:
    """One label; ``quantity`` and ``package``: of what it is put on, if any."""

    lot: object
    package: object = None
    quantity: float = 0
    elements: list = field(default_factory=list)
    # by kind: many copies are printed of one
    pictures: dict = field(default_factory=dict)

    def get_lines(self) -> list[str]:
        """What people read, the number first."""
        env, lot = self.lot.env, self.lot
        lines = [lot.name, lot.product_id.display_name, *lot._get_label_lines()]
        if self.package:
            lines.append(env._("Package %(package)s", package=self.package.name))
        if self.quantity:
            lines.append(format_quantity(env, self.quantity, lot.product_uom_id))
        return lines[:LINES]

    def get_code_text(self) -> str:
        """The elements as they are printed below a code."""
        return "".join(f"({identifier}){value}" for identifier, value in self.elements)

    def get_link(self) -> str:
        """The GS1 Digital Link of the goods."""
        domain = self.lot.env["ir.config_parameter"].sudo()
        domain = domain.get_param("lot_traceability.label_link") or LINK
        found = dict(self.elements)
        path = "".join(
            f"/{ai}/{quote(found[ai], safe='')}" for ai in KEYS if ai in found
        )
        more = "&".join(
            f"{ai}={quote(value, safe='')}"
            for ai, value in self.elements
            if ai not in KEYS
        )
        return domain.rstrip("/") + path + (f"?{more}" if more else "")

    def draw(self, kind: str, dots: int = 4):
        """The code as a picture; see ``symbol.draw``."""
        if kind == symbol.DIGITAL_LINK:
            return symbol.draw(kind, self.get_link(), dots)
        text = "".join(f"[{identifier}]{value}" for identifier, value in self.elements)
        return symbol.draw(kind, text, dots)

    def get_picture(self, kind: str) -> str:
        """The code as the source of an image in a page."""
        if kind not in self.pictures:
            self.pictures[kind] = symbol.to_data_uri(self.draw(kind))
        return self.pictures[kind]

    def get_zpl(self, kind: str) -> Markup:
        """The label for a printer of ZPL with 8 dots per mm, 60 x 40 mm."""
        is_wide = kind == symbol.GS1_128
        code = self.draw(kind, 2 if is_wide else 4)
        top, left = (210, 8) if is_wide else (8, max(480 - code.width - 8, 8))
        width = 464 if is_wide else max(left - 16, 200)
        number, *texts = self.get_lines()
        # the number is never cut, but printed narrower
        narrow = min(FONT_WIDTH, FONT_WIDTH * width // (CHAR * max(len(number), 1)))
        rows = [(narrow, number)]
        rows += [(FONT_WIDTH, row) for row in _fit(texts, width, ROWS[is_wide] - 1)]
        lines = [
            f"^FO8,{8 + at * ROW}^A0N,{FONT_HEIGHT},{font}^FB{width},1"
            f"^FH_^FD{_escape(row)}^FS"
            for at, (font, row) in enumerate(rows)
        ]
        lines.append(f"^FO{left},{top}{symbol.to_zpl(code)}^FS")
        # _escape has seen to what a printer would take for a command
        return Markup("\n".join(["^XA^CI28^PW480^LL320", *lines, "^XZ"]))


def _fit(texts, width, rows):
    """Texts as rows of a printer, which prints what is too long over itself: in two
    rows as long as there is room, the rest left out."""
    spare = rows - len(texts)
    for text in texts:
        is_broad = any(east_asian_width(char) in "FW" for char in text)
        chars = max(width // (CHAR * (1 + is_broad)), 1)
        found = wrap(text, chars, max_lines=1 + (spare > 0), placeholder="…") or [""]
        spare -= len(found) - 1
        yield from found


def _escape(text):
    """Text for ^FH: what commands of ZPL are made of as bytes."""
    return "".join(
        f"_{ord(char):02X}" if char in "^~_\\" or ord(char) < 32 else char
        for char in text
    )


def make_label(lot, kind, package=None, quantity=0):
    """A label whose code is known to be right.

    :raise UserError: with the lot and what to do, if its number or its product has no
        such code
    """
    elements = sorted(lot._get_label_elements(), key=_get_place)
    if quantity and dict(elements).get("01"):
        elements += _get_quantity(lot, quantity)
    label = Label(lot, package, quantity, elements)
    _check(label, kind)
    return label


def _get_place(element):
    return element[0] != "01", gs1.needs_fnc1(element[0])


def _get_quantity(lot, quantity):
    """A count of whole units; what is weighed is told in words."""
    reference = lot.env.ref("uom.product_uom_unit")
    counted = lot.product_uom_id._has_common_reference(reference)
    is_whole = quantity == int(quantity) and 0 < quantity < 10**8
    return [("30", str(int(quantity)))] if counted and is_whole else []


def _check(label, kind):
    env, lot = label.lot.env, label.lot
    told = {"lot": lot.name, "product": lot.product_id.display_name}
    if kind == symbol.DIGITAL_LINK and "01" not in dict(label.elements):
        raise UserError(
            env._(
                "%(product)s has no GTIN, and a Digital Link begins with one. Enter "
                "the GTIN as its barcode, or print the DataMatrix.",
                **told,
            )
        )
    try:
        gs1.parse(gs1.to_element_string(label.elements))
    except gs1.GS1Error as error:
        raise UserError(
            env._(
                "%(lot)s (%(product)s) cannot be printed as a GS1 code, which takes up "
                "to 20 characters: letters from A to Z, digits and common signs, no "
                "blanks. Print it in the format 4 x 12 instead.",
                **told,
            )
        ) from error
    length = sum(len(identifier) + len(value) for identifier, value in label.elements)
    if kind == symbol.GS1_128 and length > symbol.LONGEST_GS1_128:
        raise UserError(
            env._(
                "The code of %(lot)s (%(product)s) has %(length)s characters, and a "
                "GS1-128 takes %(limit)s. Print the DataMatrix.",
                length=length,
                limit=symbol.LONGEST_GS1_128,
                **told,
            )
        )


# -- what a label says ---------------------------------------------------------
def get_elements(lot):
    """See ``stock.lot._get_label_elements``."""
    lot.ensure_one()
    elements = []
    if lot.product_id.valid_ean:
        elements.append(("01", lot.product_id.barcode.zfill(14)))
    if lot.product_id.tracking != "serial":
        return [*elements, ("10", lot.name)]
    if lot.batch_code:
        elements.append(("10", lot.batch_code))
    return [*elements, ("21", lot.name)]


def get_lines(lot):
    """See ``stock.lot._get_label_lines``."""
    lot.ensure_one()
    lines = [lot._get_date_label()]
    if lot.supplier_number:
        number = lot.supplier_number
        lines.append(lot.env._("Supplier's number %(number)s", number=number))
    return [line for line in lines if line]
