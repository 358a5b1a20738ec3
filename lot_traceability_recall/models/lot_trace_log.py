from odoo import fields, models

from odoo.addons.lot_traceability.evidence import log

KINDS = [
    ("step", "Recall: Step"),
    ("case", "Recall: Changed"),
    ("scope", "Recall: In Scope"),
    ("decision", "Recall: Decided"),
    ("signature", "Recall: Signed"),
    ("void", "Recall: Signature Void"),
    ("disposal", "Recall: Stock Dealt With"),
    ("notice", "Recall: Notice"),
    ("reply", "Recall: Reply"),
    ("check", "Recall: Effectiveness Check"),
    ("open_point", "Recall: Open at the End"),
    ("pack", "Recall: Evidence Kept"),
]


class LotTraceLog(models.Model):
    _inherit = "lot.trace.log"

    kind = fields.Selection(
        selection_add=KINDS, ondelete={name: log.keep for name, _label in KINDS}
    )
