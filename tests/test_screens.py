"""Each entry of our menus opens for each role that has it, without an error."""

import json
from ast import literal_eval

from lxml import etree

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.lot_traceability_recall.tests.common import RecallCase

ADDONS = ("lot_traceability", "lot_traceability_expiry", "lot_traceability_recall")
RECALL = "lot_traceability_recall.group_recall_"
ROLES = {
    "warehouse": "stock.group_stock_user",
    "administrator": "stock.group_stock_manager",
    **{
        role: f"stock.group_stock_user,{RECALL}{role}"
        for role in ("user", "coordinator", "logistics", "sales", "manager", "quality")
    },
    "auditor": f"{RECALL}auditor",
}
# each screen, in each of its kinds of view, is there before the next one is asked for
OPEN_ALL = """(async () => {
    const { action, dialog } = odoo.__WOWL_DEBUG__.root.env.services;
    const wait = (done) => new Promise((resolve, reject) => {
        const until = Date.now() + 60000;
        (function look() {
            const error = document.querySelector(".o_error_dialog");
            if (error) {
                reject(new Error(error.innerText));
            } else if (done()) {
                resolve();
            } else if (Date.now() > until) {
                reject(new Error("nothing is shown"));
            } else {
                setTimeout(look, 20);
            }
        })();
    });
    const isShown = () =>
        document.querySelector(".o_action_manager .o_action, .modal .o_form_view") &&
        !document.querySelector(".o_loading_indicator");
    for (const [name, id, kinds] of %s) {
        try {
            await action.doAction(id, { clearBreadcrumbs: true });
            await wait(isShown);
            for (const kind of kinds) {
                await action.switchView(kind);
                const css = kind === "form" ? ".o_form_view" : `.o_${kind}_view`;
                await wait(() => isShown() && document.querySelector(css));
            }
        } catch (error) {
            throw new Error(`${name}: ${error.message || error}`);
        }
        dialog.closeAll();
    }
    console.log("test successful");
})().catch((error) => console.error(error.message || String(error)))"""


@tagged("post_install", "-at_install")
class TestScreens(RecallCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # rows in the lists of the recall, and of what it did
        cls.create_approved()
        names = cls.env["ir.model.data"].search(
            [("model", "=", "ir.ui.menu"), ("module", "in", ADDONS)], order="module, id"
        )
        cls.menus = (
            cls.env["ir.ui.menu"].browse(names.mapped("res_id")).filtered("action")
        )
        cls.users = {
            role: new_test_user(
                cls.env, f"screen_{role}", groups=groups, password=f"screen_{role}"
            )
            for role, groups in ROLES.items()
        }

    def find_menus(self, role):
        menus = self.env["ir.ui.menu"].with_user(self.users[role])
        visible = set(menus._visible_menu_ids())
        return self.menus.filtered(lambda menu: menu.id in visible)

    def test_in_the_browser(self):
        """As quality, which sees the most of what is ours, every kind of view."""
        screens = []
        for menu in self.find_menus("quality"):
            kinds = []
            if menu.action._name == "ir.actions.act_window":
                _first, *others = menu.action.view_mode.split(",")
                kinds = [kind for kind in others if kind not in ("form", "search")]
            screens.append((menu.complete_name, menu.action.id, kinds))
        self.assertGreater(len(screens), 20)
        self.browser_js(
            "/odoo",
            OPEN_ALL % json.dumps(screens),
            "odoo.isReady === true",
            login="screen_quality",
            timeout=300,
        )

    def test_for_each_role(self):
        """What the client asks for when it opens them: the views and the first rows."""
        for role, user in self.users.items():
            menus = self.find_menus(role)
            self.assertTrue(menus, role)
            for menu in menus:
                with self.subTest(role, menu=menu.complete_name):
                    self.open(user, menu.action)

    def test_searches(self):
        """Each filter, each group and each typed text of our lists is answered."""
        actions = self.env["ir.model.data"].search(
            [("model", "=", "ir.actions.act_window"), ("module", "in", ADDONS)]
        )
        names = self.env["ir.actions.act_window"].browse(actions.mapped("res_id"))
        for name in sorted({"stock.lot", *names.mapped("res_model")}):
            model = self.env[name]
            if model._abstract or model._transient:
                continue
            view = etree.fromstring(model.get_view(view_type="search")["arch"])
            for item in view.iter("filter", "field"):
                with self.subTest(model=name, item=item.get("name")):
                    self.use(model, item)

    def use(self, model, item):
        """What the client asks for with one entry of a search view."""
        kind = model._fields[item.get("name")].type if item.tag == "field" else None
        groups = self.read(item.get("context") or "{}", {"uid": 1}).get("group_by")
        if groups and "propert" not in groups:
            kind = model._fields[groups.partition(":")[0]].type
            dated = kind in ("date", "datetime") and ":" not in groups
            model.formatted_read_group([], [groups + ":month" * dated], ["__count"])
        elif domain := item.get("domain"):
            known = {"uid": 1, "current_date": "2026-01-01"}
            model.search_count(safe_eval(domain, known), limit=1)
        elif item.tag == "field" and (domain := item.get("filter_domain")):
            for text in ("N1", "%", "\\", "é'"):
                values = {"self": text, "raw_value": text, "uid": 1}
                model.search_count(safe_eval(domain, values), limit=1)
        elif kind in ("char", "text", "many2one", "many2many", "one2many"):
            model.search_count([(item.get("name"), "ilike", "N_1")], limit=1)

    def test_forms_in_another_language(self):
        """Where a view of Odoo is changed does not hang on its words."""
        self.env["res.lang"]._activate_lang("ar_001")
        views = self.env["ir.model.data"].search(
            [("model", "=", "ir.ui.view"), ("module", "in", ADDONS)]
        )
        ours = self.env["ir.ui.view"].browse(views.mapped("res_id"))
        roots = ours
        while parents := roots.inherit_id:
            roots = (roots - roots.filtered("inherit_id")) | parents
        others = (roots - ours).filtered(lambda view: view.type != "qweb")
        self.assertGreater(len(others), 20)
        field = others._fields["arch_db"]
        for view in others:
            terms = field.get_trans_terms(view.arch_db)
            view.update_field_translations(
                "arch_db", {"ar_001": {term: f"x {term}" for term in terms}}
            )
        for view in others.with_context(lang="ar_001"):
            with self.subTest(view.xml_id):
                self.assertTrue(len(view._get_combined_arch()))

    def open(self, user, action):
        env = self.env(user=user, su=False)
        values = env["ir.actions.actions"]._for_xml_id(action.sudo().xml_id)
        if values["type"] == "ir.actions.server":
            values = env["ir.actions.server"].browse(action.id).run()
        if values["type"] != "ir.actions.act_window":
            return
        known = {"uid": user.id, "allowed_company_ids": user.company_ids.ids}
        context = self.read(values.get("context"), known)
        model = env[values["res_model"]].with_context(**context)
        views = values.get("views") or [
            (False, kind) for kind in values["view_mode"].split(",")
        ]
        arch = model.get_views([*views, (False, "search")])
        fields = arch["models"][model._name]["fields"]
        self.assertTrue(fields)
        shown = {name: {} for name in fields if name in model._fields}
        if model._transient or values.get("res_id"):
            model.browse(values.get("res_id") or ()).web_read(shown)
        else:
            domain = self.read(values.get("domain"), known) or []
            model.web_search_read(domain, shown, limit=80)

    def read(self, text, known):
        if not isinstance(text, str):
            return text or {}
        try:
            return literal_eval(text)
        except ValueError:
            return safe_eval(text, dict(known))
