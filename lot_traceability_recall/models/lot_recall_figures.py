from odoo import api, fields, models
from odoo.fields import Domain

from .lot_recall import OVER

# the balance of a lot, in the order of the reports
QUANTITIES = ("made", "on_hand", "shipped", "returned_to_vendor", "consumed")
QUANTITIES += ("scrapped", "sampled", "adjusted", "unaccounted")


class LotRecall(models.Model):
    """The figures of the dashboard, and of the reports."""

    _name = "lot.recall"
    _inherit = ["lot.recall"]

    hours_to_hold = fields.Float(
        compute="_compute_hours",
        store=True,
        aggregator="avg",
        help="From the begin of the assessment until the stock was on hold.",
    )
    hours_to_trace = fields.Float(
        compute="_compute_hours",
        store=True,
        aggregator="avg",
        help="From the begin of the assessment until the scope was found.",
    )
    hours_to_close = fields.Float(
        compute="_compute_hours",
        store=True,
        aggregator="avg",
        help="From the begin of the assessment until it was signed.",
    )
    seed_product_ids = fields.Many2many(
        "product.product",
        string="Suspect Products",
        compute="_compute_seed_product_ids",
        store=True,
        help="The products of the suspect lots.",
    )
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )

    @api.depends("step_ids.date", "step_ids.step", "date_opened")
    def _compute_hours(self):
        for recall in self:
            first = {
                step.step: step.date for step in recall.step_ids.sorted(reverse=True)
            }
            recall.hours_to_hold = recall._get_hours(first.get("held"))
            recall.hours_to_trace = recall._get_hours(first.get("traced"))
            recall.hours_to_close = recall._get_hours(first.get("closed"))

    def _get_first_steps(self):
        """When each step was done for the first time."""
        return {step.step: step.date for step in self.step_ids.sorted(reverse=True)}

    def _get_hours(self, date):
        if not date or not self.date_opened:
            return 0
        return max((date - self.date_opened).total_seconds(), 0) / 3600

    @api.depends("seed_ids.lot_id")
    def _compute_seed_product_ids(self):
        for recall in self:
            recall.seed_product_ids = recall.seed_ids.lot_id.product_id

    @api.depends("date_deadline", "state")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for recall in self:
            deadline = recall.date_deadline
            open_ = recall.state not in OVER
            recall.is_overdue = bool(open_ and deadline and deadline < today)

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        overdue = Domain("state", "not in", OVER) & Domain("date_deadline", "<", today)
        return overdue if True in value else ~overdue

    def _get_report_figures(self):
        """The six items of 21 CFR 7.53, and what the reports say besides.

        :return: dict: ``rows`` of consignees, those ``answered`` and ``silent``,
            ``checks`` (may be empty), ``shipped``, ``recovered``
        """
        self.ensure_one()
        rows = self._get_consignee_rows()
        answered = [row for row in rows if row["state"] == "answered"]
        notified = [row for row in rows if row["state"] in ("notified", "answered")]
        return {
            "rows": rows,
            "notified_since": self._get_first_steps().get("notifying"),
            "notified": notified,
            "answered": answered,
            "silent": [row for row in rows if row["state"] != "answered"],
            "consignee_count": len({row["partner"] for row in rows}),
            "notified_count": len({row["partner"] for row in notified}),
            "answered_count": len({row["partner"] for row in answered}),
            "reported": sum(row["reported"] for row in rows),
            "shipped": sum(row["shipped"] for row in rows),
            "recovered": sum(
                row["returned"] + row["destroyed"] + row["corrected"] for row in rows
            ),
            "checks": self.check_ids,
            "checked_count": self.checked_count,
        }

    def _get_value_figures(self):
        """What was made or received, at cost: of the lots in scope (``recalled``), and
        of all lots of their products (``blanket``)."""
        self.ensure_one()
        lots = self._get_lots()
        domain = [("lot_id", "in", lots.ids)]
        return {
            "recalled": self._get_made(domain, lots.product_id, 0),
            "blanket": self._get_made([], lots.product_id, 0),
        }

    def _get_recovered_rows(self):
        """Recovered against shipped; units of different products do not add up.

        :return: list of dicts: ``product``, ``uom``, ``shipped``, ``recovered`` (came
            back, destroyed on site or corrected), ``percent``
        """
        self.ensure_one()
        rows = []
        for product, lines in self.consignee_line_ids.grouped("product_id").items():
            shipped = sum(lines.mapped("shipped"))
            parts = ("returned", "destroyed", "corrected")
            recovered = sum(sum(lines.mapped(part)) for part in parts)
            rows.append(
                {
                    "product": product,
                    "uom": product.uom_id.name,
                    "shipped": shipped,
                    "recovered": recovered,
                    "percent": 100 * recovered / shipped if shipped else 0,
                }
            )
        return rows

    def _get_balance_totals(self):
        """The balance over all lots of each product that has more than one here.

        :return: list of (product, dict of quantities)
        """
        self.ensure_one()
        return [
            (product, {name: sum(lines.mapped(name)) for name in QUANTITIES})
            for product, lines in self.balance_ids.grouped("product_id").items()
            if len(lines) > 1
        ]

    def action_open(self):
        """Go on until it is approved, as far as no other role stands in between."""
        for recall in self:
            recall._advance("approved")
