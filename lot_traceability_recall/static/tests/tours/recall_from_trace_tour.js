import { registry } from "@web/core/registry";

const open = [
    {
        trigger: "button.oe_stat_button:has([name=trace_customer_count])",
        run: "click",
    },
    {
        trigger: ".o_trace_graph button[data-lot='JAM-66']",
    },
];

registry.category("web_tour.tours").add("lot_traceability_recall_from_trace", {
    steps: () => [
        ...open,
        {
            content: "What is selected goes along",
            trigger: ".o_trace_graph button[data-lot='FRUIT-1']",
            run: "click",
        },
        { trigger: ".o_trace_selected:contains(FRUIT-1)" },
        {
            trigger: "button.o_trace_extra:contains(Recall)",
            run: "click",
        },
        { trigger: ".modal .o_field_widget[name=seed_lot_ids]:contains(JAM-66)" },
        { trigger: ".modal .o_field_widget[name=seed_lot_ids]:contains(FRUIT-1)" },
        {
            trigger: ".modal-footer button[special=cancel]",
            run: "click",
        },
        { trigger: "body:not(:has(.modal))" },
    ],
});

registry.category("web_tour.tours").add("lot_traceability_no_recall_from_trace", {
    steps: () => [
        ...open,
        {
            content: "Only for who may recall",
            trigger: ".o_trace_export",
        },
        { trigger: "body:not(:has(.o_trace_extra))" },
    ],
});
