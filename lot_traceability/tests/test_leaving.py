import csv
import io
import zipfile

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestLeaving(LotTraceCase):
    """What is said and exported before the app is uninstalled; ``tests/test_alone.py``
    uninstalls it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build.receive((cls.product, "PJ-LEAVING"), 5, cls.vendor)
        cls.lot = cls.build.lot(cls.product, "PJ-LEAVING")
        cls.lot.action_hold("Glass in a jar")
        module = cls.env.ref("base.module_lot_traceability")
        cls.dialog = cls.env["base.module.uninstall"].create({"module_ids": module.ids})

    def test_dialog_says_what_is_lost_and_who_would_be_free(self):
        text = str(self.dialog.lot_losses)
        self.assertIn("PJ-LEAVING", text)
        self.assertRegex(text, r"Hold on a Lot: \d+")
        self.assertRegex(text, r"Warehouse: \d+ with a value in Quarantine Location")
        self.dialog.module_ids = self.env.ref("base.module_barcodes_gs1_nomenclature")
        self.assertIn("PJ-LEAVING", str(self.dialog.lot_losses), "what it is built on")
        self.dialog.module_ids = self.env.ref("base.module_lot_traceability_recall")
        self.assertNotIn("PJ-LEAVING", str(self.dialog.lot_losses or ""))
        self.dialog.module_ids = self.env.ref("base.module_base_install_request")
        self.assertFalse(self.dialog.lot_losses)

    def test_all_of_it_is_in_the_file(self):
        action = self.dialog.action_lot_export()
        file = self.env["ir.attachment"].browse(int(action["url"].split("/")[3][:-14]))
        self.assertFalse(file.public)
        with zipfile.ZipFile(io.BytesIO(file.raw)) as archive:
            tables = {
                name.removesuffix(".csv"): list(
                    csv.DictReader(io.StringIO(archive.read(name).decode()))
                )
                for name in archive.namelist()
            }
        held = [row for row in tables["held_goods"] if row["lot"] == "PJ-LEAVING"]
        self.assertEqual(
            [(float(row["quantity"]), row["reason"]) for row in held],
            [(5, "Glass in a jar")],
        )
        self.assertIn(
            ("Glass in a jar", "PJ-LEAVING"),
            {(row["reason"], row["lot_id__name"]) for row in tables["lot.hold"]},
        )
        self.assertIn("lot.trace.log", tables)
        self.assertIn("stock.location", tables)

    def test_only_administrators_export(self):
        user = new_test_user(self.env, "leaving", groups="stock.group_stock_manager")
        with self.assertRaises(AccessError):
            self.dialog.with_user(user).action_lot_export()
