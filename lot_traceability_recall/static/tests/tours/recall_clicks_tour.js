import { registry } from "@web/core/registry";
import { countClicks } from "@lot_traceability/../tests/tours/clicks_tour";

const state = (name) => ({
    trigger: `.o_statusbar_status button[data-value=${name}].o_arrow_button_current`,
});

const choose = (field, text) => [
    { trigger: `.modal .o_field_widget[name=${field}] input`, run: "click" },
    { trigger: `.o_select_menu_item:contains(${text})`, run: "click" },
];

registry.category("web_tour.tours").add("lot_traceability_clicks_assess", {
    steps: () =>
        countClicks(6, [
            { trigger: ".o_form_statusbar button[name=action_recall]", run: "click" },
            {
                content: "Why it was held is why it is recalled",
                trigger: ".modal .o_field_widget[name=reason] textarea:value(Pieces of glass)",
            },
            {
                content: "What customers read is said apart",
                trigger:
                    ".modal .o_field_widget[name=notice_reason] textarea[placeholder*='Customers read this']",
                run: "edit Glass in the jar",
            },
            ...choose("recall_class", "II: harm is temporary"),
            ...choose("all_disposition", "Scrap"),
            { trigger: ".modal .alert:contains(Once the recall is approved):contains(Scrap 1 place)" },
            {
                trigger:
                    ".modal-footer button[name=action_carry_out]:contains(Create Recall and Carry Out)",
                run: "click",
            },
            state("scoped"),
        ]),
});

registry.category("web_tour.tours").add("lot_traceability_clicks_approve", {
    steps: () =>
        countClicks(2, [
            { trigger: ".o_form_statusbar button[name=action_approve]", run: "click" },
            {
                content: "What is done with the goods is asked once, with what it costs",
                trigger: ".modal .alert:contains(Carry out at once):contains(Scrap 1 place)",
            },
            { trigger: ".modal [name=carry_out] input:checked" },
            {
                trigger: ".modal .o_field_widget[name=password] input",
                run: "edit clicks_approve",
            },
            { trigger: ".modal-footer button[name=action_confirm]:contains(Sign)", run: "click" },
            state("approved"),
            { trigger: "button[name=action_view_scraps]:contains(1)" },
        ]),
});

registry.category("web_tour.tours").add("lot_traceability_clicks_notices", {
    steps: () =>
        countClicks(2, [
            { trigger: ".o_form_statusbar button[name=action_open_notices]", run: "click" },
            { trigger: ".modal-footer button[name=action_send]", run: "click" },
            { trigger: ".o_list_view .o_data_row:contains(Clicks Shop)" },
        ]),
});

registry.category("web_tour.tours").add("lot_traceability_clicks_close", {
    steps: () =>
        countClicks(2, [
            { trigger: ".o_form_statusbar button[name=action_ask_close]", run: "click" },
            { trigger: ".modal [name=line_ids] .o_data_row:contains(Nothing of them is left)" },
            {
                trigger: ".modal .o_field_widget[name=password] input",
                run: "edit clicks_manager",
            },
            { trigger: ".modal-footer button[name=action_confirm]:contains(Close)", run: "click" },
            state("closed"),
        ]),
});
