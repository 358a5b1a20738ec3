from odoo.tests import HttpCase, tagged

from odoo.addons.lot_traceability.tests.builder import StockBuilder


@tagged("post_install", "-at_install")
class TestRecallTour(HttpCase):
    def test_from_the_lot_to_scrapped_stock(self):
        build = StockBuilder(self.env)
        self.env.ref("base.user_admin").group_ids += self.env.ref(
            "stock.group_production_lot"
        ) + self.env.ref("stock.group_stock_multi_locations")
        lot = build.lot(build.product("Tour Jam"), "JAM-66")
        build.receive(lot, 9, build.partner("Tour Farm"))
        build.deliver(lot, 2, build.partner("Tour Shop"))
        self.start_tour(
            f"/odoo/lots/{lot.id}", "lot_traceability_recall", login="admin"
        )
        recall = self.env["lot.recall"].search([("seed_lot_ids", "=", lot.id)])
        self.assertEqual(recall.reason, "Pieces of glass")
        self.assertEqual(recall.scrap_ids.state, "done")
        self.assertEqual(build.on_hand(lot), 0)
