from odoo import fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability import guards

_lt = LazyTranslate(__name__)


class StockScrap(models.Model):
    _inherit = "stock.scrap"
    _guards = {"recall_id": guards.Guard(way=_lt("Deal with the stock in the recall."))}

    recall_id = fields.Many2one(
        "lot.recall",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="lot_traceability_recall.group_recall_auditor",
        help="The recall that this scrap order was made for.",
    )
