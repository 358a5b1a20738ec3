from odoo import fields, models


class LotTraceHead(models.Model):
    """Where the log of a company ended last, kept apart from it: so a log whose end was
    cut off is found. Written by ``evidence.sealing`` alone."""

    _name = "lot.trace.head"
    _inherit = ["lot.append.only"]
    _description = "End of the Traceability Log"
    _rec_name = "number"
    _log_access = False

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    number = fields.Integer(required=True, readonly=True, aggregator=None)
    hash = fields.Char(required=True, readonly=True)

    _company_unique = models.UniqueIndex(
        "(company_id)", "Each company has one end of its log."
    )

    def _get_refusal_text(self):
        return self.env._("Where the log ends is written when it is sealed.")
