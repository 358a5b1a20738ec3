"""Labels of lots: decoded by zxing, which shares nothing with what drew them."""

import base64
import re
from io import BytesIO

from lxml import html
from PIL import Image

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..documents import symbol
from ..documents.labels import make_label
from .scan_case import GTIN, ScanCase

ELEMENTS = {"datamatrix", "gs1_128"}


def read_code(image):
    """The one code in a picture."""
    # the demo reads this package without the tools of the tests
    import zxingcpp

    (found,) = zxingcpp.read_barcodes(image.convert("L"))
    return found


def decode(image):
    """(symbology, GS1 or not, what a scanner sends) of the one code in a picture."""
    found = read_code(image)
    return found.symbology_identifier, found.content_type.name == "GS1", found.text


def read_zpl(text):
    """The graphic field of a label in ZPL as a picture."""
    size, _again, width, bits = re.search(
        r"\^GFA,(\d+),(\d+),(\d+),([0-9A-F]+)", text
    ).groups()
    data = bytes(byte ^ 0xFF for byte in bytes.fromhex(bits))
    assert len(data) == int(size)
    return Image.frombytes("1", (int(width) * 8, int(size) // int(width)), data)


@tagged("post_install", "-at_install")
class TestLotLabels(ScanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.barcode = GTIN
        cls.lot = cls.build.lot(cls.product, "L_1-A/2")
        cls.build.receive(cls.lot, 5)
        cls.unit = cls.build.lot(cls.serial_product, "SN-1")
        cls.unit.batch_code = "OVEN-7"
        cls.user = cls._create_user("labels", "stock.group_stock_user")

    def lay_out(self, lots, print_format, **values):
        layout = self.env["lot.label.layout"].with_user(self.user)
        return layout.create(
            {"lot_ids": [(6, 0, lots.ids)], "print_format": print_format, **values}
        )

    def render(self, layout):
        report = self.env["ir.actions.report"].with_user(self.user)
        action = layout.process()
        return report._render(action["report_name"], layout.ids)[0].decode()

    def get_pictures(self, page):
        for source in html.fromstring(page).xpath("//img/@src"):
            if source.startswith("data:image/png"):
                yield Image.open(BytesIO(base64.b64decode(source.partition(",")[2])))

    def test_each_code_says_the_lot(self):
        for kind, wanted in {
            "datamatrix": ("]d2", True, f"(01){GTIN.zfill(14)}(10)L_1-A/2"),
            "gs1_128": ("]C1", True, f"(01){GTIN.zfill(14)}(10)L_1-A/2"),
            "digital_link": (
                "]Q1",
                False,
                f"https://id.gs1.org/01/{GTIN.zfill(14)}/10/L_1-A%2F2",
            ),
        }.items():
            with self.subTest(kind):
                pages = self.render(self.lay_out(self.lot, kind))
                (picture,) = self.get_pictures(pages)
                self.assertEqual(decode(picture), wanted)
                printed = self.render(self.lay_out(self.lot, f"zpl_{kind}"))
                self.assertEqual(decode(read_zpl(printed)), wanted)

    def test_what_was_printed_is_scanned(self):
        for kind in symbol.SYMBOLOGIES:
            with self.subTest(kind):
                (label,) = self.lay_out(self.lot, kind)._get_labels()
                code = read_code(label.draw(kind))
                receipt = self.open(self.product)
                sent = code.bytes.decode()
                answer = self.scan(receipt, sent)
                line = self.env["stock.move.line"].browse(answer["line_id"])
                self.assertEqual(line.lot_name or line.lot_id.name, "L_1-A/2")

    def test_a_unit_without_a_gtin(self):
        (label,) = self.lay_out(self.unit, "datamatrix")._get_labels()
        self.assertEqual(label.get_code_text(), "(10)OVEN-7(21)SN-1")
        self.assertEqual(decode(label.draw("datamatrix"))[2], "(10)OVEN-7(21)SN-1")
        with self.assertRaisesRegex(UserError, "Device has no GTIN"):
            self.lay_out(self.unit, "digital_link").process()

    def test_numbers_that_no_code_takes_are_named(self):
        odd = self.build.lot(self.product, "Käse 1")
        with self.assertRaisesRegex(UserError, "Käse 1"):
            self.lay_out(self.lot + odd, "gs1_128").process()
        long = self.build.lot(self.serial_product, "S" * 20)
        long.batch_code = "B" * 20
        self.serial_product.barcode = "09506000134376"
        with self.assertRaisesRegex(UserError, "60 characters.*48"):
            self.lay_out(long, "gs1_128").process()
        (label,) = self.lay_out(long, "datamatrix")._get_labels()
        self.assertEqual(len(label.elements), 3)

    def test_one_for_each_lot_unit_or_package(self):
        box = self.env["stock.package"].create({"name": "BOX-1"})
        receipt = self.open(self.product, quantity=3)
        receipt.move_ids.move_line_ids.unlink()
        values = {"move_id": receipt.move_ids.id, "product_id": self.product.id}
        lines = self.env["stock.move.line"].create(
            [
                dict(values, lot_id=self.lot.id, quantity=2, result_package_id=box.id),
                dict(values, lot_id=self.lot.id, quantity=1),
            ]
        )
        for name, count in {"lots": 1, "units": 3, "packages": 2}.items():
            with self.subTest(name):
                layout = self.lay_out(
                    self.lot.browse(),
                    "datamatrix",
                    label_quantity=name,
                    move_line_ids=[(6, 0, lines.ids)],
                )
                labels = layout._get_labels()
                self.assertEqual(len(labels), count)
        self.assertIn("(30)2", labels[0].get_code_text())
        self.assertIn("Package BOX-1", labels[0].get_lines())
        self.env["ir.config_parameter"].set_param("lot_traceability.label_limit", 1)
        with self.assertRaisesRegex(UserError, "2 labels, and at most 1"):
            layout.process()

    def test_what_is_in_no_package_counts_beside_what_is(self):
        box = self.env["stock.package"].create({"name": "BOX-2"})
        self.env["stock.quant"]._update_available_quantity(
            self.product, self.build.stock, 3, lot_id=self.lot, package_id=box
        )
        layout = self.lay_out(self.lot, "datamatrix", label_quantity="units")
        self.assertEqual(len(layout._get_labels()), 8)
        layout.label_quantity = "packages"
        packages = [label.package.name for label in layout._get_labels()]
        self.assertEqual(sorted(packages, key=bool), [False, "BOX-2"])

    def test_too_many_are_refused_before_they_are_made(self):
        self.build.receive(self.lot, 10**11)
        layout = self.lay_out(self.lot, "datamatrix", label_quantity="units")
        with self.assertRaisesRegex(UserError, "100000000005 labels, and at most 2000"):
            layout.process()

    def test_core_formats_from_lots(self):
        action = self.lay_out(self.lot + self.unit, "4x12").process()
        self.assertEqual(action["report_name"], "stock.report_lot_label")
        self.assertEqual(action["context"]["active_ids"], (self.lot + self.unit).ids)

    def test_long_texts_leave_nothing_out(self):
        """A printer of ZPL prints what is too long for its row over itself."""
        for name in (
            "Mozzarella di Bufala in Brine " * 4,
            "馬蘇里拉奶酪" * 9,
            "M" * 90,
        ):
            self.product.name = name
            lot = self.build.lot(self.product, "LOT-2026-12345-67890")
            lot.supplier_number = "SUPPLIER-2026-000123"
            box = self.env["stock.package"].create({"name": "BOX-3"})
            for kind in symbol.SYMBOLOGIES:
                if kind == symbol.GS1_128:
                    lot = self.build.lot(self.product, "LOT-2026-12345")
                with self.subTest(name=name, kind=kind):
                    label = make_label(lot, kind, box, 12.5)
                    self.assertEqual(
                        label.get_lines()[-2:], ["Package BOX-3", "12.5 Units"]
                    )
                    printed = label.get_zpl(kind)
                    texts = re.findall(
                        r"\^FO8,(\d+)\^A0N,28,(\d+)\^FB(\d+),1\^FH_\^FD(.*)\^FS",
                        printed,
                    )
                    self.assertEqual(texts[0][-1], lot.name)
                    self.assertEqual(texts[-1][-1], "12.5 Units")
                    for _top, font, width, text in texts:
                        broad = sum(char > "\u2e80" for char in text)
                        wide = (len(text) + broad) * int(font) * 13 / 24
                        self.assertLessEqual(wide, int(width), text)
                    end = 210 if kind == symbol.GS1_128 else 320
                    self.assertLessEqual(int(texts[-1][0]) + 28, end)

    def test_texts_are_no_commands_of_the_printer(self):
        self.lot.supplier_number = "^XZ~JR_1"
        printed = self.render(self.lay_out(self.lot, "zpl_datamatrix"))
        self.assertIn("Supplier's number _5EXZ_7EJR_5F1", printed)
        self.assertEqual(printed.count("^XZ"), 1)
