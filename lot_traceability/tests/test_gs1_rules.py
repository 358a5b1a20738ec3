from datetime import date

from odoo.tests import TransactionCase, tagged

from ..scanning import gs1

GTIN = "09506000134352"


@tagged("post_install", "-at_install")
class TestGS1Rules(TransactionCase):
    """One AI that core does not know no longer makes a label unreadable."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nomenclature = cls.env.ref(
            "barcodes_gs1_nomenclature.default_gs1_nomenclature"
        )

    def parse(self, text):
        rows = self.nomenclature.parse_barcode(text)
        self.assertTrue(rows, f"unreadable: {text!r}")
        return {row["ai"]: (row["type"], row["value"]) for row in rows}

    def test_label_of_a_supplier(self):
        pairs = [("01", GTIN), ("11", "260105"), ("17", "271200"), ("10", "AB1")]
        pairs += [("240", "ART-7"), ("7003", "2712311830")]
        self.assertEqual(
            self.parse(gs1.to_element_string(pairs)),
            {
                "01": ("product", GTIN),
                "11": ("production_date", date(2026, 1, 5)),
                "17": ("expiration_date", date(2027, 12, 31)),
                "10": ("lot", "AB1"),
                "240": ("information", "ART-7"),
                "7003": ("expiration_time", "2712311830"),
            },
        )

    def test_every_known_ai_can_be_on_a_label(self):
        for identifier, (kind, low, high, check) in gs1.SPECS.items():
            if (
                identifier in ("10", "01")
                or identifier[-1] in "6789"
                and (
                    len(identifier) == 4
                    and identifier[0] == "3"
                    and identifier[1] != "9"
                )
            ):
                continue  # 3106 and the like: more decimals than GS1 gives
            for length in (low, high):
                digits = "271231235959" if check in ("date", "day") else "0" * 40
                value = digits[:length] if kind == "N" or check else "Z" * length
                text = gs1.to_element_string([(identifier, value), ("10", "AB1")])
                self.assertEqual(self.parse(text)["10"], ("lot", "AB1"), identifier)

    def test_core_rules_come_first(self):
        values = self.parse(f"02{GTIN}3103001250")
        self.assertEqual(values["02"], ("product", GTIN))
        self.assertEqual(values["3103"], ("quantity", 1.25))
        self.assertEqual(self.parse("91PAL")["91"], ("package_type", "PAL"))

    def test_yards_are_not_feet(self):
        (row,) = self.nomenclature.parse_barcode("3232001250")
        self.assertEqual(row["value"], 12.5)
        self.assertEqual(
            row["rule"].associated_uom_id, self.env.ref("uom.product_uom_yard")
        )
