/** Coordinates for the lots of a trace: one column per level, roots in the middle. */

export const CARD = { width: 200, height: 56, gapX: 90, gapY: 16 };
/** More lots than this in one column are counted, not drawn. */
export const COLUMN_LIMIT = 40;

/** Columns from the most upstream level to the most downstream one. */
function toColumns(upstream, downstream) {
    const columns = new Map();
    const add = (lot, column) => {
        if (!columns.has(column)) {
            columns.set(column, []);
        }
        columns.get(column).push({ ...lot, column });
    };
    const placed = new Set();
    for (const [trace, sign] of [
        [downstream, 1],
        [upstream, -1],
    ]) {
        for (const lot of trace.lots) {
            if (!placed.has(lot.id)) {
                placed.add(lot.id);
                add(lot, sign * lot.level);
            }
        }
    }
    return [...columns.entries()].sort(([a], [b]) => a - b).map(([, lots]) => lots);
}

/** Put each lot near the middle of the neighbours that stand already. */
function sortByNeighbours(columns, links) {
    const rows = new Map();
    const neighbours = new Map();
    for (const { from_lot_id: from, to_lot_id: to } of links) {
        neighbours.set(from, [...(neighbours.get(from) || []), to]);
        neighbours.set(to, [...(neighbours.get(to) || []), from]);
    }
    const wish = (lot, fallback) => {
        const known = (neighbours.get(lot.id) || []).filter((id) => rows.has(id));
        return known.length
            ? known.reduce((sum, id) => sum + rows.get(id), 0) / known.length
            : fallback;
    };
    for (const lots of columns) {
        const wishes = new Map(lots.map((lot, index) => [lot.id, wish(lot, index)]));
        lots.sort((a, b) => wishes.get(a.id) - wishes.get(b.id));
        lots.forEach((lot, index) => rows.set(lot.id, index - lots.length / 2));
    }
}

/**
 * Lay out both directions of a trace.
 * @returns {{nodes: object[], edges: object[], more: object[], width: number, height: number}}
 */
export function layoutTrace(upstream, downstream) {
    const links = [...upstream.links, ...downstream.links];
    const columns = toColumns(upstream, downstream);
    sortByNeighbours(columns, links);
    const drawn = columns.map((lots) => lots.slice(0, COLUMN_LIMIT));
    const rowHeight = CARD.height + CARD.gapY;
    const height = Math.max(...drawn.map((lots) => lots.length)) * rowHeight + rowHeight;
    const nodes = [];
    const more = [];
    drawn.forEach((lots, column) => {
        const x = column * (CARD.width + CARD.gapX);
        const top = (height - lots.length * rowHeight) / 2;
        lots.forEach((lot, row) => nodes.push({ ...lot, x, y: top + row * rowHeight }));
        const hidden = columns[column].length - lots.length;
        if (hidden) {
            more.push({ x, y: top + lots.length * rowHeight, hidden });
        }
    });
    return {
        nodes,
        more,
        edges: drawEdges(nodes, links),
        width: columns.length * (CARD.width + CARD.gapX),
        height,
    };
}

function drawEdges(nodes, links) {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const edges = new Map();
    for (const link of links) {
        const from = byId.get(link.from_lot_id);
        const to = byId.get(link.to_lot_id);
        const key = `${link.from_lot_id}-${link.to_lot_id}`;
        if (from && to && !edges.has(key)) {
            edges.set(key, { key, link, path: curve(from, to) });
        }
    }
    return [...edges.values()];
}

function curve(from, to) {
    const start = { x: from.x + CARD.width, y: from.y + CARD.height / 2 };
    const end = { x: to.x, y: to.y + CARD.height / 2 };
    const bend = CARD.gapX / 2;
    return `M${start.x},${start.y} C${start.x + bend},${start.y} ${end.x - bend},${end.y} ${end.x},${end.y}`;
}
