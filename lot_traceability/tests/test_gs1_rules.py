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
        values = {"yymmd0": "271231", "yymmdd": "271231"}
        for identifier, spec in gs1.SPECS.items():
            for whole in (False, True):
                value = ""
                for part in spec.parts:
                    length = part.high if whole else part.low
                    if whole or not part.is_optional:
                        fill = "0" if part.kind == "N" else "Z"
                        known = (values[at] for at in part.checks if at in values)
                        value += next(known, fill * length)
                pairs = {identifier: value, "10": "AB1"}
                text = gs1.to_element_string(list(pairs.items()))
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
