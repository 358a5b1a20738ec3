from odoo import fields, models


class LotRecallSeed(models.Model):
    """A lot that a recall starts from, and how it was found."""

    _name = "lot.recall.seed"
    _inherit = ["lot.recall.part"]
    _description = "Suspect Lot of a Recall"
    _order = "recall_id desc, id"
    _rec_name = "lot_id"

    recall_id = fields.Many2one(
        "lot.recall", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="recall_id.company_id", store=True, index=True)
    lot_id = fields.Many2one(
        "stock.lot",
        "Lot/Serial Number",
        required=True,
        ondelete="restrict",
        index=True,
    )
    product_id = fields.Many2one(related="lot_id.product_id")
    origin = fields.Char(
        "Found By", help="The question that named this lot, such as a vendor and dates."
    )

    _recall_lot_uniq = models.Constraint(
        "UNIQUE (recall_id, lot_id)", "A lot is suspect in a recall once."
    )
