from odoo import fields, models


class StockScrap(models.Model):
    _inherit = "stock.scrap"

    recall_id = fields.Many2one(
        "lot.recall",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="lot_traceability_recall.group_recall_auditor",
        help="The recall that this scrap order was made for.",
    )
