from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import REASONS, RecallCase


@tagged("post_install", "-at_install")
class TestRecallMock(RecallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.family = cls.env["product.category"].create({"name": "Jam"})
        cls.product.categ_id = cls.family
        cls.plan = cls.env["lot.recall.plan"].create(
            {"name": "Jam, yearly", "categ_id": cls.family.id, "user_id": cls.user.id}
        )

    def draw(self):
        action = self.plan.with_user(self.user).action_draw()
        return self.env["lot.recall"].browse(action["res_id"])

    def test_a_lot_is_drawn_that_was_in_use(self):
        unused = self.build.lot(self.product, "ON-SHELF")
        self.build.receive(unused, 3)
        second = self.build.lot(self.product, "SOLD-2")
        self.build.receive(second, 3)
        self.build.deliver(second, 3, self.customer)
        drawn = {self.draw().seed_lot_ids for _time in range(30)}
        self.assertEqual(drawn, {self.lot, second})

    def test_nothing_to_draw_is_said(self):
        self.plan.categ_id = self.env["product.category"].create({"name": "Empty"})
        with self.assertRaisesRegex(UserError, "No lot of Empty"):
            self.plan.action_draw()

    def test_the_next_date(self):
        self.plan.date_next = "2020-01-01"
        self.assertTrue(self.plan.is_due)
        self.env["lot.recall.plan"]._cron_remind()
        self.env["lot.recall.plan"]._cron_remind()
        self.assertEqual(self.plan.activity_ids.user_id, self.user)
        self.assertEqual(len(self.plan.activity_ids), 1)
        recall = self.draw()
        today = fields.Date.context_today(self.plan)
        self.assertEqual(self.plan.date_next, fields.Date.add(today, months=12))
        self.assertFalse(self.plan.activity_ids)
        self.assertEqual(recall.plan_id, self.plan)

    def test_the_whole_exercise_leaves_the_goods_alone(self):
        recall = self.draw().with_user(self.user)
        recall.action_assess()
        recall.action_trace_back()
        recall.action_scope()
        recall.action_approve()
        wizard = recall.env["lot.recall.wizard"].browse(
            recall.action_open_wizard()["res_id"]
        )
        self.tick(wizard)
        wizard.action_carry_out()
        recall.action_notify()
        recall.action_recover()
        recall.action_reconcile()
        self.env["lot.recall.finding"].with_user(self.user).create(
            {"recall_id": recall.id, "name": "No phone of a shop", "measure": "Ask"}
        )
        with self.assertRaises(AccessError):
            recall.action_close()
        recall.with_user(self.manager).action_close(reasons=REASONS)
        self.assertEqual(
            recall.step_ids.mapped("step"),
            [
                *("assessment", "traced_back", "traced", "scoped", "approved", "held"),
                *("disposed", "notifying", "recovery", "reconciled", "closed"),
            ],
        )
        self.assertFalse(self.lot.on_hold)
        held = recall.step_ids.filtered(lambda step: step.step == "held")
        self.assertEqual(held.note, "Exercise: nothing was put on hold.")
        self.assertEqual(self.build.on_hand(self.lot), 16)
        self.assertFalse(recall.scrap_ids)
        self.assertEqual(recall.contact_missing_count, 1)
        report = "lot_traceability_recall.action_report_recall_mock"
        html = self.env["ir.actions.report"]._render_qweb_html(report, recall.ids)[0]
        text = " ".join(html.decode().split())
        for part in ("Exercise.", "Drawn at random", "No phone of a shop", "Signed by"):
            self.assertIn(part, text)

    def test_never_among_real_recalls(self):
        mock = self.draw()
        mock._advance("approved")
        self.assertFalse(self.lot.recall_count)
        self.assertFalse(self.lot._get_active_recall())
        for name in ("action_lot_recall", "action_lot_recall_analysis"):
            action = self.env.ref(f"lot_traceability_recall.{name}")
            domain = [("is_mock", "=", False)]
            self.assertIn(str(domain[0])[1:-1], action.domain)
        with self.assertRaisesRegex(UserError, "exercise"):
            mock.is_mock = False

    def test_a_plan_for_the_real_thing_is_not_in_its_way(self):
        mock = self.draw().with_user(self.user)
        mock._advance("approved")
        wizard = mock.env["lot.recall.wizard"].browse(
            mock.action_open_wizard()["res_id"]
        )
        self.tick(wizard)
        wizard._plan(mock)
        wizard = self.open_wizard()
        self.tick(wizard)
        self.assertEqual(len(self.recall_of(wizard.action_carry_out()).scrap_ids), 2)

    def test_who_may_plan(self):
        with self.assertRaises(AccessError):
            self.plan.with_user(self.auditor).name = "x"
        with self.assertRaises(AccessError):
            self.plan.with_user(self.auditor).action_draw()
