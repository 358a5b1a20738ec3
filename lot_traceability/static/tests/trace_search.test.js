import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame, Deferred, runAllTimers } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    getService,
    mockService,
    models,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

describe.current.tags("desktop");

class Lot extends models.Model {
    _name = "stock.lot";
}
defineMailModels();
defineModels([Lot]);

const INPUT = ".o_trace_search input";
const ROWS = [
    { kind: "partner", model: "res.partner", id: 7, name: "Corner Shop", detail: "" },
    { kind: "lot", model: "stock.lot", id: 1, name: "HONEY-1", detail: "Honey" },
    { kind: "lot", model: "stock.lot", id: 2, name: "HONEY-2", detail: "Honey" },
];

async function openSearch(search = () => ROWS) {
    onRpc("stock.lot", "search_any_number", ({ args }) => {
        expect.step(`search ${args[0]}`);
        return search(args[0]);
    });
    onRpc("stock.lot", "action_open_story", ({ args }) => {
        expect.step(`open ${args[0]} ${args[1]}`);
        return { type: "ir.actions.act_window_close" };
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction("lot_traceability.trace_search");
}

async function type(text) {
    await contains(INPUT).edit(text, { confirm: false });
    await runAllTimers();
    await animationFrame();
}

test("one question for what was typed, lots first", async () => {
    await openSearch();
    expect(".o_nocontent_help").toHaveText(/What do you want to trace/);
    await type("HON");
    expect.verifySteps(["search HON"]);
    expect(queryAllTexts(".o_trace_open b")).toEqual(["HONEY-1", "HONEY-2", "Corner Shop"]);
    expect("[role=option][aria-selected=true]").toHaveText(/HONEY-1/);
});

test("arrows choose, Enter opens, Escape empties", async () => {
    await openSearch();
    await type("HON");
    await press("ArrowDown");
    await animationFrame();
    expect("[role=option][aria-selected=true]").toHaveText(/HONEY-2/);
    await press("ArrowUp");
    await press("ArrowUp");
    await animationFrame();
    expect("[role=option][aria-selected=true]").toHaveText(/Corner Shop/);
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["search HON", "open res.partner 7"]);
    await press("Escape");
    await animationFrame();
    expect("[role=option]").toHaveCount(0);
    expect(INPUT).toHaveValue("");
});

test("a scanner is faster than the list", async () => {
    await openSearch((text) => ROWS.filter((row) => row.name === text));
    await contains(INPUT).edit("HONEY-2", { confirm: false });
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["search HONEY-2", "open stock.lot 2"]);
});

test("a late answer does not replace the one that was asked for", async () => {
    const slow = new Deferred();
    await openSearch(async (text) => {
        if (text === "SLOW") {
            await slow;
            return [ROWS[0]];
        }
        return [ROWS[1]];
    });
    await type("SLOW");
    await type("FAST");
    expect(queryAllTexts(".o_trace_open b")).toEqual(["HONEY-1"]);
    slow.resolve();
    await animationFrame();
    expect(queryAllTexts(".o_trace_open b")).toEqual(["HONEY-1"]);
    expect.verifySteps(["search SLOW", "search FAST"]);
});

test("what is not found is said", async () => {
    await openSearch(() => []);
    await type("XX");
    expect(".o_nocontent_help").toHaveText(/“XX”/);
    expect.verifySteps(["search XX"]);
});

test("the lots of a partner over the whole chain", async () => {
    await openSearch();
    await type("HON");
    mockService("action", {
        doAction: (action) => expect.step(JSON.stringify(action.domain)),
    });
    await contains(".o_trace_chain").click();
    expect.verifySteps([
        "search HON",
        '["|",["trace_customer_ids","any",[["id","child_of",7]]],["trace_vendor_ids","any",[["id","child_of",7]]]]',
    ]);
});

test("a document beyond the rights of the user is no error", async () => {
    const order = { kind: "manufacturing", model: "mrp.production", id: 3, name: "WH/MO/1", detail: "" };
    onRpc("has_access", ({ model, args }) => {
        expect.step(`may read ${model} ${args[0]}`);
        return model !== "mrp.workorder";
    });
    await openSearch(() => [order]);
    await type("MO");
    await contains("button[title=Open]").click();
    expect(".o_notification").toHaveText(/not allowed/);
    expect.verifySteps([
        "search MO",
        "may read mrp.production 3",
        "may read mrp.workorder ",
    ]);
});
