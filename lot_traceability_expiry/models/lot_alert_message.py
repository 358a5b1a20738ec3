import logging
from collections import defaultdict
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability.tools import public
from odoo.addons.lot_traceability.tools.parameter import read_bool, read_int

from ..alerts.digest import prepare_messages
from ..alerts.digest_rows import get_rows, pick_alerts
from ..alerts.text import as_chat, get_line, get_title
from ..alerts.webhook import WebhookError, post_json

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)
PARAMETER = "lot_traceability_expiry."


class LotAlertMessage(models.Model):
    """What goes to one recipient: kept before it is sent, so that a run that is killed
    loses nothing and repeats nothing."""

    _name = "lot.alert.message"
    _inherit = ["lot.guarded", "lot.health.listed"]
    _description = "Expiry Alert Message"
    _order = "id desc"

    kind = fields.Selection(
        [
            ("mail", "E-mail"),
            ("discuss", "Discuss Channel"),
            ("webhook", "Webhook"),
        ],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one(
        "res.users", "Recipient", readonly=True, ondelete="cascade"
    )
    email = fields.Char("Address", readonly=True)
    channel_id = fields.Many2one("discuss.channel", readonly=True, ondelete="cascade")
    rule_id = fields.Many2one("lot.alert.rule", readonly=True, ondelete="cascade")
    alert_ids = fields.Many2many("lot.expiry.alert", string="Alerts", readonly=True)
    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        index="btree_not_null",
        help="In whose name it is sent.",
    )
    alert_count = fields.Integer("Lots", compute="_compute_shown")
    shown_alert_ids = fields.Many2many(
        "lot.expiry.alert", string="Shown Alerts", compute="_compute_shown"
    )
    more_count = fields.Integer(compute="_compute_shown")
    # what the template writes, in the language of the reader
    title = fields.Char(compute="_compute_digest")
    digest = fields.Html(compute="_compute_digest", sanitize=False)
    reader_lang = fields.Char("Language", compute="_compute_reader_lang")
    sender = fields.Char(compute="_compute_reader_lang")
    state = fields.Selection(
        [("queued", "Queued"), ("sent", "Sent"), ("failed", "Failed")],
        default="queued",
        required=True,
        readonly=True,
        index=True,
    )
    date_sent = fields.Datetime("Sent On", readonly=True)
    attempts = fields.Integer(readonly=True, aggregator=None)
    next_try = fields.Datetime(readonly=True)
    error = fields.Char(readonly=True, help="Why the last attempt failed.")

    _guard_way = _lt("Use “Send Again”.")

    def _guard_locked(self):
        return self

    def _guard_locked_message(self, locked):
        return self.env._("Messages stay as they were sent; use “Send Again”.")

    @api.depends("alert_ids")
    def _compute_shown(self):
        limit = self._get_parameter("message_lines", 50)
        for message in self:
            alerts = pick_alerts(message.alert_ids)
            message.alert_count = len(alerts)
            message.shown_alert_ids = alerts[:limit]
            message.more_count = len(alerts[limit:])

    @api.depends("user_id.lang", "company_id")
    def _compute_reader_lang(self):
        for message in self:
            company = message.company_id or message.env.company
            message.reader_lang = message.user_id.lang or company.partner_id.lang
            message.sender = company.email_formatted or self.env.user.email_formatted

    @api.depends("alert_ids", "user_id", "company_id")
    @api.depends_context("lang")
    def _compute_digest(self):
        for message in self:
            message.title = get_title(self.env, message.alert_count)
            message.digest = self.env["ir.qweb"]._render(
                "lot_traceability_expiry.lot_alert_digest", message._get_digest_values()
            )

    def _get_digest_values(self):
        user = self.user_id
        companies = self.company_id | self.env.company
        if user:
            companies = user.company_ids
        return {
            "name": user.name,
            "now": format_datetime(
                self.env,
                fields.Datetime.now(),
                tz=user.tz or str(self.env.tz),
                dt_format="short",
            ),
            "company": self.company_id.name,
            "rows": get_rows(self.shown_alert_ids, companies),
            "more": self.more_count,
            "url": f"{self.get_base_url()}/odoo/expiry-alerts",
        }

    @api.model
    def _get_parameter(self, name, default):
        return read_int(self.env, PARAMETER + name, default, least=1)

    @api.model
    def _may_post_privately(self):
        return read_bool(self.env, PARAMETER + "webhook_private", False)

    # -- one message per recipient, whatever the number of rules and lots
    @api.model
    def _queue_pending(self):
        """Make the messages of what was alerted since the last time."""
        pending = self.env["lot.expiry.alert"].search([("message_pending", "=", True)])
        digests = defaultdict(set)
        for rule, alerts in pending.grouped("rule_id").items():
            for recipient, alert_ids in rule._get_digests(alerts):
                digests[recipient].update(alert_ids)
        self.create(prepare_messages(digests, pending))
        pending.message_pending = False
        return self.env["ir.cron"]._commit_progress(remaining=1)

    # -- sending --------------------------------------------------------
    @api.model
    def _send_queued(self):
        """Send what is due one by one; true if time was enough."""
        cron = self.env["ir.cron"]
        messages = self.search(
            [
                ("state", "=", "queued"),
                "|",
                ("next_try", "=", False),
                ("next_try", "<=", fields.Datetime.now()),
            ],
            order="id",
        )
        cron._commit_progress(remaining=len(messages))
        for message in messages:
            message._try_to_send()
            if not cron._commit_progress(1):
                return False
        return True

    def _try_to_send(self):
        try:
            with self.env.cr.savepoint():
                getattr(self, f"_send_{self.kind}")()
                self.write(
                    {
                        "state": "sent",
                        "date_sent": fields.Datetime.now(),
                        "error": False,
                    }
                )
        except WebhookError as error:
            self._note_failure(str(error))
        except Exception as error:  # noqa: BLE001, one bad message must not stop others
            self._note_failure(f"{type(error).__name__}: {error}")

    def _note_failure(self, error):
        _logger.info("Expiry alert message %s was not sent: %s", self.id, error)
        attempts = self.attempts + 1
        given_up = attempts >= self._get_parameter("message_attempts", 5)
        self.write(
            {
                "attempts": attempts,
                "error": error[:500],
                "state": "failed" if given_up else "queued",
                "next_try": fields.Datetime.now() + timedelta(minutes=5 * 2**attempts),
            }
        )
        if not given_up:
            self.env.ref("lot_traceability_expiry.ir_cron_send_alerts")._trigger(
                self.next_try
            )

    def _send_mail(self):
        template = self.env.ref("lot_traceability_expiry.mail_template_lot_alert")
        recipient = (
            {"recipient_ids": [fields.Command.set(self.user_id.partner_id.ids)]}
            if self.user_id
            else {"email_to": self.email}
        )
        template.send_mail(self.id, email_values=recipient | {"auto_delete": False})

    def _send_discuss(self):
        lines = Markup().join(
            Markup("<li>%s</li>") % line for line in self._get_lines()
        )
        self.channel_id.message_post(
            author_id=self.env.ref("base.partner_root").id,
            body=Markup("<p>%s</p><ul>%s</ul>") % (self._get_title(), lines),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _send_webhook(self):
        lines = self._get_lines()
        post_json(
            self.rule_id.webhook_url or "",
            {"text": "\n".join([f"*{self._get_title()}*", *map(as_chat, lines)])},
            private=self._may_post_privately(),
            timeout=self._get_parameter("webhook_timeout", 10),
            key=f"lot-alert-{self.env.cr.dbname}-{self.id}",
        )

    # -- what is read ---------------------------------------------------
    def _get_title(self):
        return get_title(self.env, self.alert_count)

    def _get_lines(self):
        lines = [
            get_line(alert.with_context(tz=str(alert.warehouse_id._get_expiry_tz())))
            for alert in self.shown_alert_ids
        ]
        if self.more_count:
            lines.append(
                self.env._(
                    "... and %(count)s more: %(url)s",
                    count=self.more_count,
                    url=f"{self.get_base_url()}/odoo/expiry-alerts",
                )
            )
        return lines

    @public.records()
    def action_send_again(self):
        """Queue those of these messages that failed, and start the scheduled action.

        :raise AccessError: for who is no inventory administrator of all their companies
        """
        if not self.env.user.has_group("stock.group_stock_manager"):
            raise AccessError(
                self.env._("Inventory administrators send alert messages again.")
            )
        # each message goes to one recipient, whatever its companies: see the rule
        self.check_access("read")
        failed = self.filtered(lambda message: message.state == "failed")
        if not failed:
            raise UserError(
                self.env._("Only messages that could not be sent are sent again.")
            )
        failed.sudo().write({"state": "queued", "attempts": 0, "next_try": False})
        cron = self.env.ref("lot_traceability_expiry.ir_cron_send_alerts")
        cron.sudo()._trigger()

    @api.autovacuum
    def _gc_sent(self):
        days = self._get_parameter("message_days", 90)
        limit = fields.Datetime.now() - timedelta(days=days)
        self.search([("state", "=", "sent"), ("date_sent", "<", limit)]).unlink()
