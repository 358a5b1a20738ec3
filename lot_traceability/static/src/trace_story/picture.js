/** Keys on the way from the selected node to the lots that were asked for. */
export function getPath(graph, selectedKey) {
    const nodes = getNodes(graph);
    const path = new Set();
    let key = selectedKey;
    while (key && nodes.has(key) && !path.has(key)) {
        path.add(key);
        key = nodes.get(key).via;
    }
    return path;
}

export function getNodes(graph) {
    return new Map(graph.nodes.map((node) => [node.key, node]));
}

/** From the left; where one reads from the right, the picture is mirrored. */
export function getLeft({ width, card }, node, isRtl) {
    return isRtl ? width - node.x - card.width : node.x;
}
