from odoo import fields, models

from ..tools.number_form import normalize

# what people type when they have no number at hand
PLACEHOLDERS = "TBD, TBC, TBA, N/A, NONE, UNKNOWN, XXX, ???, 000, 123"

SERIAL_CONFLICT_POLICIES = [
    ("forbid", "Refuse"),
    ("warn", "Ask for a reason"),
    ("allow", "Allow, with a note"),
]


class ResCompany(models.Model):
    _inherit = "res.company"

    lot_forbidden_names = fields.Char(
        "Placeholder Numbers",
        default=PLACEHOLDERS,
        help="Names that are no lot or serial number, separated by commas. Nobody can "
        "find the goods again that were booked under one of them. Letter case does not "
        "matter. Leave it empty to allow everything.",
    )

    lot_serial_conflict_policy = fields.Selection(
        SERIAL_CONFLICT_POLICIES,
        "Serial Number in Two Places",
        default="forbid",
        required=True,
        help="What happens when a serial number is received, made, moved or counted "
        "while the unit with that number is known to be elsewhere. A product category "
        "can say otherwise.",
    )

    def _get_forbidden_lot_names(self):
        """The forbidden names in the form in which they are compared."""
        self.ensure_one()
        names = (self.lot_forbidden_names or "").split(",")
        return {normalize(name) for name in names} - {""}
