import { Component } from "@odoo/owl";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

/** Documents that have events of their own. Another addon adds its own. */
const models = registry.category("lot_traceability.event_models");
for (const model of [
    ...["stock.picking", "stock.scrap", "lot.conversion", "mrp.production"],
    ...["mrp.unbuild", "repair.order", "sale.order", "purchase.order"],
]) {
    models.add(model, true);
}

/** Downloads the EPCIS events of a document. */
export class EpcisMenu extends Component {
    static template = "lot_traceability.EpcisMenu";
    static components = { DropdownItem };
    static props = {};

    async download() {
        // not useService: its answers stop with this item, and the menu closes at once
        const { action: actionService, orm } = this.env.services;
        const { root } = this.env.model;
        if (!(await root.save()) || !root.resId) {
            return;
        }
        const action = await orm.call("lot.epcis.export", "action_export_records", [
            root.resModel,
            [root.resId],
        ]);
        await actionService.doAction(action);
    }
}

registry.category("cogMenu").add(
    "lot_traceability.epcis",
    {
        Component: EpcisMenu,
        groupNumber: 20,
        isDisplayed: ({ config, searchModel }) =>
            config.viewType === "form" &&
            models.contains(searchModel?.resModel) &&
            user.hasGroup("stock.group_stock_user"),
    },
    { sequence: 26 }
);
