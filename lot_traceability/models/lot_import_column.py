import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..numbers.form import normalize

# fields of a lot that a file may fill, where the addon that brings them is installed
LOT_FIELDS = (
    "ref",
    "supplier_number",
    "batch_code",
    "expiration_date",
    "use_date",
    "removal_date",
    "alert_date",
)
REQUIRED = ("product", "number")
EXAMPLES = {
    "product": "DESK-01",
    "number": "SN/001-SN/003",
    "quantity": "3",
    "ref": "ABC-1",
    "supplier_number": "V-4711",
    "batch_code": "B7",
    "expiration_date": "2028-12-31",
}


class LotImportColumn(models.AbstractModel):
    """The columns that an import of lots understands, and by which headers.

    Another addon adds one by extending :meth:`_get_lot_fields`, if it is a text or a
    date of the lot.
    """

    _name = "lot.import.column"
    _description = "Columns of a lot import"

    @api.model
    def _get_lot_fields(self):
        lot_fields = self.env["stock.lot"]._fields
        return [name for name in LOT_FIELDS if name in lot_fields]

    @api.model
    def _get_labels(self):
        """The headers of the template, by column, in the language of the user."""
        names = self._get_lot_fields()
        lot_labels = self.env["stock.lot"].fields_get(names, ["string"])
        return {
            "product": self.env._("Product"),
            "number": self.env._("Lot/Serial Number"),
            "quantity": self.env._("Quantity"),
            "location": self.env._("Location"),
            **{name: lot_labels[name]["string"] for name in names},
        }

    def _get_aliases(self):
        """Other headers by column, of the columns that there are."""
        lot_fields = self.env["stock.lot"]._fields
        aliases = {
            "product": ["Product", "Product Reference", "product_id"],
            "number": ["Number", "Lot", "Serial", "Lot Number", "Serial Number"]
            + ["Lot/Serial Number", "Lot/Serial", "lot_id", "name"],
            "quantity": ["Quantity", "Qty", "On Hand Quantity"],
            "location": ["Location", "location_id"],
            "expiration_date": ["Expiry Date", "Expiry", "Expires"],
            "use_date": ["Best Before", "Use By"],
            "supplier_number": ["Supplier Lot Number", "Supplier Lot", "Vendor Lot"],
            "ref": ["Reference"],
        }
        for name in self._get_lot_fields():
            aliases.setdefault(name, []).extend((name, lot_fields[name].string))
        return {
            column: [*aliases[column], label]
            for column, label in self._get_labels().items()
        }

    @api.model
    def _read_header(self, header):
        """Say at which position of the header each column is.

        :return: dict of positions by column, and the list of headers that are not used
        :raise UserError: if a column is there twice, or one that is needed is not
        """
        columns = {
            _simplify(alias): column
            for column, aliases in self._get_aliases().items()
            for alias in aliases
        }
        positions, unused = {}, []
        for position, label in enumerate(header):
            column = columns.get(_simplify(label))
            if column in positions:
                raise UserError(self._get_double_text(header[positions[column]], label))
            if column:
                positions[column] = position
            elif label and not self._is_error_header(label):
                unused.append(label)
        self._check_required(positions, header)
        return positions, unused

    def _check_required(self, positions, header):
        labels = self._get_labels()
        missing = [labels[column] for column in REQUIRED if column not in positions]
        if missing:
            raise UserError(
                self.env._(
                    "The first row of the file has to name the columns; there is no "
                    "column %(missing)s.\nThe file has: %(header)s.\n"
                    "Rename the columns or start from the template.",
                    missing=", ".join(missing),
                    header=", ".join(label for label in header if label),
                )
            )

    def _get_double_text(self, first, second):
        return self.env._(
            "The columns “%(first)s” and “%(second)s” are the same; delete one.",
            first=first,
            second=second,
        )

    @api.model
    def _get_error_header(self):
        """The header of the column that says what is wrong, in a file of bad rows."""
        return self.env._("What is wrong")

    @api.model
    def _is_error_header(self, label):
        return _simplify(label) in map(
            _simplify, (self._get_error_header(), "What is wrong")
        )

    @api.model
    def _describe(self, values):
        """Values of a lot as a person reads them."""
        lot_fields, labels = self.env["stock.lot"]._fields, self._get_labels()
        return ", ".join(
            f"{labels[name]}: {self._format(lot_fields[name].type, value)}"
            for name, value in values.items()
        )

    def _format(self, kind, value):
        if kind == "datetime":
            moment = fields.Datetime.to_datetime(value)
            return format_date(
                self.env, fields.Datetime.context_timestamp(self, moment)
            )
        return format_date(self.env, value) if kind == "date" else value

    @api.model
    def _get_template_rows(self):
        """The header and one example row."""
        labels = self._get_labels()
        examples = EXAMPLES | {"location": self._get_example_location()}
        return [list(labels.values()), [examples.get(name, "") for name in labels]]

    def _get_example_location(self):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )
        return warehouse.lot_stock_id.complete_name or ""


def _simplify(label):
    """Letter case, blanks and signs make no difference in a header."""
    return re.sub(r"[\W_]+", "", normalize(label))
