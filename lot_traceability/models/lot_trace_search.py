from odoo import api, models
from odoo.fields import Domain

from ..numbers import finder
from ..numbers.form import strip_unwritable

# (kind, model, fields) of what leads to lots, where its app is there
DOCUMENTS = (
    ("transfer", "stock.picking", ("name", "origin")),
    ("manufacturing", "mrp.production", ("name", "origin")),
    ("repair", "repair.order", ("name",)),
    ("scrap", "stock.scrap", ("name", "origin")),
    ("unbuild", "mrp.unbuild", ("name",)),
    ("conversion", "lot.conversion", ("name",)),
    ("sale", "sale.order", ("name", "client_order_ref")),
    ("purchase", "purchase.order", ("name", "partner_ref")),
)
# how the move lines of a document are found, by its model
LINE_PATHS = {
    "stock.picking": ("picking_id",),
    "mrp.production": (
        "move_id.production_id",
        "move_id.raw_material_production_id",
    ),
    "repair.order": ("move_id.repair_id",),
    "stock.scrap": ("move_id.scrap_id",),
    "mrp.unbuild": ("move_id.unbuild_id",),
    "lot.conversion": ("move_id.lot_conversion_id",),
    "sale.order": ("move_id.sale_line_id.order_id",),
    "purchase.order": ("move_id.purchase_line_id.order_id",),
}
# what a manufacturing order made says more than what it used
MADE_PATHS = {"mrp.production": "move_id.production_id"}


class LotTraceSearch(models.AbstractModel):
    """From anything that is written on goods or papers to lots."""

    _name = "lot.trace.search"
    _description = "Search for the start of a trace"

    @api.model
    def _find(self, text, limit):
        """See ``stock.lot.search_any_number``."""
        text = strip_unwritable(text).strip()
        if not text:
            return []
        return [
            *self._find_lots(text, limit),
            *(
                row
                for kind, model_name, names in DOCUMENTS
                for row in self._find_records(kind, model_name, names, text, limit)
            ),
            *self._find_records(
                *("product", "product.product", ("name", "default_code", "barcode")),
                *(text, limit),
            ),
            *self._find_records("partner", "res.partner", ("name", "ref"), text, limit),
        ]

    def _find_lots(self, text, limit):
        lots = self.env["stock.lot"].with_context(active_test=False)
        names = ("name", "ref", "supplier_number", "batch_code")
        alike = Domain.OR(Domain(name, "ilike", text) for name in names)
        found = finder.find_one(self.env, text).lots[:limit]
        if len(found) < limit:
            exact = Domain.OR(Domain(name, "=ilike", text) for name in names)
            exact &= Domain("id", "not in", found.ids)
            found += lots.search(exact, limit=limit - len(found))
        if len(found) < limit:
            more = alike & Domain("id", "not in", found.ids)
            found += lots.search(more, limit=limit - len(found))
        return [self._prepare_row("lot", lot, lot.product_id) for lot in found]

    def _find_records(self, kind, model_name, names, text, limit):
        if model_name not in self.env:
            return []
        model = self.env[model_name]
        if not model.has_access("read"):
            return []
        names = [name for name in names if name in model._fields]
        domain = Domain.OR(Domain(name, "ilike", text) for name in names)
        return [
            self._prepare_row(kind, record, self._get_detail(record))
            for record in model.search(domain, limit=limit)
        ]

    def _get_detail(self, record):
        """A second word for whom it was."""
        has_partner = record._name != "res.partner" and "partner_id" in record._fields
        return record.partner_id if has_partner else self.env["res.partner"]

    def _prepare_row(self, kind, record, detail):
        return {
            "kind": kind,
            "model": record._name,
            "id": record.id,
            "name": record.name if kind == "lot" else record.display_name,
            "detail": detail.sudo().display_name or False,
        }

    # ------------------------------------------------------------------
    # Lots of a record
    # ------------------------------------------------------------------
    @api.model
    def _get_lots(self, model_name, ids):
        """See ``stock.lot.get_story_lots``."""
        if model_name not in self.env:
            return self.env["stock.lot"]
        records = self.env[model_name].browse(ids)
        records.check_access("read")
        if model_name == "stock.lot":
            return records
        if model_name == "res.partner":
            return self._get_partner_lots(records)
        if model_name in ("product.product", "product.template"):
            return self._get_product_lots(records)
        return self._get_document_lots(records)

    def _get_document_lots(self, records):
        made = MADE_PATHS.get(records._name)
        lots = self._search_line_lots([made], records) if made else None
        if lots:
            return lots
        return self._search_line_lots(LINE_PATHS.get(records._name, ()), records)

    def _search_line_lots(self, paths, records):
        move = self.env["stock.move"]
        known = [
            path
            for path in paths
            if path.startswith("picking") or path.split(".")[1] in move._fields
        ]
        if not known:
            return self.env["stock.lot"]
        domain = Domain.OR(Domain(path, "in", records.ids) for path in known)
        groups = self.env["stock.move.line"]._read_group(
            domain & Domain("lot_id", "!=", False), ["lot_id"]
        )
        return self._get_readable([lot.id for (lot,) in groups])

    def _get_partner_lots(self, partners):
        """What they, or their addresses, got and sent; not what that is made of."""
        family = partners.with_context(active_test=False)
        family = family.search([("id", "child_of", partners.ids)])
        shipment = self.env["lot.trace.shipment"]
        found = {
            node
            for side in ("customer", "vendor")
            for node in shipment._get_shipped_lots(family, side)
        }
        return self._get_readable([node for node in found if node > 0])

    def _get_product_lots(self, products):
        field_name = "product_id"
        if products._name == "product.template":
            field_name = "product_id.product_tmpl_id"
        lots = self.env["stock.lot"].with_context(active_test=False)
        return lots.search([(field_name, "in", products.ids)])

    def _get_readable(self, lot_ids):
        lots = self.env["stock.lot"].with_context(active_test=False)
        return lots.search([("id", "in", lot_ids)])
