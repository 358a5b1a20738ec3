import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { animationFrame, runAllTimers } from "@odoo/hoot-mock";
import { GenerateDialog } from "@stock/widgets/generate_serial";
import {
    contains,
    defineModels,
    getService,
    models,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { MainComponentsContainer } from "@web/core/main_components_container";

describe.current.tags("desktop");

class Move extends models.Model {
    _name = "stock.move";
}
defineMailModels();
defineModels([Move]);

const FIRST = "#next_serial_0";
const COUNT = "#next_serial_count_0";

function previewOf(numbers, values = {}) {
    return {
        numbers,
        count: numbers.length,
        errors: [],
        rows: numbers.map((number) => ({ number, state: "new", reason: "" })),
        states: {},
        readings: [],
        ...values,
    };
}

async function openDialog(preview, tracking = "serial", records = []) {
    onRpc("stock.move", "preview_lot_numbers", ({ args }) => {
        const [context, , text, count, lines] = args;
        expect.step(`${text}|${count}|${lines}|${context.number_reading || ""}`);
        return preview(text, context, lines);
    });
    onRpc("res.users", "has_group", () => false);
    onRpc("stock.move", "get_next_lot_number", () => "SN-100");
    onRpc("stock.move", "action_generate_lot_line_vals", () => {
        expect.step("generate");
        return [];
    });
    await mountWithCleanup(MainComponentsContainer);
    const lines = {
        records,
        _commands: [],
        _currentIds: [],
        _applyCommands: (commands) => commands.length && expect.step(`without ${commands}`),
        _onUpdate: () => {},
    };
    getService("dialog").add(GenerateDialog, {
        mode: "generate",
        move: {
            resId: 4,
            context: {},
            data: {
                has_tracking: tracking,
                product_id: { id: 1 },
                product_uom: { id: 1, display_name: "Units" },
                location_id: { id: 2 },
                location_dest_id: { id: 3 },
                product_qty: 3,
                product_uom_qty: 3,
                quantity: 0,
                move_line_ids: lines,
            },
        },
    });
    await animationFrame();
}

async function type(selector, text) {
    await contains(selector).edit(text, { confirm: false });
    await runAllTimers();
    await animationFrame();
}

test("what will be created is shown before it is", async () => {
    await openDialog(() => previewOf(["SN-1", "SN-2", "SN-3"]));
    expect(COUNT).toHaveValue("3");
    await type(FIRST, "SN-1");
    expect(".o_number_preview").toHaveText(/SN-1, SN-2, SN-3/);
    expect(".o_number_preview").toHaveText(/3/);
    await contains(".modal-footer .btn-primary").click();
    await animationFrame();
    expect.verifySteps(["SN-1|3||", "SN-1|3||", "generate"]);
    expect(".modal").toHaveCount(0);
});

test("numbers that cannot be used are named, and nothing is generated", async () => {
    await openDialog(() =>
        previewOf(["SN-1", "SN-2"], {
            errors: ["SN-1 exists already."],
            states: { error: 1, ask: 1 },
            rows: [
                { number: "SN-1", state: "error", reason: "It exists already." },
                { number: "SN-2", state: "ask", reason: "It was scrapped." },
                { number: "SN-3", state: "new", reason: "" },
            ],
        })
    );
    await type(FIRST, "SN-1");
    expect(".o_number_refused").toHaveText(/cannot be used: 1/);
    expect(".o_number_rows tr").toHaveCount(2);
    expect(".o_number_rows tr.table-danger").toHaveText(/SN-1\s*It exists already/);
    expect(".o_number_rows tr.table-warning").toHaveText(/SN-2\s*A reason is asked for/);
    await contains(".modal-footer .btn-primary").click();
    await animationFrame();
    expect.verifySteps(["SN-1|3||", "SN-1|3||"]);
    expect(".modal").toHaveCount(1);
});

test("two readings are asked, and the count follows the one that is chosen", async () => {
    const readings = [
        { reading: "numbers", count: 1, numbers: ["10-12"] },
        { reading: "expression", count: 3, numbers: ["10", "11", "12"] },
    ];
    await openDialog((text, { number_reading: chosen }) => {
        const found = readings.find(({ reading }) => reading === chosen);
        return previewOf(found ? found.numbers : [], {
            readings: readings.map((row) => ({ ...row, chosen: row === found })),
        });
    });
    await type(COUNT, "1");
    await type(FIRST, "10-12");
    expect(".o_number_readings button").toHaveCount(2);
    await contains("[data-reading=expression]").click();
    await animationFrame();
    expect(COUNT).toHaveValue("3");
    expect(".o_number_preview").toHaveText(/10, 11, 12/);
    expect("[data-reading=expression]").toHaveAttribute("aria-pressed", "true");
    expect.verifySteps(["|1||", "10-12|1||", "10-12|3||expression"]);
});

test("pasted lines are looked at as well, and long lists are shortened", async () => {
    const numbers = Array.from({ length: 6 }, (_value, index) => `P${index + 1}`);
    await openDialog(() => previewOf(numbers, { count: 250 }), "lot");
    await type("#number_lines_0", "P1;2\nP2;3");
    expect(".o_number_preview").toHaveText(/P1, P2, P3, …, P6/);
    expect.verifySteps(["|3|P1;2\nP2;3|"]);
});

test("what was scanned already is kept, and no longer asked for", async () => {
    const lines = [
        { resId: 7, data: { lot_name: "L-1", quantity: 1.2 } },
        { resId: 8, data: { lot_name: "", quantity: 1.8 } },
    ];
    let kept;
    await openDialog(
        (text, context) => {
            kept = context.kept_numbers;
            return previewOf([text]);
        },
        "lot",
        lines
    );
    expect("#keep_lines_0").toBeChecked();
    expect(COUNT).toHaveValue("1.8");
    expect("#total_received_0").toHaveValue("1.8");
    await type(FIRST, "L-2");
    expect(kept).toEqual(["L-1"]);
    await contains(".modal-footer .btn-primary").click();
    await animationFrame();
    // the line that waited for a number has one now
    expect.verifySteps(["L-2|1.8||", "L-2|1.8||", "generate", "without 2,8"]);
});

test("the next number is shown, not used up", async () => {
    await openDialog((text) => previewOf([text]));
    await contains(".modal-body .btn-primary").click();
    await animationFrame();
    expect(FIRST).toHaveValue("SN-100");
    expect.verifySteps(["SN-100|3||"]);
});

test("figures in the digits of other scripts", async () => {
    let sent;
    await openDialog(() => previewOf(["SN-1", "SN-2"]));
    onRpc("stock.move", "action_generate_lot_line_vals", ({ args }) => {
        sent = args[3];
        return [];
    });
    for (const [typed, read] of [
        ["\u0661\u0662", 12],
        ["\u06f1\u06f2", 12],
        ["\u0967\u0968", 12],
        ["\uff11\uff12", 12],
        ["\u200f\u0661\u066c\u0660\u0660\u0660", 1000],
    ]) {
        await type(COUNT, typed);
        expect.verifySteps([`|${read}||`]);
    }
    await type(COUNT, "\u0662");
    expect.verifySteps(["|2||"]);
    await contains(".modal-footer .btn-primary").click();
    await animationFrame();
    expect.verifySteps(["|2||"]);
    expect(sent).toBe(2);
});
