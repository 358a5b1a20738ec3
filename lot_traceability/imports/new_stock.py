"""Stock of lots that were just created, written at once.

Odoo looks for the quant of each line, and makes it by itself. A lot that is new has
none: what the lines of an import bring in is summed up, and made in one go.
"""

from odoo import fields
from odoo.models import BaseModel

from .. import guards


class NewStock:
    """What comes in of new lots while an import books it."""

    def __init__(self, lots: BaseModel):
        self.lot_ids = set(lots.ids)
        self.quantities: dict = {}
        self.now = fields.Datetime.now()

    def hand_on(self, records: BaseModel) -> BaseModel:
        """The records whose moves tell this instead of looking for quants."""
        return guards.hand_on(records, new_stock=self)

    def add(self, product, location, quantity, lot, package, owner):
        """Note a quantity; the answer is that of ``_update_available_quantity``."""
        ids = (record.id if record else False for record in (lot, package, owner))
        key = (product.id, location.id, *ids)
        self.quantities[key] = self.quantities.get(key, 0) + quantity
        # nothing is reserved of a lot that is new
        return 0, self.now

    def store(self, quants: BaseModel) -> None:
        """Make the quants."""
        names = ("product_id", "location_id", "lot_id", "package_id", "owner_id")
        values = [
            {
                **dict(zip(names, key, strict=True)),
                "quantity": quantity,
                "in_date": self.now,
                "inventory_quantity_set": False,
            }
            for key, quantity in self.quantities.items()
        ]
        self.quantities = {}
        # past the method of Odoo, which makes them one by one
        BaseModel.create(quants.sudo(), values)


def get_new_stock(env) -> NewStock | None:
    """The one that an import has handed on."""
    return guards.handed(env, "new_stock")
