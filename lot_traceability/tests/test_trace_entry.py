from odoo.tests import HttpCase, tagged

from .builder import StockBuilder


@tagged("post_install", "-at_install")
class TestTraceEntry(HttpCase):
    """One click to the story, from a document and from the search."""

    def setUp(self):
        super().setUp()
        self.env.ref("base.user_admin").group_ids += self.env.ref(
            "stock.group_production_lot"
        )
        build = StockBuilder(self.env)
        product = build.product("Entry Flour")
        lot = build.lot(product, "ENTRY-1", supplier_number="SUP-ENTRY")
        build.receive(lot, 10, build.partner("Entry Mill"))
        self.delivery = build.deliver(lot, 4, build.partner("Entry Bakery"))

    def test_from_a_delivery(self):
        self.start_tour(
            f"/odoo/action-stock.action_picking_tree_all/{self.delivery.id}",
            "lot_traceability_trace_from_delivery",
            login="admin",
        )

    def test_from_the_search(self):
        self.start_tour(
            "/odoo/traceability", "lot_traceability_trace_search", login="admin"
        )
