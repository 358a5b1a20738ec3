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
            run: (helpers) => helpers.edit("(01)09506000134352(10)L/1(30)2"),
        },
        {
            trigger: INPUT,
            run: "press Enter",
        },
        {
            trigger: ".o_notification:contains(L/1 (Scan Flour): 2 of 4 Units)",
        },
        {
            content: "The line is there",
            trigger: ".o_data_row:contains(Scan Flour) button[name=action_show_details]",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row:contains(L/1):contains(2.00)",
        },
        {
            trigger: ".modal .o_form_button_cancel",
            run: "click",
        },
        {
            content: "What is typed elsewhere in the form is not lost",
            trigger: "body:not(:has(.modal)) .o_field_widget[name=origin] input",
            run: "edit PO77",
        },
        {
            content: "A Digital Link adds one",
            trigger: INPUT,
            run: "edit https://id.gs1.org/01/09506000134352/10/L%2F1",
        },
        {
            trigger: INPUT,
            run: "press Enter",
        },
        {
            trigger: ".o_notification:contains(L/1 (Scan Flour): 3 of 4 Units)",
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
            content: "The separator of an element string, as scanners type it",
            trigger: INPUT,
            run: ({ anchor }) => {
                const press = { key: "]", ctrlKey: true, bubbles: true };
                anchor.focus();
                anchor.value = "0109506000134352301";
                anchor.dispatchEvent(new KeyboardEvent("keydown", press));
                anchor.value += "10L/2";
            },
        },
        {
            trigger: INPUT,
            run: "press Enter",
        },
        {
            trigger: ".o_notification:contains(L/2 (Scan Flour): 4 of 4 Units)",
        },
        {
            content: "A wrong one is refused",
            trigger: INPUT,
            run: (helpers) => helpers.edit("(01)09506000134353"),
        },
        {
            trigger: INPUT,
            run: "press Enter",
        },
        {
            trigger: ".o_notification:contains(The check digit of)",
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
