import re
from functools import lru_cache

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..done_lines.corrections import POLICIES
from ..numbers import scope
from ..numbers.form import normalize

# what people type when they have no number at hand
PLACEHOLDERS = "TBD, TBC, TBA, N/A, NONE, UNKNOWN, XXX, ???"

# a host with a dot, and perhaps a path; no query, no port of a server
DOMAIN = re.compile(r"https?://[a-z0-9-]+(\.[a-z0-9-]+)+(/[A-Za-z0-9._~-]+)*/?")

PREFIX = re.compile(r"[0-9]{4,12}")

SERIAL_CONFLICT_POLICIES = [
    ("forbid", "Refuse"),
    ("warn", "Ask for a reason"),
    ("allow", "Allow, with a note"),
]


@lru_cache(maxsize=64)
def _read_names(text):
    return frozenset(normalize(name) for name in text.split(",")) - {""}


class ResCompany(models.Model):
    _inherit = "res.company"

    lot_forbidden_names = fields.Char(
        "Placeholder Numbers",
        default=PLACEHOLDERS,
        help="Names that are not lot or serial numbers, separated by commas. Nobody "
        "can "
        "find the goods again that were booked under one of them. Letter case does not "
        "matter. Leave it empty to allow everything.",
    )

    lot_identifier_domain = fields.Char(
        "Address of Identifiers",
        help="Below it EPCIS documents name what has no GS1 number. An address that is "
        "yours and stays, such as https://id.example.com; it need not answer. Empty: "
        "one made of the id of the database.",
    )
    lot_gs1_prefix = fields.Char(
        "GS1 Company Prefix",
        help="The first 4 to 12 digits of the GTINs, GLNs and SSCCs that GS1 gave to "
        "your company.",
    )
    lot_identifier_form = fields.Selection(
        [("link", "GS1 Digital Link"), ("urn", "EPC URN (needs the prefix)")],
        "GS1 Numbers in Events",
        default="link",
        required=True,
        help="How EPCIS documents write GTINs, GLNs and SSCCs. EPC URNs are for "
        "numbers that begin with your company prefix (6 to 12 digits); those of others "
        "stay links. The identifiers of events are the same for both.",
    )
    lot_number_scope = fields.Selection(
        selection=[
            ("product", "Each product"),
            ("template", "All variants of a product"),
            ("company", "All products of the company"),
            ("everything", "All products of all companies"),
        ],
        string="Numbers Are Unique Within",
        default="product",
        required=True,
        help="Within what a lot or serial number may be given only once. Letter case, "
        "blanks and look-alike characters do not make another number. Numbers that are "
        "double already stay as they are; Traceability Health lists them.",
    )
    lot_numbering_id = fields.Many2one(
        "lot.numbering",
        string="Default Numbering",
        check_company=True,
        help="How lots and serials are numbered whose product, category and operation "
        "type say nothing else. Without one, Odoo's own sequence counts.",
    )

    lot_share_prefix_counter = fields.Boolean(
        "Products With the Same Prefix Count Together",
        help="The prefix is that of Custom Lot/Serial on the product. Off: each "
        "product has a counter of its own.",
    )

    lot_stale_months = fields.Integer(
        "Numbers Are Stale After",
        default=12,
        help="Months without stock and without a move after which Traceability Health "
        "lists a number as stale.",
    )
    lot_archive_months = fields.Integer(
        "Archive Numbers After",
        help="Months without stock and without a move after which numbers are archived "
        "by themselves. 0: never. Lots without company are archived when every company "
        "archives them.",
    )
    lot_done_edit_policy = fields.Selection(
        POLICIES,
        "Who Corrects What Is Done",
        default="allow",
        required=True,
        help="Who may change lot, quantity, places, package or owner of a line whose "
        "transfer or order is done. While that is locked, only inventory managers. The "
        "reason is kept on the transfer and on the lot.",
    )
    lot_no_negative = fields.Boolean(
        "No Lot Below Zero",
        help="Refuse operations that take more out of a lot than a place has of it.",
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

    lot_scan_separators = fields.Char(
        "Separators of Scanners",
        help="Characters that your scanners send for the separator of GS1 labels, such "
        "as | or ~. The usual ones are understood anyway: GS (0x1D), F8, Alt+029 and "
        "Ctrl+]. Choose none that your lot numbers have.",
    )

    @api.constrains("lot_identifier_domain")
    def _check_lot_identifier_domain(self):
        for company in self:
            domain = company.lot_identifier_domain
            if domain and not DOMAIN.fullmatch(domain):
                raise ValidationError(
                    self.env._(
                        "%(domain)s is not an address for identifiers. Write it such "
                        "as "
                        "https://id.example.com, with lower case letters.",
                        domain=domain,
                    )
                )

    @api.constrains("lot_gs1_prefix")
    def _check_lot_gs1_prefix(self):
        for company in self:
            prefix = company.lot_gs1_prefix
            if prefix and not PREFIX.fullmatch(prefix):
                raise ValidationError(
                    self.env._("%s is no GS1 company prefix: 4 to 12 digits.", prefix)
                )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        if any(company.lot_number_scope != "product" for company in companies):
            companies._apply_number_scope()
        return companies

    def write(self, vals):
        changes_scope = "lot_number_scope" in vals
        result = super().write(vals)
        if changes_scope:
            self._apply_number_scope()
        return result

    def _apply_number_scope(self):
        self.env.registry.clear_cache()
        scope.rebuild_scope_keys(self.env["lot.number"])

    def _get_forbidden_lot_names(self):
        """The forbidden names in the form in which they are compared."""
        self.ensure_one()
        return _read_names(self.lot_forbidden_names or "")
