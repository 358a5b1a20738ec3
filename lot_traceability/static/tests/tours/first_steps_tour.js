import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

// the guide itself, as a newcomer goes it, and what the first screen shows before
tours.add("lot_traceability_first_steps", {
    steps: () => [
        {
            trigger: ".o_lot_first_steps tr:contains(quarantine)",
        },
        {
            trigger: ".o_notebook .nav-link:contains(Profiles)",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=profile_ids] tr:contains(Electronics) button",
            run: "click",
        },
        {
            content: "What it sets is shown, before and after",
            trigger: ".modal tr:contains(No Lot Below Zero):contains(Off):contains(On)",
        },
        {
            trigger: ".modal footer button:contains(Discard)",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
        // asked for here: the portal loads this file as well, and has no guide
        ...tours.get("lot_traceability_guide").steps(),
        {
            trigger: ".o_trace_graph button[data-lot='HZ-ALP-2291']",
        },
    ],
});
