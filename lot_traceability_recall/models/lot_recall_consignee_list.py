from odoo import models

from odoo.addons.lot_traceability.tools.table_file import write_table

# what consignees answer, as the part of the addon that asks them calls it
ANSWERS = ("reported", "destroyed", "corrected", "used", "unaccounted")


class LotRecall(models.Model):
    """Who got the lots in scope: a row for each consignee and lot."""

    _name = "lot.recall"
    _inherit = ["lot.recall"]

    def _get_consignee_rows(self):
        """What each consignee got, sent back and answered.

        :return: list of dicts: ``partner`` (a record, may be empty), ``lot``,
            ``product``, ``uom``, ``shipped``, ``returned``, and what was answered
        """
        self.ensure_one()
        if "lot.recall.consignee" in self.env and self.consignee_line_ids:
            return [self._read_consignee(line) for line in self.consignee_line_ids]
        return self._trace_consignees()

    def _read_consignee(self, line):
        names = ("shipped", "returned", *ANSWERS)
        return {name: line[name] for name in names} | {
            "partner": line.consignee_id.partner_id,
            "lot": line.lot_id,
            "product": line.product_id,
            "uom": line.product_id.uom_id.name,
            "state": line.consignee_id.state,
        }

    def _trace_consignees(self):
        """What the stock ledger knows of them."""
        lots = set(self._get_lots().ids)
        trace = self.seed_lot_ids.trace_downstream(["deliveries"])
        totals = {}
        for row in trace["deliveries"]:
            if row["lot_id"] and row["lot_id"] not in lots:
                continue
            key = (row["partner_id"], row["lot_id"], row["product_id"], row["uom"])
            shipped, returned = totals.get(key, (0, 0))
            totals[key] = shipped + row["quantity"], returned + row["returned"]
        return [
            dict.fromkeys(ANSWERS, 0)
            | {
                "partner": self.env["res.partner"].browse(partner_id or []),
                "lot": self.env["stock.lot"].browse(lot_id or []),
                "product": self.env["product.product"].browse(product_id),
                "uom": uom,
                "shipped": shipped,
                "returned": returned,
                "unaccounted": shipped - returned,
                "state": "to_notify" if partner_id else "unknown",
            }
            for (partner_id, lot_id, product_id, uom), (shipped, returned) in (
                totals.items()
            )
        ]

    def _get_consignee_xlsx(self):
        """The list as a workbook; what is missing is said, nobody is left out."""
        unknown = self.env._("Unknown: find out from the delivery")
        quantities = ("shipped", "returned", *ANSWERS)
        rows = [self._get_consignee_header()]
        for row in self._get_consignee_rows():
            partner = row["partner"]
            rows.append(
                [
                    partner.display_name or unknown,
                    partner.email or self.env._("missing"),
                    partner.phone or self.env._("missing"),
                    row["product"].display_name,
                    row["lot"].name or "",
                    *(f"{row[name]:.12g}" for name in quantities),
                    row["uom"],
                ]
            )
        return write_table("xlsx", rows)

    def _get_consignee_header(self):
        return [
            self.env._("Consignee"),
            self.env._("E-mail"),
            self.env._("Phone"),
            self.env._("Product"),
            self.env._("Lot/Serial Number"),
            self.env._("Shipped"),
            self.env._("Returned"),
            self.env._("Reported on Hand"),
            self.env._("Destroyed on Site"),
            self.env._("Corrected"),
            self.env._("Used or Sold On"),
            self.env._("Unaccounted"),
            self.env._("Unit"),
        ]
