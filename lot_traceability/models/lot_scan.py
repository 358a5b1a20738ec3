from datetime import datetime, time

from pytz import UTC

from odoo import api, models
from odoo.exceptions import UserError

from ..numbers.provenance import Origin
from ..scanning import gs1, label


class LotScan(models.AbstractModel):
    """What came out of a scanner, read: plain numbers, product barcodes, GS1 codes.

    Another addon takes more off a label by extending :meth:`_read_row`.
    """

    _name = "lot.scan"
    _description = "Scanned codes"

    @api.model
    def _read(self, text, is_number=False):
        """Read a text.

        :param is_number: there is a lot of that name; it is a GS1 code only if its form
            says so
        :return: dict with ``text``, ``is_label`` (it is a GS1 code), ``gtin``, ``lot``
            and ``serial`` (numbers), ``measures`` (list of quantity and unit, which is
            None where whole packages are counted), ``dates`` (by field of a line)
        :raise UserError: if it looks like a GS1 code and is not a good one
        """
        scan = {"text": text, "measures": [], "dates": {}}
        scan |= dict.fromkeys(("gtin", "lot", "serial"))
        scan["is_label"] = gs1.is_marked(text) or (
            not is_number and gs1.starts_with_key(text)
        )
        if scan["is_label"]:
            for row in label.decompose(self.env, text):
                self._read_row(scan, row)
        return scan

    @api.model
    def _read_row(self, scan, row):
        """Put one piece of information of a label, as core gives it, into the scan."""
        identifier, value = row["ai"], row["value"]
        if row["type"] == "product":
            scan["gtin"] = value
        elif row["type"] == "lot":
            scan["serial" if identifier == "21" else "lot"] = value
        elif row["type"] == "quantity":
            # AI 37 counts the trade items of the GTIN, be they boxes or pieces
            uom = None if identifier == "37" else row["rule"].associated_uom_id
            scan["measures"].append((value, uom))
        elif name := self._get_date_fields().get(row["type"]):
            scan["dates"][name] = self._get_datetime(row)

    @api.model
    def _get_date_fields(self):
        """Where the dates of a label go: field of ``stock.move.line`` by rule type.

        What the line does not have is left out; a field of another addon is added here.
        """
        return {
            "expiration_date": "expiration_date",
            "expiration_time": "expiration_date",
            "use_date": "use_date",
        }

    def _get_datetime(self, row):
        """The last moment of a day, or the very minute, in UTC.

        A label's date is good until its evening, where the goods are.
        """
        if row["type"] == "expiration_time":
            moment = gs1.read_time(row["value"])
        else:
            moment = datetime.combine(row["value"], time(23, 59, 59))
        local = self.env.tz.localize(moment)
        return local.astimezone(UTC).replace(tzinfo=None)

    @api.model
    def _get_quantity(self, scan, product, uom):
        """The quantity of a scan in the product's unit: that of the label, or one."""
        if product.tracking == "serial":
            return 1
        count = 1
        for value, measure in scan["measures"]:
            if (measure or uom)._has_common_reference(product.uom_id):
                count, uom = value, measure or uom
                break
        quantity = uom._compute_quantity(
            count, product.uom_id, rounding_method="HALF-UP"
        )
        if product.uom_id.compare(quantity, 0) <= 0:
            raise UserError(
                self.env._(
                    "The label of %(product)s has a quantity of 0.",
                    product=product.display_name,
                )
            )
        return quantity

    @api.model
    def _get_line_values(self, scan, product):
        """What a label says of a number that is new, as values of the move line."""
        fields = self.env["stock.move.line"]._fields
        values = {name: at for name, at in scan["dates"].items() if name in fields}
        if scan["is_label"]:
            values["number_origin"] = Origin("supplier")
        if product.tracking == "serial" and scan["serial"] and scan["lot"]:
            values["batch_code"] = scan["lot"]
        return values
