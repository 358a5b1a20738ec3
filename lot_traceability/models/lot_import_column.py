from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from .. import guards
from ..imports import columns

_lt = LazyTranslate(__name__)


class LotImportColumn(models.Model):
    """A column of an imported file, and what it is taken for: guessed by its header,
    and shown to be corrected."""

    _name = "lot.import.column"
    _inherit = ["lot.guarded"]
    _description = "Column of a Lot Import"
    _order = "import_id, position"
    _rec_name = "label"
    _guard_way = _lt("Say what the column is.")
    _guard_parents = ("import_id",)
    _guards = {
        # the columns are those of the file
        "import_id": guards.Guard(way=_lt("Upload another file.")),
    }

    import_id = fields.Many2one("lot.import", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="import_id.company_id")
    position = fields.Integer(readonly=True, aggregator=None)
    label = fields.Char("Column in the File", readonly=True)
    sample = fields.Char("First Value", readonly=True)
    meaning = fields.Selection(
        selection="_get_meanings", string="Is", help="Empty: the column is not used."
    )
    is_guess = fields.Boolean(
        "Guessed",
        readonly=True,
        help="The header only looks like this; see whether it is.",
    )

    @api.model
    def _get_meanings(self):
        return list(columns.get_labels(self.env).items())

    def write(self, vals):
        result = super().write(vals)
        if "meaning" in vals:
            # what was checked before meant something else
            guards.by_button(self).write({"is_guess": False})
            guards.by_button(self.import_id).write({"state": "draft"})
        return result

    def _guard_locked(self):
        started = self.import_id.filtered(lambda i: i.state not in ("draft", "checked"))
        return self.filtered(lambda column: column.import_id in started)

    def _guard_locked_message(self, locked):
        return self.env._(
            "This import has been started; make a new one for another file."
        )
