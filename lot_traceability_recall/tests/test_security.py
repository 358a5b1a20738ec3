from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import RecallCase


@tagged("post_install", "-at_install")
class TestSecurity(RecallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recall = cls.create_approved()
        cls.clerk = cls._create_user("recall_clerk", "stock.group_stock_user")

    def test_inventory_user_without_a_role(self):
        with self.assertRaises(AccessError):
            self.recall.with_user(self.clerk).read(["name"])
        with self.assertRaises(AccessError):
            self.lot.with_user(self.clerk).action_recall()
        arch = self.env["stock.lot"].with_user(self.clerk).get_view(view_type="form")
        self.assertNotIn("action_recall", arch["arch"])
        menus = self.env["ir.ui.menu"].with_user(self.clerk).load_menus(False)
        menu = self.env.ref("lot_traceability_recall.menu_lot_recall")
        self.assertNotIn(menu.id, menus)

    def test_auditor_reads_and_changes_nothing(self):
        recall = self.recall.with_user(self.auditor)
        self.assertEqual(recall.line_ids.lot_id, self.lot)
        self.assertEqual(recall.line_ids.quantity_on_hand, 16)
        self.assertEqual(recall.customer_count, 1)
        self.assertTrue(self.lot.with_user(self.auditor).trace_downstream()["stock"])
        for action in (
            lambda: recall.write({"reason": "Other"}),
            lambda: recall.create({"reason": "Other"}),
            lambda: self.lot.with_user(self.auditor).action_recall(),
            lambda: recall.unlink(),
        ):
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                action()

    def test_other_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        foreign = self.env["lot.recall"].create(
            {"reason": "Theirs", "company_id": other.id}
        )
        found = self.env["lot.recall"].with_user(self.manager).search([])
        self.assertEqual(found, self.recall.with_user(self.manager))
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).read(["reason"])
        # dialogs and their defaults tell nothing of it either
        partner = self.build.partner("Theirs", phone="+32 2 555 01 02")
        consignee = self.env["lot.recall.consignee"].create(
            {"recall_id": foreign.id, "partner_id": partner.id}
        )
        of_recall = {"recall_id": foreign.id}
        for name, vals in (
            ("lot.recall.call", {"consignee_id": consignee.id, "note": "x"}),
            ("lot.recall.claim", of_recall),
            ("lot.recall.finder", of_recall),
            ("lot.recall.notice.wizard", of_recall),
            ("lot.recall.reason", of_recall | {"action": "cancel"}),
            ("lot.recall.wizard", {"reason": "x", "company_id": other.id}),
        ):
            model = self.env[name].with_user(self.manager)
            with self.subTest(dialog=name):
                with self.assertRaises(AccessError):
                    model.create(vals)
                defaults = {f"default_{key}": value for key, value in vals.items()}
                with self.assertRaises(AccessError):
                    model.with_context(**defaults).onchange({}, [], {"id": {}})

    def test_wizards_are_private(self):
        wizard = self.open_wizard()
        with self.assertRaises(AccessError):
            wizard.with_user(self.manager).read(["reason"])
