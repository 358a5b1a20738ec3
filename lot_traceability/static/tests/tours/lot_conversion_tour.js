import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("lot_traceability_conversion", {
    steps: () => [
        {
            trigger: ".o_cp_action_menus .dropdown-toggle",
            run: "click",
        },
        {
            trigger: ".o-dropdown--menu .o_menu_item:contains(Split)",
            run: "click",
        },
        {
            content: "The stock of the lot is filled in",
            trigger:
                ".o_field_widget[name=source_line_ids] .o_data_row:contains(TEA-1):contains(10)",
        },
        {
            trigger: ".o_field_widget[name=reason] input",
            run: "edit Half for the shop",
        },
        {
            trigger: ".o_field_widget[name=target_line_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "A split keeps the product",
            trigger:
                ".o_field_widget[name=target_line_ids] .o_selected_row [name=number] input",
            run: "edit TEA-1/A",
        },
        {
            trigger:
                ".o_field_widget[name=target_line_ids] .o_selected_row [name=quantity] input",
            run: "edit 10",
        },
        {
            trigger: "button[name=action_done]",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Done)",
        },
        {
            trigger:
                ".o_field_widget[name=target_line_ids] .o_data_row:contains(TEA-1/A)",
        },
    ],
});
