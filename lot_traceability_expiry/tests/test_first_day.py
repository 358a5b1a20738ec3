from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .dates_case import LotDatesCase

PAST = "2026-03-10 12:00:00"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-12 08:00:00")
class TestFirstDay(LotDatesCase):
    """What a warehouse did before it had the addon it can do on the first day: it is
    asked, and what it did is kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # as a company begins
        default = cls.env["res.company"].default_get(["lot_past_policy"])
        cls.env.company.write(default)

    def setUp(self):
        super().setUp()
        self.lot = self._lot_until(PAST)

    def _get_notes(self, document):
        found = document.message_ids.filtered(lambda m: "in spite of" in m.body)
        return [(note.author_id, str(note.body)) for note in found]

    def test_past_its_best_before_date_is_a_question(self):
        """Whoever ships is asked, and need not have a right nor a reason."""
        for reason in (False, "The customer knows"):
            with self.subTest(reason=reason):
                delivery = self._open_delivery(self.lot)
                wizard = self._answer(delivery, self.clerk, override_reason=reason)
                self.assertIn("best before 03/10/2026", wizard.asked_text)
                self.assertFalse(wizard.override_text or wizard.refused_text)
                wizard.process()
                self.assertEqual(delivery.state, "done")
                [(author, text)] = self._get_notes(delivery)
                self.assertEqual(author, self.clerk.partner_id)
                self.assertIn("best before 03/10/2026", text)
                self.assertEqual("The customer knows" in text, bool(reason))
        logged = self.env["lot.trace.log"].search(
            [("lot_ref", "=", self.lot.id), ("kind", "=", "override")], order="id"
        )
        self.assertEqual(logged.mapped("reason"), [False, "The customer knows"])

    def test_past_its_removal_date_too(self):
        lot = self._lot_until("2026-04-01 12:00:00", "Old")
        lot.removal_date = "2026-03-11 12:00:00"
        delivery = self._open_delivery(lot)
        self._answer(delivery, self.clerk).process()
        self.assertEqual(delivery.state, "done")

    def test_received_past_its_date(self):
        """Odoo asks whoever receives, too: also for a lot that is new."""
        receipt = self.build.open_receipt(self.milk, 2, "NEW-1")
        receipt.move_line_ids.expiration_date = PAST
        wizard = self._answer(receipt, self.clerk)
        self.assertIn("NEW-1", wizard.description)
        self.assertFalse(wizard.asked_text or wizard.refused_text)
        wizard.process()
        self.assertEqual(receipt.state, "done")
        self.assertTrue(receipt.move_line_ids.lot_id.product_expiry_alert)
        good = self.build.open_receipt(self.milk, 2, "NEW-2")
        self.assertIs(good.with_user(self.clerk).button_validate(), True)

    def test_behind_the_question(self):
        """Programs that ask nobody, and production, go on, and it is noted."""
        production = self.env["stock.location"].search(
            [("usage", "=", "production"), ("company_id", "=", self.env.company.id)],
            limit=1,
        )
        for dest in (None, production):
            transfer = self._open_delivery(self.lot, dest=dest).with_user(self.clerk)
            transfer.with_context(skip_expired=True, skip_sms=True).button_validate()
            self.assertEqual(transfer.state, "done")
            self.assertEqual(len(self._get_notes(transfer)), 1)

    def test_made_strict_by_a_switch(self):
        for policy, error in (
            ("reason", "leave only with a reason"),
            ("refuse", "must not leave"),
        ):
            self.env.company.lot_past_policy = policy
            delivery = self._open_delivery(self.lot).with_user(self.clerk)
            with self.assertRaisesRegex(UserError, error):
                delivery.with_context(skip_expired=True).button_validate()

    def test_use_by_stays_refused(self):
        self.milk.expiry_kind = "use_by"
        delivery = self._open_delivery(self.lot)
        with self.assertRaisesRegex(UserError, "must not leave"):
            delivery.with_context(skip_expired=True)._action_done()

    def test_a_shelf_life_rule_begins_as_a_warning(self):
        rule = self.env["lot.shelf.life.rule"].create({"minimum": 30})
        self.assertEqual(rule.policy, "warn")
        lot = self._lot_until("2026-04-01 12:00:00", "Short")
        delivery = self._open_delivery(lot).with_user(self.clerk)
        delivery.move_ids.picked = True
        question = delivery.with_context(skip_sms=True).button_validate()
        self.assertEqual(question["res_model"], "lot.pick.question")
        delivery.env[question["res_model"]].browse(question["res_id"]).action_confirm()
        self.assertEqual(delivery.state, "done")

    def test_dry_run(self):
        """The same rules, in their strict form, on what is done."""
        company = self.env.company
        fresh = self._lot_until("2026-05-01 12:00:00", "Fresh")
        soon = self._lot_until("2026-04-01 12:00:00", "Soon")
        undated = self.build.lot(self.milk, "No date", expiration_date=False)
        self.build.receive(undated, 10)
        done = {}
        for name, lot in (("past", self.lot), ("undated", undated), ("fefo", fresh)):
            done[name] = self._open_delivery(lot)
            done[name].with_context(skip_expired=True)._action_done()
        right = self._open_delivery(soon)
        right._action_done()
        # as it was possible before: goods of a known lot with a date of their own
        again, right_again = self.build.receive(soon, 1), self.build.receive(fresh, 1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_move_line SET expiration_date = '2026-06-07' WHERE id IN %s",
            [tuple(again.move_line_ids.ids)],
        )
        self.env.invalidate_all()
        trials = self.env["lot.rule.trial"]
        trials._try(company)
        rows = {
            row.code: row for row in trials.search([("company_id", "=", company.id)])
        }
        found = {
            code: rows[code].line_ids.picking_id
            for code in ("past_dates", "undated", "fefo", "use_by")
        }
        self.assertIn(done["past"], found["past_dates"])
        self.assertNotIn(right, found["past_dates"] | found["fefo"])
        self.assertIn(done["undated"], found["undated"])
        self.assertIn(done["fefo"], found["fefo"])
        self.assertNotIn(done["past"], found["fefo"] | found["use_by"])
        self.assertIn(undated, rows["ask_for_dates"].line_ids.lot_id)
        self.assertIn(again, rows["two_dates"].line_ids.picking_id)
        self.assertNotIn(right_again, rows["two_dates"].line_ids.picking_id)
        self.assertFalse(rows["past_dates"].is_strict)
        # nothing was changed by looking
        self.assertEqual(company.lot_past_policy, "ask")

    def test_profile_of_food(self):
        company = self.env.company
        profile = self.env.ref("lot_traceability.profile_food")
        action = profile.action_preview()
        preview = self.env[action["res_model"]].browse(action["res_id"])
        rows = {row.name: (row.before, row.after) for row in preview.line_ids}
        self.assertEqual(
            rows["Goods Past Their Date"],
            ("Ask who sends them", "Only with the right, and a reason"),
        )
        preview.action_apply()
        self.assertEqual(company.lot_past_policy, "reason")
        self.assertEqual(self.build.warehouse.out_type_id.fefo_policy, "warn")
        self.assertTrue(
            self.env.ref("lot_traceability_expiry.lot_alert_rule_ladder").active
        )
