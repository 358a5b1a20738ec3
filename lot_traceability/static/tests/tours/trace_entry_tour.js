import { registry } from "@web/core/registry";

const story = [
    {
        content: "The lot stands in the picture",
        trigger: ".o_trace_graph button[data-lot='ENTRY-1']",
    },
    {
        trigger: ".o_trace_holders tr:contains(Entry Bakery):contains(4)",
    },
];

registry.category("web_tour.tours").add("lot_traceability_trace_from_delivery", {
    steps: () => [
        {
            trigger: ".o_form_view .o_cp_action_menus button:has(.fa-cog)",
            run: "click",
        },
        {
            trigger: ".o_lot_trace",
            run: "click",
        },
        ...story,
    ],
});

registry.category("web_tour.tours").add("lot_traceability_trace_search", {
    steps: () => [
        {
            trigger: ".o_trace_search input",
            run: "edit Entry Mill",
        },
        {
            content: "What has no second word has none",
            trigger:
                ".o_trace_search section[data-kind=partner] .o_trace_open:contains(Entry Mill):not(:contains(false))",
        },
        {
            trigger: ".o_trace_search input",
            run: "edit SUP-ENTRY",
        },
        {
            content: "Found by the number of the supplier",
            trigger: ".o_trace_search section[data-kind=lot] .o_trace_open:contains(ENTRY-1)",
            run: "click",
        },
        ...story,
        {
            content: "Movements, page by page",
            trigger: ".o_notebook .nav-link:contains(Movements)",
            run: "click",
        },
        {
            trigger: ".o_trace_movements tr:contains(Entry Mill):contains(10)",
        },
        {
            trigger: ".o_trace_graph button[data-lot='ENTRY-1']",
            run: "click",
        },
        {
            content: "By keyboard: open the lot that has the focus",
            trigger: ".o_trace_selected:contains(ENTRY-1)",
            run() {
                const card = document.querySelector(".o_trace_graph [data-lot='ENTRY-1']");
                card.dispatchEvent(new KeyboardEvent("keydown", { key: "o", bubbles: true }));
            },
        },
        {
            trigger: ".o_form_view .o_field_widget[name=product_id] input:value(Entry Flour)",
        },
    ],
});

registry.category("web_tour.tours").add("lot_traceability_trace_fold", {
    steps: () => [
        {
            content: "Thousands of lots are one card",
            trigger: ".o_trace_graph .o_trace_fold:contains(Bench Final)",
            run: "click",
        },
        {
            content: "Some of them are shown, the rest stays folded",
            trigger: ".o_trace_graph:has(.o_trace_fold) button[data-lot^='B0-final']",
        },
        {
            trigger: ".o_trace_fold_all",
            run: "click",
        },
        {
            trigger: ".o_trace_graph:not(:has(button[data-lot^='B0-final'])) .o_trace_fold",
        },
    ],
});
