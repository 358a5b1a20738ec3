import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

const GUIDE = "lot_traceability_guide";

/** A newcomer is led from the first screen to the story of a lot. */
registry.category("web_tour.tours").add(GUIDE, {
    steps: () => [
        {
            trigger: ".o_lot_first_steps",
            content: _t("These steps tick themselves off. Open leads to where each is done."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: "button[data-menu-xmlid='lot_traceability.menu_lot_traceability']",
            content: _t("All that is about lots and serials is in this menu."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: "[data-menu-xmlid='lot_traceability.menu_lot_trace_search']",
            content: _t("Trace finds any number, product, document or partner."),
            tooltipPosition: "right",
            run: "click",
        },
        {
            trigger: ".o_trace_search input",
            content: _t("Type the number of a lot, or scan it. In the demo: HZ-ALP-2291"),
            tooltipPosition: "bottom",
            run: "edit HZ-ALP-2291",
        },
        {
            trigger: ".o_trace_search .o_trace_open",
            content: _t("Open what was found."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_trace_graph",
            content: _t(
                "On the left what it is made of, on the right what it went into and who has it. Click anything to see more."
            ),
            tooltipPosition: "bottom",
            run: "click",
        },
    ],
});

registry.category("actions").add("lot_traceability.start_guide", (env) =>
    env.services.tour_service.startTour(GUIDE, { mode: "manual", redirect: false })
);
