from odoo.exceptions import AccessError
from odoo.tests import tagged

from .scan_case import GTIN, ScanCase


@tagged("post_install", "-at_install")
class TestScan(ScanCase):
    """A scanner at a receipt: numbers and products."""

    # -- plain numbers --------------------------------------------------
    def test_serial_numbers(self):
        receipt = self.open(self.serial_product)
        answer = self.scan(receipt, "SN-1")
        line = self.env["stock.move.line"].browse(answer["line_id"])
        self.assertEqual((line.lot_name, line.quantity, line.picked), ("SN-1", 1, True))
        self.assertEqual(answer["message"], "SN-1 (Device): 1 of 3 Units")
        self.scan(receipt, "SN-2")
        self.assertEqual(self.picked(receipt), [("SN-1", 1), ("SN-2", 1)])
        self.assertEqual(self.planned(receipt), 1)
        self.assertEqual(receipt.move_ids.quantity, 3)

    def test_a_serial_number_twice_is_one(self):
        receipt = self.open(self.serial_product)
        line_id = self.scan(receipt, "SN-1")["line_id"]
        answer = self.scan(receipt, "SN-1", "warning")
        self.assertIn("scanned already", answer["message"])
        self.assertEqual(answer["line_id"], line_id)
        self.assertEqual(self.picked(receipt), [("SN-1", 1)])

    def test_more_than_wanted_is_said(self):
        receipt = self.open(self.serial_product, quantity=1)
        self.scan(receipt, "SN-1")
        answer = self.scan(receipt, "SN-2", "warning")
        self.assertEqual(
            answer["message"], "SN-2 (Device): 2 of 1 Units\nMore than ordered."
        )

    def test_a_lot_adds_up(self):
        receipt = self.open(self.product)
        for _scan in range(2):
            self.scan(receipt, "L1")
        self.scan(receipt, "L2")
        self.assertEqual(self.picked(receipt), [("L1", 2), ("L2", 1)])
        self.assertEqual(self.planned(receipt), 0)

    def test_validating_creates_the_lots(self):
        receipt = self.open(self.serial_product, quantity=2)
        self.scan(receipt, "SN-1")
        self.scan(receipt, "SN-2")
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        lots = receipt.move_line_ids.lot_id
        self.assertEqual(lots.mapped("name"), ["SN-1", "SN-2"])
        self.assertEqual(set(lots.mapped("number_origin")), {"typed"})

    def test_where_existing_lots_are_used_the_lot_is_created_at_once(self):
        self.build.warehouse.in_type_id.use_existing_lots = True
        receipt = self.open(self.product)
        for _scan in range(2):
            self.scan(receipt, "L1")
        lot = receipt.move_line_ids.lot_id
        self.assertEqual((lot.name, lot.product_id), ("L1", self.product))
        self.assertEqual(self.picked(receipt), [("L1", 2)])

    def test_an_existing_lot_is_received_again(self):
        lot = self.build.lot(self.product, "L1")
        receipt = self.open(self.product, quantity=1)
        self.scan(receipt, "L1")
        receipt.button_validate()
        self.assertEqual(self.build.on_hand(lot), 1)

    def test_a_typed_line_is_taken_for_its_number_only(self):
        receipt = self.open(self.serial_product)
        first, second, _third = receipt.move_line_ids
        first.lot_name, second.lot_name = "SN-1", "SN-2"
        self.scan(receipt, "SN-9")
        self.assertEqual((first.lot_name, second.lot_name), ("SN-1", "SN-2"))
        self.assertEqual(self.scan(receipt, "SN-2")["line_id"], second.id)

    # -- products -------------------------------------------------------
    def test_a_product_barcode_says_whose_the_next_numbers_are(self):
        receipt = self.open(self.product, self.serial_product)
        answer = self.scan(receipt, "9506000134352", "info")
        self.assertEqual(answer["product_id"], self.product.id)
        self.assertFalse(self.picked(receipt))
        answer = self.scan(receipt, "X1", product_id=answer["product_id"])
        self.assertEqual(answer["product"], "Raw")
        line = self.env["stock.move.line"].browse(answer["line_id"])
        self.assertEqual(line.product_id, self.product)

    def test_without_it_a_number_that_fits_several_is_asked_about(self):
        receipt = self.open(self.product, self.serial_product)
        answer = self.scan(receipt, "X1", "danger")
        self.assertIn(
            "Device, Raw", answer["message"].replace("Raw, Device", "Device, Raw")
        )
        self.assertFalse(self.picked(receipt))

    def test_the_only_product_that_lacks_numbers(self):
        receipt = self.open(self.product, self.serial_product, quantity=1)
        answer = self.scan(receipt, "9506000134352", "info")
        self.scan(receipt, "L1", product_id=answer["product_id"])
        answer = self.scan(receipt, "SN-1")
        line = self.env["stock.move.line"].browse(answer["line_id"])
        self.assertEqual(line.product_id, self.serial_product)

    def test_the_same_number_of_several_products(self):
        for product in (self.product, self.serial_product):
            self.build.lot(product, "X1")
        receipt = self.open(self.product, self.serial_product)
        self.assertIn("several products", self.scan(receipt, "X1", "danger")["message"])

    def test_a_barcode_as_it_is_written_comes_first(self):
        """Eight digits can be the short form of a UPC, and a number of their own."""
        upc = self.build.product("UPC", barcode="042100005264")
        short = self.build.product("Short", barcode="04252614")
        receipt = self.open(upc, short)
        for text, name in (
            ("042100005264", "UPC"),
            ("04252614", "Short"),
            ("0042100005264", "UPC"),
        ):
            self.assertEqual(self.scan(receipt, text, "info")["product"], name)

    def test_a_product_that_is_not_tracked_is_counted(self):
        receipt = self.open(self.plain)
        self.scan(receipt, "96385074")
        answer = self.scan(receipt, "96385074")
        self.assertEqual(answer["message"], "Bolt: 2 of 3 Units")
        self.assertEqual(self.planned(receipt), 1)

    def test_a_product_that_is_not_expected(self):
        receipt = self.open(self.serial_product)
        for text in ("9506000134352", GTIN, f"(01){GTIN}(10)L1"):
            answer = self.scan(receipt, text, "danger")
            self.assertIn("Raw, which is not on", answer["message"])
        self.assertFalse(self.picked(receipt))

    # -- refusals -------------------------------------------------------
    def test_state(self):
        receipt = self.open(self.product, quantity=1)
        draft = receipt.copy()
        self.assertIn("“Draft”", self.scan(draft, "L1", "danger")["message"])
        self.scan(receipt, "L1")
        receipt.button_validate()
        self.assertIn("“Done”", self.scan(receipt, "L1", "danger")["message"])

    def test_nothing(self):
        self.scan(self.open(self.product), " \r\n", "danger")

    def test_placeholder(self):
        receipt = self.open(self.product)
        self.assertIn("placeholder", self.scan(receipt, "TBD", "danger")["message"])
        self.assertFalse(self.picked(receipt))

    def test_serial_number_that_is_in_stock(self):
        self.build.receive((self.serial_product, "SN-1"), 1)
        receipt = self.open(self.serial_product)
        answer = self.scan(receipt, "SN-1", "danger")
        self.assertIn("in stock already: WH/Stock (1 Units)", answer["message"])

    def test_operation_type_without_numbers(self):
        self.build.warehouse.in_type_id.use_create_lots = False
        self.build.lot(self.product, "L1")
        receipt = self.open(self.product)
        self.assertIn("settings", self.scan(receipt, "L1", "danger")["message"])

    def test_access(self):
        receipt = self.open(self.product)
        stranger = self._create_user("stranger", "base.group_user")
        with self.assertRaises(AccessError):
            receipt.with_user(stranger).scan_number("L1")
        worker = self._create_user("worker", "stock.group_stock_user")
        self.scan(receipt.with_user(worker), f"(01){GTIN}(10)L1")
        self.assertEqual(self.picked(receipt), [("L1", 1)])
