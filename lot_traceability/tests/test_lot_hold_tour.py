from odoo.tests import HttpCase, tagged

from .builder import StockBuilder


@tagged("post_install", "-at_install")
class TestLotHoldTour(HttpCase):
    def test_hold_with_preview(self):
        self.env.ref("base.user_admin").group_ids += self.env.ref(
            "stock.group_production_lot"
        )
        build = StockBuilder(self.env)
        product = build.product("Tour Hazelnuts")
        lot = build.lot(product, "HZ-1")
        build.receive(lot, 10, build.partner("Tour Mill"))
        delivery = build.open_delivery(product, 4, build.partner("Tour Bakery"))
        self.assertEqual(delivery.state, "assigned")
        self.start_tour(
            f"/odoo/action-stock.action_production_lot_form/{lot.id}",
            "lot_traceability_hold",
            login="admin",
        )
        self.assertEqual(delivery.state, "confirmed")
        self.assertFalse(lot.on_hold)
        self.assertEqual(lot.hold_ids.release_reason, "Sensor was wrong")
        # of a number that nobody knows no other one is made
        product.barcode = "9506000134352"
        build.lot(product, "HZ-10")
        self.start_tour(
            "/odoo/action-lot_traceability.action_lot_hold_wizard",
            "lot_traceability_hold_scanned",
            login="admin",
        )
