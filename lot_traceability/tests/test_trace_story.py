from odoo.tests import HttpCase, tagged

from .builder import StockBuilder


@tagged("post_install", "-at_install")
class TestTraceStory(HttpCase):
    def test_story_from_the_lot_form(self):
        build = StockBuilder(self.env)
        self.env.user.group_ids += self.env.ref("stock.group_production_lot")
        product = build.product("Tour Flour")
        build.receive((product, "TOUR-1"), 10, build.partner("Tour Mill"))
        lot = build.lot(product, "TOUR-1")
        build.deliver(lot, 4, build.partner("Tour Bakery"))
        self.start_tour(
            f"/odoo/lots/{lot.id}", "lot_traceability_trace_story", login="admin"
        )
