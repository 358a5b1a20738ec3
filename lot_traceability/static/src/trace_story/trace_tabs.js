import { Component, onWillStart, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { Pager } from "@web/core/pager/pager";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { formatFloat } from "@web/core/utils/numbers";
import { _t } from "@web/core/l10n/translation";

const PAGE = 80;

export function formatQuantity(quantity, uom) {
    if (typeof quantity !== "number") {
        return "";
    }
    // all digits that a unit can have, and none that are not there: 0.001 kg is not 0
    const text = formatFloat(quantity, { digits: [false, 6], trailingZeros: false });
    return `${text} ${uom || ""}`.trim();
}

export function formatDate(value) {
    return value ? formatDateTime(deserializeDateTime(value)) : "";
}

const EPSILON = 1e-6;

/** Whether it is known how much of the goods in question a customer has. */
export function isExact({ share, share_low, share_high }) {
    return Math.abs(share_high - share) < EPSILON && Math.abs(share - share_low) < EPSILON;
}

const isUnsure = (row) => !isExact(row);

/** One part of the trace, with its lots by id. */
async function readTrace(orm, lotIds, directions) {
    const names = Object.keys(directions);
    const found = await Promise.all(
        names.map((name) => orm.call("stock.lot", `trace_${name}`, [lotIds, directions[name]]))
    );
    const data = Object.fromEntries(names.map((name, index) => [name, found[index]]));
    const rows = found.flatMap((trace) => [...trace.lots, ...(trace.unnumbered || [])]);
    return { ...data, lots: new Map(rows.map((row) => [row.id, row])) };
}

/** Column kinds: text (default), link, quantity, date, certainty. */
const lot = { name: "lot", label: _t("Lot"), model: "stock.lot", id: "lot_id" };
const product = { name: "product", label: _t("Product") };
const quantity = (name, label) => ({ name, label, type: "quantity" });
const document = {
    name: "document",
    label: _t("Document"),
    id: "picking_id",
    model: "stock.picking",
};
const date = { name: "date", label: _t("Date"), type: "date" };
const partner = (label) => ({
    name: "partner",
    label,
    model: "res.partner",
    id: "partner_id",
    empty: _t("Unknown"),
});

const BALANCE = [
    ["received", _t("Received")],
    ["produced", _t("Produced")],
    ["found", _t("Found")],
    ["returned", _t("Returned")],
    ["consumed", _t("Consumed")],
    ["shipped", _t("Shipped")],
    ["returned_to_vendor", _t("To Vendor")],
    ["scrapped", _t("Scrapped")],
    ["lost", _t("Lost")],
    ["on_hand", _t("On Hand")],
    ["samples", _t("Of It Samples")],
    ["unaccounted", _t("Unaccounted")],
];

/**
 * What stands beside the picture. Each tab asks for the parts that it shows, when it is
 * opened; `list` is the list view with the same records, for search, groups and export.
 */
export const TABS = {
    customers: {
        title: _t("Customers"),
        // the same as what the answer beside the picture asks for, so it is read once
        directions: { downstream: ["lots", "unnumbered", "deliveries", "holders", "suspect"] },
        sections: [
            {
                className: "o_trace_holders",
                rows: (data) => data.downstream.holders,
                columns: [
                    partner(_t("Customer")),
                    product,
                    quantity("shipped", _t("Delivered")),
                    quantity("returned", _t("Returned")),
                    quantity("holds", _t("Holds Now")),
                    { name: "suspect", label: _t("Of This"), when: isUnsure },
                    { name: "share", label: _t("Likely"), type: "quantity", uom: "suspect_uom", when: isUnsure },
                    { name: "share_low", label: _t("Least"), type: "quantity", uom: "suspect_uom", zero: true, when: isUnsure },
                    { name: "share_high", label: _t("Most"), type: "quantity", uom: "suspect_uom", when: isUnsure },
                ],
                empty: _t("No customer got these lots or anything made of them."),
            },
            {
                title: _t("Deliveries"),
                className: "o_trace_shipments",
                rows: (data) => data.downstream.deliveries,
                columns: [
                    partner(_t("Customer")),
                    lot,
                    product,
                    document,
                    date,
                    quantity("quantity", _t("Delivered")),
                    quantity("returned", _t("Returned")),
                ],
            },
        ],
        list: (data) => ["res.partner", data.downstream.deliveries.map((row) => row.partner_id)],
    },
    vendors: {
        title: _t("Vendors"),
        directions: { upstream: ["lots", "unnumbered", "receipts"] },
        sections: [
            {
                className: "o_trace_shipments",
                rows: (data) => data.upstream.receipts,
                columns: [
                    partner(_t("Vendor")),
                    lot,
                    product,
                    document,
                    date,
                    quantity("quantity", _t("Received")),
                    quantity("returned", _t("Sent Back")),
                ],
                empty: _t("No receipt from a vendor is on record."),
            },
        ],
        list: (data) => ["res.partner", data.upstream.receipts.map((row) => row.partner_id)],
    },
    stock: {
        title: _t("Stock"),
        directions: { downstream: ["lots", "stock"] },
        sections: [
            {
                className: "o_trace_stock",
                rows: (data) => data.downstream.stock,
                columns: [
                    lot,
                    product,
                    { name: "location", label: _t("Location") },
                    { name: "transit", label: "", badge: "text-bg-info" },
                    quantity("quantity", _t("Quantity")),
                    quantity("reserved", _t("Reserved")),
                ],
                empty: _t("Nothing is left in stock."),
            },
        ],
        list: (data) => [
            "stock.quant",
            data.downstream.stock.map((row) => row.lot_id),
            "lot_id",
            [["location_id.usage", "in", ["internal", "transit"]]],
            // the list of those who may not count has no quantity
            { list_view_ref: "stock.view_stock_quant_tree" },
        ],
    },
    movements: { title: _t("Movements"), paged: true },
    balance: {
        title: _t("Balance"),
        directions: { downstream: ["lots", "balances", "suspect"] },
        sections: [
            {
                title: _t("Where All of It Is"),
                className: "o_trace_suspect",
                rows: (data) => data.downstream.suspect,
                columns: [
                    product,
                    quantity("quantity", _t("Came In")),
                    quantity("at_customers", _t("At Customers")),
                    quantity("on_hand", _t("On Hand")),
                    quantity("scrapped", _t("Scrapped")),
                    quantity("returned_to_vendor", _t("To Vendor")),
                    quantity("lost", _t("Lost")),
                    quantity("reworked", _t("Reworked")),
                    {
                        ...quantity("other_companies", _t("In Other Companies")),
                        when: (row) => row.other_companies,
                    },
                    quantity("unaccounted", _t("Unaccounted")),
                ],
            },
            {
                title: _t("Lot by Lot"),
                className: "o_trace_balance",
                rows: (data) => data.downstream.balances,
                columns: [lot, product, ...BALANCE.map(([name, label]) => quantity(name, label))],
            },
        ],
    },
    links: {
        title: _t("Links"),
        directions: {
            upstream: ["lots", "unnumbered", "links"],
            downstream: ["lots", "unnumbered", "links"],
        },
        sections: [
            {
                className: "o_trace_links",
                rows: (data) => uniqueLinks([...data.upstream.links, ...data.downstream.links]),
                columns: [
                    { name: "from", label: _t("From"), model: "stock.lot", id: "from_lot_id" },
                    { name: "quantity_consumed", label: _t("Consumed"), type: "quantity", uom: "from_uom" },
                    { name: "to", label: _t("Into"), model: "stock.lot", id: "to_lot_id" },
                    { name: "quantity_produced", label: _t("Produced"), type: "quantity", uom: "to_uom" },
                    { name: "document", label: _t("Document"), id: "document_id", modelOf: "document_model" },
                    date,
                    { name: "certainty", label: _t("Certainty"), type: "certainty" },
                ],
                empty: _t("These lots were not made of other lots and went into none."),
            },
        ],
    },
    gaps: {
        title: _t("Gaps"),
        directions: { upstream: ["lots", "gaps"], downstream: ["lots", "gaps"] },
        sections: [
            {
                className: "o_trace_gaps",
                rows: (data) => uniqueLinks([...data.upstream.gaps, ...data.downstream.gaps]),
                columns: [
                    lot,
                    product,
                    quantity("quantity", _t("Quantity")),
                    { name: "certainty", label: _t("Certainty"), type: "certainty" },
                    { name: "message", label: _t("What Is Not Known") },
                ],
                empty: _t("Nothing is missing: each quantity is explained."),
            },
        ],
    },
};

const MOVEMENTS = [
    { name: "reference", label: _t("Reference"), id: "document_id", modelOf: "document_model" },
    product,
    lot,
    date,
    { name: "location", label: _t("From") },
    { name: "location_dest", label: _t("To") },
    quantity("quantity", _t("Quantity")),
    partner(_t("Partner")),
    { name: "stateName", label: _t("State") },
];
MOVEMENTS[7] = { ...MOVEMENTS[7], empty: "" };

const STATES = {
    done: _t("Done"),
    assigned: _t("Reserved"),
    partially_available: _t("Partly Reserved"),
    confirmed: _t("Waiting"),
    waiting: _t("Waiting for Another Move"),
};

function uniqueLinks(rows) {
    return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

/** Rows of one kind, with a search box and pages. */
export class TraceTable extends Component {
    static template = "lot_traceability.TraceTable";
    static components = { Pager };
    static props = {
        rows: Array,
        columns: Array,
        certainty: Object,
        open: Function,
        title: { type: String, optional: true },
        className: { type: String, optional: true },
        empty: { type: String, optional: true },
    };

    setup() {
        this.state = useState({ text: "", offset: 0 });
    }

    get found() {
        const words = this.state.text.toLowerCase().split(/\s+/).filter(Boolean);
        if (!words.length) {
            return this.props.rows;
        }
        const columns = this.props.columns;
        return this.props.rows.filter((row) => {
            const text = columns.map((column) => this.text(row, column)).join(" ").toLowerCase();
            return words.every((word) => text.includes(word));
        });
    }

    get page() {
        return this.found.slice(this.state.offset, this.state.offset + PAGE);
    }

    get hasTools() {
        return this.props.rows.length > 10;
    }

    get pagerProps() {
        return {
            offset: this.state.offset,
            limit: PAGE,
            total: this.found.length,
            isEditable: false,
            onUpdate: ({ offset }) => {
                this.state.offset = offset;
            },
        };
    }

    onSearch(ev) {
        this.state.text = ev.target.value;
        this.state.offset = 0;
    }

    text(row, column) {
        if (column.when && !column.when(row)) {
            return "";
        }
        const value = row[column.name];
        if (column.type === "quantity") {
            return value || column.zero ? formatQuantity(value, row[column.uom || "uom"]) : "";
        }
        if (column.type === "date") {
            return formatDate(value);
        }
        if (column.type === "certainty") {
            return this.props.certainty[value]?.label || "";
        }
        return value || column.empty || "";
    }

    target(row, column) {
        const model = column.modelOf ? row[column.modelOf] : column.model;
        const id = column.id && row[column.id];
        return model && id > 0 ? { model, id } : null;
    }
}

/** The data of a tab: whoever else needs them waits for the same question. */
export function readTab(cache, orm, lotIds, tab) {
    cache[tab] ||= readTrace(orm, lotIds, TABS[tab].directions).catch((error) => {
        delete cache[tab];
        throw error;
    });
    return cache[tab];
}

/** One tab: asks for its part of the trace when it is shown. */
export class TraceTab extends Component {
    static template = "lot_traceability.TraceTab";
    static components = { TraceTable, Pager };
    static props = {
        tab: String,
        lotIds: Array,
        certainty: Object,
        open: Function,
        cache: Object,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.info = TABS[this.props.tab];
        this.movements = MOVEMENTS;
        this.state = useState({ data: null, direction: "downstream", offset: 0 });
        onWillStart(() => this.load());
    }

    async load() {
        if (this.info.paged) {
            this.state.data = await this.loadMovements();
            return;
        }
        const { cache, lotIds, tab } = this.props;
        this.state.data = await readTab(cache, this.orm, lotIds, tab);
    }

    /** Columns that say something of at least one row. */
    columnsOf(section) {
        const rows = section.rows(this.state.data);
        return section.columns.filter(({ when }) => !when || rows.some(when));
    }

    async loadMovements() {
        const { direction, offset } = this.state;
        const page = await this.orm.call("stock.lot", "trace_movements", [this.props.lotIds], {
            direction,
            offset,
            limit: PAGE,
        });
        for (const row of page.movements) {
            row.stateName = STATES[row.state] || row.state;
        }
        return page;
    }

    async setDirection(direction) {
        Object.assign(this.state, { direction, offset: 0 });
        await this.load();
    }

    get pagerProps() {
        return {
            offset: this.state.offset,
            limit: PAGE,
            total: this.state.data.total,
            isEditable: false,
            onUpdate: async ({ offset }) => {
                this.state.offset = offset;
                await this.load();
            },
        };
    }

    /** Rows with the names of their lots. */
    rows(section) {
        const { data } = this.state;
        const without = _t("without a number");
        const name = (id) => {
            const found = data.lots.get(id);
            return found ? found.name || without : "";
        };
        return section.rows(data).map((row) => {
            const found = data.lots.get(row.lot_id || row.unnumbered_id);
            return {
                product: found?.product,
                uom: found?.uom,
                ...row,
                lot: name(row.lot_id || row.unnumbered_id),
                transit: this.getPlaceMark(row),
                from: row.from_lot_id ? this.fullName(row.from_lot_id, name) : "",
                to: row.to_lot_id ? this.fullName(row.to_lot_id, name) : "",
                from_uom: data.lots.get(row.from_lot_id)?.uom,
                to_uom: data.lots.get(row.to_lot_id)?.uom,
            };
        });
    }

    getPlaceMark(row) {
        if (row.is_sample) {
            return _t("Retained sample");
        }
        return row.usage === "transit" ? _t("In transit") : "";
    }

    fullName(id, name) {
        const found = this.state.data.lots.get(id);
        return found ? `${name(id)} · ${found.product}` : "";
    }

    openList() {
        const [model, ids, field = "id", more = [], context = {}] = this.info.list(
            this.state.data
        );
        const unique = [...new Set(ids.filter((id) => id > 0))];
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: this.info.title,
            res_model: model,
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: [[field, "in", unique], ...more],
            context: { create: false, ...context },
        });
    }
}
