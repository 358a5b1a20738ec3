import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Notebook } from "@web/core/notebook/notebook";
import { Layout } from "@web/search/layout";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { formatFloat } from "@web/core/utils/numbers";
import { _t } from "@web/core/l10n/translation";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { layoutTrace } from "./trace_graph";

const CERTAINTY = {
    material: { label: _t("Material"), className: "text-bg-danger" },
    possible: { label: _t("Possible"), className: "text-bg-warning" },
    broken: { label: _t("Chain broken"), className: "text-bg-secondary" },
};

/** The story of one or more lots: where they came from, what they went into. */
export class TraceStory extends Component {
    static template = "lot_traceability.TraceStory";
    static components = { Layout, Notebook };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.certainty = CERTAINTY;
        this.display = { controlPanel: {} };
        const { params = {}, context = {} } = this.props.action;
        // after a reload of the page only the lot in the address is left
        this.lotIds = params.lot_ids || (context.active_id ? [context.active_id] : []);
        this.tab = params.tab || "customers";
        this.state = useState({ selectedId: null });
        onWillStart(() => this.load());
    }

    async load() {
        if (!this.lotIds.length) {
            return;
        }
        const [upstream, downstream] = await Promise.all([
            this.orm.call("stock.lot", "trace_upstream", [this.lotIds]),
            this.orm.call("stock.lot", "trace_downstream", [this.lotIds]),
        ]);
        [upstream, downstream].forEach((trace) => this.addUnnumbered(trace));
        this.upstream = upstream;
        this.downstream = downstream;
        this.lots = new Map([...upstream.lots, ...downstream.lots].map((lot) => [lot.id, lot]));
        this.roots = downstream.lots.filter((lot) => lot.level === 0);
        this.links = this.uniqueLinks([...upstream.links, ...downstream.links]);
        this.stock = downstream.stock;
        this.graph = layoutTrace(upstream, downstream);
        this.outside = [upstream, downstream].map((t) => t.outside_scope.message).filter(Boolean);
    }

    /** Goods without a number are shown like lots: the way goes through them. */
    addUnnumbered(trace) {
        const name = _t("without a number");
        trace.lots.push(...trace.unnumbered.map((row) => ({ ...row, name })));
        for (const row of trace.deliveries) {
            row.lot_id ||= row.unnumbered_id;
        }
    }

    uniqueLinks(links) {
        const key = (link) =>
            [link.from_lot_id, link.to_lot_id, link.kind, link.document_id].join("|");
        return [...new Map(links.map((link) => [key(link), link])).values()];
    }

    /** The lots on the way from the selected one to the roots. */
    get path() {
        const path = new Set();
        for (const trace of [this.upstream, this.downstream]) {
            const via = new Map(trace.lots.map((lot) => [lot.id, lot.via_lot_id]));
            let lotId = this.state.selectedId;
            while (lotId && via.has(lotId) && !path.has(lotId)) {
                path.add(lotId);
                lotId = via.get(lotId);
            }
        }
        return path;
    }

    nodeClass(node, path) {
        return {
            "o_trace_card position-absolute btn text-start p-2 border rounded": true,
            o_trace_root: node.level === 0,
            o_trace_possible: node.certainty !== "material",
            o_trace_path: path.has(node.id),
        };
    }

    edgeClass(edge, path) {
        return {
            o_trace_edge: true,
            o_trace_possible: edge.link.certainty !== "material",
            o_trace_path: path.has(edge.link.from_lot_id) && path.has(edge.link.to_lot_id),
        };
    }

    select(lotId) {
        this.state.selectedId = this.state.selectedId === lotId ? null : lotId;
    }

    lotName(lotId) {
        return this.lots.get(lotId)?.name || "";
    }

    lotLabel(lotId) {
        const lot = this.lots.get(lotId);
        return lot ? `${lot.name} · ${lot.product}` : "";
    }

    quantity(lotId, quantity) {
        const digits = Number.isInteger(quantity) ? 0 : 2;
        const uom = this.lots.get(lotId)?.uom || "";
        return `${formatFloat(quantity, { digits: [false, digits] })} ${uom}`;
    }

    date(value) {
        return value ? formatDateTime(deserializeDateTime(value)) : "";
    }

    open(model, resId) {
        const isUnnumbered = model === "stock.lot" && resId < 0;
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: isUnnumbered ? "product.product" : model,
            res_id: isUnnumbered ? this.lots.get(resId).product_id : resId,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("lot_traceability.trace_story", TraceStory);
