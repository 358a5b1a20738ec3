import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatInteger } from "@web/views/fields/formatters";
import { getLeft, getPath } from "./picture";

const BADGES = {
    rejected: { label: _t("Rejected"), icon: "fa-ban", className: "text-bg-danger" },
    held: { label: _t("On hold"), icon: "fa-lock", className: "text-bg-danger" },
    expired: { label: _t("Expired"), icon: "fa-clock-o", className: "text-bg-danger" },
    stock: { label: _t("In stock"), icon: "fa-cubes", className: "text-bg-light border" },
    customers: { label: _t("At customers"), icon: "fa-users", className: "text-bg-light border" },
};
const SIDES = {
    customer: { label: _t("Customer"), icon: "fa-users" },
    vendor: { label: _t("Vendor"), icon: "fa-industry" },
};

/** The lots, customers and vendors of the picture; each is a button. */
export class TraceCards extends Component {
    static template = "lot_traceability.TraceCards";
    static props = {
        graph: Object,
        certainty: Object,
        isRtl: Boolean,
        selectedKey: { type: [String, Boolean] },
        // the one that Tab comes to
        focusKey: String,
        onClick: Function,
        onFocus: Function,
        openLot: Function,
        formatQuantity: Function,
    };

    get path() {
        return getPath(this.props.graph, this.props.selectedKey);
    }

    getPlace(node) {
        const { graph, isRtl } = this.props;
        const { width, height } = graph.card;
        return `left: ${getLeft(graph, node, isRtl)}px; top: ${node.y}px; width: ${width}px; height: ${height}px`;
    }

    getSide(node) {
        return SIDES[node.kind];
    }

    isPartner(node) {
        return node.kind in SIDES;
    }

    /** What is marked on a lot, with words for whoever cannot see the icon. */
    getBadges(node) {
        return (node.badges || []).map((badge) => {
            const { label, icon, className } = BADGES[badge.kind];
            const amount = badge.uom ? this.props.formatQuantity(badge.quantity, badge.uom) : "";
            return { ...badge, icon, className, amount, title: amount ? `${label}: ${amount}` : label };
        });
    }

    getPartnerText(node) {
        const { quantity, uom } = node;
        const amount = uom ? this.props.formatQuantity(quantity, uom) : "";
        return [this.getSide(node).label, amount].filter(Boolean).join(" · ");
    }

    getClass(node, path) {
        return {
            "o_trace_card position-absolute btn text-start p-2 border rounded": true,
            [`o_trace_${node.certainty}`]: true,
            o_trace_root: node.column === 0,
            o_trace_partner: this.isPartner(node),
            o_trace_fold: !node.id && node.count > 1,
            o_trace_path: path.has(node.key),
        };
    }

    getTitle(node) {
        const words = this.getBadges(node).map(({ title }) => title);
        return [
            this.isPartner(node) ? this.getPartnerText(node) : node.product,
            this.getName(node),
            this.props.certainty[node.certainty].label,
            ...words,
        ].join(" · ");
    }

    getName(node) {
        if (this.isPartner(node)) {
            const many = node.kind === "customer" ? _t("%s customers", node.count) : _t("%s vendors", node.count);
            return node.count > 1 ? many : node.name || _t("Unknown");
        }
        if (!node.id) {
            return _t("%s lots", formatInteger(node.count));
        }
        return node.name || _t("without a number");
    }

    /** What a screen reader says. */
    getLabel(node) {
        const words = this.getBadges(node).map(({ title }) => title);
        return [
            this.getName(node),
            this.isPartner(node) ? this.getPartnerText(node) : node.product,
            this.props.certainty[node.certainty].label,
            ...words,
        ].join(", ");
    }
}
