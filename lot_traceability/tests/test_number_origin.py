from odoo.tests import tagged

from odoo.addons.lot_traceability import guards

from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestNumberOrigin(LotTraceCase):
    """Whose number it is, and what was made together."""

    def receive(self, **values):
        receipt = self.build.open_receipt(self.product, 5, number="OWN-1")
        receipt.move_line_ids.write(values)
        receipt.button_validate()
        return receipt.move_line_ids.lot_id

    # -- origin ---------------------------------------------------------
    def test_typed_unless_said_otherwise(self):
        self.assertEqual(self.build.lot(self.product, "L1").number_origin, "typed")
        self.assertEqual(self.receive().number_origin, "typed")

    def test_the_server_says_where_a_number_comes_from(self):
        lots = guards.hand_on(self.env["stock.lot"], number_origin="generated")
        lot = lots.create({"name": "L1", "product_id": self.product.id})
        self.assertEqual(lot.number_origin, "generated")

    def test_the_values_come_first(self):
        lots = guards.hand_on(self.env["stock.lot"], number_origin="generated")
        values = {"name": "L1", "product_id": self.product.id}
        lot = lots.create(values | {"number_origin": "manufacturing"})
        self.assertEqual(lot.number_origin, "manufacturing")

    def test_import(self):
        importer = self.env["base_import.import"].create(
            {
                "res_model": "stock.lot",
                "file": f"L9;{self.product.id}".encode(),
                "file_type": "text/csv",
            }
        )
        answer = importer.execute_import(
            ["name", "product_id/.id"],
            [],
            {"separator": ";", "quoting": '"', "has_headers": False},
        )
        lot = self.env["stock.lot"].browse(answer["ids"])
        self.assertEqual((lot.name, lot.number_origin), ("L9", "imported"))

    def test_a_number_typed_over_a_scanned_one_is_typed(self):
        receipt = self.build.open_receipt(self.product, 5)
        line = receipt.move_line_ids
        line.write({"lot_name": "SUP", "number_origin": "supplier"})
        self.assertEqual(line.number_origin, "supplier")
        line.lot_name = "OWN"
        self.assertFalse(line.number_origin)

    # -- from the line to the lot ---------------------------------------
    def test_what_is_typed_at_the_receipt_is_on_the_lot(self):
        lot = self.receive(supplier_number="CH-118", batch_code="OVEN-3")
        self.assertEqual(
            (lot.name, lot.supplier_number, lot.batch_code),
            ("OWN-1", "CH-118", "OVEN-3"),
        )

    # -- search ---------------------------------------------------------
    def test_found_by_the_suppliers_number(self):
        lot = self.build.lot(self.product, "OWN-1", supplier_number="CH-118")
        lots = self.env["stock.lot"]
        self.assertEqual(lots.name_search("ch-118"), [(lot.id, "OWN-1")])
        self.assertIn((lot.id, "OWN-1"), lots.name_search("OWN-1"))

    def test_the_number_itself_is_proposed_first(self):
        """Where a lot is chosen, a scanner presses Enter on the first one."""
        names = [f"A{at}X-1" for at in range(9)]
        for name in (*names, "X-1"):
            self.build.lot(self.product, name)
        for text, count in (("X-1", 8), ("x-1", 8), (" X\u20131", 1)):
            rows = self.env["stock.lot"].name_search(text, limit=8)
            self.assertEqual((rows[0][1], len(rows)), ("X-1", count), text)
        rows = self.env["stock.lot"].name_search("X-1", [("name", "!=", "X-1")])
        self.assertNotIn("X-1", dict(rows).values())

    def test_exactly_it_is_found_by_its_own_number_alone(self):
        self.build.lot(self.product, "OWN-1", supplier_number="CH-118")
        self.assertFalse(self.env["stock.lot"].name_search("CH-118", operator="="))

    def test_a_batch_is_shared_by_products(self):
        first = self.build.lot(self.product, "L1", batch_code="B7")
        second = self.build.lot(self.serial_product, "S1", batch_code="B7")
        groups = self.env["stock.lot"]._read_group(
            [("batch_code", "=", "B7")], ["batch_code"], ["id:recordset"]
        )
        self.assertEqual(groups, [("B7", first | second)])
