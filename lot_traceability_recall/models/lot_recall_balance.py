from odoo import api, fields, models
from odoo.exceptions import UserError

from .lot_recall_state import ACTIVE_STATES

SHOWN_NAMES = 10


class LotRecallBalance(models.Model):
    """Where the goods of a lot in scope are: made = the sum of all the rest."""

    _name = "lot.recall.balance"
    _inherit = ["lot.recall.part"]
    _description = "Balance of a Recalled Lot"
    _order = "recall_id desc, state desc, id"
    _editable_fields = {"reason"}
    _rec_name = "lot_id"

    recall_id = fields.Many2one(
        "lot.recall", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="recall_id.company_id", store=True, index=True)
    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial Number", required=True, ondelete="restrict"
    )
    product_id = fields.Many2one(related="lot_id.product_id", store=True)
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    made = fields.Float("Received or Made", digits="Product Unit")
    on_hand = fields.Float(digits="Product Unit")
    shipped = fields.Float(
        "With Customers",
        digits="Product Unit",
        help="Shipped less what came back.",
    )
    shipped_total = fields.Float("Shipped", digits="Product Unit")
    returned = fields.Float(digits="Product Unit")
    returned_to_vendor = fields.Float(digits="Product Unit")
    consumed = fields.Float(digits="Product Unit")
    scrapped = fields.Float(digits="Product Unit")
    sampled = fields.Float(
        digits="Product Unit", help="Scrapped with the reason Sample."
    )
    adjusted = fields.Float(
        digits="Product Unit", help="Lost less found when counting."
    )
    unaccounted = fields.Float(digits="Product Unit")
    gap = fields.Float(
        digits="Product Unit", help="Adjusted and unaccounted: what no document shows."
    )
    tolerance = fields.Float(
        "Tolerance (%)", help="That of the product's category at that time."
    )
    reason = fields.Char("Reason for the Gap")
    state = fields.Selection(
        [("balanced", "Balanced"), ("explained", "Explained"), ("open", "Open")],
        compute="_compute_state",
        store=True,
    )

    _recall_lot_uniq = models.Constraint(
        "UNIQUE (recall_id, lot_id)", "A lot has one balance in a recall."
    )

    @api.depends("gap", "made", "tolerance", "reason")
    def _compute_state(self):
        for line in self:
            allowed = line.made * line.tolerance / 100
            if line.product_uom_id.compare(abs(line.gap), allowed) <= 0:
                line.state = "balanced"
            else:
                line.state = "explained" if line.reason else "open"

    def write(self, vals):
        if not self.env.su:
            self.recall_id._check_role("reconcile")
        return super().write(vals)


class LotRecall(models.Model):
    _name = "lot.recall"
    _inherit = ["lot.recall"]

    balance_ids = fields.One2many("lot.recall.balance", "recall_id", "Balances")
    balance_date = fields.Datetime("Balance Of", readonly=True, copy=False)
    gap_count = fields.Integer("Gaps Without Reason", compute="_compute_gap_count")
    shipped_quantity = fields.Float(
        "Shipped", readonly=True, copy=False, digits="Product Unit"
    )
    recovered_quantity = fields.Float(
        "Recovered",
        readonly=True,
        copy=False,
        digits="Product Unit",
        help="Came back, was destroyed on site, or corrected.",
    )
    recovered_percent = fields.Float(
        "Recovered (%)",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="Recovered against shipped.",
    )

    @api.depends("balance_ids.state")
    def _compute_gap_count(self):
        for recall in self:
            recall.gap_count = len(
                recall.balance_ids.filtered(lambda line: line.state == "open")
            )

    def action_balance(self):
        """Reckon the balance of each lot in scope; reasons given are kept."""
        for recall in self:
            recall._start("reconcile", *ACTIVE_STATES)
            recall._reckon_balance()

    def _reckon_balance(self):
        lots = self._get_lots()
        rows = lots.trace_balance()["balances"]
        mine = set(lots.ids)
        reasons = {line.lot_id.id: line.reason for line in self.balance_ids}
        samples = self._get_samples(lots)
        balances = self.env["lot.recall.balance"].sudo()
        self.balance_ids.sudo().unlink()
        balances.create(
            [
                self._prepare_balance(
                    lots.browse(row["lot_id"]).with_prefetch(lots.ids),
                    row,
                    samples.get(row["lot_id"], 0),
                )
                | {"reason": reasons.get(row["lot_id"])}
                for row in rows
                if row["lot_id"] in mine
            ]
        )
        self._reckon_recovered()

    def _get_samples(self, lots):
        """Quantities taken as samples: scrap orders with that reason."""
        tag = self.env.ref("lot_traceability_recall.scrap_reason_sample")
        groups = self.env["stock.scrap"]._read_group(
            [
                ("lot_id", "in", lots.ids),
                ("state", "=", "done"),
                ("scrap_reason_tag_ids", "in", tag.ids),
            ],
            ["lot_id", "product_uom_id"],
            ["scrap_qty:sum"],
        )
        samples = {}
        for lot, uom, quantity in groups:
            quantity = uom._compute_quantity(quantity, lot.product_id.uom_id)
            samples[lot.id] = samples.get(lot.id, 0) + quantity
        return samples

    def _prepare_balance(self, lot, row, sampled):
        adjusted = row["lost"] - row["found"]
        return {
            "recall_id": self.id,
            "lot_id": lot.id,
            "made": row["received"] + row["produced"],
            "on_hand": row["on_hand"],
            "shipped": row["shipped"] - row["returned"],
            "shipped_total": row["shipped"],
            "returned": row["returned"],
            "returned_to_vendor": row["returned_to_vendor"],
            "consumed": row["consumed"],
            "scrapped": row["scrapped"] - sampled,
            "sampled": sampled,
            "adjusted": adjusted,
            "unaccounted": row["unaccounted"],
            "gap": adjusted + row["unaccounted"],
            "tolerance": lot.product_id.categ_id.lot_recall_tolerance,
        }

    def _reckon_recovered(self):
        shipped = sum(self.balance_ids.mapped("shipped_total"))
        recovered = sum(self.balance_ids.mapped("returned"))
        recovered += self._get_recovered_on_site()
        self._write_by_button(
            {
                "balance_date": fields.Datetime.now(),
                "shipped_quantity": shipped,
                "recovered_quantity": recovered,
                "recovered_percent": 100 * recovered / shipped if shipped else 0,
            }
        )

    def _get_recovered_on_site(self):
        """What customers destroyed or corrected; another part of the addon knows."""
        return 0

    def _check_balanced(self):
        """:raise UserError: naming what has to be settled first"""
        self._reckon_balance()
        problems = self._get_unsettled()
        if problems:
            raise UserError("\n".join(problems))

    def _get_unsettled(self):
        """What has to be settled before the end, in words."""
        problems = []
        if self.planned_count:
            problems.append(self.env._("Stock is planned, and not dealt with yet."))
        if self.difference_count:
            problems.append(self.env._("Decide what changed in the scope."))
        gaps = self.balance_ids.filtered(lambda line: line.state == "open")
        if gaps:
            names = ", ".join(gaps[:SHOWN_NAMES].lot_id.mapped("name"))
            problems.append(self.env._("Give a reason for the gap of %s.", names))
        return problems
