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
    fefo_picks = fields.Selection(
        [
            ("leaving", "What leaves for customers, production, other warehouses"),
            ("all", "Also what goes elsewhere in the warehouse, as to a lab"),
            ("none", "Nothing of this operation"),
        ],
        "Counts as a Pick",
        default="leaving",
        required=True,
        help="A lot is judged once, by the step that takes it out of the stock: "
        "packing and shipping what was picked is not a choice. Quarantine, scrap, "
        "returns "
        "and moves within the stock never count.",
    )
