"""The examples of the manuals of the other two addons, run as they stand there."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import file_open

from odoo.addons.lot_traceability.tests import test_api_examples
from odoo.addons.lot_traceability_recall.tests.common import RecallCase


@tagged("post_install", "-at_install")
class TestApiOfAddons(test_api_examples.ExampleCase, RecallCase):
    def read(self, addon):
        with file_open(f"{addon}/readme/API.md") as manual:
            self.examples = test_api_examples.BLOCK.findall(manual.read())

    def test_recall_from_create_to_close(self):
        self.read("lot_traceability_recall")
        self.customer.email = "shop@example.com"
        self.lot = self.build.lot(self.product, "FL-2026-117")
        self.build.receive(self.lot, 10, self.vendor)
        self.build.deliver(self.lot, 6, self.customer)
        self.manager.password = test_api_examples.PASSWORD
        printed = self.run_example("plan_dispositions", self.manager)
        self.assertEqual(
            printed.split("\n")[:2], ["answered Customer", "recall closed"]
        )
        self.assertEqual(self.build.on_hand(self.lot), 0)
        recall = self.env["lot.recall"].search([("seed_lot_ids", "in", self.lot.ids)])
        headers = {"Authorization": f"bearer {self.key(self.manager)}"}
        for name in ("evidence.zip", "consignees.xlsx"):
            url = f"/lot_traceability_recall/{recall.id}/{name}"
            answer = self.url_open(url, headers=headers)
            self.assertEqual((answer.status_code, answer.content[:2]), (200, b"PK"))

    def test_expiry_list(self):
        self.read("lot_traceability_expiry")
        product = self.build.product("Milk", use_expiration_date=True)
        soon = fields.Datetime.now() + timedelta(days=2)
        lot = self.build.lot(product, "M-1", expiration_date=soon)
        self.build.receive(lot, 5)
        clerk = self._create_user("expiry_clerk", "stock.group_stock_manager")
        self.assertIn("M-1 5.0", self.run_example("expiry.board", clerk))
