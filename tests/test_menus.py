"""Each role finds its work in Inventory > Traceability, and nothing besides."""

from odoo.tests import TransactionCase, new_test_user, tagged

CORE = ["Trace", "Where Is This Number?", "Lot Holds", "Conversions"]
EXPIRY = [
    "Expiry/Expiry Board",
    "Expiry/Expiry Alerts",
    "Expiry/Clear Out Expired Stock",
]
RECALLS = ["Recalls/Recalls", "Recalls/Recall Consignees", "Recalls/Mock Recalls"]


@tagged("post_install", "-at_install")
class TestMenus(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.section = cls.env.ref("lot_traceability.menu_lot_traceability")
        cls.env.ref("base.group_user").implied_ids += cls.env.ref(
            "stock.group_production_lot"
        )

    def find_menus(self, groups):
        user = new_test_user(self.env, "menus", groups=groups)
        menus = self.env["ir.ui.menu"].with_user(user)
        visible = menus.browse(menus._visible_menu_ids())
        found = []
        for menu in visible.sudo().filtered("action"):
            path = menu.complete_name.split("/Traceability/", 1)
            if len(path) == 2 and menu.parent_path.startswith(self.section.parent_path):
                found.append(path[1])
        return sorted(found)

    def test_warehouse_worker(self):
        found = self.find_menus("stock.group_stock_user")
        for name in [*CORE, *EXPIRY, "Traceability Health"]:
            self.assertIn(name, found)
        self.assertFalse([name for name in found if name.startswith("Recalls/")])
        self.assertLessEqual(len(found), 10)

    def test_quality(self):
        found = self.find_menus("lot_traceability_recall.group_recall_quality")
        for name in [*CORE, *EXPIRY, *RECALLS, "Recalls/Start a Recall"]:
            self.assertIn(name, found)
        self.assertLessEqual(len(found), 15)

    def test_auditor_reads_recalls_and_traces(self):
        found = self.find_menus("lot_traceability_recall.group_recall_auditor")
        for name in ["Trace", *RECALLS]:
            self.assertIn(name, found)
        self.assertNotIn("Recalls/Start a Recall", found)
        self.assertNotIn("Expiry/Clear Out Expired Stock", found)
