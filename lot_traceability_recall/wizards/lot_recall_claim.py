from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.lot_traceability.tools import public
from odoo.addons.lot_traceability.tools.quantity import format_quantity

from ..case import roles
from ..evidence import pack

EVIDENCE = ("scope", "balance")


class LotRecallClaim(models.TransientModel):
    """What a vendor's lots have cost, for a mail with the evidence.

    No customer is named: what the vendor gets is the trace from its lots to ours.
    """

    _name = "lot.recall.claim"
    _inherit = ["lot.dialog"]
    _description = "Claim to the Vendor of Recalled Lots"

    recall_id = fields.Many2one("lot.recall", required=True, ondelete="cascade")
    receipts = fields.Json(compute="_compute_receipts", store=True)
    vendor_ids = fields.Many2many(
        "res.partner", string="Vendors", compute="_compute_vendor_ids"
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Vendor",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', vendor_ids)]",
    )
    lot_ids = fields.Many2many(
        "stock.lot", string="Its Lots", compute="_compute_lot_ids"
    )
    currency_id = fields.Many2one(related="recall_id.currency_id")
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        readonly=False,
        help="What was scrapped or sent back of these lots and of what they went into, "
        "at cost. Add what else the recall has cost you.",
    )

    @api.model
    def _open(self, recall):
        """The dialog for a recall.

        :raise AccessError: if the user's roles do not allow it
        :raise UserError: if no vendor is on record, or in an exercise
        """
        roles.check(recall, "claim")
        claim = self.new({"recall_id": recall.id})
        if recall.is_mock or not claim.vendor_ids:
            raise UserError(
                self.env._(
                    "No vendor of these lots is on record; or this is an exercise."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Claim to the Vendor"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {"default_recall_id": recall.id},
        }

    @api.depends("recall_id")
    def _compute_receipts(self):
        """What the suspect lots are, or are made of, by vendor: one walk."""
        for claim in self:
            seeds = claim.recall_id.seed_lot_ids
            rows = seeds._trace_upstream(["receipts"])["receipts"] if seeds else []
            lots = defaultdict(set)
            for row in rows:
                if row["lot_id"] and row["partner_id"]:
                    lots[str(row["partner_id"])].add(row["lot_id"])
            claim.receipts = {vendor: sorted(ids) for vendor, ids in lots.items()}

    @api.depends("receipts")
    def _compute_vendor_ids(self):
        for claim in self:
            ids = sorted(map(int, claim.receipts or ()))
            claim.vendor_ids = claim.vendor_ids.browse(ids)

    @api.depends("recall_id")
    def _compute_partner_id(self):
        for claim in self:
            claim.partner_id = claim.vendor_ids[:1]._origin

    @api.depends("partner_id", "receipts")
    def _compute_lot_ids(self):
        for claim in self:
            ids = (claim.receipts or {}).get(str(claim.partner_id._origin.id), ())
            claim.lot_ids = claim.lot_ids.browse(ids)

    @api.depends("partner_id")
    def _compute_amount(self):
        for claim in self:
            trace = claim._trace_on()
            claim.amount = sum(row["value"] for row in claim._get_lost(trace))

    def _trace_on(self):
        """What the vendor's lots went into; empty without a vendor."""
        lots = self.lot_ids._origin
        parts = ["lots", "balances"]
        return lots._trace_downstream(parts) if lots else {part: [] for part in parts}

    def _get_lost(self, trace):
        """Lots in scope that come from the vendor's: what is lost of each.

        :return: list of dicts: ``lot``, ``quantity``, ``uom``, ``value`` at cost
        """
        scope = set(self.recall_id._get_lots().ids)
        lots = self.env["stock.lot"]
        lost = []
        for row in trace["balances"]:
            quantity = row["scrapped"] + row["returned_to_vendor"]
            if row["lot_id"] in scope and quantity:
                lot = lots.browse(row["lot_id"]).with_prefetch(scope)
                value = quantity * lot.product_id.standard_price
                text = format_quantity(self.env, quantity, lot.product_id.uom_id)
                lost.append(
                    {"lot": lot, "quantity": quantity, "text": text, "value": value}
                )
        return lost

    @public.record()
    def action_write_mail(self):
        """Open the mail to the vendor, with the lots and the evidence.

        :return: the action
        :raise UserError: without a vendor, or if the user's roles do not allow it
        """
        self.ensure_one()
        roles.check(self.recall_id, "claim")
        if self.partner_id not in self.vendor_ids:
            raise UserError(
                self.env._(
                    "Choose the vendor: one that delivered a suspect lot, or what it "
                    "is made of."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Claim to %s", self.partner_id.display_name),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                f"default_{name}": value
                for name, value in self._prepare_mail_vals().items()
            },
        }

    def _prepare_mail_vals(self):
        recall = self.recall_id
        trace = self._trace_on()
        values = {"claim": self, "recall": recall, "lost": self._get_lost(trace)}
        return {
            "model": recall._name,
            "res_ids": recall.ids,
            "composition_mode": "comment",
            "partner_ids": self.partner_id.ids,
            "subject": self.env._(
                "Claim: %(lots)s, %(recall)s",
                lots=", ".join(self.lot_ids[:5].mapped("name")),
                recall=recall.name,
            ),
            "body": self.env["ir.qweb"]._render(
                "lot_traceability_recall.claim_content", values
            ),
            "attachment_ids": self._attach_evidence(trace).ids,
        }

    def _attach_evidence(self, trace):
        """The tables of the lots that come from this vendor's, and of no others."""
        recall = self.recall_id
        lots = self.lot_ids.browse([row["id"] for row in trace["lots"]])
        return self.env["ir.attachment"].create(
            [
                {
                    "name": f"{recall._get_file_name()}-{name}.xlsx",
                    "raw": pack.get_table_of_lots(recall, name, lots),
                    "res_model": "mail.compose.message",
                    "res_id": 0,
                }
                for name in EVIDENCE
            ]
        )
