from odoo import api, fields, models


class LotRecall(models.Model):
    """What a recall of these lots would mean, before anything is frozen."""

    _name = "lot.recall"
    _inherit = ["lot.recall"]

    impact_lot_count = fields.Integer("Lots", compute="_compute_impact")
    impact_product_count = fields.Integer("Products", compute="_compute_impact")
    impact_stock_count = fields.Integer("Places in Stock", compute="_compute_impact")
    customer_count = fields.Integer("Customers", compute="_compute_impact")
    impact_cost = fields.Monetary(
        "Value in Stock",
        compute="_compute_impact",
        help="What is in stock of these lots, at cost.",
    )
    impact_share = fields.Float(
        "Share of Production",
        compute="_compute_impact",
        help="What was made or received of these lots, against all that was made or "
        "received of the same products: what a blanket recall would be about. "
        "Products count by their cost, where they have one.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    @api.depends("seed_lot_ids", "line_ids.included")
    def _compute_impact(self):
        for recall in self:
            recall.update(
                recall._get_impact(
                    recall.seed_lot_ids._origin, recall._get_left_out()._origin
                )
            )

    def _get_left_out(self):
        return self.line_ids.filtered(lambda line: not line.included).lot_id

    @api.model
    def _get_impact(self, seeds, left_out):
        """Figures of the recall of these lots: the values of the fields above."""
        parts = ["lots", "deliveries"]
        trace = seeds.trace_downstream(parts) if seeds else {key: [] for key in parts}
        ids = [row["id"] for row in trace["lots"]]
        lots = self.env["stock.lot"].browse(ids) - left_out
        out = set(left_out.ids)
        shipped = [row for row in trace["deliveries"] if row["lot_id"] not in out]
        stock_count, cost = self._get_stock_value(lots)
        return {
            "impact_lot_count": len(lots),
            "impact_product_count": len(lots.product_id),
            "impact_stock_count": stock_count,
            "customer_count": len({row["partner_id"] for row in shipped}),
            "impact_cost": cost,
            "impact_share": self._get_share(lots),
        }

    def _get_stock_value(self, lots):
        """In how many places the lots are, and what that is worth at cost."""
        groups = self.env["stock.quant"]._read_group(
            [
                ("lot_id", "in", lots.ids),
                ("location_id.usage", "=", "internal"),
                ("quantity", ">", 0),
            ],
            ["product_id"],
            ["quantity:sum", "__count"],
        )
        value = sum(product.standard_price * total for product, total, _count in groups)
        return sum(count for _product, _total, count in groups), value

    def _get_share(self, lots):
        """Made or received of the lots, against that of their products."""
        products = lots.product_id
        ours = self._get_made([("lot_id", "in", lots.ids)], products)
        total = self._get_made([], products)
        return ours / total if total else 0

    def _get_made(self, domain, products, default_price=1):
        """What was made or received, weighed by cost."""
        groups = self.env["stock.move.line"]._read_group(
            [
                *domain,
                ("product_id", "in", products.ids),
                ("state", "=", "done"),
                ("location_id.usage", "in", ("supplier", "production")),
            ],
            ["product_id"],
            ["quantity_product_uom:sum"],
        )
        return sum(
            (product.standard_price or default_price) * quantity
            for product, quantity in groups
        )
