from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.lot_traceability.tests.builder import StockBuilder


@tagged("post_install", "-at_install")
class TestTour(HttpCase):
    # Wide enough to show all buttons of a lot.
    browser_size = "1920x1080"

    def test_expiry_alerts(self):
        build = StockBuilder(self.env)
        self.env.ref("base.group_user").implied_ids += self.env.ref(
            "stock.group_production_lot"
        )
        milk = build.product("Tour milk", use_expiration_date=True)
        now = fields.Datetime.now()
        lot = build.lot(
            milk,
            "TOUR-LOT-1",
            alert_date=now - timedelta(days=1),
            expiration_date=now + timedelta(days=5),
        )
        build.receive(lot, 10)
        self.env.ref("lot_traceability_expiry.lot_alert_rule_alert_date")._send_alerts(
            lot.ids
        )
        self.start_tour("/odoo", "lot_traceability_expiry_alerts", login="admin")
        self.assertRecordValues(
            lot.expiry_alert_ids,
            [{"outcome": "donated", "outcome_note": "10 to the food bank"}],
        )
        self.assertFalse(lot.activity_ids, "the to-do is done with it")
