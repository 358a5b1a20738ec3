import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("lot_traceability_expiry_clear_out", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "Open Inventory",
            trigger: ".o_app[data-menu-xmlid='stock.menu_stock_root']",
            run: "click",
        },
        {
            content: "Open the section",
            trigger: "button[data-menu-xmlid='lot_traceability.menu_lot_traceability']",
            run: "click",
        },
        {
            content: "Open the list of what is due",
            trigger: "[data-menu-xmlid='lot_traceability_expiry.menu_lot_clear_out']",
            run: "click",
        },
        {
            content: "The lot past its removal date is listed",
            trigger: ".modal .o_data_row:contains('TOUR-OLD'):contains('12')",
        },
        {
            content: "The fresh one is not",
            trigger: ".modal:not(:has(.o_data_row:contains('TOUR-FRESH')))",
        },
        {
            content: "Say where it goes",
            trigger: ".modal [name='dest_location_id'] input",
            run: "edit Tour Bin",
        },
        {
            content: "Choose the place",
            trigger:
                ".o-autocomplete--dropdown-item a:contains('Tour Bin'):not(:contains('Create'))",
            run: "click",
        },
        {
            content: "It is still listed",
            trigger: ".modal .o_data_row:contains('TOUR-OLD')",
        },
        {
            content: "Move it",
            trigger: ".modal footer button[name='action_clear']:contains('Move')",
            run: "click",
        },
        {
            content: "The transfer is done",
            trigger:
                "body:not(:has(.modal)) .o_statusbar_status button[data-value='done'].o_arrow_button_current",
        },
    ],
});
