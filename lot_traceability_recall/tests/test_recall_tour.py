from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.lot_traceability.tests.builder import StockBuilder

from .recall_reply_common import ConsigneeCase


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


@tagged("post_install", "-at_install")
class TestRecallClicks(HttpCase):
    """From the lot to scrapped stock and to the end; each tour counts its clicks."""

    def setUp(self):
        super().setUp()
        self.env.company.lot_recall_separate_approval = True
        group = "lot_traceability_recall.group_recall_%s"
        for name, roles in (
            ("assess", ["coordinator", "logistics"]),
            ("approve", ["quality"]),
            ("manager", ["manager"]),
        ):
            groups = [group % role for role in roles]
            groups += [
                "stock.group_production_lot",
                "stock.group_stock_multi_locations",
            ]
            new_test_user(self.env, f"clicks_{name}", ",".join(groups))

    def test_from_the_lot_to_the_end(self):
        build = StockBuilder(self.env)
        lot = build.lot(build.product("Clicks Jam", standard_price=5), "JAM-67")
        build.receive(lot, 9, build.partner("Clicks Farm"))
        shop = build.partner("Clicks Shop", email="clicks@example.com")
        build.deliver(lot, 2, shop)
        lot.action_hold("Pieces of glass")
        self.start_tour(
            f"/odoo/lots/{lot.id}",
            "lot_traceability_clicks_assess",
            login="clicks_assess",
        )
        recall = self.env["lot.recall"].search([("seed_lot_ids", "=", lot.id)])
        self.assertEqual((recall.reason, recall.planned_count), ("Pieces of glass", 1))
        self.assertEqual(build.on_hand(lot), 7, "nothing is scrapped unasked")
        path = f"/odoo/recalls/{recall.id}"
        self.start_tour(path, "lot_traceability_clicks_approve", login="clicks_approve")
        self.assertEqual(build.on_hand(lot), 0)
        self.assertEqual(recall.scrap_ids.create_uid.login, "clicks_assess")
        self.assertEqual(recall.scrap_ids.scrap_reason_tag_ids.name, "Recalled")
        self.start_tour(path, "lot_traceability_clicks_notices", login="clicks_manager")
        ConsigneeCase.run_cron(self, "lot.recall.notice", "_cron_send")
        [consignee] = recall.consignee_ids
        self.env["lot.recall.reply"].create(
            {
                "consignee_id": consignee.id,
                "answered_by": "Ann",
                "line_ids": [
                    Command.create({"consignee_line_id": line.id, "used": 2})
                    for line in consignee.line_ids
                ],
            }
        )
        self.start_tour(path, "lot_traceability_clicks_close", login="clicks_manager")
        self.assertEqual(recall.state, "closed")
        self.assertTrue(lot.held_by_users, "a recall that is over is no dead end")
