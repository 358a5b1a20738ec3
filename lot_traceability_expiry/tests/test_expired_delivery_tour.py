from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.lot_traceability.tests.builder import StockBuilder


@tagged("post_install", "-at_install")
class TestExpiredDeliveryTour(HttpCase):
    browser_size = "1920x1080"

    def _open_delivery(self, number, kind):
        build = StockBuilder(self.env)
        product = build.product(
            f"Tour {kind}", use_expiration_date=True, expiry_kind=kind
        )
        past = fields.Datetime.now() - timedelta(days=3)
        lot = build.lot(product, number, expiration_date=past)
        build.count(lot, 10)
        delivery = self.env["stock.picking"].create(
            {
                "picking_type_id": build.warehouse.out_type_id.id,
                "location_id": build.stock.id,
                "location_dest_id": build.customers.id,
            }
        )
        values = build._prepare_move_vals(lot, 1, build.stock, build.customers)
        values["picking_id"] = delivery.id
        values["move_line_ids"][0][2]["picking_id"] = delivery.id
        self.env["stock.move"].create(values)
        delivery.action_confirm()
        return delivery

    def _start(self, tour, delivery):
        url = f"/odoo/action-stock.action_picking_tree_all/{delivery.id}"
        self.start_tour(url, tour, login="admin")

    def test_use_by(self):
        delivery = self._open_delivery("TOUR-USE-BY", "use_by")
        self._start("lot_traceability_expired_delivery", delivery)
        self.assertEqual(delivery.state, "assigned")

    def test_best_before(self):
        self.env.company.lot_past_policy = "reason"
        delivery = self._open_delivery("TOUR-BEST-BEFORE", "best_before")
        self._start("lot_traceability_best_before", delivery)
        self.assertEqual(delivery.state, "done")
        line = delivery.move_line_ids
        self.assertEqual(line.sudo().expiry_override_reason, "The customer agreed")
