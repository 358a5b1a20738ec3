import { Component, markRaw, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { Notebook } from "@web/core/notebook/notebook";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { localization } from "@web/core/l10n/localization";
import { Layout } from "@web/search/layout";
import { _t } from "@web/core/l10n/translation";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useOpenRecord } from "../open_record/open_record";
import { TraceAnswer } from "./trace_answer";
import { TraceGraph } from "./trace_graph";
import { TABS, TraceTab, formatDate, formatQuantity, readTab } from "./trace_tabs";

const CERTAINTY = {
    material: { label: _t("Material"), className: "text-bg-dark" },
    possible: { label: _t("Possible"), className: "text-bg-warning" },
    broken: { label: _t("Chain broken"), className: "text-bg-danger" },
};

const EXPORTS = [
    { format: "pdf", label: _t("PDF Report") },
    { format: "xlsx", label: _t("Spreadsheet (XLSX)") },
    { format: "json", label: _t("Data (JSON)") },
    { format: "epcis", label: _t("Events (EPCIS 2.0)") },
    { format: "fsma", label: _t("FSMA 204 Spreadsheet") },
];

// what is done with the lots, also by other addons: { label, title, method of stock.lot,
// and perhaps the group that may }
const extras = registry.category("lot_trace_actions");
extras.add(
    "hold",
    {
        label: _t("Hold"),
        title: _t("Put the lots of this trace on hold, and the one that is selected"),
        group: "lot_traceability.group_lot_hold",
        method: "action_open_hold",
    },
    { sequence: 10 }
);

/** The story of one or more lots: where they came from, what they went into. */
export class TraceStory extends Component {
    static template = "lot_traceability.TraceStory";
    static components = { Dropdown, DropdownItem, Layout, Notebook, TraceAnswer, TraceGraph, TraceTab };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.open = useOpenRecord();
        this.certainty = CERTAINTY;
        this.exports = EXPORTS;
        this.isRtl = localization.direction === "rtl";
        this.titles = Object.fromEntries(
            Object.entries(TABS).map(([name, { title }]) => [name, title])
        );
        this.formatQuantity = formatQuantity;
        this.formatDate = formatDate;
        this.display = { controlPanel: {} };
        const { params = {}, context = {} } = this.props.action;
        // after a reload of the page only the lot in the address is left
        this.lotIds = params.lot_ids || (context.active_id ? [context.active_id] : []);
        this.tab = params.tab || "customers";
        this.cache = {};
        this.opened = {};
        this.state = useState({ selected: null, graph: null, version: 0, page: "tab" });
        onWillStart(() => Promise.all([this.load(), this.loadExtras(), this.readAhead()]));
    }

    get tabProps() {
        const { lotIds, certainty, cache } = this;
        return { lotIds, certainty, cache, open: this.open };
    }

    async load() {
        if (this.lotIds.length) {
            const args = [this.lotIds, this.opened, true];
            const graph = await this.orm.call("stock.lot", "get_trace_graph", args);
            // thousands of links, none of which changes by itself
            Object.assign(this.state, { graph: markRaw(graph), version: this.state.version + 1 });
        }
    }

    /** What stands beside and below the picture is asked for at the same time. */
    async readAhead() {
        if (this.lotIds.length) {
            const tabs = ["customers", this.tab].filter((tab) => !TABS[tab].paged);
            // who shows it says what went wrong
            await Promise.allSettled(
                tabs.map((tab) => readTab(this.cache, this.orm, this.lotIds, tab))
            );
        }
    }

    /** Only what the user has the right to. */
    async loadExtras() {
        const all = extras.getAll();
        const allowed = await Promise.all(all.map(({ group }) => !group || user.hasGroup(group)));
        this.extras = all.filter((_extra, index) => allowed[index]);
    }

    /** The lots of the trace, and what is selected besides. */
    runExtra({ method }) {
        const ids = new Set([...this.lotIds, ...(this.state.selected?.ids || [])]);
        return this.action.doActionButton({
            type: "object",
            name: method,
            resModel: "stock.lot",
            resIds: [...ids],
            // what is marked on the lots may be another thing now
            onClose: () => this.load(),
        });
    }

    /** What of it occurs in the picture: nothing else needs to be explained. */
    get legend() {
        const { nodes, edges } = this.state.graph;
        const found = new Set([...nodes, ...edges].map(({ certainty }) => certainty));
        return Object.fromEntries(
            Object.entries(CERTAINTY).filter(([name]) => found.has(name))
        );
    }

    /** Show one of the tables below the picture. */
    showTab(page) {
        Object.assign(this.state, { page });
        document.querySelector(".o_trace_story .o_notebook")?.scrollIntoView();
    }

    select(node) {
        const isSame = node && this.state.selected?.key === node.key;
        this.state.selected = isSame ? null : node;
    }

    /** Show some more of the lots of a folded node. */
    async unfold(node) {
        const shown = this.opened[node.key] || 0;
        this.opened[node.key] = shown + this.state.graph.step;
        await this.load();
    }

    get isUnfolded() {
        return Object.keys(this.opened).length > 0;
    }

    async foldAll() {
        this.opened = {};
        this.state.selected = null;
        await this.load();
    }

    /** Links of the selected lot, for a click on their documents. */
    get selectedEdges() {
        const { key } = this.state.selected;
        return this.state.graph.edges.filter(
            (edge) => edge.source === key || edge.target === key
        );
    }

    get documents() {
        const documents = this.selectedEdges.flatMap((edge) => edge.documents);
        const key = (document) => `${document.model},${document.id}`;
        return [...new Map(documents.map((document) => [key(document), document])).values()];
    }

    openLot(node) {
        if (node.kind !== "lot") {
            return this.openPartners(node);
        }
        if (!node.id) {
            return this.openLots(node.ids);
        }
        if (node.id < 0) {
            return this.open("product.product", node.product_id);
        }
        return this.open("stock.lot", node.id);
    }

    openLots(ids) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Lots of the Trace"),
            res_model: "stock.lot",
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: [["id", "in", ids]],
            context: { create: false, active_test: false },
        });
    }

    openPartners({ id, partner_ids }) {
        if (id) {
            return this.open("res.partner", id);
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Partners of the Trace"),
            res_model: "res.partner",
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: [["id", "in", partner_ids]],
            context: { create: false, active_test: false },
        });
    }

    openAllLots() {
        return this.openLots(this.state.graph.nodes.flatMap((node) => node.ids));
    }

    openTrace(node) {
        return this.action.doAction(
            this.orm.call("stock.lot", "action_open_trace", [[node.id]])
        );
    }

    async print(format) {
        const action = await this.orm.call("stock.lot", "action_export_trace", [this.lotIds], {
            context: { trace_format: format },
        });
        return this.action.doAction(action);
    }
}

registry.category("actions").add("lot_traceability.trace_story", TraceStory);
