from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability.tools import public
from odoo.addons.lot_traceability.tools.quantity import format_quantity

from ..alerts.places import get_places, get_seen
from ..alerts.sending import run
from ..alerts.settling import close, get_on_hand
from ..alerts.text import get_step_text

_lt = LazyTranslate(__name__)

OUTCOMES = [
    ("used", "Used or Sold in Time"),
    ("discount", "Sold at Discount"),
    ("donated", "Donated"),
    ("returned", "Returned to Vendor"),
    ("reworked", "Reworked"),
    ("scrapped", "Scrapped"),
]
# what is found by itself, beside what people may say
FOUND_OUTCOMES = [
    ("moved", "Left for Another Place"),
    ("gone", "Counted Away"),
    ("date", "Date Corrected"),
    ("off", "Expiry Switched Off"),
]
# what cannot be said while the goods are there
GONE_OUTCOMES = ("returned", "scrapped")


class LotExpiryAlert(models.Model):
    _name = "lot.expiry.alert"
    _inherit = ["lot.guarded", "lot.health.listed", "lot.unit.totals"]
    _description = "Expiry Alert"
    _order = "date_sent desc, id desc"
    _rec_name = "lot_id"

    lot_id = fields.Many2one(
        "stock.lot",
        "Lot/Serial Number",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    product_id = fields.Many2one(related="lot_id.product_id", store=True, index=True)
    product_categ_id = fields.Many2one(related="product_id.categ_id", store=True)
    expiration_date = fields.Datetime(related="lot_id.expiration_date")
    expiry_days_left = fields.Integer(related="lot_id.expiry_days_left")
    expiry_state = fields.Selection(related="lot_id.expiry_state")
    step_id = fields.Many2one(
        "lot.alert.step", readonly=True, index="btree_not_null", ondelete="set null"
    )
    # as the step was when the alert was sent, whatever becomes of it
    step_value = fields.Float(digits=(16, 1), readonly=True, aggregator=None)
    step_unit = fields.Selection(
        [("days", "Days before the date"), ("percent", "% of life left")],
        readonly=True,
    )
    step_text = fields.Char("Alert", compute="_compute_step_text")
    rule_id = fields.Many2one(
        "lot.alert.rule", required=True, readonly=True, index=True, ondelete="restrict"
    )
    day = fields.Date(
        required=True,
        readonly=True,
        help="The date of the lot that was alerted, as a day where the stock is.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        readonly=True,
        help="The person who was alerted; empty if nobody could be.",
    )
    fault = fields.Selection(
        [
            ("nobody", "Nobody Can Be Told"),
            ("replaced", "The Responsible Person Cannot Be Told"),
            ("manager", "The Manager Cannot Be Told"),
            ("rule", "The Rule Tells Nobody"),
        ],
        "Fallback Was Notified",
        readonly=True,
        help="Who is named is gone, archived, no user of the company or may not read "
        "lots: whom the company falls back on was told, if there is somebody.",
    )
    activity_ids = fields.One2many("mail.activity", "lot_expiry_alert_id", "To-dos")
    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        help="Where the lot was in stock. Empty if more than one company had it.",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        readonly=True,
        help="Where most of it was in stock. Empty if companies share the lot.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    quantity = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="What was in stock when the alert was sent. 0 if companies share the lot.",
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    value = fields.Monetary(
        readonly=True,
        help="What the stock was worth when the alert was sent. 0 if companies share "
        "the lot.",
    )
    date_sent = fields.Datetime(
        "Sent On",
        readonly=True,
        help="Empty for what Odoo had alerted before this app was installed.",
    )
    checked_on = fields.Date(
        readonly=True, help="The day on which it was last checked automatically."
    )
    message_pending = fields.Boolean(
        readonly=True,
        help="To be told in the next e-mail or message to the recipients.",
    )

    # -- what became of it ----------------------------------------------
    escalated_date = fields.Datetime("Escalated On", readonly=True)
    escalated_user_id = fields.Many2one("res.users", "Escalated To", readonly=True)
    outcome = fields.Selection(
        OUTCOMES + FOUND_OUTCOMES,
        readonly=True,
        help="What was done about the lot, or what was found to have happened.",
    )
    is_outcome_found = fields.Boolean(
        "Closed Automatically",
        readonly=True,
        help="The outcome was found from the stock and the dates of the lot.",
    )
    settled_quantity = fields.Float(
        "Left on Last Day",
        digits="Product Unit",
        readonly=True,
        help="What was in stock when the outcome was recorded. More than that opens "
        "the lot again.",
        aggregator=None,
    )
    outcome_note = fields.Text(readonly=True)
    outcome_user_id = fields.Many2one("res.users", "Recorded By", readonly=True)
    outcome_date = fields.Datetime("Recorded On", readonly=True)

    _step_lot_day_uniq = models.UniqueIndex(
        "(step_id, lot_id, day) WHERE outcome IS NULL",
        "A lot is alerted once per step of a rule and date.",
    )
    _lot_day_idx = models.Index("(lot_id, day)")
    _pending_idx = models.Index("(rule_id) WHERE message_pending")
    _open_idx = models.Index("(rule_id, date_sent) WHERE outcome IS NULL")

    _guard_way = _lt("Use “Record Outcome” on the alert.")

    def _guard_locked(self):
        return self

    def _guard_locked_message(self, locked):
        return self.env._(
            "Alerts stay as they were sent; say what was done with “Record Outcome”."
        )

    @api.depends("step_value", "step_unit")
    @api.depends_context("lang")
    def _compute_step_text(self):
        for alert in self:
            alert.step_text = get_step_text(
                self.env, alert.step_value, alert.step_unit or "days"
            )

    @api.model
    def _fill_guarded(self, vals_list):
        """An alert keeps what its step said."""
        for vals in vals_list:
            step = self.env["lot.alert.step"].browse(vals.get("step_id") or [])
            if step:
                vals.setdefault("rule_id", step.rule_id.id)
                vals.setdefault("step_value", step.value)
                vals.setdefault("step_unit", step.unit)
        return vals_list

    @public.record()
    def action_open_lot(self):
        """Open the lot of an alert.

        :return: the action
        """
        self.ensure_one()
        self.check_access("read")
        return self.lot_id._get_records_action()

    @public.records()
    def action_record_outcome(self):
        """Ask what was done about the lots of these alerts.

        :return: the action of the dialog
        """
        self.check_access("read")
        if not self.filtered(lambda alert: not alert.outcome):
            raise UserError(
                self.env._("An outcome is already recorded for each of these alerts.")
            )
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability_expiry.action_lot_alert_outcome"
        )
        return dict(action, context={"default_alert_ids": self.ids})

    def _record_outcome(self, outcome, note=False):
        """Record it on all open alerts of these lots, and finish their to-dos."""
        self.check_access("read")
        alerts = self.sudo()
        alerts |= alerts.search(
            [
                ("lot_id", "in", self.lot_id.ids),
                ("company_id", "in", self.company_id.ids + [False]),
            ]
        )
        alerts = alerts.filtered(lambda alert: not alert.outcome)
        on_hand = get_on_hand(alerts)
        if outcome in GONE_OUTCOMES:
            alerts._check_gone(outcome, on_hand)
        close(alerts, outcome, on_hand, note, self.env.user)
        return alerts

    def _check_gone(self, outcome, on_hand):
        """Refuse to say that goods are gone which are there."""
        for alert in self:
            if on_hand[alert] <= 0:
                continue
            places = get_seen(alert, get_places(alert.lot_id)[alert.lot_id])
            _company, place, _quantity = places[0]
            labels = dict(self._fields["outcome"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(product)s, %(lot)s: %(quantity)s are still in stock, as in "
                    "%(place)s. “%(outcome)s” is recorded once they are gone, and "
                    "then automatically.",
                    product=alert.product_id.display_name,
                    lot=alert.lot_id.name,
                    quantity=format_quantity(
                        self.env, on_hand[alert], alert.product_uom_id
                    ),
                    place=place.display_name,
                    outcome=labels[outcome],
                )
            )

    @api.model
    def _cron_send_alerts(self, batch_size=100):
        """Send what is due, and commit after each batch; see ``alerts.sending``."""
        # sudo: nobody has the right to create alerts, whoever runs the scheduled action
        return run(self.sudo().env, batch_size)
