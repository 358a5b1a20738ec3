import base64

from ..imports.table_file import write_table
from .common import LotTraceCase


class LotImportCase(LotTraceCase):
    """Files of lots, made of rows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.write({"default_code": "RAW", "barcode": "RAW-BARCODE"})
        cls.serial_product.default_code = "DEV"
        cls.stock = cls.build.stock
        cls.shelf = cls.build.location("Import Shelf", barcode="SHELF-1")
        cls.manager = cls._create_user("import manager", "stock.group_stock_manager")

    def load(self, *rows, header="Product,Number,Quantity", kind="csv", **options):
        """Check a file; rows are texts with commas, or lists of cells."""
        table = [
            row if isinstance(row, list) else row.split(",") for row in (header, *rows)
        ]
        return self.load_bytes(write_table(kind, table), f"lots.{kind}", **options)

    def load_bytes(self, content, name="lots.csv", user=None, **options):
        user = user or self.manager
        model = self.env["lot.import"].with_user(user).with_context(lang=user.lang)
        document = model.create(
            {"file": base64.b64encode(content), "file_name": name, **options}
        )
        document.action_check()
        return document

    def errors(self, document):
        """{row number: what is wrong}"""
        rows = document.row_ids.filtered(lambda row: row.state == "error")
        return {row.row_number: row.message for row in rows}

    def error(self, row, **options):
        """What is wrong with the only row of a file."""
        document = self.load(row, **options)
        self.assertEqual(list(self.errors(document)), [2], row)
        return self.errors(document)[2]

    def numbers(self, document):
        """The numbers that the rows give."""
        return [row.numbers for row in document.row_ids]

    def lots(self, product):
        """{number: on hand} of a product."""
        return {
            lot.name: lot.product_qty
            for lot in self.env["stock.lot"].search([("product_id", "=", product.id)])
        }
