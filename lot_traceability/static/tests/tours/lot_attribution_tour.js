import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("lot_traceability_attribution", {
    steps: () => [
        {
            trigger: ".o_cp_action_menus .dropdown-toggle",
            run: "click",
        },
        {
            trigger: ".o-dropdown--menu .o_lot_attribution",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row:contains(E1)",
        },
        {
            trigger: ".modal button[name=action_fill]",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row:contains(E2):contains(C2)",
        },
        {
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
    ],
});
