import { Component } from "@odoo/owl";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

/**
 * Models whose forms have the item; the server knows the way from them to lots. Another
 * addon adds its own to this registry.
 */
const models = registry.category("lot_traceability.story_models");
for (const model of [
    ...["stock.lot", "stock.picking", "stock.scrap", "product.product", "product.template"],
    ...["mrp.production", "mrp.unbuild", "repair.order", "lot.conversion"],
    ...["sale.order", "purchase.order", "res.partner"],
]) {
    models.add(model, true);
}

/**
 * Opens the story of the lots of a record. Sales, purchases and manufacturing are apps
 * that may not be there, so the item is added here and not by their views.
 */
export class TraceMenu extends Component {
    static template = "lot_traceability.TraceMenu";
    static components = { DropdownItem };
    static props = {};

    async open() {
        // not useService: its answers stop with this item, and the menu closes at once
        const { action: actionService, orm } = this.env.services;
        const { root } = this.env.model;
        if (!(await root.save()) || !root.resId) {
            return;
        }
        const action = await orm.call("stock.lot", "action_open_story", [
            root.resModel,
            [root.resId],
        ]);
        await actionService.doAction(action);
    }
}

registry.category("cogMenu").add(
    "lot_traceability.trace",
    {
        Component: TraceMenu,
        groupNumber: 20,
        isDisplayed: ({ config, searchModel }) =>
            config.viewType === "form" &&
            models.contains(searchModel?.resModel) &&
            user.hasGroup("stock.group_stock_user"),
    },
    { sequence: 25 }
);
