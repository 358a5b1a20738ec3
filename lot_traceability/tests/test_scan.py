from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import LotTraceCase

GTIN = "09506000134352"


@tagged("post_install", "-at_install")
class TestScan(LotTraceCase):
    """A scanner at a receipt."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.barcode = "9506000134352"
        cls.plain = cls.build.product("Bolt", tracking="none", barcode="96385074")

    def open(self, *products, quantity=3):
        """An expected receipt of some products."""
        receipt = self.build.open_receipt(products[0], quantity)
        for product in products[1:]:
            receipt.move_ids = [
                Command.create(
                    {
                        "product_id": product.id,
                        "product_uom_qty": quantity,
                        "location_id": receipt.location_id.id,
                        "location_dest_id": receipt.location_dest_id.id,
                    }
                )
            ]
        receipt.action_confirm()
        return receipt

    def scan(self, picking, text, level="success", **values):
        answer = picking.scan_number(text, **values)
        self.assertEqual(answer["level"], level, answer["message"])
        return answer

    def picked(self, picking):
        return sorted(
            (line.lot_name or line.lot_id.name, line.quantity_product_uom)
            for line in picking.move_line_ids
            if line.picked
        )

    def planned(self, picking):
        lines = picking.move_line_ids.filtered(lambda line: not line.picked)
        return sum(lines.mapped("quantity_product_uom"))

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
        self.assertEqual(answer["message"], "SN-2 (Device): 2 of 1 Units")

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
        (first | second).write({"lot_name": "SN-1"})
        second.lot_name = "SN-2"
        self.scan(receipt, "SN-9")
        self.assertEqual(second.lot_name, "SN-2")
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

    def test_label_with_an_expiration_date(self):
        if "expiration_date" not in self.env["stock.move.line"]:
            return
        self.product.use_expiration_date = True
        self.env.user.tz = "Europe/Brussels"
        receipt = self.open(self.product, quantity=1)
        answer = self.scan(receipt, f"(01){GTIN}(17)270600(10)L1")
        line = self.env["stock.move.line"].browse(answer["line_id"])
        self.assertEqual(str(line.expiration_date), "2027-06-30 21:59:59")
        receipt.button_validate()
        self.assertEqual(str(line.lot_id.expiration_date), "2027-06-30 21:59:59")

    def test_label_that_is_wrong(self):
        receipt = self.open(self.product)
        for text, message in (
            ("(01)09506000134353(10)L1", "check digit"),
            (f"(01){GTIN}(10){'L' * 21}", "too long"),
            (f"https://x/01/{GTIN}/10/%ZZ", "broken at %ZZ"),
            ("https://example.com/", "no GS1 number"),
            (f"(01){GTIN}(05)1", "no GS1 application identifier"),
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
        self.scan(receipt, "(01)19506000134359(10)L1")
        self.scan(receipt, "(02)19506000134359(37)2(10)L1")
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
