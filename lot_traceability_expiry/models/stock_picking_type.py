from odoo import fields, models


class StockPickingType(models.Model):
    _inherit = "stock.picking.type"

    fefo_policy = fields.Selection(
        [
            ("log", "Count it"),
            ("warn", "Warn"),
            ("reason", "Ask for a reason"),
            ("refuse", "Refuse"),
        ],
        "FEFO Deviation",
        default="log",
        required=True,
        help="What happens at validation if a lot is taken although one with an "
        "earlier removal date was free. It is counted in any case: see Reporting > "
        "FEFO Compliance.",
    )
