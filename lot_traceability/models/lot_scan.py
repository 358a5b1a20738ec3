from datetime import datetime, time

from pytz import UTC

from odoo import api, models
from odoo.exceptions import UserError

from ..numbers.provenance import Origin
from ..scanning import gs1, label

# an identifier that counts the trade items of the GTIN, be they boxes or pieces
COUNTED = "37"
# what is in a package, where the label has to say how much
CONTENT = "02"
# by how much two units of one weight may differ, as a part of it
SAME = 0.01


class LotScan(models.AbstractModel):
    """What came out of a scanner, read: plain numbers, product barcodes, GS1 codes.

    Another addon takes more off a label by extending :meth:`_read_row`, and says what
    is unusual about what was booked by extending :meth:`_get_looks`.
    """

    _name = "lot.scan"
    _description = "Scanned codes"

    @api.model
    def _read(self, text, rows=None):
        """Put together what a text says.

        :param rows: of a label, see ``scanning.label.get_rows``
        :return: dict with ``text``, ``is_label`` (it is a GS1 code), ``gtin``, ``lot``,
            ``serial`` and ``package`` (numbers), ``measures`` (list of quantity and
            unit, which is None where whole packages are counted), ``dates`` (by field
            of a line), ``looks`` (what is unusual about the code)
        """
        scan = {"text": text, "measures": [], "dates": {}, "looks": [], "parts": []}
        names = ("gtin", "lot", "serial", "package", "reading", "uom")
        scan |= dict.fromkeys(names)
        scan |= {"is_label": rows is not None, "prefix": "", "owners": None}
        scan["is_piece"] = scan["is_content"] = False
        for row in rows or ():
            self._read_row(scan, row)
        return scan

    @api.model
    def _read_row(self, scan, row):
        """Put one piece of information of a label into the scan."""
        identifier, value = row["ai"], row["value"]
        if row["type"] == "product":
            # what is packed in another one has an identifier of its own: 02
            if scan["gtin"] not in (None, value):
                error = gs1.GS1Error("conflict", "GTIN")
                raise UserError(label.get_error_text(self.env, error))
            scan["gtin"] = value
            scan["is_content"] = scan["is_content"] or identifier == CONTENT
            # 0102 behind it: the first of two pieces, which are one item together
            is_piece = identifier in gs1.PIECES and not row["string_value"].endswith(
                "01"
            )
            scan["is_piece"] = scan["is_piece"] or is_piece
        elif row["type"] == "lot":
            scan["serial" if identifier == "21" else "lot"] = value
        elif row["type"] == "package":
            scan["package"] = value
        elif row["type"] == "quantity":
            scan["measures"].append((value, self._get_measure(row)))
        elif row["type"] == "no_date":
            scan["looks"].append(
                self.env._(
                    "The label has zeros for the date (%(identifier)s): no date was "
                    "taken from it.",
                    identifier=identifier,
                )
            )
        elif name := self._get_date_fields().get(row["type"]):
            scan["dates"][name] = self._get_datetime(row)

    @api.model
    def _get_measure(self, row):
        """The unit of a quantity; None where it counts what the GTIN is of."""
        if row["ai"] == COUNTED:
            return None
        if row["ai"] == "30":
            return self.env.ref("uom.product_uom_unit")
        return row["uom"]

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
    def _get_quantity(self, scan, product, uom, is_measured=False):
        """The quantity of a scan in the product's unit.

        A weight counts more than a number of pieces where the product is weighed, in
        whatever order they are on the label. Without a quantity it is one.

        :param uom: what the code stands for: the product's unit, or a package
        :param is_measured: the product is not counted: without a measure, None
        """
        if product.tracking == "serial":
            return 1
        scan["uom"] = uom
        own = product.uom_id
        measures = self._find_measures(scan, own)
        quantity = measures[0] if measures else None
        counts = [value for value, measure in scan["measures"] if measure is None]
        counted = uom._compute_quantity(
            counts[0] if counts else 1, own, rounding_method="HALF-UP"
        )
        if quantity is None and not (is_measured and uom == own):
            quantity = counted
        is_said = not is_measured and bool(counts or uom != own)
        if quantity is None or scan["is_piece"]:
            return None
        if scan["is_content"] and not scan["measures"]:
            # how much of it is in there belongs on the label
            return None
        if measures and max(measures) - min(measures) > SAME * max(measures):
            # kilograms and pounds that are not the same weight
            return None
        if is_said and own.compare(quantity, counted):
            # two counts that are not the same: pieces, or packages of some?
            return None
        if own.compare(quantity, 0) <= 0:
            raise UserError(
                self.env._(
                    "The label of %(product)s has a quantity of 0.",
                    product=product.display_name,
                )
            )
        return quantity

    @api.model
    def _find_measures(self, scan, uom):
        """What a label says in units that can be converted to the product's."""
        found = [
            measure._compute_quantity(value, uom, rounding_method="HALF-UP")
            for value, measure in scan["measures"]
            if measure and measure._has_common_reference(uom)
        ]
        if found:
            # it says how much it is by itself, not how many packages
            scan["uom"] = uom
        return found

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

    @api.model
    def _get_looks(self, scan, lines):
        """What is unusual about what was booked: sentences for the user.

        :param scan: what was read
        :param lines: the move lines it was booked on, the last one at the end
        """
        return []
