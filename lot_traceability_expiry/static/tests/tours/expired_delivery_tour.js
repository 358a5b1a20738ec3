import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("lot_traceability_expired_delivery", {
    steps: () => [
        {
            content: "Validate a delivery of goods past their use-by date",
            trigger: "button[name='button_validate']:not(:disabled)",
            run: "click",
        },
        {
            content: "They must not leave",
            trigger: ".modal [name='refused_text']:contains('TOUR-USE-BY')",
        },
        {
            content: "There is no way around it",
            trigger: ".modal:not(:has(button[name='process']))",
        },
        {
            content: "Give up",
            trigger: ".modal button[special='cancel'], .modal .btn:contains('Discard')",
            run: "click",
        },
        {
            content: "Nothing has left",
            trigger:
                "body:not(:has(.modal)) .o_statusbar_status .o_arrow_button_current[data-value='assigned']",
        },
    ],
});

registry.category("web_tour.tours").add("lot_traceability_best_before", {
    steps: () => [
        {
            content: "Validate a delivery of goods past their best-before date",
            trigger: "button[name='button_validate']:not(:disabled)",
            run: "click",
        },
        {
            content: "They need a reason",
            trigger: ".modal [name='override_text']:contains('TOUR-BEST-BEFORE')",
        },
        {
            content: "Say why",
            trigger: ".modal [name='override_reason'] input",
            run: "edit The customer agreed",
        },
        {
            content: "Deliver them",
            trigger: ".modal button[name='process']",
            run: "click",
        },
        {
            content: "They have left",
            trigger:
                "body:not(:has(.modal)) .o_statusbar_status .o_arrow_button_current[data-value='done']",
        },
        {
            content: "The reason is kept with the transfer",
            trigger: ".o-mail-Message:contains('The customer agreed')",
        },
    ],
});
