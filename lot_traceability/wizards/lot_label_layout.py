"""Core's dialog for lot labels, with codes that any GS1 scanner reads."""

from collections import Counter

from odoo import fields, models
from odoo.exceptions import UserError

from ..documents import labels, symbol
from ..tools.parameter import read_int

FORMATS = [
    (symbol.DATAMATRIX, "60 x 40 mm, GS1 DataMatrix"),
    (symbol.GS1_128, "60 x 40 mm, GS1-128"),
    (symbol.DIGITAL_LINK, "60 x 40 mm, Digital Link (QR)"),
    (f"zpl_{symbol.DATAMATRIX}", "ZPL, GS1 DataMatrix"),
    (f"zpl_{symbol.GS1_128}", "ZPL, GS1-128"),
    (f"zpl_{symbol.DIGITAL_LINK}", "ZPL, Digital Link (QR)"),
]


class LotLabelLayout(models.TransientModel):
    _inherit = "lot.label.layout"

    lot_ids = fields.Many2many(
        "stock.lot",
        string="Lots",
        help="What to print where the dialog was opened from lots, not from a transfer",
    )
    label_quantity = fields.Selection(
        selection_add=[("packages", "One per package")],
        ondelete={"packages": "set default"},
    )
    print_format = fields.Selection(
        selection_add=FORMATS,
        ondelete={name: "set default" for name, _label in FORMATS},
        help="The codes carry GTIN, lot or serial number and the dates of the lot. "
        "A Digital Link opens a page when a telephone reads it.",
    )

    def process(self):
        """Print; with the formats of ours, after all codes are known to be right.

        :raise UserError: if a number or product has no such code, or there are too many
        """
        self.ensure_one()
        is_ours = self.print_format in dict(FORMATS)
        if not is_ours and not self.lot_ids and self.label_quantity != "packages":
            return super().process()
        entries = self._get_entries()
        if is_ours:
            self._make_labels(entries)
            name = "zpl" if self.print_format.startswith("zpl_") else "pdf"
            report, docids = f"lot_traceability.report_lot_label_{name}", self.ids
        else:
            is_zpl = self.print_format == "zpl"
            report = (
                "stock.label_lot_template"
                if is_zpl
                else "stock.action_report_lot_label"
            )
            docids = [lot.id for lot, _package, _quantity in entries]
        action = self.env.ref(report).report_action(docids, config=False)
        return dict(action, close_on_report_download=True)

    def _get_labels(self):
        """The labels to print, in order; see ``documents.labels.Label``."""
        self.ensure_one()
        return self._make_labels(self._get_entries())

    def _get_kind(self):
        """Which code they carry; see ``documents.symbol``."""
        return self.print_format.removeprefix("zpl_")

    def _make_labels(self, entries):
        made = {
            entry: labels.make_label(entry[0], self._get_kind(), *entry[1:])
            for entry in set(entries)
        }
        return [made[entry] for entry in entries]

    def _get_entries(self):
        """One (lot, package, quantity) for each label."""
        goods = list(self._get_goods())
        if self.label_quantity == "packages":
            entries = Counter(goods)
        elif self.label_quantity == "units":
            entries = Counter()
            for lot, _package, quantity in goods:
                entries[lot, None, 0] += self._count_labels(lot, quantity)
        else:
            entries = dict.fromkeys(((lot, None, 0) for lot, *_rest in goods), 1)
        self._check_count(sum(entries.values()))
        return [entry for entry, count in entries.items() for _copy in range(count)]

    def _check_count(self, count):
        """:raise UserError: before anything is made of too many, or of nothing"""
        limit = read_int(self.env, "lot_traceability.label_limit", 2000, least=1)
        if not count:
            raise UserError(
                self.env._("There is no lot or serial number to print a label of.")
            )
        if count > limit:
            raise UserError(
                self.env._(
                    "These are %(count)s labels, and at most %(limit)s are printed in "
                    "one go. Choose fewer lots, or one label per lot.",
                    count=count,
                    limit=limit,
                )
            )

    def _get_goods(self):
        """(lot, package, quantity in the lot's unit), by lines, else by stock."""
        for line in self.move_line_ids.filtered("lot_id"):
            quantity = line.quantity_product_uom
            yield line.lot_id, line.result_package_id, quantity
        if not self.move_line_ids:
            quants = self.lot_ids.quant_ids.filtered(
                lambda quant: quant.location_id.usage in ("internal", "transit")
            )
            by_lot = quants.grouped("lot_id")
            for lot in self.lot_ids:
                there = by_lot.get(lot, quants.browse())
                by_package = there.grouped("package_id") or {there.package_id: there}
                for package, inside in by_package.items():
                    yield lot, package, sum(inside.mapped("quantity"))

    def _count_labels(self, lot, quantity):
        reference = self.env.ref("uom.product_uom_unit")
        counted = lot.product_uom_id._has_common_reference(reference)
        return max(int(quantity), 0) if counted else 1
