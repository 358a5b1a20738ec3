import { registry } from "@web/core/registry";

const state = (name) => ({
    trigger: `.o_statusbar_status button[data-value=${name}].o_arrow_button_current`,
});

const press = (name) => ({
    trigger: `.o_form_statusbar button[name=${name}]`,
    run: "click",
});

const sign = [
    {
        content: "Signed with the password",
        trigger: ".modal .o_field_widget[name=password] input",
        run: "edit admin",
    },
    {
        trigger: ".modal-footer button[name=action_confirm]",
        run: "click",
    },
];

registry.category("web_tour.tours").add("lot_traceability_recall_mock", {
    steps: () => [
        { content: "A lot is drawn at random", ...press("action_draw") },
        { trigger: ".o_field_many2many_tags:contains(JAM-66)" },
        press("action_assess"),
        state("assessment"),
        press("action_scope"),
        state("scoped"),
        press("action_approve"),
        ...sign,
        state("approved"),
        press("action_open_notices"),
        {
            content: "Nothing leaves the house",
            trigger: ".modal-footer button[name=action_send]",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:contains(Rehearsed)" },
        {
            trigger: ".o_back_button, .breadcrumb-item a:last",
            run: "click",
        },
        state("notifying"),
        press("action_recover"),
        state("recovery"),
        press("action_reconcile"),
        state("reconciled"),
        {
            content: "What was done when",
            trigger: ".nav-link:contains(Clock)",
            run: "click",
        },
        { trigger: ".o_field_widget[name=step_ids] .o_data_row:contains(Traced Forward)" },
        press("action_ask_close"),
        ...sign,
        state("closed"),
    ],
});
