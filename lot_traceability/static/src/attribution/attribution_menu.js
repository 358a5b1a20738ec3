import { Component } from "@odoo/owl";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";

/**
 * Opens, from an order, the screen that says which component is in which unit. The
 * order's app is optional, so the item is added here and not by its view.
 */
export class AttributionMenu extends Component {
    static template = "lot_traceability.AttributionMenu";
    static components = { DropdownItem };
    static props = {};

    async open() {
        // not useService: its answers stop with this item, and the menu closes at once
        const { action: actionService, orm } = this.env.services;
        const { root } = this.env.model;
        if (!(await root.save())) {
            return;
        }
        const action = await orm.call("lot.attribution", "get_order_action", [
            root.resModel,
            root.resId,
        ]);
        await actionService.doAction(action, { onClose: () => root.load() });
    }
}

registry.category("cogMenu").add(
    "lot_traceability.attribution",
    {
        Component: AttributionMenu,
        groupNumber: 20,
        isDisplayed: ({ config, searchModel }) =>
            config.viewType === "form" && searchModel?.resModel === "mrp.production",
    },
    { sequence: 30 }
);
