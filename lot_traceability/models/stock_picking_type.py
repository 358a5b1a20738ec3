from odoo import api, fields, models


class StockPickingType(models.Model):
    _inherit = "stock.picking.type"

    lot_numbering_id = fields.Many2one(
        "lot.numbering",
        string="Numbering",
        index="btree_not_null",
        check_company=True,
        help="How lots and serials are numbered that begin here: one way for what is "
        "bought, another for what is made. A product's or category's own numbering "
        "counts more.",
    )
    lot_missing_policy = fields.Selection(
        [
            ("allow", "Let them through"),
            ("warn", "Let them through with a note"),
            ("refuse", "Refuse"),
        ],
        "Tracked Goods Without a Number",
        default="warn",
        required=True,
        help="What happens at validation to lines of tracked products without a lot or "
        "serial number, where this operation type neither creates nor uses lots.\n"
        "The note is written on the document and names the lines.",
    )
    lots_are_off = fields.Boolean(compute="_compute_lots_are_off")

    @api.depends("use_create_lots", "use_existing_lots")
    def _compute_lots_are_off(self):
        for picking_type in self:
            picking_type.lots_are_off = not (
                picking_type.use_create_lots or picking_type.use_existing_lots
            )
