from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

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

    def _prepare_line(self, build, lot, side):
        return Command.create(
            {
                "side": side,
                "product_id": lot.product_id.id,
                "lot_id": lot.id,
                "quantity": 9,
                "location_id": build.stock.id,
            }
        )

    def test_from_the_trace(self):
        build = StockBuilder(self.env)
        user = new_test_user(self.env, "tour_stock", "stock.group_stock_user")
        for one in user | self.env.ref("base.user_admin"):
            one.group_ids += self.env.ref("stock.group_production_lot")
        jam = build.product("Tour Jam")
        fruit, lot = build.lot(jam, "FRUIT-1"), build.lot(jam, "JAM-66")
        build.receive(fruit, 9, build.partner("Tour Farm"))
        self.env["lot.conversion"].create(
            {
                "kind": "merge",
                "reason": "Tour",
                "source_line_ids": [self._prepare_line(build, fruit, "source")],
                "target_line_ids": [self._prepare_line(build, lot, "target")],
            }
        ).action_done()
        build.deliver(lot, 2, build.partner("Tour Shop"))
        for tour, login in (
            ("lot_traceability_recall_from_trace", "admin"),
            ("lot_traceability_no_recall_from_trace", "tour_stock"),
        ):
            self.start_tour(f"/odoo/lots/{lot.id}", tour, login=login)

    def test_a_mock_recall_to_its_end(self):
        build = StockBuilder(self.env)
        family = self.env["product.category"].create({"name": "Tour Jam"})
        lot = build.lot(build.product("Tour Jam", categ_id=family.id), "JAM-66")
        build.receive(lot, 9, build.partner("Tour Farm"))
        build.deliver(lot, 2, build.partner("Tour Shop"))
        plan = self.env["lot.recall.plan"].create(
            {"name": "Jam, yearly", "categ_id": family.id}
        )
        self.env.company.lot_recall_separate_approval = False
        action = "lot_traceability_recall.action_lot_recall_plan"
        self.start_tour(
            f"/odoo/action-{action}/{plan.id}",
            "lot_traceability_recall_mock",
            login="admin",
        )
        self.assertEqual(plan.recall_ids.state, "closed")
        self.assertEqual(build.on_hand(lot), 7)
        self.assertFalse(lot.on_hold)
