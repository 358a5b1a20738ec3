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


@tagged("post_install", "-at_install")
class TestButtons(TransactionCase):
    """What a button calls can be called by a button: it always hands over records, of
    which a method of the model alone (``@api.model``) knows nothing."""

    def test_buttons_call_what_takes_records(self):
        data = self.env["ir.model.data"].search(
            [("module", "=like", "lot_traceability%"), ("model", "=", "ir.ui.view")]
        )
        views = self.env["ir.ui.view"].browse(data.mapped("res_id"))
        while inherited := views.filtered(lambda view: view.mode == "extension"):
            views = views - inherited | inherited.inherit_id
        found = 0
        for view in views.filtered(lambda view: view.model in self.env):
            for button in view._get_combined_arch().iterfind(
                ".//button[@type='object']"
            ):
                model = self.env[self.find_model(view, button)]
                method = getattr(model, button.get("name"))
                found += 1
                with self.subTest(view=view.xml_id, button=method.__name__):
                    self.assertFalse(getattr(method, "_api_model", False))
        self.assertGreater(found, 100)

    def find_model(self, view, button):
        model = self.env[view.model]
        for node in reversed(list(button.iterancestors("field"))):
            model = self.env[model._fields[node.get("name")].comodel_name]
        return model._name
