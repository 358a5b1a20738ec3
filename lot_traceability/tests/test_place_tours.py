from odoo.tests import HttpCase, tagged

from .builder import StockBuilder


@tagged("post_install", "-at_install")
class TestPlaceTours(HttpCase):
    def setUp(self):
        super().setUp()
        self.env.user.group_ids += self.env.ref("stock.group_production_lot")
        self.build = StockBuilder(self.env)
        self.product = self.build.product(
            "Tour Drill", tracking="serial", lot_sequence_id=False
        )
        self.unit = self.build.lot(self.product, "DRILL-1")
        self.build.receive(self.unit, 1, self.build.partner("Tour Maker"))

    def test_number_of_a_receipt_is_in_stock_already(self):
        receipt = self.build.open_receipt(self.product, 1, "DRILL-1")
        self.start_tour(
            f"/odoo/receipts/{receipt.id}",
            "lot_traceability_serial_conflict",
            login="admin",
        )
        self.assertEqual(receipt.state, "done")
        self.assertEqual(receipt.move_line_ids.lot_id.name, "DRILL-2")

    def test_where_is_this_number(self):
        self.build.deliver(self.unit, 1, self.build.partner("Tour Builder"))
        self.start_tour(
            "/odoo/where-is-number", "lot_traceability_number_place", login="admin"
        )

    def test_link_to_a_number(self):
        self.unit.name = "007"
        self.build.lot(self.product, "DRILL-7")
        self.start_tour(
            "/odoo/where-is-number?number=007",
            "lot_traceability_number_place_link",
            login="admin",
        )
