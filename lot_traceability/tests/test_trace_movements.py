from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..documents import epcis_file, trace_file
from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestTraceMovements(LotTraceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receipt = cls.receive(0)
        cls.lot = cls.build.lot(cls.product, "R1")

    @classmethod
    def receive(cls, day):
        lot = (cls.product, "R1")
        return cls.build.receive(lot, 10, cls.vendor, at=cls.day(day))

    @classmethod
    def day(cls, number):
        return datetime(2026, 1, 1, 8) + timedelta(days=number)

    def deliver(self, quantity, day):
        return self.build.deliver(self.lot, quantity, self.customer, at=self.day(day))

    def test_rows(self):
        delivery = self.deliver(4, 1)
        found = self.lot.trace_movements()
        self.assertEqual((found["total"], found["offset"]), (2, 0))
        row = found["movements"][1]
        expected = {
            "reference": delivery.name,
            "document_model": "stock.picking",
            "document_id": delivery.id,
            "date": "2026-01-02 08:00:00",
            "product": self.product.display_name,
            "lot_id": self.lot.id,
            "lot": "R1",
            "location": self.build.stock.display_name,
            "quantity": 4,
            "uom": self.product.uom_id.name,
            "partner": "Customer",
            "state": "done",
        }
        self.assertEqual({name: row[name] for name in expected}, expected)

    def test_pages(self):
        for day in range(1, 6):
            self.deliver(1, day)
        pages = [self.lot.trace_movements(offset=offset, limit=2) for offset in (0, 4)]
        self.assertEqual([page["total"] for page in pages], [6, 6])
        days = [[row["date"][8:10] for row in page["movements"]] for page in pages]
        self.assertEqual(days, [["01", "02"], ["05", "06"]])

    def test_a_further_page_does_not_walk_again(self):
        for day in range(1, 4):
            self.deliver(1, day)
        first = self.lot.trace_movements(limit=2)
        with patch("odoo.addons.lot_traceability.trace.story.walk") as walk:
            second = self.lot.trace_movements(offset=2, limit=2)
            self.assertFalse(walk.called)
        self.assertEqual(first["total"], second["total"])
        self.assertEqual(second["direction"], "downstream")
        # nothing is shown stale, not even of the own transaction
        self.deliver(1, 5)
        self.assertEqual(self.lot.trace_movements(offset=2)["total"], 5)
        line = self.lot.trace_movements()["movements"][-1]["id"]
        self.env["stock.move.line"].browse(line).quantity = 2
        changed = self.lot.trace_movements(offset=4)["movements"]
        self.assertEqual([row["quantity"] for row in changed], [2])
        # nor to who may not see it
        other = self.env["res.company"].create({"name": "Other Company"})
        self.lot.company_id = False
        stranger = self._create_user("s", "stock.group_stock_user", companies=other)
        lot = self.lot.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertEqual(lot.trace_movements()["total"], 0)

    def test_planned_movements_are_there(self):
        delivery = self.build.open_delivery(self.product, 3)
        states = {
            row["reference"]: row["state"]
            for row in self.lot.trace_movements()["movements"]
        }
        self.assertEqual(states[delivery.name], "assigned")

    def test_pages_that_are_refused(self):
        for values in ({"limit": 0}, {"offset": -1}, {"limit": 5_001}):
            with self.assertRaises(UserError):
                self.lot.trace_movements(**values)
        self.env["ir.config_parameter"].set_param("lot_traceability.trace_page", 9_000)
        self.assertEqual(self.lot.trace_movements(limit=5_001)["total"], 1)

    def test_balance_in_one_call(self):
        self.deliver(4, 1)
        found = self.lot.trace_balance()
        self.assertEqual(found["balances"][0]["on_hand"], 6)
        self.assertEqual(found["holders"][0]["holds"], 4)
        self.assertEqual(found["suspect"][0]["at_customers"], 4)
        self.assertNotIn("links", found)

    def test_where_a_delivered_line_came_from(self):
        """Case 21: receipt 1 is sold out, then receipt 2."""
        first = self.deliver(10, 1)
        second_receipt = self.receive(2)
        second = self.deliver(1, 3)
        for delivery, receipt in ((first, self.receipt), (second, second_receipt)):
            line = delivery.move_line_ids
            [source] = line.trace_sources()
            self.assertEqual(source["document_id"], receipt.id)
            self.assertEqual(source["partner"], "Vendor")
            action = line.action_open_sources()
            self.assertEqual(line.search(action["domain"]), receipt.move_line_ids)

    def test_sources_for_those_only_who_may_read_the_line(self):
        line = self.deliver(1, 1).move_line_ids
        company = self.env["res.company"].create({"name": "Other"})
        user = self._create_user("far", "stock.group_stock_user", companies=company)
        with self.assertRaises(AccessError):
            line.with_user(user).trace_sources()

    def test_partners_are_named_to_those_who_may_read_them(self):
        self.deliver(4, 1)
        clerk = self._create_user("movement_clerk", "stock.group_stock_user")
        self.env.flush_all()
        other = self.env["res.company"].create({"name": "Other"})
        self.customer.company_id = other
        lot = self.lot.with_user(clerk)
        names = [row["partner"] for row in lot.trace_movements()["movements"]]
        self.assertEqual(names, ["Vendor", False])
        trace = lot.trace_downstream(["deliveries", "holders"])
        for part in trace["deliveries"], trace["holders"]:
            self.assertEqual([row["partner"] for row in part], [False])
        for write in trace_file.get_json, epcis_file.get_jsonld:
            self.assertNotIn(b"Customer", write(lot))

    def test_sources_of_one_line_at_a_time(self):
        lines = self.env["stock.move.line"].search([("lot_id", "=", self.lot.id)])
        self.deliver(4, 1)
        both = self.env["stock.move.line"].search([("lot_id", "=", self.lot.id)])
        for wrong in (both, lines.browse(), lines.browse(["x"])):
            with self.assertRaisesRegex(UserError, "ids"):
                wrong.trace_sources()
