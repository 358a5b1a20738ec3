from odoo import fields, models


class LotReservationReport(models.TransientModel):
    """Shows why lots were not reserved."""

    _name = "lot.reservation.report"
    _inherit = ["lot.dialog"]
    _description = "Why lots were not reserved"

    text = fields.Text("Lots", readonly=True)
