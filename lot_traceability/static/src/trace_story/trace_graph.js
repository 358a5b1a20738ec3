import { Component, onMounted, useExternalListener, useRef, useState } from "@odoo/owl";
import { formatInteger } from "@web/views/fields/formatters";
import { getLeft, getNodes } from "./picture";
import { TraceCards } from "./trace_cards";
import { TraceEdges } from "./trace_edges";

const ZOOM = { min: 0.15, max: 2.5, step: 1.25 };
const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];
const MIRRORED = { ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" };

/** The picture of a trace: pans, zooms, folds, and works by keyboard. */
export class TraceGraph extends Component {
    static template = "lot_traceability.TraceGraph";
    static components = { TraceCards, TraceEdges };
    static props = {
        graph: Object,
        certainty: Object,
        legend: { type: Object, optional: true },
        isRtl: { type: Boolean, optional: true },
        selectedKey: { type: [String, Boolean] },
        select: Function,
        unfold: Function,
        openLot: Function,
        formatQuantity: Function,
    };

    setup() {
        this.stage = useRef("stage");
        this.state = useState({ x: 0, y: 0, zoom: 1, focusKey: this.root?.key || "" });
        this.pointers = new Map();
        useExternalListener(window, "pointermove", (ev) => this.onPointerMove(ev));
        useExternalListener(window, "pointerup", (ev) => this.onPointerUp(ev));
        onMounted(() => this.fit());
    }

    get root() {
        return this.props.graph.nodes.find((node) => node.column === 0);
    }

    formatInteger(number) {
        return formatInteger(number);
    }

    /** Too many quantities are not readable. */
    get hasLabels() {
        return this.props.graph.edges.length <= 120 && this.state.zoom > 0.45;
    }

    // -- pan and zoom -------------------------------------------------------
    get transform() {
        const { x, y, zoom } = this.state;
        // said here: a style sheet is mirrored where one reads from the right
        return `transform-origin: 0 0; transform: translate(${x}px, ${y}px) scale(${zoom})`;
    }

    /** Show all of it, or as much as stays readable, with the asked lots in sight. */
    fit() {
        const { width, height } = this.props.graph;
        const stage = this.stage.el;
        if (!stage || !width) {
            return;
        }
        const whole = Math.min(stage.clientWidth / width, stage.clientHeight / height, 1);
        // on a tablet or phone the names are readable rather than all of them in sight
        const zoom = Math.max(whole, window.innerWidth < 992 ? 0.75 : 0.55);
        this.state.zoom = zoom;
        if (zoom > whole && this.root) {
            this.centre(this.root);
        }
        this.state.x = this.keepInside(this.state.x, stage.clientWidth, width * zoom);
        this.state.y = this.keepInside(this.state.y, stage.clientHeight, height * zoom);
    }

    /** Where the picture begins, so that none of the room is left empty. */
    keepInside(start, room, size) {
        return size <= room ? (room - size) / 2 : Math.min(Math.max(start, room - size), 0);
    }

    centre(node) {
        const stage = this.stage.el;
        const { zoom } = this.state;
        const { width, height } = this.props.graph.card;
        this.state.x = stage.clientWidth / 2 - (getLeft(this.props.graph, node, this.props.isRtl) + width / 2) * zoom;
        this.state.y = stage.clientHeight / 2 - (node.y + height / 2) * zoom;
    }

    zoomBy(factor, point) {
        const stage = this.stage.el;
        const zoom = Math.min(Math.max(this.state.zoom * factor, ZOOM.min), ZOOM.max);
        const at = point || { x: stage.clientWidth / 2, y: stage.clientHeight / 2 };
        const ratio = zoom / this.state.zoom;
        this.state.x = at.x - (at.x - this.state.x) * ratio;
        this.state.y = at.y - (at.y - this.state.y) * ratio;
        this.state.zoom = zoom;
    }

    zoomIn() {
        this.zoomBy(ZOOM.step);
    }

    zoomOut() {
        this.zoomBy(1 / ZOOM.step);
    }

    onWheel(ev) {
        // the page scrolls as everywhere; with Ctrl, as in maps, it zooms
        if (!ev.ctrlKey && !ev.metaKey) {
            return;
        }
        ev.preventDefault();
        this.zoomBy(ev.deltaY < 0 ? 1.1 : 1 / 1.1, this.getPoint(ev));
    }

    getPoint(ev) {
        const box = this.stage.el.getBoundingClientRect();
        return { x: ev.clientX - box.left, y: ev.clientY - box.top };
    }

    onPointerDown(ev) {
        if (ev.target.closest("button, a")) {
            return;
        }
        this.pointers.set(ev.pointerId, this.getPoint(ev));
    }

    onPointerMove(ev) {
        const before = this.pointers.get(ev.pointerId);
        if (!before) {
            return;
        }
        const now = this.getPoint(ev);
        const other = [...this.pointers].find(([id]) => id !== ev.pointerId)?.[1];
        if (other) {
            // two fingers: pinch
            const distance = (a, b) => Math.hypot(a.x - b.x, a.y - b.y) || 1;
            this.zoomBy(distance(now, other) / distance(before, other), now);
        } else {
            this.state.x += now.x - before.x;
            this.state.y += now.y - before.y;
        }
        this.pointers.set(ev.pointerId, now);
    }

    onPointerUp(ev) {
        this.pointers.delete(ev.pointerId);
    }

    // -- clicks and keys ----------------------------------------------------
    onFocus({ key }) {
        this.state.focusKey = key;
    }

    onClick(node) {
        this.onFocus(node);
        if (node.id || node.count === 1) {
            this.props.select(node);
        } else {
            this.props.unfold(node);
        }
    }

    onKeydown(ev) {
        const node = getNodes(this.props.graph).get(this.state.focusKey) || this.root;
        const keys = {
            "+": () => this.zoomIn(),
            "-": () => this.zoomOut(),
            0: () => this.fit(),
            Home: () => this.focus(this.root),
            Escape: () => this.props.select(null),
            o: () => node && this.props.openLot(node),
        };
        const run = ARROWS.includes(ev.key)
            ? () => this.focus(this.getNeighbour(node, ev.key))
            : keys[ev.key];
        if (run && !ev.ctrlKey && !ev.altKey && !ev.metaKey) {
            ev.preventDefault();
            ev.stopPropagation();
            run();
        }
    }

    /** Left and right along the links, up and down within the column. */
    getNeighbour(node, pressed) {
        const key = (this.props.isRtl && MIRRORED[pressed]) || pressed;
        const { nodes, edges } = this.props.graph;
        const byKey = getNodes(this.props.graph);
        const near = (candidates) =>
            candidates.sort((a, b) => Math.abs(a.y - node.y) - Math.abs(b.y - node.y))[0];
        if (key === "ArrowRight") {
            const targets = edges.filter((edge) => edge.source === node.key);
            return near(targets.map((edge) => byKey.get(edge.target)));
        }
        if (key === "ArrowLeft") {
            const sources = edges.filter((edge) => edge.target === node.key);
            return near(sources.map((edge) => byKey.get(edge.source)));
        }
        const sign = key === "ArrowDown" ? 1 : -1;
        return near(
            nodes.filter(
                (other) => other.column === node.column && (other.y - node.y) * sign > 0
            )
        );
    }

    focus(node) {
        if (!node) {
            return;
        }
        this.state.focusKey = node.key;
        this.centre(node);
        this.stage.el.querySelector(`[data-key="${node.key}"]`)?.focus({ preventScroll: true });
    }
}
