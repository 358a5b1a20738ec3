import { registry } from "@web/core/registry";

const INPUT = ".o_lot_scan_field input";

/** A scanner types fast, and ends with Enter; here on no field at all. */
function scanAnywhere(text) {
    document.activeElement.blur();
    for (const key of [...text, "Enter"]) {
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    }
}

registry.category("web_tour.tours").add("lot_traceability_scan_field", {
    steps: () => [
        {
            content: "A GS1 code in brackets, with the cursor in the field",
            trigger: INPUT,
            run: "edit (01)09506000134352(10)L/1(30)2",
        },
        {
            trigger: INPUT,
            run: "press Enter",
        },
        {
            trigger: ".o_notification:contains(L/1 (Scan Flour): 2 of 3 Units)",
        },
        {
            content: "A Digital Link adds one",
            trigger: `${INPUT}:value()`,
            run: "edit https://id.gs1.org/01/09506000134352/10/L%2F1",
        },
        {
            trigger: INPUT,
            run: "press Enter",
        },
        {
            trigger: ".o_notification:contains(L/1 (Scan Flour): 3 of 3 Units)",
        },
        {
            content: "Without the cursor in a field: the product, then its number",
            trigger: INPUT,
            run: () => scanAnywhere("96385074"),
        },
        {
            trigger: ".o_lot_scan_field .badge:contains(Numbers of Scan Oven)",
            run: () => scanAnywhere("OV-1"),
        },
        {
            trigger: ".o_notification:contains(OV-1 (Scan Oven): 1 of 1 Units)",
            run: () => scanAnywhere("OV-1"),
        },
        {
            trigger: ".o_notification:contains(OV-1 of Scan Oven was scanned already)",
        },
        {
            content: "A wrong one is refused",
            trigger: INPUT,
            run: "edit (01)09506000134353",
        },
        {
            trigger: INPUT,
            run: "press Enter",
        },
        {
            trigger: ".o_notification:contains(The check digit of (01\\)09506000134353 is wrong)",
        },
        {
            trigger: "button[name=button_validate]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current[data-value=done]",
        },
    ],
});
