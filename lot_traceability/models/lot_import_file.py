import base64

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ..imports.table_file import TableFileError, read_table, write_table
from .lot_import_check import ImportRun


class LotImportFile(models.AbstractModel):
    """From the file to its checked rows, and back to a file of what is wrong."""

    _name = "lot.import.file"
    _description = "File of a lot import"

    @api.model
    def _check(self, document):
        """Read the file of the document again and check its rows."""
        document.row_ids.unlink()
        try:
            run, rows = self._open(document)
            self._check_rows(run, rows)
        except TableFileError as error:
            raise UserError(self._get_file_text(document, error)) from error
        self._count(document)

    def _open(self, document):
        # without bin_size, which gives "12 kB" in place of the file
        content = document.with_context(bin_size=False).file
        if not content:
            raise UserError(self.env._("Choose a file first."))
        table = read_table(
            base64.b64decode(content),
            row_limit=document._get_row_limit(),
            size_limit=document._get_parameter("size_limit_mb", 50) * 10**6,
        )
        columns, unused = self.env["lot.import.column"]._read_header(table.header)
        document.write(
            {
                "file_kind": table.kind,
                "delimiter": table.delimiter,
                "header": table.header,
                "unused_columns": ", ".join(unused),
            }
        )
        return ImportRun(document, columns, table.header), table.rows

    def _check_rows(self, run, rows):
        check, model = self.env["lot.import.check"], self.env["lot.import.row"]
        for batch in split_every(run.document._get_batch_size(), rows):
            model.create(check._prepare_rows(run, batch))
            # rows of a large file need not stay in memory
            model.flush_model()
            model.invalidate_model()

    def _count(self, document):
        rows = self.env["lot.import.row"]
        of_document = [("import_id", "=", document.id)]
        counts = dict(rows._read_group(of_document, ["state"], ["__count"]))
        [(products, numbers)] = rows._read_group(
            [*of_document, ("state", "=", "ready")],
            aggregates=["product_id:count_distinct", "number_count:sum"],
        )
        document.write(
            {
                "state": "checked",
                "message": False,
                "row_count": sum(counts.values()),
                "error_count": counts.get("error", 0),
                "product_count": products or 0,
                "number_count": numbers or 0,
                "quantity": self._sum_quantity(document),
                "done_count": 0,
            }
        )

    def _sum_quantity(self, document):
        groups = self.env["lot.import.row"]._read_group(
            [("import_id", "=", document.id), ("state", "=", "ready")],
            ["number_count"],
            ["quantity:sum"],
        )
        return sum(count * quantity for count, quantity in groups)

    def _get_file_text(self, document, error):
        texts = {
            "empty": self.env._("The file is empty."),
            "too_large": self.env._(
                "The file is too large: more than %(limit)s bytes; split it."
            ),
            "too_many_rows": self.env._(
                "The file has more than %(limit)s rows; split it."
            ),
            "not_readable": self.env._(
                "The file can be read neither as CSV nor as XLSX; save it as one of "
                "them."
            ),
        }
        text = texts[error.code] % error.values
        return f"{document.file_name}: {text}" if document.file_name else text

    # -- files to download ----------------------------------------------
    @api.model
    def _get_template(self, kind):
        """The bytes of a file with the headers and an example row."""
        rows = self.env["lot.import.column"]._get_template_rows()
        return write_table(kind, rows)

    @api.model
    def _get_errors(self, document):
        """The bytes of a file with the rows that were not imported, and why."""
        rows = self.env["lot.import.row"].search_fetch(
            [("import_id", "=", document.id), ("state", "=", "error")],
            ["cells", "message"],
            order="row_number",
        )
        columns = self.env["lot.import.column"]
        width = len(document.header)
        if width and columns._is_error_header(document.header[-1]):
            width -= 1
        table = [[*document.header[:width], columns._get_error_header()]]
        for row in rows:
            cells = (row.cells + [""] * width)[:width]
            table.append([*cells, row.message.replace("\n", " / ")])
        return write_table(document.file_kind, table, document.delimiter)
