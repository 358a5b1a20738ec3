import logging
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LotExpiryCase
from .test_webhook import Receiver

LOGGER = "odoo.addons.lot_traceability_expiry.models.lot_alert_message"


@tagged("post_install", "-at_install")
class TestLotAlertMessage(LotExpiryCase):
    """E-mails, Discuss and webhooks: one message per recipient and run."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.messages = cls.env["lot.alert.message"]
        cls.keeper.email = "keeper@example.com"
        cls.boss = cls._create_user("boss", "stock.group_stock_manager")
        cls.boss.email = "boss@example.com"
        cls.lots = cls.env["stock.lot"]
        for number in range(5):
            cls.lots += cls._create_lot_in_stock(f"L{number}")

    def _mails(self):
        return self.env["mail.mail"].search(
            [("model", "=", "lot.alert.message")], order="id"
        )

    def _recipients(self):
        return sorted(
            mail.email_to or ", ".join(mail.recipient_ids.mapped("email"))
            for mail in self._mails()
        )

    def _add_rule(self, **values):
        return self.env["lot.alert.rule"].create(
            {
                "name": "Second",
                "notify_mail": True,
                "step_ids": [Command.create({"value": 30})],
            }
            | values
        )

    # -- e-mail ---------------------------------------------------------
    def test_no_mail_by_default(self):
        self._run_cron()
        self.assertFalse(self._mails())
        self.assertFalse(self.messages.search([]))

    def test_one_mail_for_all_lots(self):
        self.rule.notify_mail = True
        self._run_cron(batch_size=2)
        self.assertEqual(self._recipients(), ["keeper@example.com"])
        mail = self._mails()
        for lot in self.lots:
            self.assertIn(lot.name, mail.body_html)
        self.assertIn("Milk", mail.body_html)
        self.assertEqual(mail.subject, "Expiry alerts: 5 lots")
        self._run_cron()
        self.assertEqual(len(self._mails()), 1, "not again the next day")

    def test_users_groups_and_addresses_once_each(self):
        group = self.env["res.groups"].create(
            {"name": "Quality", "user_ids": [Command.set(self.boss.ids)]}
        )
        self.rule.write(
            {
                "notify_mail": True,
                "user_ids": self.boss.ids,
                "group_ids": group.ids,
                "emails": "Shop@example.com, ",
            }
        )
        self._add_rule(emails="shop@example.com", user_ids=self.boss.ids)
        self._run_cron()
        self.assertEqual(self._recipients(), ["boss@example.com", "shop@example.com"])
        self.assertEqual(self.messages.search([]).mapped("alert_count"), [5, 5])

    def test_each_responsible_gets_their_own_lots(self):
        cheese = self._create_expiring_product("Cheese", responsible_id=self.boss.id)
        lot = self._create_lot_in_stock("Gouda", product=cheese)
        self.rule.notify_mail = True
        self._run_cron()
        messages = {m.user_id: m.alert_ids.lot_id for m in self.messages.search([])}
        self.assertEqual(messages, {self.keeper: self.lots, self.boss: lot})

    def test_nobody_reads_of_another_company(self):
        there = self.env["res.company"].create({"name": "There"})
        other = self._create_user("other", "stock.group_stock_user", companies=there)
        other.email = "other@example.com"
        self.rule.write({"notify_mail": True, "user_ids": (other + self.boss).ids})
        self._run_cron()
        self.assertEqual(self._recipients(), ["boss@example.com"])

    def test_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.milk.with_context(lang="fr_FR").name = "Lait"
        self.keeper.lang = "fr_FR"
        self.rule.notify_mail = True
        self._run_cron()
        self.assertIn("Lait", self._mails().body_html)

    def test_long_list_is_cut(self):
        self.env["ir.config_parameter"].set_param(
            "lot_traceability_expiry.message_lines", "2"
        )
        self.rule.notify_mail = True
        self._run_cron()
        message = self.messages.search([])
        self.assertEqual(len(message.shown_alert_ids), 2)
        self.assertEqual(message.more_count, 3)

    def test_stopped_before_the_messages(self):
        self.rule.notify_mail = True
        self._run_cron(batch_size=5, batches=1)
        self.assertFalse(self._mails())
        self._run_cron()
        self.assertEqual(self.messages.search([]).alert_count, 5)
        self._run_cron()
        self.assertEqual(len(self._mails()), 1)

    # -- Discuss --------------------------------------------------------
    def test_channel_gets_one_message(self):
        channel = self.env["discuss.channel"].create({"name": "Dairy"})
        self.rule.channel_id = channel
        before = channel.message_ids
        self._run_cron()
        self._run_cron()
        posted = channel.message_ids - before
        self.assertEqual(len(posted), 1)
        self.assertIn("Expires in 5 days: Milk, lot L0, 10 Units", posted.body)
        self.assertEqual(posted.author_id, self.env.ref("base.partner_root"))

    # -- webhook --------------------------------------------------------
    def _serve(self, **options):
        server = Receiver(**options)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.env["ir.config_parameter"].set_param(
            "lot_traceability_expiry.webhook_private", "True"
        )
        self.rule.webhook_url = server.url
        return server

    def test_webhook_gets_one_message(self):
        server = self._serve()
        self._run_cron()
        self._run_cron()
        [(_path, _headers, payload)] = server.received
        lines = payload["text"].splitlines()
        self.assertEqual(lines[0], "*Expiry alerts: 5 lots*")
        self.assertEqual(len(lines), 6)
        self.assertEqual(self.messages.search([]).state, "sent")

    def test_a_name_is_no_command_of_a_chat(self):
        self.milk.name = "<!channel> Milk & more"
        server = self._serve()
        self._run_cron()
        [(_path, _headers, payload)] = server.received
        self.assertIn("&lt;!channel&gt; Milk &amp; more", payload["text"])
        self.assertNotIn("<", payload["text"])

    def test_private_address_is_refused_when_it_is_typed_or_used(self):
        with self.assertRaisesRegex(ValidationError, "Only https is allowed"):
            self.rule.webhook_url = "http://hooks.example.com/SECRET"
        server = self._serve()
        self.env["ir.config_parameter"].set_param(
            "lot_traceability_expiry.webhook_private", "False"
        )
        self._run_cron()
        self.assertFalse(server.received)
        message = self.messages.search([])
        self.assertEqual((message.state, message.attempts), ("queued", 1))
        self.assertIn("Only https", message.error)

    def test_failure_is_tried_again_and_given_up(self):
        server = self._serve(status=503)
        with self.assertLogs(LOGGER, logging.INFO) as logs:
            self._run_cron()
        self.assertNotIn("SECRET", "".join(logs.output))
        message = self.messages.search([])
        self.assertEqual((message.state, message.attempts), ("queued", 1))
        self.assertNotIn("SECRET", message.error)
        self._run_cron()
        self.assertEqual(len(server.received), 1, "not yet")
        for attempt in range(2, 6):
            with freeze_time(message.next_try + timedelta(seconds=1)):
                self._run_cron()
            self.assertEqual(message.attempts, attempt)
        self.assertEqual(message.state, "failed")
        with freeze_time(self._in_days(2)):
            self._run_cron()
        self.assertEqual(len(server.received), 5)
        keys = {headers["Idempotency-Key"] for _path, headers, _text in server.received}
        self.assertEqual(len(keys), 1)

    def test_next_try_starts_the_scheduled_action(self):
        cron = self.env.ref("lot_traceability_expiry.ir_cron_send_alerts")
        self._serve(status=503)
        self._run_cron()
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertGreater(max(triggers.mapped("call_at")), fields.Datetime.now())

    def test_one_failure_does_not_stop_the_others(self):
        self._serve(status=503)
        self.rule.notify_mail = True
        self._run_cron()
        self.assertEqual(len(self._mails()), 1)

    def test_sent_again_by_a_manager(self):
        server = self._serve(status=503)
        self.env["ir.config_parameter"].set_param(
            "lot_traceability_expiry.message_attempts", "1"
        )
        self._run_cron()
        message = self.messages.search([])
        self.assertEqual(message.state, "failed")
        server.status = 200
        with (
            mute_logger("odoo.addons.base.models.ir_model"),
            self.assertRaises(AccessError),
        ):
            message.with_user(self.keeper).action_send_again()
        message.with_user(self.boss).action_send_again()
        self._run_cron()
        self.assertEqual(message.state, "sent")

    def test_old_messages_are_removed(self):
        self.rule.notify_mail = True
        self._run_cron()
        message = self.messages.search([])
        message._gc_sent()
        self.assertTrue(message.exists())
        with freeze_time(self._in_days(91)):
            message._gc_sent()
        self.assertFalse(message.exists())
