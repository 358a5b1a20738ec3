from odoo import api, fields, models


class LotRecallLine(models.Model):
    _name = "lot.recall.line"
    _description = "Lot in the Scope of a Recall"
    _order = "recall_id desc, level, id"
    _rec_name = "lot_id"

    recall_id = fields.Many2one(
        "lot.recall", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="recall_id.company_id", store=True, index=True)
    state = fields.Selection(related="recall_id.state", string="Recall Status")
    lot_id = fields.Many2one(
        "stock.lot",
        "Lot/Serial Number",
        required=True,
        ondelete="restrict",
        index=True,
    )
    product_id = fields.Many2one(related="lot_id.product_id", store=True)
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    level = fields.Integer(help="How many steps of production lie in between.")
    certainty = fields.Selection(
        [
            ("material", "Material"),
            ("possible", "Possible"),
            ("broken", "Chain Broken"),
        ],
        required=True,
        help="Material: goods of a suspect lot are in it. Possible: it cannot be "
        "excluded. Chain broken: the way to it is not on record without a gap.",
    )
    via_lot_id = fields.Many2one(
        "stock.lot",
        "By Way Of",
        ondelete="restrict",
        help="The lot, one step nearer to the suspect one, by which it got in.",
    )
    quantity_on_hand = fields.Float(
        "On Hand", compute="_compute_quantity_on_hand", digits="Product Unit"
    )

    _recall_lot_uniq = models.Constraint(
        "UNIQUE (recall_id, lot_id)", "A lot is in the scope of a recall once."
    )

    @api.depends("lot_id.quant_ids.quantity")
    def _compute_quantity_on_hand(self):
        quantities = dict(
            self.env["stock.quant"]._read_group(
                [
                    ("lot_id", "in", self.lot_id.ids),
                    ("location_id.usage", "in", ("internal", "transit")),
                ],
                ["lot_id"],
                ["quantity:sum"],
            )
        )
        for line in self:
            line.quantity_on_hand = quantities.get(line.lot_id, 0)
