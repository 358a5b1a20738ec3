from odoo import fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.tools import public

_lt = LazyTranslate(__name__)


class StockPicking(models.Model):
    _inherit = "stock.picking"
    _guards = {"recall_id": guards.Guard(way=_lt("Deal with the stock in the recall."))}

    recall_id = fields.Many2one(
        "lot.recall",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="lot_traceability_recall.group_recall_auditor",
        help="The recall that this transfer was made for, or brings goods back to.",
    )

    @public.records()
    def action_recall(self):
        """Open the recall wizard for the lots of these transfers.

        :return: the action
        :raise UserError: if there are no lots on them
        """
        return self.env["lot.recall.wizard"]._open(self.move_line_ids.lot_id)
