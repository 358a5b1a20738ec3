from odoo.fields import Command

from .common import LotTraceCase

GTIN = "09506000134352"


class ScanCase(LotTraceCase):
    """Scans, and what they leave on the lines."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.barcode = GTIN[1:]
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
