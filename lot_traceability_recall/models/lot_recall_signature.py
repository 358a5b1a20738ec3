from odoo import api, fields, models

from ..case import signing


class LotRecallSignature(models.Model):
    """Who signed what, with which meaning; void once that changed. Never rewritten."""

    _name = "lot.recall.signature"
    _inherit = ["lot.guarded", "lot.recall.named"]
    _technical = ("content_hash", "pack_hash")
    _description = "Signature on a Recall"
    _order = "recall_id desc, id"
    _guard_parents = ("recall_id",)
    _guard_locks_system = True
    _rec_name = "kind"

    recall_id = fields.Many2one(
        "lot.recall", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(related="recall_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("approval", "Approval"), ("closing", "Closing")], required=True, readonly=True
    )
    user_id = fields.Many2one("res.users", required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True)
    by_password = fields.Boolean(
        readonly=True, help="The password was given again. No: a program did it."
    )
    meaning = fields.Char(required=True, readonly=True)
    content = fields.Text("What Was Signed", required=True, readonly=True)
    content_hash = fields.Char(
        "Hash", required=True, readonly=True, help="SHA-256 of what was signed."
    )
    void_date = fields.Datetime("Void Since", readonly=True)
    void_reason = fields.Char(readonly=True)
    is_valid = fields.Boolean(
        "Valid",
        compute="_compute_is_valid",
        help="Not withdrawn, and what was signed is still the same.",
    )
    pack_id = fields.Many2one(
        "ir.attachment", "Evidence", readonly=True, ondelete="restrict"
    )
    pack_hash = fields.Char(
        "Hash of the Evidence", readonly=True, help="SHA-256 of the file that is kept."
    )

    @api.depends("void_date", "content_hash")
    def _compute_is_valid(self):
        for signature in self:
            signature.is_valid = signing.is_valid(signature)
