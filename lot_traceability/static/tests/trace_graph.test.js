import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { press, queryOne } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { onRendered } from "@odoo/owl";
import { TraceEdges } from "@lot_traceability/trace_story/trace_edges";
import { TraceGraph } from "@lot_traceability/trace_story/trace_graph";
import { contains, mountWithCleanup, patchWithCleanup } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const CARD = { width: 160, height: 56 };

function makeNode(key, column, y, values = {}) {
    return {
        key,
        column,
        y,
        x: (column + 1) * 240,
        id: Number(key),
        ids: [Number(key)],
        count: 1,
        name: `LOT-${key}`,
        product: "Honey",
        certainty: "material",
        via: column ? "1" : false,
        ...values,
    };
}

/** Milk went into the lot that was asked for, which went into two others and a fold. */
function makeGraph() {
    const nodes = [
        makeNode("2", -1, 0),
        makeNode("1", 0, 0),
        makeNode("3", 1, 0),
        makeNode("4", 1, 80, { certainty: "possible" }),
        makeNode("9", 1, 160, { id: 0, ids: [5, 6], count: 1200, name: "" }),
    ];
    const edges = [
        ["2", "1"],
        ["1", "3"],
        ["1", "4"],
        ["1", "9"],
    ].map(([source, target]) => ({
        source,
        target,
        path: "M 0 0 L 10 10",
        quantity: 3,
        uom: "kg",
        documents: [{ name: "WH/OUT/1" }],
        more: 2,
        certainty: "material",
    }));
    return {
        nodes,
        edges,
        card: CARD,
        width: 720,
        height: 240,
        counts: { upstream: 1, downstream: 1202 },
        outside: [],
        step: 10,
    };
}

async function mountGraph(values = {}) {
    await mountWithCleanup(TraceGraph, {
        props: {
            graph: makeGraph(),
            certainty: {
                material: { label: "Material", className: "text-bg-danger" },
                possible: { label: "Possible", className: "text-bg-warning" },
                broken: { label: "Chain broken", className: "text-bg-secondary" },
            },
            selectedKey: false,
            select: (node) => expect.step(`select ${node && node.key}`),
            unfold: (node) => expect.step(`unfold ${node.key}`),
            openLot: (node) => expect.step(`open ${node.key}`),
            formatQuantity: (quantity, uom) => `${quantity} ${uom}`,
            ...values,
        },
    });
}

const focusedKey = () => document.activeElement.dataset.key;

test("every lot is a button that says what it is", async () => {
    await mountGraph();
    expect("[data-key]").toHaveCount(5);
    expect("[data-key='4']").toHaveAttribute("aria-label", "LOT-4, Honey, Possible");
    expect("[data-key='9']").toHaveText(/1,200 lots/);
    // one of them is reached by Tab, the others by the arrows
    expect("[data-key][tabindex='0']").toHaveCount(1);
    expect("[data-key='1']").toHaveAttribute("tabindex", "0");
});

test("customers and what is marked on a lot are said", async () => {
    const graph = makeGraph();
    const badges = [{ kind: "held" }, { kind: "stock", quantity: 6, uom: "kg" }];
    Object.assign(graph.nodes[1], { kind: "lot", badges });
    graph.nodes.push(
        makeNode("customer:7", 1, 240, {
            kind: "customer",
            id: 7,
            ids: [],
            name: "Corner Shop",
            product: "",
            quantity: 4,
            uom: "kg",
            badges: [],
        })
    );
    await mountGraph({ graph });
    expect("[data-key='1']").toHaveAttribute(
        "aria-label",
        "LOT-1, Honey, Material, On hold, In stock: 6 kg"
    );
    expect("[data-key='1'] .o_trace_badge_stock").toHaveText("6 kg");
    expect("[data-partner='Corner Shop']").toHaveAttribute(
        "aria-label",
        "Corner Shop, Customer · 4 kg, Material"
    );
    expect("[data-partner='Corner Shop']").not.toHaveAttribute("data-lot");
});

test("where one reads from the right, the picture and its arrows are mirrored", async () => {
    await mountGraph({ isRtl: true });
    const left = (key) => parseFloat(queryOne(`[data-key='${key}']`).style.left);
    expect(left("2")).toBeGreaterThan(left("1"));
    expect(left("1")).toBeGreaterThan(left("3"));
    // the style sheet is mirrored, too: from where the picture is moved is not
    expect(queryOne(".o_trace_stage").style.transformOrigin).toMatch(/^0px 0px/);
    // Odoo itself mirrors arrows
    expect(".fa-arrow-left").toHaveCount(1);
    expect(queryOne(".fa-arrow-left").parentElement).toHaveText(/^Made of/);
    expect("g path:first").toHaveAttribute("transform", "translate(720 0) scale(-1 1)");
    queryOne("[data-key='1']").focus();
    await press("ArrowLeft");
    await animationFrame();
    expect(focusedKey()).toBe("3");
});

test("only what occurs is explained", async () => {
    await mountGraph({ legend: { possible: { label: "Possible", className: "text-bg-warning" } } });
    expect(".badge").toHaveCount(1);
    expect(".badge").toHaveText("Possible");
});

test("a click selects a lot, and unfolds what is folded", async () => {
    await mountGraph();
    await contains("[data-key='3']").click();
    await contains("[data-key='9']").click();
    expect.verifySteps(["select 3", "unfold 9"]);
});

test("the way to the selected lot is marked", async () => {
    await mountGraph({ selectedKey: "4" });
    expect("[data-key='1']").toHaveClass("o_trace_path");
    expect("[data-key='4']").toHaveClass("o_trace_path");
    expect("[data-key='3']").not.toHaveClass("o_trace_path");
    expect("[data-key='4']").toHaveAttribute("aria-pressed", "true");
    expect("g.o_trace_path").toHaveCount(1);
});

test("arrows go along the links and within a column", async () => {
    await mountGraph();
    queryOne("[data-key='1']").focus();
    for (const [key, expected] of [
        ["ArrowRight", "3"],
        ["ArrowDown", "4"],
        ["ArrowUp", "3"],
        ["ArrowUp", "3"],
        ["ArrowLeft", "1"],
        ["ArrowLeft", "2"],
        ["Home", "1"],
    ]) {
        await press(key);
        await animationFrame();
        expect(focusedKey()).toBe(expected, { message: `after ${key}` });
    }
    await press("o");
    await press("Escape");
    expect.verifySteps(["open 1", "select null"]);
});

test("plus, minus and 0 zoom; a wheel without Ctrl does not", async () => {
    await mountGraph();
    const stage = () => queryOne(".o_trace_stage").style.transform;
    queryOne("[data-key='1']").focus();
    const whole = stage();
    await press("+");
    await animationFrame();
    expect(stage()).not.toBe(whole);
    await press("0");
    await animationFrame();
    expect(stage()).toBe(whole);
    const graph = queryOne(".o_trace_graph");
    graph.dispatchEvent(new WheelEvent("wheel", { deltaY: -1, bubbles: true }));
    await animationFrame();
    expect(stage()).toBe(whole);
    graph.dispatchEvent(new WheelEvent("wheel", { deltaY: -1, ctrlKey: true, bubbles: true }));
    await animationFrame();
    expect(stage()).not.toBe(whole);
});

test("links are drawn once, not with each move of the picture, and say what they are", async () => {
    patchWithCleanup(TraceEdges.prototype, {
        setup() {
            super.setup();
            onRendered(() => expect.step("drawn"));
        },
    });
    await mountGraph();
    queryOne("[data-key='1']").focus();
    await press("+");
    await animationFrame();
    expect.verifySteps(["drawn"]);
    const link = queryOne("[data-edge='1']");
    link.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
    link.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
    expect(link.querySelectorAll("title").length).toBe(1);
    expect(link.textContent).toBe("3 kg · WH/OUT/1, 2 more");
});
