import base64
import hashlib

from odoo import fields, models
from odoo.exceptions import UserError

from ..documents import kde
from ..documents.request import Request
from ..evidence import log
from ..tools import public

RULES = {"fsma204": "lot_is_ftl", "eu931": "lot_is_animal_food"}
SHOWN_GAPS = 20


class LotTraceRequest(models.TransientModel):
    """A request of an authority or a customer for records: foods, days or lots in, a
    workbook out."""

    _name = "lot.trace.request"
    _inherit = ["lot.dialog"]
    _description = "Request for Traceability Records"

    rule = fields.Selection(
        [
            ("fsma204", "US food traceability rule (21 CFR 1 subpart S)"),
            ("eu931", "EU, food of animal origin (Regulation 931/2011)"),
        ],
        default="fsma204",
        required=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    product_ids = fields.Many2many(
        "product.product",
        string="Foods",
        domain="[('tracking', '!=', 'none')]",
        help="Empty, with days: all foods that the rule is about.",
    )
    lot_ids = fields.Many2many("stock.lot", string="Lots")
    date_from = fields.Date("From")
    date_to = fields.Date("To", help="The day itself counts.")
    asked_by = fields.Char(help="Who asks, and by which letter or call.")
    row_count = fields.Integer("Rows", readonly=True)
    gap_count = fields.Integer("Rows With Gaps", readonly=True)
    gaps = fields.Text("What Is Missing", readonly=True)
    file = fields.Binary("Workbook", readonly=True, attachment=False)
    file_name = fields.Char(readonly=True)
    sha256 = fields.Char(
        "SHA-256", readonly=True, help="Of the workbook; it is in the log, too."
    )

    @public.record()
    def action_make(self):
        """Make the workbook of what was asked for; its hash goes into the log.

        :return: the action that shows the result
        :raise AccessError: for who may not read the facts
        :raise UserError: if nothing is asked for
        """
        self.ensure_one()
        self.check_access("write")
        self.env["lot.trace.fact"].check_access("read")
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("Choose a company that you work in."))
        request = Request(
            self.env,
            self.rule,
            self.company_id.ids,
            product_ids=self._get_products().ids,
            lot_ids=self.lot_ids.ids,
            date_from=self.date_from,
            date_to=self.date_to,
        )
        content = request.get_xlsx(self._get_about())
        digest, gaps = hashlib.sha256(content).hexdigest(), request.get_gaps()
        name = f"{self.rule}-{fields.Date.context_today(self)}.xlsx"
        self.write(
            {
                "row_count": request.count(),
                "gap_count": len(gaps),
                "gaps": self._tell(gaps),
                "file": base64.b64encode(content),
                "file_name": name,
                "sha256": digest,
            }
        )
        told = [f"{label}: {text}" for label, text in self._get_about()]
        log.note(
            self.company_id,
            "document",
            new="\n".join([name, f"SHA-256 {digest}", *told]),
        )
        return self._show_again("lot_traceability.action_lot_trace_request")

    def _get_products(self):
        """The foods asked for; all of the rule where only days are given."""
        if self.product_ids or self.lot_ids:
            return self.product_ids
        if not self.date_from and not self.date_to:
            raise UserError(self.env._("Say which foods, days or lots are asked for."))
        found = self.env["product.product"].with_context(active_test=False)
        found = found.search([(RULES[self.rule], "=", True)])
        if not found:
            raise UserError(
                self.env._(
                    "No product is marked as a food of this rule. Mark them, or say "
                    "which foods or lots are asked for."
                )
            )
        return found

    def _get_about(self):
        now = fields.Datetime.now().strftime("%Y-%m-%d %H:%M UTC")
        rule = kde.get_rule(self.rule)
        days = " – ".join(str(day or "…") for day in (self.date_from, self.date_to))
        rows = [
            ("Supports the records for", f"{rule['name']}: {rule['source']}"),
            ("State of the rule", rule["as_of"]),
            ("Asked by", self.asked_by or ""),
            ("Foods", ", ".join(self.product_ids.mapped("display_name"))),
            ("Lots", ", ".join(self.lot_ids.mapped("display_name"))),
            ("Days", days if self.date_from or self.date_to else ""),
            ("Company", self.company_id.name),
            ("Made by", self.env.user.name),
            ("Made on", now),
        ]
        return [row for row in rows if row[1]]

    def _tell(self, gaps):
        texts = [
            f"{sheet}, {lot or '?'}: {missing}"
            for sheet, _event, lot, missing in gaps[:SHOWN_GAPS]
        ]
        if len(gaps) > SHOWN_GAPS:
            count = len(gaps) - SHOWN_GAPS
            texts.append(self.env._("and %(count)s more", count=count))
        return "\n".join(texts)
