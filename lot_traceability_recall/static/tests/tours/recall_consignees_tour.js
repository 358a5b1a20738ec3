import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("lot_recall_consignees", {
    steps: () => [
        {
            trigger: ".nav-link[name=consignees]",
            run: "click",
        },
        {
            trigger: "button[name=action_refresh_consignees]",
            run: "click",
        },
        {
            content: "Who got it",
            trigger: ".o_data_row:contains(Other Shop):contains(To Notify)",
        },
        {
            trigger: "button[name=action_open_notices]",
            run: "click",
        },
        {
            content: "Who has no address is listed before anything is sent",
            trigger: ".modal .alert:contains(Letter Only)",
        },
        {
            content: "The notice as the customer will see it",
            trigger: ".modal .o_field_widget[name=preview_body]:contains(BAD-1)",
        },
        {
            trigger: ".modal-footer button[name=action_send]",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains(Letter Only):contains(Letter):contains(To Send)",
        },
        {
            trigger: ".o_back_button, .breadcrumb-item a:last",
            run: "click",
        },
        {
            trigger: ".nav-link[name=consignees]",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Other Shop) td[name=display_name]",
            run: "click",
        },
        {
            trigger: "button[name=action_enter_reply]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=answered_by] input",
            run: "edit Bob",
        },
        {
            trigger: ".modal .o_data_row td[name=on_hand]",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row td[name=on_hand] input",
            run: "edit 3",
        },
        {
            trigger: ".modal-footer .o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status button[data-value=answered].o_arrow_button_current",
        },
    ],
});
