from odoo import fields, models


class StockQuant(models.Model):
    _inherit = "stock.quant"

    expiry_state = fields.Selection(related="lot_id.expiry_state")
    expiry_days_left = fields.Integer(related="lot_id.expiry_days_left")
