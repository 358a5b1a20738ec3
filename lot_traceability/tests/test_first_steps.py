from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestFirstSteps(LotTraceCase):
    """The first screen: steps that tick themselves off, and the dry run of the rules,
    on work that is done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user("manager", "stock.group_stock_manager")
        cls.worker = cls._create_user("worker", "stock.group_stock_user")
        cls.steps = cls.env["lot.first.steps"].with_user(cls.manager)

    def open_screen(self):
        action = self.steps.action_begin()
        return self.steps.browse(action["res_id"])

    def get_done(self, screen):
        screen.step_ids.invalidate_recordset()
        return set(screen.step_ids.filtered("is_done").mapped("code"))

    def try_rules(self):
        self.env["lot.rule.trial"]._try(self.env.company)
        rows = self.env["lot.rule.trial"].search(
            [("company_id", "=", self.env.company.id)]
        )
        return {row.code: row for row in rows}

    def test_steps_tick_themselves_off(self):
        screen = self.open_screen()
        self.assertIn("products", self.get_done(screen))
        self.assertIn("quarantine", self.get_done(screen))
        self.env.company.lot_numbering_id = self.env.ref(
            "lot_traceability.numbering_year"
        )
        self.assertIn("numbering", self.get_done(screen))
        for step in screen.step_ids.filtered("may_open"):
            self.assertTrue(step.action_open()["type"])
        # what is made there begins as the step wants it, and a setting is in sight
        steps = {step.code: step for step in screen.step_ids}
        context = steps["products"].action_open()["context"]
        products = self.env["product.template"].with_context(**context)
        self.assertEqual(products.create({"name": "First"}).tracking, "lot")
        admin = self._create_user("admin_of_all", "base.group_system")
        action = steps["numbering"].with_user(admin).sudo().action_open()
        self.assertEqual(action["url"], "/odoo/settings#lot_numbering")
        # no screen piles up on the one before
        self.assertEqual(screen.action_look()["target"], "main")
        with Form(screen) as form:
            self.assertTrue(form.is_tried)
            self.assertIn(f"of {len(screen.step_ids)} done", form.progress)

    def test_not_for_everybody(self):
        for name in ("lot.first.steps", "lot.rule.trial"):
            model = self.env[name].with_user(self.worker)
            with self.subTest(name), self.assertRaises(AccessError):
                (model.action_begin if "first" in name else model.action_try)()

    def test_more_than_there_was(self):
        """Also where the goods came in since; what is older is not looked at."""
        before = self.try_rules()["below_zero"].count
        long_ago = fields.Datetime.now() - timedelta(days=40)
        old = self.build.lot(self.product, "OLD")
        self.build.deliver(old, 5, at=long_ago)
        lot, fine = (self.build.lot(self.product, name) for name in ("Z1", "Z2"))
        self.build.receive(fine, 5)
        self.build.deliver(fine, 5)
        self.build.deliver(lot, 3)
        self.build.receive(lot, 10)
        row = self.try_rules()["below_zero"]
        self.assertFalse(row.is_strict)
        self.assertEqual(row.count, before + 1)
        self.assertEqual((row.line_ids.lot_id & (old | lot | fine)), lot)
        # the strict rule says the same of the same work
        self.assertEqual(
            row.line_ids.filtered(lambda line: line.lot_id == lot).quantity, 3
        )
        found = self.env["stock.move.line"].search(
            row.with_user(self.manager).action_open_operations()["domain"]
        )
        self.assertEqual(found, row.line_ids)
        self.env.company.lot_no_negative = True
        self.assertTrue(self.try_rules()["below_zero"].is_strict)

    def test_what_is_never_right(self):
        """Serials elsewhere and placeholders, as booked before the addon was there."""
        unit = self.build.lot(self.serial_product, "S-1")
        self.build.receive(unit, 1)
        self.build.deliver(unit, 1)
        bad = self.build.lot(self.product, "GOOD")
        self.build.receive(bad, 1)
        # as core alone would have let through
        self.env.company.lot_serial_conflict_policy = "allow"
        self.build.receive(unit, 1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_lot SET name = 'TBD', number_key = 'tbd' WHERE id = %s",
            [bad.id],
        )
        self.env.invalidate_all()
        rows = self.try_rules()
        line = rows["serials_elsewhere"].line_ids.filtered(
            lambda row: row.lot_id == unit
        )
        self.assertEqual(len(line), 1)
        self.assertEqual(line.location_id, self.build.suppliers)
        self.assertIn(bad, rows["numbers"].line_ids.lot_id)
        self.assertNotIn(unit, rows["numbers"].line_ids.lot_id)

    def test_corrected_without_a_reason(self):
        lot = self.build.lot(self.product, "C1")
        self.build.receive(lot, 5)
        line = self.env["stock.move.line"].search(
            [("lot_id", "=", lot.id), ("state", "=", "done")]
        )
        line.quantity = 6
        self.assertIn(line, self.try_rules()["corrections"].line_ids)

    def test_figures_beside_the_switches(self):
        settings = self.env["res.config.settings"].create({})
        self.env["lot.rule.trial"].search([]).unlink()
        settings.invalidate_recordset()
        self.assertIn("First Steps", settings.lot_trial_below_zero)
        self.build.deliver(self.build.lot(self.product, "Z1"), 3)
        count = self.try_rules()["below_zero"].count
        settings.invalidate_recordset()
        self.assertIn(f"{count} operation", settings.lot_trial_below_zero)

    def test_profiles(self):
        """What is shown is what is set, and nothing is set before."""
        company, profiles = self.env.company, self.env["lot.profile"]
        for code, policy in (("pharma", "manager"), ("electronics", "reason")):
            company.lot_done_edit_policy = "allow"
            company.lot_no_negative = False
            profile = self.env.ref(f"lot_traceability.profile_{code}")
            action = profile.with_user(self.manager).action_preview()
            preview = self.env[action["res_model"]].browse(action["res_id"])
            self.assertFalse(preview.with_user(self.manager).may_apply)
            with self.assertRaises(AccessError):
                preview.with_user(self.manager).action_apply()
            rows = {row.name: row for row in preview.line_ids}
            negative = rows["No Lot Below Zero"]
            self.assertEqual((negative.before, negative.after), ("Off", "On"))
            self.assertEqual(company.lot_done_edit_policy, "allow")
            preview.action_apply()
            self.assertEqual(company.lot_done_edit_policy, policy)
            self.assertTrue(company.lot_no_negative)
            self.assertEqual(
                company.lot_numbering_id,
                self.env.ref("lot_traceability.numbering_year"),
            )
            again = profile.action_preview()
            again = self.env[again["res_model"]].browse(again["res_id"])
            self.assertFalse(again.line_ids.filtered("is_change").mapped("name"))
        self.assertEqual(len(profiles.search([])), 3)
