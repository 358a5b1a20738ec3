from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import email_split

from odoo.addons.lot_traceability.tools import public
from odoo.addons.lot_traceability.tools.people import refuse_outsiders

from ..alerts.digest import get_addresses, get_digests
from ..alerts.due import find_due
from ..alerts.sending import send_alerts
from ..alerts.webhook import WebhookError, check_url


class LotAlertRule(models.Model):
    _name = "lot.alert.rule"
    _inherit = ["lot.health.listed"]
    _description = "Expiry Alert Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        help="Empty: the stock of all companies. Only administrators set these up.",
    )

    # -- which lots -----------------------------------------------------
    product_ids = fields.Many2many(
        "product.product",
        string="Products",
        domain="[('use_expiration_date', '=', True)]",
        check_company=True,
        help="Empty: all products.",
    )
    category_ids = fields.Many2many(
        "product.category",
        string="Product Categories",
        help="With the categories below them. Empty: all categories.",
    )
    warehouse_ids = fields.Many2many(
        "stock.warehouse",
        string="Warehouses",
        check_company=True,
        help="Empty: the stock of all warehouses.",
    )
    minimum_value = fields.Float(
        help="Lots whose stock is worth less are not alerted, in the currency of the "
        "company. 0: all of them.",
        aggregator=None,
    )
    date_field = fields.Selection(
        [
            ("expiration_date", "Expiration Date"),
            ("use_date", "Best Before Date"),
            ("removal_date", "Removal Date"),
            ("alert_date", "Alert Date"),
        ],
        "Date",
        default="expiration_date",
        required=True,
    )
    step_ids = fields.One2many(
        "lot.alert.step",
        "rule_id",
        "Steps",
        copy=True,
        help="Each lot is alerted once per step. Who is late gets the last step due, "
        "not all of them at once.",
    )

    # -- for whom -------------------------------------------------------
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        domain="[('share', '=', False)]",
        help="Empty: the responsible person of the product, else of the Inventory "
        "settings of the company.",
    )
    notify_activity = fields.Boolean(
        "Activity", default=True, help="A to-do on each lot for the responsible person."
    )
    notify_mail = fields.Boolean(
        "E-mail",
        help="One e-mail a day per recipient, with all lots; to those responsible "
        "if no recipient is named.",
    )
    user_ids = fields.Many2many(
        "res.users",
        "lot_alert_rule_user_rel",
        string="Users",
        domain="[('share', '=', False)]",
    )
    group_ids = fields.Many2many("res.groups", string="User Groups")
    emails = fields.Char(
        "Other Addresses", help="Addresses of people without a login, by commas."
    )
    channel_id = fields.Many2one(
        "discuss.channel",
        "Discuss Channel",
        help="One message a day with all lots. Who reads the channel sees them.",
    )
    webhook_url = fields.Char(
        "Webhook",
        groups="stock.group_stock_manager",
        help="One message a day with all lots, as JSON that Slack and the like "
        "understand. https only, and no private addresses unless the system parameter "
        "lot_traceability_expiry.webhook_private allows them.",
    )

    # -- if nobody acts -------------------------------------------------
    escalate_user_id = fields.Many2one(
        "res.users", "Escalate To", domain="[('share', '=', False)]"
    )
    escalate_days = fields.Integer(
        "After Days",
        help="Days without an outcome, after which the manager gets a to-do. 0: never.",
        aggregator=None,
    )
    escalate_value = fields.Float(
        "Immediately Above",
        help="Value of the stock of a lot from which the manager gets a to-do at once. "
        "0: never.",
        aggregator=None,
    )
    alert_ids = fields.One2many("lot.expiry.alert", "rule_id", "Alerts")
    alert_count = fields.Integer(compute="_compute_alert_count")

    _escalate_check = models.Constraint(
        "CHECK (escalate_days >= 0 AND escalate_value >= 0 AND minimum_value >= 0)",
        "Days and values of an alert rule cannot be negative.",
    )

    @api.constrains("user_id", "escalate_user_id")
    def _check_in_charge(self):
        refuse_outsiders(self, "user_id", "escalate_user_id")

    @api.depends("alert_ids")
    def _compute_alert_count(self):
        counts = dict(
            self.env["lot.expiry.alert"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.alert_count = counts.get(rule._origin, 0)

    @api.constrains("name", "step_ids")
    def _check_steps(self):
        for rule in self:
            if not rule.step_ids:
                raise ValidationError(
                    self.env._(
                        "The alert rule “%(rule)s” has no step: say how many days "
                        "before the date it alerts.",
                        rule=rule.name,
                    )
                )

    @api.constrains("company_id")
    def _check_all_companies(self):
        # Record rules look at what is before a change, not at what comes of it.
        user = self.env.user
        if not (user._is_superuser() or user._is_system()):
            for rule in self.filtered(lambda rule: not rule.company_id):
                raise AccessError(
                    self.env._(
                        "The alert rule “%(rule)s” would be for all companies, which "
                        "only administrators set up: choose a company.",
                        rule=rule.name,
                    )
                )

    @api.constrains("webhook_url")
    def _check_webhook_url(self):
        private = self.env["lot.alert.message"]._may_post_privately()
        for rule in self.filtered("webhook_url"):
            try:
                check_url(rule.webhook_url, private)
            except WebhookError as error:
                raise ValidationError(
                    self.env._(
                        "The webhook of the alert rule “%(rule)s”: %(error)s",
                        rule=rule.name,
                        error=error,
                    )
                ) from None

    @api.constrains("emails")
    def _check_emails(self):
        for rule in self.filtered("emails"):
            parts = get_addresses(rule)
            wrong = [part for part in parts if len(email_split(part)) != 1]
            if wrong:
                raise ValidationError(
                    self.env._(
                        "The alert rule “%(rule)s”: “%(address)s” is not an e-mail "
                        "address. Separate addresses by commas.",
                        rule=rule.name,
                        address=wrong[0],
                    )
                )

    @api.constrains("escalate_user_id", "escalate_days", "escalate_value")
    def _check_escalation(self):
        for rule in self:
            if not rule.escalate_user_id and (
                rule.escalate_days or rule.escalate_value
            ):
                raise ValidationError(
                    self.env._(
                        "The alert rule “%(rule)s” escalates, but to nobody: choose "
                        "the manager.",
                        rule=rule.name,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if "company_id" in vals:
            # what it came to is asked for, too: another company is nobody's to choose
            self.check_access("write")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        sent = self.filtered("alert_count")
        if sent:
            raise UserError(
                self.env._(
                    "The rule “%(rule)s” has sent alerts, which tell what was done "
                    "about lots: archive the rule instead.",
                    rule=sent[0].name,
                )
            )

    @public.records()
    def action_open_alerts(self):
        """Open the alerts of a rule.

        :return: the action
        """
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability_expiry.action_lot_expiry_alert"
        )
        return dict(action, domain=[("rule_id", "in", self.ids)], context={})

    def _get_quant_domain(self):
        """The stock that the rule looks at."""
        self.ensure_one()
        domain = Domain("lot_id", "!=", False)
        if self.company_id:
            domain &= Domain("company_id", "=", self.company_id.id)
        if self.product_ids:
            domain &= Domain("product_id", "in", self.product_ids.ids)
        if self.category_ids:
            domain &= Domain("product_id.categ_id", "child_of", self.category_ids.ids)
        if self.warehouse_ids:
            domain &= Domain("location_id.warehouse_id", "in", self.warehouse_ids.ids)
        return domain

    def _get_due(self, lot_ids=None):
        """What the rule has to alert now; see ``alerts.due``."""
        return find_due(self, lot_ids)

    def _send_alerts(self, lot_ids):
        """Send one batch, as far as it is still due; see ``alerts.sending``."""
        return send_alerts(self, lot_ids)

    def _is_silent(self):
        """Whether nobody would read or do anything."""
        self.ensure_one()
        if self.notify_activity or self.channel_id or self.sudo().webhook_url:
            return False
        if not self.notify_mail:
            return not self.sudo()._has_messages()
        named = self.with_context(active_test=False)
        if self.emails or not (named.user_ids or named.group_ids):
            return False
        users = self.user_ids | self.group_ids.all_user_ids
        return not users.filtered(lambda user: user.active and user.email)

    # -- what another channel extends ------------------------------------
    def _get_digests(self, alerts):
        """Yield ``(recipient, ids of alerts)``; see ``alerts.digest``. The recipient is
        a tuple of values of a message, whose kind says by which ``_send_…`` it goes."""
        yield from get_digests(self, alerts)

    def _has_messages(self):
        """Whether anybody is told by more than a to-do."""
        return bool(self.notify_mail or self.channel_id or self.webhook_url)
