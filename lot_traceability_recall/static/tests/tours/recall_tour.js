import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("lot_traceability_recall", {
    steps: () => [
        {
            trigger: ".o_form_statusbar button[name=action_recall]",
            run: "click",
        },
        {
            content: "What is in scope is said at the top",
            trigger: ".modal .alert [name=customer_count]:contains(1)",
        },
        {
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit Pieces of glass",
        },
        {
            trigger: ".modal .o_field_widget[name=recall_class] input",
            run: "click",
        },
        {
            trigger: ".o_select_menu_item:contains(II: harm is temporary)",
            run: "click",
        },
        {
            content: "Who got it",
            trigger: ".modal .nav-link:contains(Customers)",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row:contains(Tour Shop)",
        },
        {
            trigger: ".modal .nav-link:contains(Stock)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=all_disposition] input",
            run: "click",
        },
        {
            trigger: ".o_select_menu_item:contains(Scrap)",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row:contains(Scrap)",
        },
        {
            trigger: ".modal-footer button[name=action_carry_out]:contains(Create Recall and Carry Out)",
            run: "click",
        },
        {
            content: "The stock is held; who approves signs",
            trigger: ".o_form_statusbar button[name=action_approve]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=password] input",
            run: "edit admin",
        },
        {
            trigger: ".modal-footer button[name=action_confirm]",
            run: "click",
        },
        {
            content: "The recall is approved, and with it the stock dealt with",
            trigger: ".o_statusbar_status button[data-value=approved].o_arrow_button_current",
        },
        {
            trigger: "button[name=action_view_scraps]:contains(1)",
            run: "click",
        },
        {
            content: "The scrap order is done",
            trigger: ".o_list_view .o_data_row:contains(Tour Jam):contains(Done)",
        },
    ],
});
