from odoo.tests import HttpCase, tagged

from .builder import StockBuilder


@tagged("post_install", "-at_install")
class TestScanField(HttpCase):
    def test_receipt_by_scanner(self):
        build = StockBuilder(self.env)
        admin = self.env.ref("base.user_admin")
        admin.group_ids += self.env.ref("stock.group_production_lot")
        flour = build.product("Scan Flour", barcode="9506000134352")
        oven = build.product("Scan Oven", tracking="serial", barcode="96385074")
        receipt = build.open_receipt(flour, 4)
        receipt.move_ids.copy(
            {"product_id": oven.id, "product_uom_qty": 1, "picking_id": receipt.id}
        )._action_confirm(merge=False)
        self.start_tour(
            f"/odoo/receipts/{receipt.id}", "lot_traceability_scan_field", login="admin"
        )
        self.assertEqual((receipt.state, receipt.origin), ("done", "PO77"))
        self.assertEqual(
            {
                (line.lot_id.name, line.quantity, line.lot_id.number_origin)
                for line in receipt.move_line_ids
            },
            {("L/1", 3, "supplier"), ("L/2", 1, "supplier"), ("OV-1", 1, "typed")},
        )

    def test_every_key_that_stands_for_a_separator(self):
        """In the field and with the cursor nowhere, in both kinds of nomenclature."""
        build = StockBuilder(self.env)
        self.env.ref("base.user_admin").group_ids += self.env.ref(
            "stock.group_production_lot"
        )
        flour = build.product("Scan Flour", barcode="9506000134352")
        for nomenclature in (
            "barcodes.default_barcode_nomenclature",
            "barcodes_gs1_nomenclature.default_gs1_nomenclature",
        ):
            self.env.company.nomenclature_id = self.env.ref(nomenclature)
            receipt = build.open_receipt(flour, 16)
            self.start_tour(
                f"/odoo/receipts/{receipt.id}",
                "lot_traceability_scan_keys",
                login="admin",
            )
            self.assertEqual(
                sorted(receipt.move_line_ids.mapped("lot_name")),
                [f"K{at}" for at in range(1, 9)],
                nomenclature,
            )
