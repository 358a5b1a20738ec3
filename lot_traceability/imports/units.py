"""The unit in which a file has its quantities: in the header of their column, as in
``Quantity (kg)``, or in a column of its own. What is not the unit of the product is
refused: nobody counts by it, and 5000 g are not 5000 kg.
"""

import re
from functools import cached_property

from odoo.api import Environment
from odoo.models import BaseModel

from ..numbers.form import normalize

# what stands above a column of units
_HEADERS = """uom unit units unitofmeasure unitofmeasurement measureunit measure uomname
    uomid productuom productuomid einheit me mengeneinheit basismengeneinheit bme unité
    unitédemesure udm um unidad unidaddemedida unità unitàdimisura eenheid jm enhet
    unidade unidadedemedida meins stockuom baseuom baseunit unitname inventoryunit"""
# how units are written besides their names in Odoo
_SPELLINGS = {
    "uom.product_uom_unit": """unit units pc pcs piece pieces ea each stk stück st un
        uds unité unités pièce pièces unidad unidades pezzi pz stuks szt nos pce c62 h87
        und""",
    "uom.product_uom_dozen": "dozen dozens doz dz dutzend douzaine docena",
    "uom.product_uom_gram": "g gr gram grams gramm gramme grammes grm",
    "uom.product_uom_kgm": """kg kgs kilo kilos kilogram kilograms kilogramm kgm
        kilogramme kilogrammes kilogramo kilogramos chilogrammi""",
    "uom.product_uom_ton": "t to ton tons tonne tonnes tonnen tne",
    "uom.product_uom_lb": "lb lbs pound pounds lbr",
    "uom.product_uom_oz": "oz ounce ounces onz",
    "uom.product_uom_milliliter": "ml milliliter millilitre mlt",
    "uom.product_uom_litre": "l lt ltr liter liters litre litres",
    "uom.product_uom_meter": "m meter meters metre metres mtr",
    "uom.product_uom_cm": "cm cmt",
}
_IN_BRACKETS = re.compile(r"(.*\S)\s*[(\[]([^()\[\]]+)[)\]]\s*", re.DOTALL)


def split_header(label: str) -> tuple[str, str]:
    """A header and what stands in brackets behind it.

    >>> split_header("Quantity (kg)"), split_header("Lot")
    (('Quantity', 'kg'), ('Lot', ''))
    """
    found = _IN_BRACKETS.fullmatch(label)
    return found.groups() if found else (label, "")


def _simplify(text):
    return re.sub(r"[\W_]+", "", normalize(text))


class Units:
    """What one file says of units."""

    def __init__(self, env: Environment, header: list, columns: dict):
        self.env = env
        words = _HEADERS.split()
        free = (at for at in range(len(header)) if at not in columns.values())
        named = (at for at in free if _simplify(header[at]) in words)
        self.position = next(named, None)
        at = columns.get("quantity")
        text = split_header(header[at])[1] if at is not None else ""
        # other words in brackets say what the quantity is of
        self.of_header = text if _simplify(text) in self._names else ""

    @cached_property
    def _names(self):
        """Ids of the units that each word can be."""
        names: dict = {}
        units = self.env["uom.uom"].with_context(active_test=False).search([])
        for one in (units, units.with_context(lang="en_US")):
            for unit in one:
                names.setdefault(_simplify(unit.name), set()).add(unit.id)
        for reference, words in _SPELLINGS.items():
            unit = self.env.ref(reference, raise_if_not_found=False)
            for word in words.split() if unit else ():
                names.setdefault(word, set()).add(unit.id)
        return names

    def get_problem(self, cells: list, unit: BaseModel) -> str | None:
        """What is wrong with the unit of a row, for a product with a unit."""
        text = self.of_header
        if self.position is not None and self.position < len(cells):
            text = cells[self.position] or text
        if not text or unit.id in self._names.get(_simplify(text), ()):
            return None
        return self.env._(
            "the file has it in %(unit)s, the product is counted in %(own)s; convert "
            "it, or leave out what stands there as its unit.",
            unit=text[:40],
            own=unit.name,
        )
