from odoo import fields, models


class BarcodeRule(models.Model):
    _inherit = "barcode.rule"

    # what a label says of a lot; core knows only what Odoo stores itself
    type = fields.Selection(
        selection_add=[
            ("production_date", "Production Date"),
            ("expiration_time", "Expiration Time"),
            ("information", "Information"),
        ],
        ondelete={
            "production_date": "set default",
            "expiration_time": "set default",
            "information": "set default",
        },
    )
