from odoo.tests import HttpCase, new_test_user, tagged

from .builder import StockBuilder


@tagged("post_install", "-at_install")
class TestTraceStory(HttpCase):
    def test_story_from_the_lot_form(self):
        """As somebody who has no more rights than it takes to move goods."""
        build = StockBuilder(self.env)
        new_test_user(
            self.env,
            "tour_worker",
            groups="stock.group_stock_user,stock.group_production_lot",
            password="tour_worker",
        )
        product = build.product("Tour Flour")
        build.receive((product, "TOUR-1"), 10, build.partner("Tour Mill"))
        lot = build.lot(product, "TOUR-1")
        build.deliver(lot, 4, build.partner("Tour Bakery"))
        self.start_tour(
            f"/odoo/lots/{lot.id}", "lot_traceability_trace_story", login="tour_worker"
        )
