from odoo.tests import HttpCase, new_test_user, tagged

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


@tagged("post_install", "-at_install")
class TestClicks(HttpCase):
    """What a way costs from the first screen of Inventory; each tour counts."""

    def setUp(self):
        super().setUp()
        self.user = new_test_user(
            self.env,
            "clicks",
            "stock.group_stock_user,stock.group_production_lot,"
            "lot_traceability.group_lot_hold",
        )
        build = StockBuilder(self.env)
        product = build.product("Click Flour", barcode="9506000134352")
        self.lot = build.lot(product, "CLICK-1")
        other = build.lot(product, "CLICK-2")
        mill, bakery = build.partner("Click Mill"), build.partner("Click Bakery")
        for lot in (self.lot, other):
            build.receive(lot, 10, mill)
            build.deliver(lot, 4, bakery)

    def walk(self, name):
        self.start_tour(
            "/odoo/action-stock.stock_picking_type_action",
            f"lot_traceability_{name}",
            login="clicks",
        )

    def test_which_customers_got_this_lot(self):
        self.walk("clicks_customers")

    def test_a_lot_on_hold(self):
        self.walk("clicks_hold")
        self.assertTrue(self.lot.on_hold)

    def test_from_a_complaint_to_the_suspect_lot(self):
        self.walk("clicks_complaint")

    def test_a_scanned_label(self):
        self.walk("scan_in_search")
