from odoo import models

from odoo.addons.lot_traceability.imports.table_file import write_table

# what consignees answer
ANSWERS = ("reported", "destroyed", "corrected", "used", "unaccounted")


class LotRecall(models.Model):
    """Who got the lots in scope: the lots at consignees, as reports show them."""

    _name = "lot.recall"
    _inherit = ["lot.recall"]

    def _get_consignee_rows(self):
        """What each consignee got, sent back and answered.

        :return: list of dicts: ``partner`` (a record, may be empty), ``email``,
            ``phone``, ``lot``, ``product``, ``uom``, ``shipped``, ``returned``, what
            was answered, ``state`` of the consignee, ``documents``, ``reason``
        """
        self.ensure_one()
        names = ("shipped", "returned", *ANSWERS)
        return [
            {name: line[name] for name in names}
            | {
                "partner": line.partner_id,
                "email": line.consignee_id.email,
                "phone": line.consignee_id.phone,
                "lot": line.lot_id,
                "product": line.product_id,
                "uom": line.product_uom_id.name,
                "state": line.consignee_state,
                "documents": line.documents or "",
                "reason": line.reason or "",
            }
            for line in self.consignee_line_ids
        ]

    def _get_consignee_xlsx(self):
        """The list as a workbook; what is missing is said, nobody is left out."""
        unknown = self.env._("Unknown: find out from the delivery")
        quantities = ("shipped", "returned", *ANSWERS)
        rows = [self._get_consignee_header()]
        field = self.env["lot.recall.consignee"]._fields["state"]
        states = dict(field._description_selection(self.env))
        for row in self._get_consignee_rows():
            rows.append(
                [
                    row["partner"].display_name or unknown,
                    row["email"] or self.env._("missing"),
                    row["phone"] or self.env._("missing"),
                    row["product"].display_name,
                    row["lot"].name or "",
                    row["documents"],
                    *(f"{row[name]:.12g}" for name in quantities),
                    row["uom"],
                    states[row["state"]],
                    row["reason"],
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
            self.env._("Deliveries"),
            self.env._("Shipped"),
            self.env._("Returned"),
            self.env._("Reported on Hand"),
            self.env._("Destroyed on Site"),
            self.env._("Corrected"),
            self.env._("Used or Sold On"),
            self.env._("Unaccounted"),
            self.env._("Unit"),
            self.env._("Status"),
            self.env._("Reason for the Gap"),
        ]
