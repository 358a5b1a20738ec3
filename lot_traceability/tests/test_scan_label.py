from odoo.tests import tagged

from .scan_case import GTIN, ScanCase


@tagged("post_install", "-at_install")
class TestScanLabel(ScanCase):
    """A scanner at a receipt: GS1 labels, and units."""

    # -- labels ---------------------------------------------------------
    def test_label_in_every_form(self):
        for text in (
            f"]C101{GTIN}3000000003\x1d10L1".replace("3000000003", "302"),
            f"01{GTIN}302\x1d10L1",
            f"(01){GTIN}(30)2(10)L1",
            f"https://id.gs1.org/01/{GTIN}/10/L1?30=2",
        ):
            receipt = self.open(self.product, self.serial_product)
            self.scan(receipt, text)
            self.assertEqual(self.picked(receipt), [("L1", 2)], text)
            self.assertEqual(
                receipt.move_line_ids.filtered("picked").number_origin, "supplier"
            )

    def test_label_with_lot_and_serial_number(self):
        self.product.barcode = False
        self.serial_product.barcode = GTIN[1:]
        receipt = self.open(self.serial_product, quantity=1)
        self.scan(receipt, f"(01){GTIN}(10)B7(21)SN-1")
        receipt.button_validate()
        lot = receipt.move_line_ids.lot_id
        self.assertEqual(
            (lot.name, lot.batch_code, lot.number_origin), ("SN-1", "B7", "supplier")
        )

    def test_label_without_the_serial_number(self):
        self.product.barcode = False
        self.serial_product.barcode = GTIN
        receipt = self.open(self.serial_product)
        answer = self.scan(receipt, f"(01){GTIN}(10)B7", "danger")
        self.assertIn("no serial number", answer["message"])

    def test_label_without_a_number(self):
        receipt = self.open(self.product, self.serial_product)
        answer = self.scan(receipt, f"01{GTIN}", "info")
        self.assertEqual(answer["product_id"], self.product.id)

    def test_label_without_a_product(self):
        receipt = self.open(self.product)
        self.scan(receipt, "(10)L1(37)2")
        self.assertEqual(self.picked(receipt), [("L1", 2)])
        self.assertIn("neither", self.scan(receipt, "(400)PO1", "danger")["message"])

    def test_label_that_is_wrong(self):
        receipt = self.open(self.product)
        for text, message in (
            ("(01)09506000134353(10)L1", "check digit"),
            (f"(01){GTIN}(10){'L' * 21}", "too long"),
            (f"https://x/01/{GTIN}/10/%ZZ", "broken at %ZZ"),
            ("https://example.com/", "no GS1 number"),
            (f"(01){GTIN}(05)1", "not a GS1 application identifier"),
            # without separators, a blank in the lot
            (f"01{GTIN}1727112910bad lot", "does not allow"),
        ):
            self.assertIn(message, self.scan(receipt, text, "danger")["message"])
        self.assertFalse(self.picked(receipt))

    def test_a_lot_that_looks_like_a_label(self):
        lot = self.build.lot(self.product, f"01{GTIN}")
        receipt = self.open(self.product)
        self.scan(receipt, lot.name)
        self.assertEqual(self.picked(receipt), [(lot.name, 1)])
        # odoo#244427: no piece of it is taken for an application identifier
        self.scan(receipt, "101")
        self.assertEqual(self.picked(receipt), [(lot.name, 1), ("101", 1)])

    # -- units ----------------------------------------------------------
    def test_barcode_of_a_box(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.product.uom_ids = dozen
        self.env["product.uom"].create(
            {
                "product_id": self.product.id,
                "uom_id": dozen.id,
                "barcode": "19506000134359",
            }
        )
        receipt = self.open(self.product, quantity=36)
        answer = self.scan(receipt, "(01)19506000134359(10)L1", "warning")
        self.assertIn("1 Dozens: 12 Units were booked", answer["message"])
        self.scan(receipt, "(02)19506000134359(37)2(10)L1", "warning")
        self.assertEqual(self.picked(receipt), [("L1", 36)])

    def test_move_in_dozens(self):
        receipt = self.build.open_receipt(self.product, 2)
        receipt.do_unreserve()
        receipt.move_ids.product_uom = self.env.ref("uom.product_uom_dozen")
        receipt.action_assign()
        self.assertEqual(receipt.move_line_ids.quantity_product_uom, 24)
        for _scan in range(3):
            self.scan(receipt, "L1")
        self.assertEqual(self.picked(receipt), [("L1", 3)])
        self.assertEqual(self.planned(receipt), 21)
        self.assertEqual(receipt.move_ids.scanned_quantity, 0.25)
        self.assertEqual(
            self.scan(receipt, "(10)L1(30)21")["message"], "L1 (Raw): 24 of 24 Units"
        )

    def test_weight(self):
        self.product.uom_id = self.env.ref("uom.product_uom_kgm")
        receipt = self.open(self.product, quantity=5)
        self.scan(receipt, f"(01){GTIN}(3103)001250(10)L1")
        self.scan(receipt, f"(01){GTIN}(3200)000002(10)L2")
        self.assertEqual(self.picked(receipt), [("L1", 1.25), ("L2", 0.91)])

    def test_weight_of_what_is_counted_does_not_count(self):
        receipt = self.open(self.product)
        self.scan(receipt, f"(01){GTIN}(3103)001250(10)L1")
        self.assertEqual(self.picked(receipt), [("L1", 1)])
        self.scan(receipt, "(10)L1(30)0", "danger")
