"""What is booked out of the stock together arrives outside together.

Odoo looks for the row of each line where it goes, and makes it by itself. Of thousands
that go at once, all rows are looked for in one go, and made in one go.
"""

from odoo.api import Environment
from odoo.models import BaseModel

from .. import guards

KEY = ("product_id", "location_id", "lot_id", "package_id", "owner_id")


class Arrivals:
    """What arrives outside the stock while many lines are booked together."""

    def __init__(self):
        # {ids in the order of KEY: (quantity, date)}
        self._coming = {}

    def hand_on(self, records: BaseModel) -> BaseModel:
        """The records whose lines are booked this way."""
        return guards.hand_on(records, arrivals=self)

    def take(self, line, quantity, location, action, in_date, values) -> bool:
        """Note what a line brings, as ``_synchronize_quant`` is told it.

        :return: whether it is noted: what stays in the stock, or leaves it, is not
        """
        is_outside = action == "available" and location.should_bypass_reservation()
        if not is_outside or quantity <= 0 or not line.product_id.is_storable:
            return False
        lot, package, owner = (
            values.get(name, line[f"{name}_id"]).id
            for name in ("lot", "package", "owner")
        )
        key = (line.product_id.id, location.id, lot, package, owner)
        before, _date = self._coming.get(key, (0, None))
        self._coming[key] = (before + quantity, in_date)
        return True

    def store(self, quants: BaseModel) -> None:
        """Add it to the rows that there are, and make the others."""
        quants, found, values = quants.sudo(), {}, []
        names = KEY[:3]
        ids = zip(names, zip(*self._coming, strict=True), strict=False)
        domain = [(name, "in", list(set(values_))) for name, values_ in ids]
        # who else books the same row at this moment: there is another one then
        for quant in quants.search(domain).try_lock_for_update(allow_referencing=True):
            found.setdefault(tuple(quant[name].id for name in KEY), quant)
        for key, (quantity, in_date) in self._coming.items():
            row = {"quantity": quantity, "in_date": in_date}
            if quant := found.get(key):
                quant.write(row | {"quantity": quant.quantity + quantity})
            else:
                values.append(dict(zip(KEY, key, strict=True)) | row)
        # past the method of Odoo, which makes them one by one
        BaseModel.create(quants, values)
        self._coming.clear()


def get_arrivals(env: Environment) -> Arrivals | None:
    """Those that were handed on."""
    return guards.handed(env, "arrivals")
