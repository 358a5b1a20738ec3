from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.lot_traceability.numbers.expression import (
    NumberExpressionError,
    expand,
)
from odoo.addons.lot_traceability.numbers.finder import find
from odoo.addons.lot_traceability.numbers.form import (
    strip_unseen,
    strip_unwritable,
)
from odoo.addons.lot_traceability.scanning import labelled
from odoo.addons.lot_traceability.tools import public
from odoo.addons.lot_traceability.tools.calendar_days import in_days, local_date
from odoo.addons.lot_traceability.tools.zone import (
    get_zone_of_lot,
    get_zone_of_warehouse,
)

from ..case import approval, states

NUMBER_LIMIT = 10000
# so many labels are looked at one by one
MOST_LABELS = 100


class LotRecallFinder(models.TransientModel):
    """Finds the suspect lots by what is known: numbers, vendor, order, date ..."""

    _name = "lot.recall.finder"
    _inherit = ["lot.dialog"]
    _description = "Find Suspect Lots"

    recall_id = fields.Many2one("lot.recall", ondelete="cascade")
    method = fields.Selection(
        selection="_get_methods", required=True, default="numbers", string="Find By"
    )
    numbers = fields.Text(
        help="Numbers, typed or pasted, and ranges: LOT-001-LOT-050, 77A, 10+5"
    )
    product_id = fields.Many2one("product.product")
    partner_id = fields.Many2one("res.partner", "Vendor")
    date_from = fields.Date("From")
    date_to = fields.Date("Until")
    document = fields.Char(
        "Manufacturing Order", help="The reference of the order, such as WH/MO/00017"
    )
    complaint_lot_ids = fields.Many2many(
        "stock.lot",
        string="Lots Complained Of",
        help="The lots that the search goes up from, to what vendors delivered.",
    )
    lot_ids = fields.Many2many(
        "stock.lot",
        "lot_recall_finder_found_rel",
        string="Found",
        compute="_compute_lot_ids",
        store=True,
        readonly=False,
    )
    lot_count = fields.Integer(compute="_compute_lot_count")
    missing = fields.Char("Not Found", compute="_compute_lot_ids", store=True)

    @api.model
    def _get_methods(self):
        """What can be known; some questions need another app."""
        methods = [
            ("numbers", self.env._("Numbers")),
            ("supplier_numbers", self.env._("Supplier's Numbers")),
            ("vendor", self.env._("Vendor and Dates")),
            ("ingredient", self.env._("Product or Ingredient")),
            ("upstream", self.env._("Complaint, Upstream First")),
        ]
        if "mrp.production" in self.env:
            methods.append(("production", self.env._("Manufacturing Order")))
        if "expiration_date" in self.env["stock.lot"]._fields:
            methods.append(("expiry", self.env._("Expiration Date")))
        return methods

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([_strip(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(_strip(vals))

    @api.depends(
        *("method", "numbers", "product_id", "partner_id", "date_from", "date_to"),
        *("document", "complaint_lot_ids"),
    )
    def _compute_lot_ids(self):
        for finder in self:
            finder.missing = False
            finder.lot_ids = getattr(finder, f"_find_by_{finder.method}")()

    @api.depends("lot_ids")
    def _compute_lot_count(self):
        for finder in self:
            finder.lot_count = len(finder.lot_ids)

    # -- ways to find ---------------------------------------------------
    def _search_lots(self, *domain):
        product = self.product_id
        of_product = [("product_id", "=", product.id)] if product else []
        return self.env["stock.lot"].search([*domain, *of_product])

    def _find_by_numbers(self):
        return self._find_numbers(vendor=False)

    def _find_by_supplier_numbers(self):
        return self._find_numbers(own=False)

    def _find_numbers(self, **kinds):
        """What the one finder takes the numbers for; all lots where several fit."""
        if not (self.numbers or "").strip():
            return self.env["stock.lot"]
        try:
            numbers = expand(strip_unseen(self.numbers), limit=NUMBER_LIMIT)
        except NumberExpressionError as error:
            self.missing = self.env._(
                "%(token)s is not understood", token=error.token or self.numbers
            )
            return self.env["stock.lot"]
        found = find(self.env, numbers, products=self.product_id or None, **kinds)
        unknown = [name for name in numbers if not found[name].lots]
        # labels that were scanned
        of_label = {
            name: labelled.find(self.env, name).filtered(
                lambda lot: not self.product_id or lot.product_id == self.product_id
            )
            for name in unknown[:MOST_LABELS]
        }
        self.missing = ", ".join(name for name in unknown if not of_label.get(name))
        return self.env["stock.lot"].union(
            *(match.lots for match in found.values()), *of_label.values()
        )

    def _find_by_vendor(self):
        if not self.partner_id:
            return self.env["stock.lot"]
        partners = self.partner_id.commercial_partner_id
        lines = self.env["stock.move.line"].search(
            [
                ("state", "=", "done"),
                ("lot_id", "!=", False),
                ("location_id.usage", "=", "supplier"),
                "|",
                ("picking_id.partner_id", "child_of", partners.ids),
                ("move_id.partner_id", "child_of", partners.ids),
                *self._get_period("date"),
            ]
        )
        lines = self._filter_days(
            lines,
            "date",
            lambda line: get_zone_of_warehouse(
                line.location_dest_id.warehouse_id, line.company_id
            ),
        )
        return self._search_lots(("id", "in", lines.lot_id.ids))

    def _find_by_ingredient(self):
        if not self.product_id:
            return self.env["stock.lot"]
        lots = self._search_lots(*self._get_period("create_date"))
        return self._filter_days(lots, "create_date", get_zone_of_lot)

    def _find_by_production(self):
        document = strip_unwritable(self.document).strip()
        if not document:
            return self.env["stock.lot"]
        orders = self.env["mrp.production"].search([("name", "=", document)])
        lines = orders.move_finished_ids.move_line_ids
        lots = lines.filtered(lambda line: line.state == "done").lot_id
        return self._search_lots(("id", "in", lots.ids))

    def _find_by_expiry(self):
        period = self._get_period("expiration_date")
        lots = self._search_lots(*period) if period else self.env["stock.lot"]
        return self._filter_days(lots, "expiration_date", get_zone_of_lot)

    def _find_by_upstream(self):
        """What the lots complained of are made of: the lots that vendors delivered."""
        lots = self.complaint_lot_ids._origin
        if not lots:
            return self.env["stock.lot"]
        receipts = lots._trace_upstream(["receipts"])["receipts"]
        ids = {row["lot_id"] for row in receipts if row["lot_id"]}
        return self._search_lots(("id", "in", list(ids)))

    def _get_period(self, field_name):
        """Moments that are within the days somewhere on earth."""
        domain = []
        if self.date_from:
            before = in_days(self.date_from, -1)
            domain.append((field_name, ">=", before))
        if self.date_to:
            after = in_days(self.date_to, 2)
            domain.append((field_name, "<", after))
        return domain

    def _filter_days(self, records, field_name, get_zone):
        """Those within the days, as they are counted where the goods are."""
        first, last = self.date_from or date.min, self.date_to or date.max
        return records.filtered(
            lambda record: (
                first <= local_date(record[field_name], get_zone(record)) <= last
            )
        )

    # -- buttons --------------------------------------------------------
    @public.record()
    def action_use(self):
        """Take the lots found as the suspect ones: of the recall, or of a new one.

        :return: the action that shows the recall, or the recall wizard
        :raise UserError: if nothing was found
        """
        self.ensure_one()
        lots = self.lot_ids
        if not lots:
            raise UserError(self.env._("No lot was found. Ask in another way."))
        recall, origin = self.recall_id, self._describe()
        if not recall:
            return self.env["lot.recall.wizard"]._open(lots, origin=origin)
        approval.check_seeds(recall)
        is_active = recall.state in states.ACTIVE_STATES
        recall._add_seeds(lots, origin, is_scoped_next=is_active)
        if self.method == "upstream":
            states.stamp(recall, "traced_back")
        approval.on_seeds_changed(recall)
        return recall._get_records_action()

    def _describe(self):
        """The question, in words, for the record."""
        parts = [
            dict(self._get_methods())[self.method],
            self.numbers,
            self.partner_id.display_name,
            self.product_id.display_name,
            self.document,
            ", ".join(self.complaint_lot_ids.mapped("name")),
            self.date_from and f"≥ {self.date_from}",
            self.date_to and f"≤ {self.date_to}",
        ]
        return " · ".join(part for part in parts if part)[:500]


def _strip(vals):
    """What is pasted may have what no database takes."""
    return {
        name: strip_unwritable(value)
        if name in ("numbers", "document") and isinstance(value, str)
        else value
        for name, value in vals.items()
    }
