from collections import defaultdict

from psycopg2 import IntegrityError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from .. import guards
from ..imports import columns, dates
from ..imports.new_stock import NewStock
from ..imports.numbers import find_existing
from ..numbers import scope
from ..tools.zone import get_zone_of_warehouse

_lt = LazyTranslate(__name__)

# what Odoo computes of all new lots of a product alike
ALIKE = ("avg_cost",)
# what is given with the values of new lots, and need not be computed once more
GIVEN = (
    *ALIKE,
    *("number_key", "number_scope_key", "supplier_number_key"),
    *("on_hold", "is_rejected"),
)


class LotImportRow(models.Model):
    """A row of an imported file: what it says, what it means, what became of it."""

    _name = "lot.import.row"
    _inherit = ["lot.guarded"]
    _description = "Row of a Lot Import"
    _order = "import_id, row_number"
    _rec_name = "row_number"
    _guard_way = _lt("Correct the file, and check it again.")
    _guard_parents = ("import_id",)

    import_id = fields.Many2one("lot.import", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="import_id.company_id")
    row_number = fields.Integer(
        "Row", readonly=True, help="As the spreadsheet program counts", aggregator=None
    )
    cells = fields.Json(readonly=True)
    product_text = fields.Char("Product in the File", readonly=True)
    number_text = fields.Char("Number in the File", readonly=True)
    quantity_text = fields.Char("Quantity in the File", readonly=True)
    location_text = fields.Char("Location in the File", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True, ondelete="cascade")
    location_id = fields.Many2one("stock.location", readonly=True, ondelete="cascade")
    numbers = fields.Json(readonly=True)
    numbers_text = fields.Char(
        "Number Understood",
        compute="_compute_texts",
        help="What the number in the file gives",
    )
    values_text = fields.Char("Dates and References", compute="_compute_texts")
    number_count = fields.Integer(
        "Count", readonly=True, help="How many numbers the row gives"
    )
    quantity = fields.Float(
        "Quantity of Each",
        digits="Product Unit",
        readonly=True,
        help="Of each number, in the unit of the product",
        aggregator=None,
    )
    lot_values = fields.Json(readonly=True)
    state = fields.Selection(
        [("error", "Error"), ("ready", "Valid"), ("done", "Imported")], readonly=True
    )
    message = fields.Text("What Is Wrong", readonly=True)

    _next_index = models.Index("(import_id, state, row_number)")

    @api.depends("numbers", "lot_values")
    def _compute_texts(self):
        for row in self:
            # a long range is clear by its ends
            numbers = row.numbers or []
            ends = numbers if len(numbers) < 4 else [numbers[0], "…", numbers[-1]]
            row.numbers_text = " ".join(ends)
            row.values_text = columns.describe(self.env, row.lot_values or {})

    def _guard_locked(self):
        # what a file says is written by reading it, and by nobody else
        return self

    def _guard_locked_message(self, locked):
        return self.env._(
            "The rows of an import are what its file says. Correct the file, and check "
            "it again."
        )

    # -- writing lots and stock -----------------------------------------
    def _import_safely(self):
        """Import the rows; those that cannot be imported say why and stay out."""
        try:
            with self.env.cr.savepoint():
                self._import()
        except (UserError, IntegrityError) as error:
            if len(self) == 1:
                self._refuse_one(error)
                return
            half = len(self) // 2
            self[:half]._import_safely()
            self[half:]._import_safely()

    def _refuse_one(self, error):
        message = str(error)
        if isinstance(error, IntegrityError):
            message = self.env._(
                "The number was created by somebody else in this moment; leave it out."
            )
        guards.by_button(self).write({"state": "error", "message": message})

    def _import(self):
        """Create and update the lots of rows of one document, and book their stock."""
        document = self.import_id
        lots = self._find_lots()
        old = {key for key, lot in lots.items() if lot.lot_import_id != document}
        if document.existing_lots == "error" and old:
            self._refuse(old)
        if document.existing_lots == "update":
            self._update_lots(lots, old)
        created = self._create_lots(lots)
        lots.update(created)
        if document.book_stock:
            new = NewStock(
                self.env["stock.lot"].browse(lot.id for lot in created.values())
            )
            self._book(lots, old if document.existing_lots == "update" else (), new)
        self._mark_done()

    def _mark_done(self):
        """Say so of all at once: the ORM would write each row by itself."""
        self.flush_recordset(["state", "message"])
        self.env.cr.execute(
            SQL(
                "UPDATE lot_import_row SET state = 'done', message = NULL, "
                "write_uid = %s, write_date = %s WHERE id = ANY(%s)",
                self.env.uid,
                self.env.cr.now(),
                self.ids,
            )
        )
        self.invalidate_recordset(["state", "message"])

    def _get_keys(self):
        for row in self:
            for number in row.numbers:
                yield row, (row.product_id.id, number)

    def _find_lots(self):
        company = self.import_id.company_id
        numbers = defaultdict(list)
        for row in self:
            numbers[row.product_id] += row.numbers
        return {
            (product.id, number): lot
            for product, names in numbers.items()
            for number, lot in find_existing(self.env, product, names, company).items()
        }

    def _refuse(self, keys):
        numbers = [
            number
            for _row, key in self._get_keys()
            if key in keys
            for number in key[1:]
        ]
        raise UserError(
            self.env._(
                "%(numbers)s: somebody has created this since the file was checked; "
                "leave the row out.",
                numbers=", ".join(numbers[:10]),
            )
        )

    def _create_lots(self, lots):
        values, places = {}, defaultdict(list)
        for row, key in self._get_keys():
            if key not in lots and key not in values:
                values[key] = row._prepare_lot_vals(key[1])
                places[row.location_id].append(key)
        self._prepare_computed(values)
        self._prepare_places(values)
        # thousands of notes "created" help nobody: the lot names its import
        model = guards.hand_on(
            guards.by_button(self.env["stock.lot"]),
            number_origin="imported",
            lot_import_id=self.import_id.id,
        ).with_context(tracking_disable=True)
        created = {}
        for zone, keys in self._group_by_zone(places).items():
            # days that are counted from others are those of the place of the row
            there = guards.hand_on(model, zone_of_new_lots=zone)
            new = there.create([values[key] for key in keys]).with_env(self.env)
            for name in GIVEN:
                if name in new._fields:
                    self.env.remove_to_compute(new._fields[name], new)
            created.update(zip(keys, new, strict=True))
        return {key: created[key] for key in values}

    def _group_by_zone(self, places):
        """Keys by time zone, of keys by place."""
        company, zones = self.import_id.company_id, defaultdict(list)
        for place, keys in places.items():
            place = place or self.import_id.location_id
            zones[get_zone_of_warehouse(place.warehouse_id, company)] += keys
        return zones

    def _prepare_lot_vals(self, number):
        return {
            "product_id": self.product_id.id,
            "name": number,
            **(self.lot_values or {}),
        }

    def _prepare_computed(self, values):
        """What Odoo would compute and write of new lots afterwards, by values of each:
        their company, the forms of their numbers, and that nobody holds them."""
        service, lots = self.env["lot.number"], self.env["stock.lot"]
        owners = {}
        for product in self.product_id:
            lot = lots.new({"product_id": product.id})
            common = {name: lot[name] for name in ALIKE if name in lots._fields}
            owners[product.id] = product, lot.company_id, common
        for (product_id, number), vals in values.items():
            product, company, common = owners[product_id]
            key = service._get_key(number)
            vendor = service._get_key(vals.get("supplier_number"))
            vals.update(
                common,
                company_id=company.id,
                number_key=key,
                number_scope_key=scope.get_scope_key(service, product, company, key),
                supplier_number_key=vendor or False,
                on_hold=False,
                is_rejected=False,
            )

    def _prepare_places(self, values):
        """Where new lots lie, which Odoo would find out and write of each afterwards:
        of those that come to lie in one place."""
        if not self.import_id.book_stock:
            return
        places = defaultdict(set)
        for row, key in self._get_keys():
            if row.quantity:
                places[key].add(row.location_id.id)
        for key, vals in values.items():
            if len(places[key]) == 1:
                [vals["location_id"]] = places[key]

    def _update_lots(self, lots, old):
        """Write dates and references, once for all lots that get the same."""
        same = defaultdict(lambda: self.env["stock.lot"])
        for row, key in self._get_keys():
            if key in old and row.lot_values:
                same[tuple(sorted(row.lot_values.items()))] += lots[key]
        for values, its_lots in same.items():
            dates.write_with_the_others(its_lots, dict(values))

    def _book(self, lots, left_out, new):
        """Book stock as an inventory adjustment, a move for each product and place."""
        amounts = defaultdict(dict)
        for row, key in self._get_keys():
            if row.quantity and key not in left_out:
                place = amounts[row.product_id, row.location_id]
                place[lots[key]] = place.get(lots[key], 0) + row.quantity
        prepared = [
            self._prepare_move_vals(product, location, quantities)
            for (product, location), quantities in amounts.items()
        ]
        moves = new.hand_on(self.env["stock.move"]).create(
            [vals for vals, _lines in prepared]
        )
        # not with the moves: to complete those, Odoo would think up each line before
        lines = moves.move_line_ids.create(
            [
                line | {"move_id": move.id}
                for move, (_vals, lines) in zip(moves, prepared, strict=True)
                for line in lines
            ]
        )
        new.note(lines)
        moves = moves.with_context(ignore_dest_packages=True)
        moves._action_done()
        moves.with_env(self.env)._trigger_assign()

    def _prepare_move_vals(self, product, location, quantities):
        """The move of an inventory adjustment, and its lines: one for each lot."""
        document = self.import_id
        source = product.with_company(document.company_id).property_stock_inventory
        quant = self.env["stock.quant"].with_context(
            inventory_name=document._get_inventory_name()
        )
        values = {"product_id": product.id, "location_id": location.id}
        first, quantity = next(iter(quantities.items()))
        # the lines differ by lot and quantity alone
        move = quant.new(values | {"lot_id": first.id})._get_inventory_move_values(
            quantity, source, location
        )
        [(_command, _id, line)] = move.pop("move_line_ids")
        lines = [
            line | {"lot_id": lot.id, "quantity": quantity, "picked": move["picked"]}
            for lot, quantity in quantities.items()
        ]
        return move | {"product_uom_qty": sum(quantities.values())}, lines
