"""Stock of lots that were just created, written at once.

Odoo looks for the quant of each line, and makes it by itself. A lot that is new has
none: what the lines of an import bring in is summed up, and made in one go.
"""

from collections import defaultdict

from odoo import fields
from odoo.models import BaseModel
from odoo.tools import SQL

from .. import guards

KEY = ("product_id", "location_id", "package_id", "owner_id")
# what Odoo computes of a quant, alike for all of one product and place
COMPUTED = {
    *("inventory_date", "inventory_diff_quantity", "inventory_quantity_set"),
    *("create_uid", "create_date", "write_uid", "write_date"),
}


class NewStock:
    """What comes in of new lots while an import books it."""

    def __init__(self, lots: BaseModel):
        self.lot_ids = set(lots.ids)
        self.quantities: dict = defaultdict(dict)
        self.now = fields.Datetime.now()
        # by id of line: the ids of what it is of, each read once
        self.lines: dict = {}

    def hand_on(self, records: BaseModel) -> BaseModel:
        """The records whose moves tell this instead of looking for quants."""
        return guards.hand_on(records, new_stock=self)

    def note(self, lines: BaseModel) -> None:
        """Know the lines by which they come in: those of a move differ by lot and
        quantity alone."""
        alike: dict = {}
        for line in lines:
            lot_id, move_id = line.lot_id.id, line.move_id.id
            if move_id not in alike:
                own = line.product_id, line.package_id, line.owner_id
                alike[move_id] = tuple(record.id for record in own)
            if lot_id in self.lot_ids:
                self.lines[line.id] = lot_id, *alike[move_id]

    def made(self, line: BaseModel) -> bool:
        """Whether the lot of a line is one of them."""
        return line.id in self.lines

    def book(self, line, quantity, location, action, values):
        """Note what a line brings; the answer is that of ``_synchronize_quant``."""
        if action != "available" or not quantity:
            # nothing is reserved of a lot that is new
            return 0, False
        lot_id, product_id, package_id, owner_id = self.lines[line.id]
        if "package" in values:
            package_id = values["package"].id
        of_lots = self.quantities[product_id, location.id, package_id, owner_id]
        of_lots[lot_id] = of_lots.get(lot_id, 0) + quantity
        return 0, self.now

    def store(self, quants: BaseModel) -> None:
        """Make the quants."""
        quants = quants.sudo()
        for key, of_lots in self.quantities.items():
            values = [
                {
                    **dict(zip(KEY, key, strict=True)),
                    "lot_id": lot_id,
                    "quantity": quantity,
                    "in_date": self.now,
                    "inventory_quantity_set": False,
                }
                for lot_id, quantity in of_lots.items()
            ]
            # past the method of Odoo, which makes them one by one
            if _is_plain(quants):
                first = BaseModel.create(quants, values[:1])
                _copy(first, values[1:])
            else:
                BaseModel.create(quants, values)
        places = self._get_places()
        lots = quants.lot_id.browse(self.lot_ids)
        self.quantities.clear()
        quants.invalidate_model()
        lots.invalidate_recordset(["quant_ids"])
        # most were created with their place
        lots.filtered(
            lambda lot: set(lot.location_id.ids) != places.get(lot.id, set())
        ).modified(["quant_ids"])

    def _get_places(self):
        """Where each lot lies now: ids of locations by that of the lot."""
        places: dict = defaultdict(set)
        for (_product_id, place_id, *_others), of_lots in self.quantities.items():
            for lot_id, quantity in of_lots.items():
                if quantity > 0:
                    places[lot_id].add(place_id)
        return places


def _is_plain(quants):
    """Whether no other addon keeps something on quants that it computes of the lot."""
    return not any(
        field.compute and not field.related and field.name not in COMPUTED
        for field in _get_stored(quants)
    )


def _get_stored(quants):
    return [
        field
        for field in quants._fields.values()
        if field.store and field.column_type and field.name != "id"
    ]


def _copy(first, values):
    """Make quants like the first one, but for the lot and what is the lot's."""
    first.flush_recordset()
    first.lot_id.flush_model()
    own = {
        "lot_id": SQL("new.lot_id"),
        "quantity": SQL("new.quantity"),
        # what was not counted differs by all there is
        "inventory_diff_quantity": SQL("-new.quantity"),
    }
    names = [field.name for field in _get_stored(first)]
    for field in _get_stored(first):
        parts = (field.related or "").split(".")
        if parts[0] == "lot_id":
            own[field.name] = SQL("lot.%s", SQL.identifier(parts[1]))
    first.env.cr.execute(
        SQL(
            """INSERT INTO stock_quant (%(names)s)
            SELECT %(values)s
              FROM unnest(%(lots)s::int[], %(quantities)s::numeric[])
                    AS new (lot_id, quantity)
              JOIN stock_lot lot ON lot.id = new.lot_id
              JOIN stock_quant first ON first.id = %(first)s""",
            names=SQL(", ").join(map(SQL.identifier, names)),
            values=SQL(", ").join(
                own.get(name, SQL.identifier("first", name)) for name in names
            ),
            lots=[row["lot_id"] for row in values],
            quantities=[row["quantity"] for row in values],
            first=first.id,
        )
    )


def get_new_stock(env) -> NewStock | None:
    """The one that an import has handed on."""
    return guards.handed(env, "new_stock")


def get_different(lots: BaseModel) -> BaseModel:
    """The lots, but of those that an import makes one for each product: its numbers,
    dates and references are all in which they differ."""
    if not guards.handed(lots.env, "lot_import_id"):
        return lots
    alike = lots.grouped("product_id").values()
    return lots.browse(its_lots[0].id for its_lots in alike)
