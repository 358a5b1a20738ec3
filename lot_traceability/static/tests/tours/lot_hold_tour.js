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
