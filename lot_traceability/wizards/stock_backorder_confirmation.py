from odoo import api, fields, models

from ..scanning import leftovers


class StockBackorderConfirmation(models.TransientModel):
    """Core's question about a backorder, with what it is about."""

    _inherit = "stock.backorder.confirmation"

    not_scanned = fields.Text(
        compute="_compute_not_scanned",
        help="What is planned on the transfer, and neither scanned nor picked.",
    )

    @api.depends("pick_ids")
    def _compute_not_scanned(self):
        for wizard in self:
            wizard.not_scanned = leftovers.describe(wizard.pick_ids)
