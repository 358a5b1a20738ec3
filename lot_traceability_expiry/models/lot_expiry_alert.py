from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability.tools import public

from ..alerts.sending import run

_lt = LazyTranslate(__name__)

OUTCOMES = [
    ("used", "Used or Sold in Time"),
    ("discount", "Sold at Discount"),
    ("donated", "Donated"),
    ("returned", "Returned to Vendor"),
    ("reworked", "Reworked"),
    ("scrapped", "Scrapped"),
]


class LotExpiryAlert(models.Model):
    _name = "lot.expiry.alert"
    _inherit = ["lot.guarded"]
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
        "lot.alert.step", required=True, readonly=True, ondelete="restrict"
    )
    rule_id = fields.Many2one(related="step_id.rule_id", store=True, index=True)
    day = fields.Date(
        required=True,
        readonly=True,
        help="The date of the lot that was alerted, as a day where the stock lies.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        readonly=True,
        help="The person who was alerted.",
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
    message_pending = fields.Boolean(
        readonly=True,
        help="To be told in the next e-mail or message to the recipients.",
    )

    # -- what became of it ----------------------------------------------
    escalated_date = fields.Datetime("Escalated On", readonly=True)
    escalated_user_id = fields.Many2one("res.users", "Escalated To", readonly=True)
    outcome = fields.Selection(
        OUTCOMES, readonly=True, help="What was done about the lot."
    )
    outcome_note = fields.Text(readonly=True)
    outcome_user_id = fields.Many2one("res.users", "Recorded By", readonly=True)
    outcome_date = fields.Datetime("Recorded On", readonly=True)

    _step_lot_day_uniq = models.UniqueIndex(
        "(step_id, lot_id, day)",
        "A lot is alerted once per step of a rule and date.",
    )
    _pending_idx = models.Index("(rule_id) WHERE message_pending")
    _open_idx = models.Index("(rule_id, date_sent) WHERE outcome IS NULL")

    _guard_way = _lt("Use “Record Outcome” on the alert.")

    def _guard_locked(self):
        return self

    def _guard_locked_message(self, locked):
        return self.env._(
            "Alerts stay as they were sent; say what was done with “Record Outcome”."
        )

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
        alerts.write(
            {
                "outcome": outcome,
                "outcome_note": note,
                "outcome_user_id": self.env.uid,
                "outcome_date": fields.Datetime.now(),
            }
        )
        labels = dict(self._fields["outcome"]._description_selection(self.env))
        # Those of the manager, too.
        alerts.activity_ids.action_feedback(note or labels[outcome])
        return alerts

    @api.model
    def _cron_send_alerts(self, batch_size=100):
        """Send what is due, and commit after each batch; see ``alerts.sending``."""
        # sudo: nobody has the right to create alerts, whoever runs the scheduled action
        return run(self.sudo().env, batch_size)
