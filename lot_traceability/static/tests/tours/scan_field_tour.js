import { registry } from "@web/core/registry";

const INPUT = ".o_lot_scan_field input[aria-label=Scan]";
const GTIN = "09506000134352";

function press(target, key, values = {}) {
    const init = { key, bubbles: true, cancelable: true, ...values };
    const isDefault = target.dispatchEvent(new KeyboardEvent("keydown", init));
    if (isDefault && key.length === 1 && !values.altKey && target.matches("input")) {
        target.setRangeText(key, target.selectionStart, target.selectionEnd, "end");
    }
    target.dispatchEvent(new KeyboardEvent("keyup", init));
}

/** The ways in which scanners and drivers type the separator of GS1 codes. */
const SEPARATORS = {
    F8: (target) => press(target, "F8"),
    "Ctrl+]": (target) => {
        const keydown = (key, values) =>
            target.dispatchEvent(
                new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...values })
            );
        keydown("Control", { ctrlKey: true });
        keydown("]", { ctrlKey: true, code: "BracketRight" });
    },
    "Alt+029": (target) => {
        const init = { key: "Alt", altKey: true, bubbles: true };
        target.dispatchEvent(new KeyboardEvent("keydown", init));
        for (const key of "029") {
            press(target, key, { altKey: true, code: `Numpad${key}` });
        }
        target.dispatchEvent(new KeyboardEvent("keyup", { ...init, altKey: false }));
    },
    GS: (target) => press(target, "\x1d"),
};

/** A scanner types fast, and ends with Enter or Tab; "^" stands for the separator. */
function type(target, text, end = "Enter", separator = "GS") {
    for (const key of text) {
        if (key === "^") {
            SEPARATORS[separator](target);
        } else {
            press(target, key);
        }
    }
    press(target, end);
}

/** With the cursor nowhere. */
function scanAnywhere(...args) {
    document.activeElement.blur();
    type(document.body, ...args);
}

function scanInField(...args) {
    const input = document.querySelector(INPUT);
    input.focus();
    type(input, ...args);
}

function answered(answer, text) {
    return `.o_lot_scan_answer[data-answer=${answer}]:contains(${text})`;
}

registry.category("web_tour.tours").add("lot_traceability_scan_field", {
    steps: () => [
        {
            content: "A GS1 code in brackets, with the cursor in the field",
            trigger: INPUT,
            run: () => scanInField(`(01)${GTIN}(10)L/1(30)2`),
        },
        {
            trigger: answered("booked", "L/1 (Scan Flour): 2 of 4 Units"),
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
            run: () => scanInField(`https://id.gs1.org/01/${GTIN}/10/L%2F1`),
        },
        {
            trigger: answered("booked", "L/1 (Scan Flour): 3 of 4 Units"),
        },
        {
            content: "Without the cursor in a field: the product, then its number",
            trigger: INPUT,
            run: () => scanAnywhere("96385074"),
        },
        {
            trigger: ".o_lot_scan_product:contains(Numbers of Scan Oven)",
            run: () => scanAnywhere("OV-1"),
        },
        {
            trigger: answered("booked", "OV-1 (Scan Oven): 1 of 1 Units"),
            run: () => scanAnywhere("OV-1"),
        },
        {
            trigger: answered("look", "OV-1 of Scan Oven was scanned already"),
        },
        {
            content: "A label without its separator is asked about",
            trigger: INPUT,
            run: () => scanInField(`01${GTIN}10W302917271231`),
        },
        {
            trigger: answered("ask", "more than one way"),
        },
        {
            trigger: ".o_lot_scan_choice:contains(Lot W3029,)",
            run: "click",
        },
        {
            trigger: answered("booked", "W3029 (Scan Flour): 4 of 4 Units"),
        },
        {
            content: "It is taken back",
            trigger: ".o_lot_scan_row:contains(W3029) .o_lot_scan_undo",
            run: "click",
        },
        {
            trigger: ".o_lot_scan_row:contains(W3029):not(:has(.o_lot_scan_undo))",
        },
        {
            trigger: INPUT,
            run: () => scanInField(`01${GTIN}301^10L/2`, "Tab", "F8"),
        },
        {
            trigger: answered("booked", "L/2 (Scan Flour): 4 of 4 Units"),
        },
        {
            content: "A wrong one is refused",
            trigger: INPUT,
            run: () => scanInField("(01)09506000134353"),
        },
        {
            trigger: answered("refused", "The check digit of"),
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

const KEY_STEPS = [];
let at = 0;
for (const scan of [scanInField, scanAnywhere]) {
    for (const separator of Object.keys(SEPARATORS)) {
        at += 1;
        const end = at % 2 ? "Enter" : "Tab";
        const text = `01${GTIN}302^10K${at}`;
        KEY_STEPS.push(
            { trigger: INPUT, run: () => scan(text, end, separator) },
            { trigger: answered("booked", `K${at} (Scan Flour): ${2 * at} of 16 Units`) }
        );
    }
}

registry.category("web_tour.tours").add("lot_traceability_scan_keys", {
    steps: () => KEY_STEPS,
});
