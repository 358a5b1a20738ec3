import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { getLeft, getNodes, getPath } from "./picture";

const SVG = "http://www.w3.org/2000/svg";

/** The links of the picture. Thousands can be in it: they are drawn again only if they
 * look different, not when the picture is moved, and say what they are when they are
 * pointed at. */
export class TraceEdges extends Component {
    static template = "lot_traceability.TraceEdges";
    static props = {
        graph: Object,
        isRtl: Boolean,
        selectedKey: { type: [String, Boolean] },
        hasLabels: Boolean,
        formatQuantity: Function,
    };

    get path() {
        return getPath(this.props.graph, this.props.selectedKey);
    }

    get nodes() {
        return getNodes(this.props.graph);
    }

    get mirror() {
        const { graph, isRtl } = this.props;
        return isRtl ? `translate(${graph.width} 0) scale(-1 1)` : undefined;
    }

    getClass(edge, path) {
        return {
            o_trace_edge: true,
            [`o_trace_${edge.certainty}`]: true,
            o_trace_path: path.has(edge.source) && path.has(edge.target),
        };
    }

    /** Where the quantity stands: in the middle between its two nodes. */
    getLabelPlace(edge, nodes) {
        const { graph, isRtl } = this.props;
        const { width, height } = graph.card;
        const source = nodes.get(edge.source);
        const target = nodes.get(edge.target);
        return {
            x: (getLeft(graph, source, isRtl) + width + getLeft(graph, target, isRtl)) / 2,
            y: (source.y + target.y + height) / 2 - 4,
        };
    }

    onPointerOver({ target }) {
        const edge = this.props.graph.edges[target.dataset.edge];
        if (edge && !target.firstChild) {
            target.appendChild(document.createElementNS(SVG, "title")).textContent = this.getTitle(edge);
        }
    }

    getTitle(edge) {
        const names = edge.documents.map(({ name }) => name || "");
        if (edge.more) {
            names.push(_t("%s more", edge.more));
        }
        return [this.props.formatQuantity(edge.quantity, edge.uom), names.join(", ")]
            .filter(Boolean)
            .join(" · ");
    }
}
