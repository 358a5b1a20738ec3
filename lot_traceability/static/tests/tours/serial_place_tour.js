import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("lot_traceability_serial_conflict", {
    steps: () => [
        {
            content: "The number is in stock already",
            trigger: "button[name=button_validate]",
            run: "click",
        },
        {
            content: "The question names number and place",
            trigger: ".modal .o_data_row:contains(DRILL-1):contains(In stock: WH/Stock)",
        },
        {
            content: "One choice is left, and it is set",
            trigger: ".modal .o_data_row [name=choice]:contains(next number)",
        },
        {
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_statusbar_status .o_arrow_button_current:contains(Done)",
        },
    ],
});

registry.category("web_tour.tours").add("lot_traceability_number_place", {
    steps: () => [
        {
            trigger: ".o_number_place .o_nocontent_help:contains(Where is this number?)",
        },
        {
            content: "The field has the focus; typing is enough",
            trigger: ".o_number_place input:focus",
            run: "edit nothing-has-this",
        },
        {
            trigger: ".o_number_place .o_nocontent_help:contains(Nothing has this number)",
        },
        {
            trigger: ".o_number_place input",
            run: "edit drill",
        },
        {
            trigger: ".o_number_place [role=status]:contains(1 number found)",
        },
        {
            content: "Who has it",
            trigger: "tbody[data-lot=DRILL-1]:contains(At a customer):contains(Tour Builder)",
        },
        {
            content: "The document that brought it there",
            trigger: "tbody[data-lot=DRILL-1] a:contains(WH/OUT/)",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_breadcrumb:contains(WH/OUT/)",
        },
        {
            content: "And back to what was found",
            trigger: ".o_back_button",
            run: "click",
        },
        {
            trigger: "tbody[data-lot=DRILL-1] button:contains(Trace)",
            run: "click",
        },
        {
            trigger: ".o_trace_story button[data-lot='DRILL-1']",
        },
    ],
});

registry.category("web_tour.tours").add("lot_traceability_number_place_link", {
    steps: () => [
        {
            content: "Its zeros count: the other number that ends with 7 is not found",
            trigger: ".o_number_place [role=status]:contains(1 number found)",
        },
        {
            trigger: "tbody[data-lot='007']:contains(In stock)",
        },
        {
            trigger: "tbody[data-lot='007'] button:contains(Open)",
            run: "click",
        },
        {
            content: "The lot says where it is",
            trigger: ".o_form_view [name=place_now]:contains(In stock: WH/Stock)",
        },
        {
            trigger: "button[name=action_open_place]",
            run: "click",
        },
        {
            trigger: ".o_number_place tbody[data-lot='007']",
        },
    ],
});
