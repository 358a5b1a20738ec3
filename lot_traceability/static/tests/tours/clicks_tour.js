import { registry } from "@web/core/registry";

/**
 * Steps of a tour that may click so many times and no more: what the way costs somebody
 * who does it. Typing and scanning are not counted.
 */
export function countClicks(most, steps) {
    const clicks = steps.filter(({ run }) => run === "click").length;
    if (clicks > most) {
        throw new Error(`The way takes ${clicks} clicks; ${most} are allowed.`);
    }
    return steps;
}

export function clickMenu(section, menu) {
    return [
        {
            content: "From the first screen of Inventory",
            trigger: `.o_menu_sections button[data-menu-xmlid='${section}']`,
            run: "click",
        },
        {
            trigger: `.o-dropdown-item[data-menu-xmlid='${menu}']`,
            run: "click",
        },
    ];
}

export const TRACE = clickMenu(
    "lot_traceability.menu_lot_traceability",
    "lot_traceability.menu_lot_trace_search"
);

const typeAndEnter = (text, found) => [
    { trigger: ".o_trace_search input", run: `edit ${text}` },
    { trigger: `.o_trace_search .o_trace_open:contains(${found})` },
    { trigger: ".o_trace_search input", run: "press Enter" },
];

registry.category("web_tour.tours").add("lot_traceability_clicks_customers", {
    steps: () =>
        countClicks(2, [
            ...TRACE,
            ...typeAndEnter("CLICK-1", "CLICK-1"),
            {
                content: "Who has it, how much, how sure, without a scroll",
                trigger: ".o_trace_answer li:contains(Click Bakery):contains(4 Units):contains(exact)",
                run() {
                    const { bottom } = this.anchor.getBoundingClientRect();
                    if (bottom > window.innerHeight) {
                        throw new Error(`The answer is below the screen: ${bottom}`);
                    }
                },
            },
            { trigger: ".o_trace_figure_at_customers:contains(4 Units)" },
            { trigger: ".o_trace_figure_on_hand:contains(6 Units)" },
            {
                content: "Customer and vendor stand in the picture",
                trigger: ".o_trace_graph button[data-partner='Click Bakery']",
            },
            { trigger: ".o_trace_graph button[data-partner='Click Mill']" },
            { trigger: ".o_trace_graph button[data-lot='CLICK-1'] .o_trace_badge_stock:contains(6)" },
            {
                content: "Nothing is unsure, so nothing is said about it",
                trigger: ".o_trace_holders:not(:has(th:contains(Likely)))",
            },
            { trigger: "body:not(:has(.badge:contains(Possible)))" },
        ]),
});

registry.category("web_tour.tours").add("lot_traceability_clicks_hold", {
    steps: () =>
        countClicks(3, [
            ...clickMenu(
                "lot_traceability.menu_lot_traceability",
                "lot_traceability.menu_lot_hold_new"
            ),
            { trigger: ".modal [name=lot_ids] input", run: "edit CLICK-1" },
            {
                trigger: ".o-autocomplete--dropdown-item:contains(CLICK-1)",
            },
            { trigger: ".modal [name=lot_ids] input", run: "press Enter" },
            { trigger: ".modal [name=lot_ids] .o_tag:contains(CLICK-1)" },
            { trigger: ".modal .o_lot_hold_stock:contains(6 Units)" },
            { trigger: ".modal [name=reason] input", run: "edit Smells" },
            {
                trigger: ".modal button[name=action_apply]:contains(Put on Hold)",
                run: "click",
            },
            { trigger: ".o_notification:contains(On hold: CLICK-1)" },
        ]),
});

registry.category("web_tour.tours").add("lot_traceability_clicks_complaint", {
    steps: () =>
        countClicks(4, [
            ...TRACE,
            { trigger: ".o_trace_search input", run: "edit Click Bakery" },
            {
                content: "The lots that the customer got",
                trigger: ".o_trace_search section[data-kind=partner] .o_trace_choose",
                run: "click",
            },
            {
                trigger: ".o_trace_lot:contains(CLICK-2)",
            },
            {
                trigger: ".o_trace_lot:contains(CLICK-1)",
                run: "click",
            },
            { trigger: ".o_trace_graph button[data-lot='CLICK-1']" },
            { trigger: ".o_trace_extra:contains(Hold)" },
            { trigger: ".o_trace_export" },
        ]),
});

registry.category("web_tour.tours").add("lot_traceability_scan_in_search", {
    steps: () => [
        ...TRACE,
        {
            content: "A label is scanned while the focus is anywhere",
            trigger: ".o_trace_search input",
            run() {
                this.anchor.blur();
                for (const key of [..."0109506000134352" + "10CLICK-1", "Enter"]) {
                    document.body.dispatchEvent(
                        new KeyboardEvent("keydown", { key, bubbles: true })
                    );
                }
            },
        },
        { trigger: ".o_trace_graph button[data-lot='CLICK-1']" },
        {
            content: "One menu for all exports",
            trigger: ".o_trace_export",
            run: "click",
        },
        { trigger: ".o-dropdown-item.o_trace_epcis" },
    ],
});
