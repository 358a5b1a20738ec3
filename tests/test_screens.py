import json

from odoo.tests import HttpCase, tagged

from .common import SupplyChainCase

ADDONS = ("lot_traceability", "lot_traceability_expiry", "lot_traceability_recall")

# Each screen is there before the next one is asked for; an error in the console ends
# the test, as everywhere in Odoo's browser tests.
OPEN_ALL = """(async () => {
    const { action, dialog } = odoo.__WOWL_DEBUG__.root.env.services;
    for (const [name, id] of %s) {
        console.log(`screen: ${name}`);
        await action.doAction(id, { clearBreadcrumbs: true });
        const shown = ".o_action_manager .o_action, .modal .o_form_view";
        if (!document.querySelector(shown)) {
            throw new Error(`${name} shows nothing`);
        }
        dialog.closeAll();
    }
    console.log("test successful");
})().catch((error) => console.error(error.message || String(error)))"""


@tagged("post_install", "-at_install")
class TestScreens(SupplyChainCase, HttpCase):
    """Every entry of our menus opens, with rows in the lists, without an error."""

    def test_every_menu_entry_opens(self):
        lot = self.build.lot(self.product, "SCREEN-1")
        self.build.receive(lot, 10)
        self.build.deliver(lot, 4, self.customer)
        recall = self.env["lot.recall"].create(
            {"reason": "Glass", "seed_lot_ids": [(6, 0, lot.ids)]}
        )
        recall.action_open()
        names = self.env["ir.model.data"].search(
            [("model", "=", "ir.ui.menu"), ("module", "in", ADDONS)], order="module, id"
        )
        menus = self.env["ir.ui.menu"].browse(names.mapped("res_id"))
        actions = {menu.complete_name: menu.action.id for menu in menus if menu.action}
        self.assertGreater(len(actions), 20)
        self.browser_js(
            "/odoo",
            OPEN_ALL % json.dumps(list(actions.items())),
            "odoo.isReady === true",
            login="admin",
            timeout=300,
        )
