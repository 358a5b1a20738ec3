import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("lot_traceability_expiry_alerts", {
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
            content: "Open the alerts",
            trigger: "[data-menu-xmlid='lot_traceability_expiry.menu_lot_expiry_alert']",
            run: "click",
        },
        {
            content: "Open the lot of an alert",
            trigger: ".o_data_row:contains('TOUR-LOT-1') td[name='day']",
            run: "click",
        },
        {
            content: "The lot tells the days left",
            trigger: ".o_form_view [name='expiry_days_left']:contains('5')",
        },
        {
            content: "Open the alerts of the lot",
            trigger: "button[name='action_open_expiry_alerts']:contains('1')",
            run: "click",
        },
        {
            content: "They are listed",
            trigger: ".o_list_view .o_data_row:contains('TOUR-LOT-1')",
        },
        {
            content: "Only they are",
            trigger: ".o_list_view:not(:has(.o_data_row:nth-child(2)))",
        },
        {
            content: "Say what was done about it",
            trigger: ".o_data_row:contains('TOUR-LOT-1') button[name='action_record_outcome']",
            run: "click",
        },
        {
            content: "It was given away",
            trigger: ".modal .o_field_radio[name='outcome'] label:contains('Donated')",
            run: "click",
        },
        {
            content: "To whom",
            trigger: ".modal [name='note'] textarea",
            run: "edit 10 to the food bank",
        },
        {
            content: "Record it",
            trigger: ".modal button[name='action_record']",
            run: "click",
        },
        {
            content: "The alert tells it",
            trigger: ".o_data_row:contains('TOUR-LOT-1') td[name='outcome']:contains('Donated')",
        },
        {
            content: "Nothing is left to record",
            trigger: ".o_list_view:not(:has(.o_data_row button[name='action_record_outcome']))",
        },
    ],
});
