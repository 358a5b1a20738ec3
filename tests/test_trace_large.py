"""A trace of 10,000 lots on the screen."""

import sys
from pathlib import Path

from odoo.tests import HttpCase, tagged

sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))
from trace_data import Writer

SIZE = 10_000


@tagged("post_install", "-at_install")
class TestTraceLarge(HttpCase):
    def test_ten_thousand_lots(self):
        self.env.ref("base.user_admin").group_ids += self.env.ref(
            "stock.group_production_lot"
        )
        lot = self.env["stock.lot"].browse(Writer(self.env).add_chain(SIZE))
        graph = lot.get_trace_graph()
        self.assertEqual(graph["counts"]["downstream"], SIZE)
        self.assertEqual(len(graph["nodes"]), 3)
        self.start_tour(
            f"/odoo/lot-trace?active_id={lot.id}",
            "lot_traceability_trace_fold",
            login="admin",
        )
