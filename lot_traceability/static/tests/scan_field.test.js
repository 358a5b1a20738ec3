import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    defineParams,
    fields,
    getService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Picking extends models.Model {
    _name = "stock.picking";
    name = fields.Char();
    _records = [{ id: 1, name: "WH/IN/1" }];
}
defineMailModels();
defineModels([Picking]);

const INPUT = ".o_lot_scan_field input[aria-label=Scan]";
const LEVELS = { booked: "success", look: "warning", refused: "danger", ask: "info" };

let nextId = 1;

/** What the server says of a scan. */
function answerOf(text, answer = "booked", values = {}) {
    const id = nextId++;
    const scan = { id, text, message: `${text}: 1`, time: "2026-11-29 10:00:00", answer };
    return {
        answer,
        level: LEVELS[answer],
        message: `${text}: 1`,
        choices: [],
        product_id: false,
        product: false,
        location_id: false,
        location: false,
        quantity: false,
        scan: { ...scan, can_undo: answer === "booked", is_undone: false },
        ...values,
    };
}

let answers;
let scans;

beforeEach(() => {
    answers = {};
    scans = [];
    onRpc("stock.picking", "get_scans", () => scans);
    onRpc("stock.picking", "scan_number", async ({ args, kwargs }) => {
        const text = args[1];
        const given = ["product_id", "location_id", "quantity", "reading"]
            .filter((name) => kwargs[name])
            .map((name) => ` ${name}=${kwargs[name]}`);
        expect.step(`scan ${text}${given.join("")}`);
        const answer = answers[text];
        return typeof answer === "function" ? answer(kwargs) : answer || answerOf(text);
    });
});

async function mountField() {
    await mountView({
        type: "form",
        resModel: "stock.picking",
        resId: 1,
        arch: `<form><field name="name"/><widget name="lot_scan_field"/></form>`,
    });
}

async function scan(text, key = "Enter") {
    await contains(INPUT).edit(text, { confirm: false });
    await press(key);
    await animationFrame();
}

test("Enter and Tab book, an empty field does not", async () => {
    await mountField();
    await scan("SN-1");
    await scan("SN-22", "Tab");
    expect(INPUT).toHaveValue("");
    queryOne(INPUT).focus();
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["scan SN-1", "scan SN-22"]);
    // the last one first
    expect(queryAllTexts(".o_lot_scan_row .o_lot_scan_message")).toEqual(["SN-22: 1", "SN-1: 1"]);
});

test("three answers that are told apart without reading", async () => {
    answers["BAD"] = answerOf("BAD", "refused");
    answers["LATE"] = answerOf("LATE", "look");
    await mountField();
    for (const [text, answer, level] of [
        ["OK", "booked", "success"],
        ["LATE", "look", "warning"],
        ["BAD", "refused", "danger"],
    ]) {
        await scan(text);
        expect(".o_lot_scan_answer").toHaveClass(`text-bg-${level}`);
        expect(".o_lot_scan_answer").toHaveAttribute("data-answer", answer);
    }
    expect(".o_lot_scan_answer").toHaveAttribute("role", "status");
    expect.verifySteps(["scan OK", "scan LATE", "scan BAD"]);
});

test("scans of a fast scanner are booked one after the other", async () => {
    const first = new Deferred();
    answers["A"] = async () => {
        await first;
        return answerOf("A");
    };
    await mountField();
    await scan("A");
    await scan("BB");
    expect.verifySteps(["scan A"]);
    first.resolve();
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["scan BB"]);
    expect(".o_lot_scan_answer").toHaveText(/BB: 1/);
});

test("a scan without the cursor in the field is booked, commands of Odoo are not", async () => {
    await mountField();
    const { bus } = getService("barcode");
    bus.trigger("barcode_scanned", { barcode: "OBTVALI" });
    bus.trigger("barcode_scanned", { barcode: "SN-7" });
    await animationFrame();
    expect.verifySteps(["scan SN-7"]);
});

test("a product that was scanned is meant until it is forgotten", async () => {
    answers["HONEY"] = answerOf("HONEY", "noted", { product_id: 5, product: "Honey" });
    answers["L-1"] = answerOf("L-1", "booked", { product_id: 5, product: "Honey" });
    await mountField();
    await scan("HONEY");
    expect(".o_lot_scan_product").toHaveText(/Honey/);
    await scan("L-1");
    await contains(".o_lot_scan_product .btn-close").click();
    expect(".o_lot_scan_product").toHaveCount(0);
    await scan("L-2");
    expect.verifySteps(["scan HONEY", "scan L-1 product_id=5", "scan L-2"]);
});

test("what can be read in two ways is asked, and the choice goes along", async () => {
    answers["10X"] = ({ reading }) =>
        reading
            ? answerOf("10X")
            : answerOf("10X", "ask", {
                  scan: false,
                  choices: [
                      { reading: "a", text: "Lot X" },
                      { reading: "b", text: "Number 10X" },
                  ],
              });
    await mountField();
    await scan("10X");
    expect(".o_lot_scan_row").toHaveCount(0);
    await contains(".o_lot_scan_choice:contains(Number)").click();
    await animationFrame();
    expect.verifySteps(["scan 10X", "scan 10X reading=b"]);
    expect(".o_lot_scan_row").toHaveCount(1);
});

test("a weight is asked; a code that is scanned into it is a code", async () => {
    answers["MEAT"] = ({ quantity }) =>
        quantity
            ? answerOf("MEAT")
            : answerOf("MEAT", "ask", { scan: false, wants_quantity: true, uom: "kg" });
    await mountField();
    await scan("MEAT");
    // what is typed next is no number
    expect(".o_lot_scan_quantity").toBeFocused();
    await contains(".o_lot_scan_quantity").edit("2.5", { confirm: false });
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["scan MEAT", "scan MEAT quantity=2.5"]);
    // in the digits of the reader's script
    await scan("MEAT");
    await contains(".o_lot_scan_quantity").edit("\u0662\u066b\u0665", { confirm: false });
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["scan MEAT", "scan MEAT quantity=2.5"]);
    await scan("MEAT");
    await contains(".o_lot_scan_quantity").edit("4006381333931", { confirm: false });
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["scan MEAT", "scan 4006381333931"]);
});

test("a quantity that is proposed is one as it is typed in the language", async () => {
    defineParams({ lang_parameters: { decimal_point: ",", thousands_sep: "." } });
    const ask = { scan: false, wants_quantity: true, uom: "kg" };
    answers["HAM"] = ({ quantity }) =>
        quantity ? answerOf("HAM") : answerOf("HAM", "ask", { ...ask, quantity: 1234.5 });
    answers["EGG"] = answerOf("EGG", "ask", ask);
    await mountField();
    await scan("HAM");
    expect(".o_lot_scan_quantity").toHaveValue("1234,5");
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["scan HAM", "scan HAM quantity=1234.5"]);
    // nothing stays of what was typed for another label
    await scan("HAM");
    await contains(".o_lot_scan_quantity").edit("77", { confirm: false });
    await scan("EGG");
    expect(".o_lot_scan_quantity").toHaveValue("");
    expect.verifySteps(["scan HAM", "scan EGG"]);
});

test("the separator of a label is typed as scanners type it", async () => {
    await mountField();
    await contains(INPUT).edit("10AB", { confirm: false });
    await press("F8");
    await press("1");
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["scan 10AB\x1d1"]);
    // it has no picture
    expect(".o_lot_scan_row .text-break").toHaveText("10AB 1");
});

test("undo strikes out what was booked", async () => {
    const booked = answerOf("SN-1").scan;
    scans = [booked];
    onRpc("stock.picking", "undo_scan", ({ args }) => {
        expect.step(`undo ${args[1]}`);
        scans = [{ ...booked, is_undone: true, can_undo: false }];
        return answerOf("SN-1", "noted", { message: "Taken back", level: "info" });
    });
    await mountField();
    await contains(".o_lot_scan_undo").click();
    await animationFrame();
    expect.verifySteps([`undo ${booked.id}`]);
    expect(".o_lot_scan_undo").toHaveCount(0);
    expect(".o_lot_scan_row_text").toHaveClass("text-decoration-line-through");
});
