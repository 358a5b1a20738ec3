from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from ..trace import graph, graph_layout
from ..trace.graph_fold import FEW, fold
from ..trace.graph_layout import HEIGHT, WIDTH, layout


def rows(count, column=1, product=1, start=1):
    return [
        {"id": index, "column": column, "product_id": product}
        for index in range(start, start + count)
    ]


@tagged("post_install", "-at_install")
class TestGraphFold(BaseCase):
    def test_few_are_shown_one_by_one(self):
        nodes, node_of = fold(rows(FEW))
        self.assertEqual(len(nodes), FEW)
        self.assertEqual(node_of[1].key, "1")

    def test_many_are_one(self):
        nodes, node_of = fold(rows(1_240) + rows(1, 0, 2, 5_000))
        self.assertEqual([node.key for node in nodes], ["fold:1:1", "5000"])
        self.assertIs(node_of[7], nodes[0])

    def test_where_too_many_lines_cross_each_product_is_one(self):
        used = [row for n in range(9) for row in rows(10, 0, n, 1 + 10 * n)]
        made = [row for n in range(9) for row in rows(10, 1, n, 101 + 10 * n)]
        links = [
            {
                **dict.fromkeys(("kind", "document_model", "document_id", "date")),
                "from_lot_id": source["id"],
                "to_lot_id": target["id"],
            }
            for source in used
            for target in made
        ]
        nodes, _node_of, edges = graph._fold(used + made, links, None)
        self.assertEqual((len(nodes), len(edges)), (18, 81))
        few = [link for link in links if link["from_lot_id"] == 1]
        nodes, _node_of, edges = graph._fold(used + made, few, None)
        self.assertEqual((len(nodes), len(edges)), (180, 90))

    def test_opened_bit_by_bit(self):
        nodes, _node_of = fold(rows(100), {"fold:1:1": 40})
        self.assertEqual(len(nodes), 41)
        self.assertEqual(len(nodes[-1].rows), 60)
        nodes, _node_of = fold(rows(100), {"fold:1:1": 99})
        self.assertEqual(len(nodes), 100)

    def test_by_product_and_level(self):
        nodes, _node_of = fold(
            rows(50, 1, 1) + rows(50, 2, 1, 51) + rows(50, 1, 2, 101)
        )
        self.assertEqual(
            {node.key for node in nodes}, {"fold:1:1", "fold:2:1", "fold:1:2"}
        )

    def test_too_many_products(self):
        many = [row for n in range(500) for row in rows(1, 1, n, n + 1)]
        nodes, _node_of = fold(many, most=400)
        self.assertEqual([node.key for node in nodes], ["fold:1"])


@tagged("post_install", "-at_install")
class TestGraphLayout(BaseCase):
    columns = {"a": -1, "b": -1, "r": 0, "x": 1, "y": 1}
    edges = [("a", "r"), ("b", "r"), ("r", "x"), ("r", "y"), ("x", "a")]

    def check(self, found):
        places = found.places
        self.assertEqual(set(places), set(self.columns))
        self.assertLess(places["a"][0] + WIDTH, places["r"][0])
        self.assertLess(places["r"][0] + WIDTH, places["x"][0])
        self.assertEqual(places["a"][0], places["b"][0])
        self.assertGreaterEqual(abs(places["a"][1] - places["b"][1]), HEIGHT)
        self.assertEqual(set(found.paths), set(self.edges))
        for path in found.paths.values():
            self.assertRegex(path, r"^M[-\d., C]+$")
        for x, y in places.values():
            self.assertTrue(0 <= x <= found.width - WIDTH)
            self.assertTrue(0 <= y <= found.height - HEIGHT)

    def test_by_graphviz(self):
        found = layout(self.columns, self.edges)
        self.assertEqual(found.engine, "dot")
        self.check(found)

    def test_where_graphviz_is_absent(self):
        with patch.object(graph_layout.shutil, "which", return_value=None):
            found = layout(self.columns, self.edges)
        self.assertEqual(found.engine, "columns")
        self.check(found)

    def test_where_graphviz_is_too_slow(self):
        found = layout(self.columns, self.edges, timeout=0.000001)
        self.assertEqual(found.engine, "columns")

    def test_nothing(self):
        self.assertEqual(layout({}, []).places, {})
