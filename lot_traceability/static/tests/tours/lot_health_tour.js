import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("lot_traceability_lot_health", {
    steps: () => [
        {
            content: "Count",
            trigger: "button[name=action_refresh]",
            run: "click",
        },
        {
            content: "The lot below zero is counted; open the list",
            trigger:
                ".o_kanban_record:contains(Lot Below Zero) button[name=action_open_list]",
            run: "click",
        },
        {
            content: "The list shows what was counted",
            trigger: ".o_list_view .o_data_row:contains(TOUR-BELOW):contains(-4)",
        },
        {
            content: "Back to the numbers",
            trigger: ".o_back_button, .breadcrumb-item:contains(Traceability Health) a",
            run: "click",
        },
        {
            trigger: ".o_kanban_record:contains(Stale Number)",
        },
    ],
});
