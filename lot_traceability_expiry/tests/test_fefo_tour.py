from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.lot_traceability.tests.builder import StockBuilder


@tagged("post_install", "-at_install")
class TestFefoTour(HttpCase):
    browser_size = "1920x1080"

    def setUp(self):
        super().setUp()
        self.build = StockBuilder(self.env)
        self.env.ref("base.group_user").implied_ids += self.env.ref(
            "stock.group_production_lot"
        )
        self.milk = self.build.product("Tour milk", use_expiration_date=True)

    def _receive(self, name, days, quantity=12):
        date = fields.Datetime.now() + timedelta(days=days)
        lot = self.build.lot(self.milk, name, expiration_date=date)
        self.build.receive(lot, quantity)
        return lot

    def test_fefo_reason(self):
        early, late = self._receive("TOUR-EARLY", 20), self._receive("TOUR-LATE", 60)
        delivery = self._open_delivery(late)
        delivery.picking_type_id.fefo_policy = "reason"
        # going on without a reason is refused, which Odoo logs
        with mute_logger("odoo.http"):
            self.start_tour(
                f"/odoo/action-stock.action_picking_tree_all/{delivery.id}",
                "lot_traceability_expiry_fefo_reason",
                login="admin",
            )
        self.assertEqual(delivery.state, "done")
        pick = self.env["lot.fefo.pick"].search([("picking_id", "=", delivery.id)])
        self.assertEqual(pick.better_lot_id, early)
        self.assertEqual(pick.reason, "Behind a pallet")

    def test_clear_out(self):
        view = self.build.warehouse.view_location_id
        place = self.build.location("Tour Bin", parent=view)
        old = self._receive("TOUR-OLD", 20)
        self._receive("TOUR-FRESH", 60)
        old.removal_date = fields.Datetime.now() - timedelta(days=2)
        self.start_tour("/odoo", "lot_traceability_expiry_clear_out", login="admin")
        self.assertEqual(self.build.on_hand(old, place), 12)

    def _open_delivery(self, lot):
        places = {
            "location_id": self.build.stock.id,
            "location_dest_id": self.build.customers.id,
        }
        move = {"product_id": lot.product_id.id, "product_uom_qty": 2, **places}
        delivery = self.env["stock.picking"].create(
            {
                "picking_type_id": self.build.warehouse.out_type_id.id,
                "move_ids": [Command.create(move)],
                **places,
            }
        )
        delivery.action_confirm()
        delivery.action_assign()
        delivery.move_line_ids.lot_id = lot
        return delivery
