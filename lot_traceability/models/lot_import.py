from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.constants import GC_UNLINK_LIMIT
from odoo.tools.translate import LazyTranslate

from .. import guards
from ..imports import check, columns, file, job
from ..tools import public
from ..tools.arguments import check_raw_text
from ..tools.locking import lock
from ..tools.parameter import read_int

_lt = LazyTranslate(__name__)

# a change of one of these makes the last check worthless
CHECKED_FIELDS = {
    "file",
    "company_id",
    "location_id",
    "existing_lots",
    "book_stock",
    "expressions",
}
SHOWN_ROWS = 200


class LotImport(models.Model):
    """A file of lot and serial numbers: checked first, then imported.

    The rows are stored with what they mean. A large import runs in the background,
    batch by batch; what a batch has written and that it is done are one transaction, so
    it goes on where it was stopped.
    """

    _name = "lot.import"
    _inherit = ["lot.guarded"]
    _description = "Import of Lots and Serial Numbers"
    _order = "id desc"
    _rec_name = "file_name"
    _check_company_auto = True
    _guard_way = _lt("Use Check, Import, Stop and Resume.")
    _guards = {
        "file_name": guards.Guard(
            way=_lt("Make a new import for another file."),
            when=lambda document: document.state not in ("draft", "checked"),
            at_creation=True,
        ),
    }

    file = fields.Binary(
        attachment=True,
        copy=False,
        help="CSV or XLSX. The first row names the columns; a product and a number are "
        "needed in each row, everything else can be left out.",
    )
    file_name = fields.Char(copy=False)
    file_kind = fields.Char(readonly=True, copy=False)
    delimiter = fields.Char(readonly=True, copy=False)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        "Imported by",
        default=lambda self: self.env.user,
        readonly=True,
        copy=False,
        help="Lots and moves are created in the name and with the rights of this user.",
    )
    location_id = fields.Many2one(
        "stock.location",
        "Default Location",
        compute="_compute_location_id",
        store=True,
        readonly=False,
        check_company=True,
        domain="[('usage', 'in', ('internal', 'transit'))]",
        help="For rows that name no location",
    )
    existing_lots = fields.Selection(
        [
            ("error", "Are an error"),
            ("update", "Get the dates and references of the file"),
            ("add", "Get the quantity of the file added to their stock"),
        ],
        "Existing Numbers",
        default="error",
        required=True,
        help="What happens with a number that the product has already",
    )
    book_stock = fields.Boolean(
        "Book the Quantities into Stock",
        default=True,
        help="Without it, only the lots are created and quantities do not matter.",
    )
    expressions = fields.Selection(
        [
            ("fit", "Are numbers; of serials, also lists of the quantity"),
            ("always", "Can be lists: 10-15, 10+3; the quantity is that of each"),
            ("never", "Are one number each, as they stand"),
        ],
        "Numbers in the File",
        default="fit",
        help="25-47 can be one number, or a list of 23. It is taken as a list only for "
        "serials in a row whose quantity is 23. ~ stands for the next number.",
    )
    state = fields.Selection(
        [
            ("draft", "New"),
            ("checked", "Checked"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Stopped"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    message = fields.Text(readonly=True, copy=False)
    header = fields.Json(readonly=True, copy=False)
    column_ids = fields.One2many(
        "lot.import.column",
        "import_id",
        "Columns",
        copy=False,
        help="What the columns of the file are taken for",
    )
    guessed_columns = fields.Char(compute="_compute_guessed_columns")
    unused_columns = fields.Char(
        readonly=True, copy=False, help="Columns of the file that are not known"
    )
    row_ids = fields.One2many("lot.import.row", "import_id", readonly=True)
    row_count = fields.Integer("Rows", readonly=True, copy=False)
    error_count = fields.Integer("Rows with Errors", readonly=True, copy=False)
    product_count = fields.Integer("Products", readonly=True, copy=False)
    number_count = fields.Integer("Numbers", readonly=True, copy=False)
    quantity = fields.Float(
        "Total Quantity",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Of all valid rows, each in the unit of its product",
        aggregator=None,
    )
    done_count = fields.Integer("Numbers Imported", readonly=True, copy=False)
    progress = fields.Integer(compute="_compute_progress")
    first_row_ids = fields.Many2many(
        "lot.import.row", string="First Rows", compute="_compute_first_rows"
    )
    first_error_ids = fields.Many2many(
        "lot.import.row", string="First Errors", compute="_compute_first_rows"
    )

    @api.depends("company_id")
    def _compute_location_id(self):
        warehouses = self.env["stock.warehouse"].search(
            [("company_id", "in", self.company_id.ids)], order="sequence desc, id desc"
        )
        # the first warehouse of each company wins
        stock = {house.company_id: house.lot_stock_id for house in warehouses}
        for document in self:
            document.location_id = stock.get(document.company_id)

    @api.depends("done_count", "number_count")
    def _compute_progress(self):
        for document in self:
            total = document.number_count or 1
            document.progress = 100 * document.done_count // total

    @api.depends("row_count", "error_count", "state")
    def _compute_first_rows(self):
        rows = self.env["lot.import.row"]
        for document in self:
            of_document = [("import_id", "=", document._origin.id)]
            document.first_row_ids = rows.search(of_document, limit=SHOWN_ROWS)
            document.first_error_ids = rows.search(
                [*of_document, ("state", "=", "error")], limit=SHOWN_ROWS
            )

    @api.depends("column_ids.is_guess")
    def _compute_guessed_columns(self):
        for document in self:
            guessed = document.column_ids.filtered("is_guess")
            document.guessed_columns = ", ".join(guessed.mapped("label"))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_file(vals)
        documents = super().create(vals_list)
        for document in documents.filtered("file"):
            file.read_columns(document)
        return documents

    def _check_file(self, vals):
        if not isinstance(vals.get("file"), bytes):
            check_raw_text(self.env, "file", vals.get("file"))

    def write(self, vals):
        self._check_file(vals)
        if CHECKED_FIELDS & vals.keys():
            if any(document.state not in ("draft", "checked") for document in self):
                raise UserError(
                    self.env._(
                        "This import has been started; make a new one for another file."
                    )
                )
            # the state is not the user's to write, the other values are
            guards.check_write(self, vals)
            documents = super(LotImport, guards.by_button(self))
            result = documents.write(vals | {"state": "draft"})
            if "file" in vals:
                for document in self:
                    guards.by_button(document.column_ids).unlink()
                    file.read_columns(document)
            return result
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        if "running" in self.mapped("state"):
            raise UserError(self.env._("Stop the import before you delete it."))

    # -- settings -------------------------------------------------------
    def _get_parameter(self, name, default):
        return read_int(self.env, f"lot_traceability.import_{name}", default, least=0)

    def _get_row_limit(self):
        return self._get_parameter("row_limit", 200000)

    def _get_batch_size(self):
        return max(self._get_parameter("batch_size", 2000), 1)

    def _get_inventory_name(self):
        return self.env._("Import %(id)s: %(file)s", id=self.id, file=self.file_name)

    @api.autovacuum
    def _gc_rows(self):
        """Forget the rows of old imports; the files and the counts stay."""
        days = self._get_parameter("keep_days", 90)
        limit = fields.Datetime.now() - timedelta(days=days)
        done = self.search([("state", "=", "done"), ("write_date", "<", limit)])
        rows = self.env["lot.import.row"].search(
            [("import_id", "in", done.ids)], limit=GC_UNLINK_LIMIT
        )
        rows.unlink()
        return len(rows), len(rows) == GC_UNLINK_LIMIT

    # -- what another addon may add -------------------------------------
    @api.model
    def _get_lot_fields(self):
        """The fields of a lot that a file may fill.

        Another addon adds one, a text or a date of the lot, so::

            def _get_lot_fields(self):
                return [*super()._get_lot_fields(), "harvest_date"]

        :return: list of names; each is a column of its own
        """
        lot_fields = self.env["stock.lot"]._fields
        return [name for name in columns.LOT_FIELDS if name in lot_fields]

    @api.model
    def _check_lines(self, run, lines):
        """Find out what a batch of rows means, and all that is wrong with it.

        Another addon checks more so::

            def _check_lines(self, run, lines):
                super()._check_lines(run, lines)
                for line in lines:
                    if line.quantity and line.quantity > 500:
                        advice = self.env._("more than a pallet holds.")
                        add_problem(run, line, "quantity", advice)

        :param run: :class:`~..imports.run.ImportRun`
        :param lines: list of :class:`~..imports.run.ImportLine`, to be filled
        """
        check.check_lines(run, lines)

    @api.model
    def _cron_run(self):
        """Go on with the imports that are running."""
        job.run_in_background(self.env)

    # -- buttons --------------------------------------------------------
    @public.record()
    def action_check(self):
        """Read the file and say all that is wrong with it; nothing else is written.

        :raise UserError: if the file as a whole cannot be read
        """
        self.ensure_one()
        self._lock("draft", "checked")
        file.check(self.with_company(self.company_id))
        return True

    @public.record()
    def action_import(self):
        """Import all rows; small files at once, large ones in the background.

        :raise UserError: if a row has an error; nothing is written then
        """
        self.ensure_one()
        if self.error_count:
            raise UserError(
                self.env._(
                    "Rows of %(file)s with errors: %(count)s. Correct the file, or "
                    "import the valid rows only.",
                    count=self.error_count,
                    file=self.file_name or "",
                )
            )
        return self._start()

    @public.record()
    def action_import_valid(self):
        """Import the rows without errors, leave out the others."""
        return self._start(valid_only=True)

    def _start(self, valid_only=False):
        self.ensure_one()
        self._lock("checked")
        if not self.number_count:
            raise UserError(self.env._("There is no valid row to import."))
        guards.by_button(self).write({"state": "running", "user_id": self.env.user.id})
        if self.number_count > self._get_parameter("background_from", 5000):
            self._trigger_job()
        else:
            job.run_now(self, valid_only)
        return True

    @public.record()
    def action_stop(self):
        """Stop after the batch that is running; what is imported stays."""
        self.ensure_one()
        self._lock("running")
        self._fail(self.env._("Stopped by %(user)s.", user=self.env.user.name))
        return True

    @public.record()
    def action_resume(self):
        """Go on with the rows that are left."""
        self.ensure_one()
        self._lock("failed")
        guards.by_button(self).write(
            {"state": "running", "message": False, "user_id": self.env.user.id}
        )
        self._trigger_job()
        return True

    def _trigger_job(self):
        # the job is the addon's own; whoever may import may start it
        self.env.ref("lot_traceability.cron_lot_import").sudo()._trigger()

    def _fail(self, message):
        guards.by_button(self).write({"state": "failed", "message": message})

    def _lock(self, *states):
        """Make sure that nobody else works on this and that it is in the state."""
        self.check_access("write")
        # the lots that the job creates refer to the document all the time
        lock(self, allow_referencing=True)
        self.invalidate_recordset(["state"])
        if self.state not in states:
            raise UserError(
                self.env._(
                    "%(file)s is now in the state “%(state)s”; reload the page.",
                    file=self.file_name,
                    state=dict(self._fields["state"]._description_selection(self.env))[
                        self.state
                    ],
                )
            )

    @public.record()
    def action_open_rows(self):
        """Open all rows, or those with errors (context key ``with_errors``)."""
        self.check_access("read")
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability.action_lot_import_row"
        )
        context = {"search_default_errors": bool(self.env.context.get("with_errors"))}
        return action | {"domain": [("import_id", "=", self.id)], "context": context}

    @public.record()
    def action_open_lots(self):
        """Open the lots that this import has created."""
        self.check_access("read")
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "stock.action_production_lot_form"
        )
        return action | {
            "domain": [("lot_import_id", "=", self.id)],
            "context": {"search_default_group_by_product": False},
        }

    @public.record()
    def action_download_errors(self):
        """Download the rows with errors, as a file of the same kind."""
        self.check_access("read")
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/lot_traceability/lot_import/{self.id}/errors",
            "target": "download",
        }
