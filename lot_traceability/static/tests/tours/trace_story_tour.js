import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("lot_traceability_trace_story", {
    steps: () => [
        {
            content: "One customer got the lot; open the story on that tab",
            trigger: "button.oe_stat_button:has([name=trace_customer_count]:contains(1))",
            run: "click",
        },
        {
            content: "The lot stands in the graph",
            trigger: ".o_trace_graph button[data-lot='TOUR-1']",
        },
        {
            content: "The customer with the quantity",
            trigger: ".o_trace_shipments tr:contains(Tour Bakery):contains(4)",
        },
        {
            content: "Vendors",
            trigger: ".o_notebook .nav-link:contains(Vendors)",
            run: "click",
        },
        {
            trigger: ".o_trace_shipments tr:contains(Tour Mill):contains(10)",
        },
        {
            content: "What is left",
            trigger: ".o_notebook .nav-link:contains(Stock)",
            run: "click",
        },
        {
            trigger: ".o_trace_stock tr:contains(WH/Stock):contains(6)",
        },
        {
            content: "The list of it has the quantity, for who may not count as well",
            trigger: ".o_trace_tab button:contains(Open as List)",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains(TOUR-1) td[name=quantity]:contains(6.00)",
        },
        {
            trigger: ".o_back_button",
            run: "click",
        },
        {
            content: "Selecting the lot offers to open it",
            trigger: ".o_trace_graph button[data-lot='TOUR-1']",
            run: "click",
        },
        {
            trigger: ".o_trace_story button:contains(Open)",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=product_id] input:value(Tour Flour)",
        },
    ],
});
