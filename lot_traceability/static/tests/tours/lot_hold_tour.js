import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("lot_traceability_hold", {
    steps: () => [
        {
            trigger: "button[name=action_open_hold]",
            run: "click",
        },
        {
            content: "The impact is shown before anything is held",
            trigger:
                ".modal .o_lot_hold_reservations td:contains(Tour Hazelnuts)",
        },
        {
            trigger: ".modal .o_lot_hold_stock td:contains(10 Units)",
        },
        {
            trigger: ".modal [name=reason] input",
            run: "edit Metal found",
        },
        {
            trigger: ".modal button[name=action_apply]:contains(Put on Hold)",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .alert-danger:contains(Metal found)",
        },
        {
            trigger: "button[name=action_open_release]",
            run: "click",
        },
        {
            trigger: ".modal [name=reason] input",
            run: "edit Sensor was wrong",
        },
        {
            trigger: ".modal button[name=action_apply]:contains(Release)",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) button[name=action_open_hold]",
        },
        {
            trigger: ".o-mail-Message:contains(Released: Sensor was wrong)",
        },
    ],
});

const INPUT = ".modal [name=lot_ids] input";

registry.category("web_tour.tours").add("lot_traceability_hold_scanned", {
    steps: () => [
        {
            content: "Not the first of those that begin like it",
            trigger: INPUT,
            run: "edit HZ-",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(HZ-10)",
        },
        {
            trigger: INPUT,
            run: "press Enter",
        },
        {
            content: "The next scan takes its place: a label",
            trigger: ".modal [name=lot_ids]:not(:has(.o_tag)) input",
            run: "edit ]C1010950600013435210HZ-10",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:first-child:contains(HZ-10)",
        },
        {
            trigger: INPUT,
            run: "press Enter",
        },
        {
            trigger: ".modal [name=lot_ids] .o_tag:contains(HZ-10)",
        },
        {
            trigger: INPUT,
            run: "edit hz-1",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:first-child:contains(/^HZ-1$/)",
        },
        {
            trigger: INPUT,
            run: "press Enter",
        },
        {
            trigger: ".modal [name=lot_ids] .o_tag:nth-child(2):contains(/^HZ-1$/)",
        },
        {
            trigger: ".modal footer button:contains(Discard)",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
    ],
});
