import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("lot_traceability_expiry_fefo_reason", {
    steps: () => [
        {
            content: "The delivery takes the later lot: validate it",
            trigger: ".o_form_view button[name='button_validate']:not(:disabled)",
            run: "click",
        },
        {
            content: "The earlier lot is named",
            trigger: ".modal .o_data_row td[name='text']:contains('TOUR-EARLY')",
        },
        {
            content: "Going on without a reason",
            trigger: ".modal footer button[name='action_confirm']",
            run: "click",
        },
        {
            content: "is refused",
            trigger: ".modal:contains('write a reason') footer button.btn-primary",
            run: "click",
        },
        {
            content: "Choose the field",
            trigger: ".modal .o_data_row td[name='reason']",
            run: "click",
        },
        {
            content: "Write the reason",
            trigger: ".modal .o_data_row td[name='reason'] input",
            run: "edit Behind a pallet",
        },
        {
            content: "Go on with it",
            trigger: ".modal footer button[name='action_confirm']",
            run: "click",
        },
        {
            content: "The delivery is done",
            trigger:
                "body:not(:has(.modal)) .o_statusbar_status button[data-value='done'].o_arrow_button_current",
        },
    ],
});
