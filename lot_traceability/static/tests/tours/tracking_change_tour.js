import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("lot_traceability_tracking_change", {
    steps: () => [
        {
            trigger: "div[name=tracking_advice] button[name=action_change_tracking]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_radio input[data-value=serial]",
            run: "click",
        },
        {
            content: "Generated numbers are shown before anything is written",
            trigger: ".modal .o_data_row:contains(TOUR-001, TOUR-002, TOUR-003)",
        },
        {
            trigger: ".modal .o_data_row td[name=numbers]",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row td[name=numbers] textarea",
            run: "edit A-1+1",
        },
        {
            trigger: ".modal .o_form_sheet h1, .modal p.text-muted:last",
            run: "click",
        },
        {
            trigger: ".modal .alert-danger:contains(3 numbers are needed, these are 2)",
        },
        {
            trigger: ".modal .o_data_row td[name=numbers]",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row td[name=numbers] textarea",
            run: "edit A-1+1, ~",
        },
        {
            trigger: ".modal p.text-muted:last",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row:contains(A-1, A-2, TOUR-001)",
        },
        {
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o-mail-Message:contains(Tracking changed)",
        },
    ],
});
