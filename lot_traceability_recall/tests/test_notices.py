from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from ..case import states
from ..evidence import consignee_table
from .recall_reply_common import ConsigneeCase


@tagged("post_install", "-at_install")
class TestNotices(ConsigneeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build.deliver(cls.lot, 1, cls.letter)
        cls.recall.action_refresh_consignees()

    def mail(self, partner=None):
        return self.consignee(partner).notice_ids[:1].mail_id.sudo()

    def outbox(self, accept=True):
        """Let the outbox send; an accepting mail server, or one that is down."""
        mails = self.env["lot.recall.notice"].search([]).mail_id.sudo()
        result = {"side_effect": lambda message, **_kwargs: message["Message-Id"]}
        if not accept:
            result = {"side_effect": ConnectionError("no route")}
        with (
            patch.object(IrMail_Server, "_disable_send", return_value=False),
            patch.object(IrMail_Server, "_connect__", return_value=None),
            patch.object(IrMail_Server, "send_email", **result),
            mute_logger("odoo.addons.mail.models.mail_mail"),
        ):
            mails.filtered(lambda mail: mail.state == "outgoing").send()

    # -- what is sent -----------------------------------------------------
    def test_who_has_answered_is_asked_about_more(self):
        """Told of more after its answer, a consignee has not answered, and is
        reminded."""
        self.send()
        self.outbox()
        consignee = self.consignee()
        self.reply(consignee, on_hand=4)
        consignee.sudo().deadline = "2020-01-01"
        self.assertEqual(consignee.state, "answered")
        self.build.deliver(self.lot, 2, self.customer)
        self.refresh()
        self.assertEqual(consignee.state, "answered")
        self.send()
        self.outbox()
        self.assertEqual(consignee.state, "notified")
        self.assertGreaterEqual(consignee.deadline, fields.Date.today())
        consignee.sudo().deadline = fields.Date.today() - timedelta(days=1)
        self.assertTrue(consignee.is_overdue)
        self.run_cron("lot.recall.consignee", "_cron_follow_up")
        self.assertEqual(consignee.notice_ids[:1].kind, "reminder")
        self.reply(consignee, on_hand=6)
        self.assertEqual(consignee.state, "answered")

    def test_each_customer_gets_its_own_lots(self):
        self.send()
        mail = self.mail()
        self.assertEqual(mail.email_to, "shop@example.com")
        self.assertIn("URGENT: PRODUCT RECALL", mail.subject)
        self.assertIn(self.recall.name, mail.subject)
        for text in (
            "BAD-1",
            "Pieces of glass",
            self.delivery.name,
            "4 Units",
            "/recall/reply/",
        ):
            self.assertIn(text, mail.body_html)
        self.assertNotIn(self.delivery_2.name, mail.body_html)
        self.assertIn(self.delivery_2.name, self.mail(self.other).body_html)
        self.assertEqual(len(mail.attachment_ids), 1)
        self.assertTrue(mail.attachment_ids.raw)
        self.assertEqual(self.consignee().state, "queued")
        self.assertEqual(
            self.consignee().deadline, fields.Date.today() + timedelta(days=1)
        )

    def test_the_internal_reason_never_leaves(self):
        self.send()
        mail = self.mail()
        self.assertNotIn("Corner Grocery", mail.body_html + mail.subject)
        report = self.env["ir.actions.report"]
        letter = report._render_qweb_html(
            "lot_traceability_recall.report_recall_notice", self.consignee().ids
        )[0].decode()
        self.assertIn("Pieces of glass", letter)
        self.assertIn(self.env.company.name, letter)
        self.assertNotIn("Corner Grocery", letter)

    def test_nothing_is_sent_without_words_for_customers(self):
        self.recall.sudo().notice_reason = "  "
        with self.assertRaisesRegex(UserError, "Reason and Hazard"):
            self.send()
        self.assertFalse(self.consignee().notice_ids)

    def test_headed_by_its_kind(self):
        recall = self.recall.sudo()
        for kind, level, title in (
            ("recall", "1", "URGENT: PRODUCT RECALL"),
            ("recall", "3", "PRODUCT RECALL"),
            ("correction", "2", "URGENT: PRODUCT CORRECTION"),
            ("withdrawal", False, "MARKET WITHDRAWAL"),
            ("stock_recovery", False, "STOCK RECOVERY"),
        ):
            draft = recall.new(
                {"kind": kind, "recall_class": level, "company_id": recall.company_id}
            )
            self.assertEqual(draft._get_notice_title(), title)

    def test_marked_as_the_class_demands(self):
        recall = self.recall
        for level, is_urgent in (("1", True), ("2", True), ("3", False), (False, True)):
            recall.recall_class = level
            self.assertEqual("URGENT" in recall._get_notice_title(), is_urgent, level)
        recall.recall_class = "3"
        self.assertEqual(recall._get_answer_days(), 7)

    def test_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("lot_traceability_recall.mail_template_recall_notice")
        template.with_context(
            lang="fr_FR"
        ).subject = "Rappel {{ object.recall_id.name }}"
        self.recall.notice_reason = "Glass"
        self.recall.with_context(lang="fr_FR").notice_reason = "Du verre"
        self.customer.lang = "fr_FR"
        self.send()
        self.assertTrue(self.mail().subject.startswith("Rappel"))
        self.assertIn("Du verre", self.mail().body_html)
        self.assertIn("URGENT", self.mail(self.other).subject)
        self.assertNotIn("Du verre", self.mail(self.other).body_html)

    def test_text_is_escaped(self):
        self.recall.notice_reason = "<script>alert(1)</script>"
        self.send()
        self.assertNotIn("<script>", self.mail().body_html)

    def test_answers_until_the_date_of_the_recall(self):
        self.recall.date_answer_deadline = "2031-05-06"
        self.send()
        self.assertEqual(self.consignee().deadline, date(2031, 5, 6))

    def test_who_waits_for_a_notice_is_counted(self):
        self.build.deliver(self.lot, 2, self.letter)
        self.refresh()
        self.assertEqual((self.recall.untold_count, self.recall.letter_count), (3, 0))
        self.send()
        self.recall.invalidate_recordset()
        self.assertEqual((self.recall.untold_count, self.recall.letter_count), (0, 1))

    def test_nobody_is_told_before_the_approval(self):
        recall = self.create_recall(
            self.build.lot(self.product, "LATER-1"), recall_class="1"
        )
        recall._advance("scoped")
        with self.assertRaisesRegex(UserError, "Only a recall that is Approved"):
            recall.action_open_notices()
        with self.assertRaisesRegex(UserError, "Only a recall that is Approved"):
            recall._send_notices(recall.consignee_ids)

    def test_looked_at_before_it_is_sent(self):
        self.build.deliver(self.lot, 1)
        self.refresh()
        wizard = self.env["lot.recall.notice.wizard"].with_user(self.user)
        wizard = wizard.create({"recall_id": self.recall.id})
        self.assertEqual(wizard.letter_ids, self.consignee(self.letter))
        self.assertEqual((wizard.email_count, wizard.unknown_count), (2, 1))
        wizard.preview_id = self.consignee(self.other)
        self.assertIn("URGENT", wizard.preview_subject)
        self.assertIn(self.delivery_2.name, wizard.preview_body)
        self.assertNotIn(self.delivery.name, wizard.preview_body)
        # what is typed is shown before it is kept
        draft = wizard.new(origin=wizard)
        draft.notice_reason, draft.notice_hazard = "Splinters <1 mm", "It cuts"
        self.assertIn("Splinters &lt;1 mm", draft.preview_body)
        self.assertIn("It cuts", draft.preview_body)
        self.assertNotIn("Splinters", wizard.recall_id.notice_reason or "")
        self.assertFalse(self.recall.consignee_ids.notice_ids)
        wizard.consignee_ids = self.consignee(self.other)
        wizard.action_send()
        self.assertEqual(
            self.recall.consignee_ids.notice_ids.consignee_id,
            self.consignee(self.other),
        )
        with self.assertRaisesRegex(UserError, "do not wait for a notice"):
            wizard.action_send()

    # -- once, and only once ----------------------------------------------
    def test_in_batches_and_never_twice(self):
        self.env["ir.config_parameter"].set_param(
            "lot_traceability_recall.notice_batch_size", 1
        )
        outbox = self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()
        waiting = [("cron_id", "=", outbox.id)]
        before = outbox.env["ir.cron.trigger"].search(waiting)
        progress = self.send(batches=1)
        # what is in the outbox does not wait for the hour
        self.assertTrue(outbox.env["ir.cron.trigger"].search(waiting) - before)
        # the time was over after the first one
        self.assertEqual(progress, [(0, 2), (1, 1)])
        waiting = self.recall.consignee_ids.notice_ids.filtered(
            lambda notice: notice.state == "to_send" and notice.method == "email"
        )
        self.assertEqual(len(waiting), 1)
        self.run_cron("lot.recall.notice", "_cron_send")
        self.run_cron("lot.recall.notice", "_cron_send")
        mails = (
            self.env["mail.mail"]
            .sudo()
            .search(
                [
                    ("model", "=", "lot.recall.consignee"),
                    ("res_id", "in", self.recall.consignee_ids.ids),
                ]
            )
        )
        self.assertEqual(len(mails), 2)
        with self.assertRaisesRegex(UserError, "nobody to notify"):
            self.recall.action_open_notices()

    def test_nothing_goes_out_while_it_is_not_approved(self):
        """What waits when the scope changes is sent once that is approved, and what
        waits at the end never; who was told is told the end."""
        self.env["ir.config_parameter"].set_param(
            "lot_traceability_recall.notice_batch_size", 1
        )
        self.send(batches=1)
        notices = self.recall.consignee_ids.notice_ids
        by_mail = notices.filtered(lambda notice: notice.method == "email")

        def get_states():
            self.run_cron("lot.recall.notice", "_cron_send")
            return sorted(by_mail.mapped("state"))

        self.recall._extend("One more lot")
        self.assertEqual(get_states(), ["queued", "to_send"])
        with self.assertRaisesRegex(UserError, "no letter"):
            self.recall.action_print_letters()
        with self.assertRaisesRegex(UserError, "cannot be cancelled"):
            self.recall.with_user(self.manager)._cancel("A mistake")
        with self.env.cr.savepoint() as savepoint:
            states.go(self.recall, "closed")
            self.assertEqual(get_states(), ["queued", "to_send"])
            savepoint.rollback()
        self.env.invalidate_all()
        self.recall.with_user(self.manager)._advance("notifying")
        self.assertEqual(get_states(), ["queued", "queued"])

    def test_two_workers_prepare_one_notice(self):
        notices = self.env["lot.recall.notice"]
        notices._create_for(self.consignee())
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            notices._create_for(self.consignee())

    def test_one_that_fails_holds_up_nobody(self):
        template = type(self.env["mail.template"])
        generate = template._generate_template
        bad = self.consignee()

        def fail(this, res_ids, *args, **kwargs):
            if bad.id in res_ids:
                raise ValueError("broken letterhead")
            return generate(this, res_ids, *args, **kwargs)

        wizard = self.env["lot.recall.notice.wizard"].with_user(self.user)
        wizard.create({"recall_id": self.recall.id}).action_send()
        with patch.object(template, "_generate_template", fail):
            self.run_cron("lot.recall.notice", "_cron_send")
        self.assertEqual(bad.state, "failed")
        self.assertIn("broken letterhead", bad.notice_ids.failure)
        self.assertEqual(self.consignee(self.other).state, "queued")
        self.send()
        self.assertEqual(bad.state, "queued")

    def test_follows_the_outbox(self):
        self.send()
        self.outbox()
        self.assertEqual(self.consignee().state, "notified")
        self.assertTrue(self.consignee().notice_ids.date)
        self.assertEqual(self.recall.contacted_count, 2)
        # Odoo writes a failure before it sends, which is none
        self.assertEqual(self.logged(), ["To Send", "In the Outbox", "Sent"])

    def logged(self):
        """What the log says became of the notice, in its order."""
        logs = self.env["lot.trace.log"].sudo()
        logs = logs.search(
            [
                ("res_model", "=", "lot.recall.notice"),
                ("res_id", "=", self.consignee().notice_ids[:1].id),
            ],
            order="id",
        )
        return [log.new_value.split(", ")[2] for log in logs]

    def test_failure_of_the_mail_server(self):
        self.send()
        self.outbox(accept=False)
        self.assertEqual(self.consignee().state, "failed")
        self.assertEqual(self.logged()[-1], "Failed")
        self.assertIn("no route", self.consignee().notice_ids.failure)
        old = self.mail()
        self.assertEqual(old.state, "exception")
        # told anew: the old mail cannot be retried as well
        self.send()
        self.assertEqual(old.state, "cancel")
        self.assertEqual(self.consignee().state, "queued")

    def test_bounce(self):
        alias_domain = self.env["mail.alias.domain"].create(
            {"name": "bounce.example.com", "bounce_alias": "bounce"}
        )
        self.env.company.alias_domain_id = alias_domain
        self.send()
        self.outbox()
        mail = self.mail()
        bounce = f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.com
To: {alias_domain.bounce_email}
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce-1@mx.example.com>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I could not deliver your message.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: RFC822; shop@example.com
Action: failed
Status: 5.1.1

--B
Content-Type: message/rfc822

Message-ID: {mail.message_id}
To: shop@example.com
Subject: Notice

Hello

--B--
"""
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].message_process(False, bounce)
        self.assertEqual(self.consignee().notice_ids.state, "bounced")
        self.assertEqual(self.consignee().state, "failed")
        self.assertEqual(self.consignee(self.other).state, "notified")
        self.assertIn(self.consignee(), self.recall._get_consignees_to_notify())
        self.assertEqual(self.consignee().activity_ids.user_id, self.user)

    def test_answer_by_mail_is_taken_down_by_a_person(self):
        self.send()
        self.outbox()
        answer = f"""Return-Path: shop@example.com
From: Shop <shop@example.com>
To: catchall@example.com
Subject: Re: Recall
Message-ID: <answer-1@shop.example.com>
In-Reply-To: {self.mail().message_id}
Content-Type: text/plain

We have three left.
"""
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].message_process(False, answer)
        consignee = self.consignee()
        self.assertIn("three left", consignee.message_ids[0].body)
        self.assertEqual(consignee.activity_ids.user_id, self.user)
        self.assertIn("enter the reply", consignee.activity_ids.summary)
        self.assertFalse(self.consignee(self.other).activity_ids)

    def test_more_goods_need_another_notice(self):
        self.send()
        self.outbox()
        self.build.deliver(self.lot, 1, self.customer)
        self.refresh()
        self.assertEqual(self.recall._get_consignees_to_notify(), self.consignee())

    # -- letters and calls ------------------------------------------------
    def test_letters(self):
        self.send()
        letter = self.consignee(self.letter).notice_ids
        self.assertEqual((letter.method, letter.state), ("letter", "to_send"))
        action = self.recall.action_print_letters()
        self.assertEqual(action["context"]["active_ids"], letter.consignee_id.ids)
        with self.assertRaisesRegex(UserError, "does not wait for a letter"):
            self.consignee().notice_ids.action_mark_posted()
        letter.with_user(self.user).action_mark_posted()
        self.assertEqual(letter.consignee_id.state, "notified")
        self.assertTrue(letter.consignee_id.deadline)

    def test_calls(self):
        consignee = self.consignee(self.letter).with_user(self.user)
        call = self.env["lot.recall.call"].with_user(self.user)
        call.create(
            {"consignee_id": consignee.id, "note": "Busy", "is_reached": False}
        ).action_save()
        self.assertEqual(consignee.state, "failed")
        call.create({"consignee_id": consignee.id, "note": "Told Bob"}).action_save()
        self.assertEqual(consignee.state, "notified")
        self.assertEqual(consignee.notice_ids[0].create_uid, self.user)
        self.assertNotIn(consignee, self.recall._get_consignees_to_notify())

    # -- mock recalls -----------------------------------------------------
    def test_mock_recall_sends_nothing(self):
        with patch.object(type(self.recall), "_is_rehearsal", return_value=True):
            before = self.env["mail.mail"].sudo().search_count([])
            self.send()
            self.assertIn("EXERCISE", self.recall._get_notice_title())
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), before)
        self.assertEqual(
            set(self.recall.consignee_ids.notice_ids.mapped("state")), {"rehearsed"}
        )
        self.assertEqual(self.recall.contacted_percent, 100)

    # -- deadlines --------------------------------------------------------
    def test_reminders_then_a_person(self):
        with freeze_time("2026-03-02 08:00:00"):
            self.send()
            self.outbox()
        consignee = self.consignee()
        self.reply(self.consignee(self.other), on_hand=3)
        self.assertEqual(str(consignee.deadline), "2026-03-03")
        follow_up = ("lot.recall.consignee", "_cron_follow_up")
        for day, reminders, escalated in (
            (3, 0, False),
            (4, 1, False),
            (4, 1, False),
            (5, 2, False),
            (6, 2, True),
            (7, 2, True),
        ):
            with freeze_time(f"2026-03-{day:02} 09:00:00"):
                self.assertEqual(consignee.is_overdue, day > 3)
                self.run_cron(*follow_up)
                self.run_cron("lot.recall.notice", "_cron_send")
                self.outbox()
            got = (consignee.reminder_count, consignee.is_escalated)
            self.assertEqual(got, (reminders, escalated), day)
        self.assertEqual(len(consignee.notice_ids), 3)
        self.assertIn("Reminder", consignee.notice_ids[0].mail_id.subject)
        self.assertEqual(len(consignee.activity_ids), 1)
        self.assertEqual(consignee.activity_ids.user_id, self.user)
        self.assertEqual(len(self.consignee(self.other).notice_ids), 1)
        with freeze_time("2026-03-07 09:00:00"):
            consignees = self.env["lot.recall.consignee"]
            self.assertIn(consignee, consignees.search([("is_overdue", "=", True)]))
            self.assertNotIn(consignee, consignees.search([("is_overdue", "=", False)]))

    def test_days_are_those_where_the_company_is(self):
        """The scheduled action has no zone of its own, and readers have others."""
        firm = self.env.company.partner_id
        firm.tz = "America/Los_Angeles"
        with freeze_time("2026-03-03 07:30:00"):
            # half past eleven in the evening of the 2nd
            self.send()
            self.outbox()
        consignee = self.consignee()
        self.assertEqual(str(consignee.deadline), "2026-03-03")
        overdue = [("is_overdue", "=", True), ("recall_id", "=", self.recall.id)]
        consignees = self.env["lot.recall.consignee"].with_context(tz="UTC")
        for moment, reminders in (("04 01:00", 0), ("04 07:59", 0), ("04 08:01", 1)):
            with freeze_time(f"2026-03-{moment}:00"):
                self.assertEqual(bool(consignees.search(overdue)), bool(reminders))
                consignee.invalidate_recordset()
                self.assertEqual(consignee.is_overdue, bool(reminders))
                self.run_cron("lot.recall.consignee", "_cron_follow_up")
            self.assertEqual(consignee.reminder_count, reminders, moment)
        line = consignee.line_ids
        line.sudo().date_first = "2026-03-03 07:30:00"
        self.assertEqual(str(line._get_first_day()), "2026-03-02")
        [row] = consignee_table.get_rows(self.recall)[:1]
        self.assertEqual(str(row["day_first"]), "2026-03-02")
        firm.tz = "Pacific/Auckland"
        self.assertEqual(str(line._get_first_day()), "2026-03-03")
        self.recall.date_deadline = "2026-03-03"
        for moment, is_past in (("03 10:59", False), ("03 11:01", True)):
            with freeze_time(f"2026-03-{moment}:00"):
                self.recall.invalidate_recordset()
                self.assertEqual(self.recall.is_overdue, is_past, moment)
                found = self.env["lot.recall"].search([("is_overdue", "=", True)])
                self.assertEqual(self.recall.sudo(False) in found, is_past, moment)

    def test_pending_notice_is_waited_for(self):
        with freeze_time("2026-03-02 08:00:00"):
            self.send()
            self.outbox()
            self.build.deliver(self.lot, 1, self.customer)
            self.refresh()
            self.send()
        self.assertEqual(self.consignee().state, "notified")
        with freeze_time("2026-03-20 08:00:00"):
            self.run_cron("lot.recall.consignee", "_cron_follow_up")
        self.assertFalse(self.consignee().is_escalated)
        self.assertEqual(self.consignee().reminder_count, 0)
        self.assertEqual(self.consignee(self.other).reminder_count, 1)

    def test_days_make_sense(self):
        for field, days in (("recall_days_1", -1), ("recall_link_days", 0)):
            with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
                self.env.company[field] = days
                self.env.company.flush_recordset()
            self.env.company.invalidate_recordset()

    # -- effectiveness checks ---------------------------------------------
    def test_checks(self):
        with self.assertRaisesRegex(UserError, "Choose a level"):
            self.recall.action_draw_checks()
        self.recall.check_level = "D"
        self.recall.action_draw_checks()
        self.recall.action_draw_checks()
        self.assertEqual(self.recall.check_count, 1)
        first = self.recall.check_ids
        self.recall.check_level = "A"
        self.recall.action_draw_checks()
        self.assertEqual(self.recall.check_ids.consignee_id, self.recall.consignee_ids)
        self.assertIn(first, self.recall.check_ids)
        first.with_user(self.user).result = "acted"
        (self.recall.check_ids - first)[0].with_user(self.user).result = "not_notified"
        self.assertEqual(first.user_id, self.user)
        self.assertTrue(first.date)
        self.assertEqual(
            (self.recall.checked_count, self.recall.effective_percent), (2, 50)
        )
