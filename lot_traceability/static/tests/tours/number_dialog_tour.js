import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("lot_traceability_number_dialog", {
    steps: () => [
        {
            trigger: ".o_data_row button[name=action_show_details]",
            run: "click",
        },
        {
            trigger: ".modal .o_widget_generate_serials button",
            run: "click",
        },
        {
            content: "What can be read in two ways is asked",
            trigger: "#next_serial_0",
            run: "edit 10-15",
        },
        {
            trigger: ".o_number_readings button[data-reading=expression]:contains(6)",
        },
        {
            trigger: ".o_number_readings button[data-reading=numbers]:contains(10-15, 10-16)",
        },
        {
            content: "What is wrong is said before anything is created",
            trigger: "#number_lines_0",
            run: "edit TBD;1",
        },
        {
            trigger: ".o_number_refused:contains(1)",
        },
        {
            trigger: ".o_number_rows .table-danger:contains(TBD)",
        },
        {
            trigger: "#number_lines_0",
            run: "clear",
        },
        {
            trigger: "#next_serial_0",
            run: "edit SN/098-SN/100, X7",
        },
        {
            trigger: ".o_number_preview:contains(4):contains(SN/098, SN/099, SN/100, X7)",
        },
        {
            trigger: ".modal-footer button:contains(Generate)",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row:contains(SN/100)",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
        {
            trigger: ".o_form_button_save:not(:visible), .o_form_view:not(.o_form_dirty)",
        },
    ],
});
