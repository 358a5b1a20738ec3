from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.lot_traceability.documents import epcis_file
from odoo.addons.lot_traceability.evidence import details
from odoo.addons.lot_traceability.tests.epcis_case import EpcisCase

from .common import SupplyChainCase


@tagged("post_install", "-at_install")
class TestTraceEpcisChain(EpcisCase, SupplyChainCase):
    """From the purchase over manufacturing to the sale, as EPCIS events."""

    def setUp(self):
        super().setUp()
        self.other = self.build.product("Sugar")
        self.cake = self.build.product("Cake", barcode="9521141100028")
        self.build.bom(self.cake, {self.product: 2, self.other: 1})
        self.purchase = self.build.purchase(
            self.vendor,
            {(self.product, "R-1"): 20, (self.other, "S-1"): 10},
            at="2026-01-05 08:00",
        )
        self.raw = self.build.lot(self.product, "R-1")
        self.order = self.build.produce(
            self.cake,
            {"C-1": 10},
            {self.raw: 20, self.build.lot(self.other, "S-1"): 10},
            at="2026-01-06 08:00",
        )
        self.cakes = self.build.lot(self.cake, "C-1")
        self.sale = self.build.sell(
            self.customer, {self.cakes: 4}, at="2026-01-07 08:00"
        )

    def kinds(self, events):
        return [(event["type"], event["bizStep"]) for event in events]

    def test_whole_chain(self):
        self.assertEqual(
            self.kinds(self.events(self.raw)),
            [
                ("ObjectEvent", "receiving"),
                ("TransformationEvent", "commissioning"),
                ("ObjectEvent", "shipping"),
            ],
        )

    def test_order_is_told_with_all_that_it_used(self):
        event = self.events(self.raw)[1]
        self.assertEqual(len(event["inputQuantityList"]), 2)
        self.assertEqual(
            [row["quantity"] for row in event["inputQuantityList"]], [20, 10]
        )
        (made,) = event["outputQuantityList"]
        self.assertEqual(
            made,
            {"epcClass": "https://id.gs1.org/01/09521141100028/10/C-1", "quantity": 10},
        )
        (document,) = event["bizTransactionList"]
        self.assertEqual(document["type"], "prodorder")
        self.assertIn(self.order.name.replace("/", "%2F"), document["bizTransaction"])

    def test_same_order_from_both_ends(self):
        down = {event["eventID"]: event for event in self.events(self.raw)}
        up = {event["eventID"]: event for event in self.events(self.cakes)}
        shared = down.keys() & up.keys()
        self.assertEqual(len(shared), 3)
        for event_id in shared:
            self.assertEqual(down[event_id], up[event_id])
        # upward, the sugar's receipt too
        self.assertEqual(len(up), 4)

    def test_purchase_and_sale_are_named(self):
        found = self.events(self.raw)
        first, _order, last = found
        for event, document in ((first, self.purchase), (last, self.sale)):
            told = [row["bizTransaction"] for row in event["bizTransactionList"]]
            self.assertTrue(any(uri.endswith(f"/{document.name}") for uri in told))
        # thousands of transfers are asked together which of them have an order
        with patch.object(details, "MANY", 0):
            self.assertEqual(self.events(self.raw), found)

    def test_unbuild(self):
        self.build.unbuild(self.order, 1, self.cakes, at="2026-01-08 08:00")
        event = self.events(self.cakes)[-1]
        self.assertEqual(event["type"], "TransformationEvent")
        self.assertEqual(event["inputQuantityList"][0]["quantity"], 1)
        self.assertEqual(
            sorted(row["quantity"] for row in event["outputQuantityList"]), [1, 2]
        )

    def test_scrap_in_an_order_is_no_part_of_what_it_made(self):
        self.build.scrap(self.cakes, 1, at="2026-01-09 08:00")
        self.assertEqual(
            self.kinds(self.events(self.raw))[-1], ("ObjectEvent", "destroying")
        )

    def test_repair_is_no_transformation(self):
        machine = self.build.lot(self.serial_product, "M-1")
        self.build.receive(machine, 1, self.vendor, at="2026-01-05 09:00")
        self.build.repair(machine, add={self.cakes: 1}, at="2026-01-10 09:00")
        self.assertEqual(
            self.kinds(self.events(machine)),
            [
                *[("ObjectEvent", "receiving")] * 3,
                ("TransformationEvent", "commissioning"),
                ("ObjectEvent", "shipping"),
            ],
        )

    def test_a_part_that_a_repair_took_out(self):
        machine = self.build.lot(self.serial_product, "M-2")
        part = self.build.lot(self.product, "OLD-1")
        self.build.receive(machine, 1, self.vendor, at="2026-01-05 09:00")
        self.build.repair(machine, recycle={part: 1}, at="2026-01-10 09:00")
        *_receipt, event = self.events(part)
        self.assertEqual(
            (event["action"], event["bizStep"], event["disposition"]),
            ("OBSERVE", "removing", "in_progress"),
        )
        self.assertEqual(event["quantityList"][0]["quantity"], 1)

    def test_by_products_tell_their_own_days(self):
        cake = self.build.product("Tart", use_expiration_date=True)
        crumbs = self.build.product("Crumbs", use_expiration_date=True)
        self.build.bom(cake, {self.product: 1}, byproducts={crumbs: 1})
        lots = [
            self.build.lot(product, number, expiration_date=day)
            for product, number, day in (
                (cake, "T-1", "2027-01-10 12:00"),
                (crumbs, "B-1", "2027-05-20 12:00"),
            )
        ]
        order = self.make(cake, lots)
        for lot in lots:
            events = [
                event
                for event in self.events(lot)
                if order.name.replace("/", "%2F") in str(event["bizTransactionList"])
            ]
            days = {
                day
                for event in events
                for name, day in event["ilmd"].items()
                if name.endswith("Date")
            }
            self.assertEqual(days, {"2027-01-10", "2027-05-20"})
            (tied,) = {event["transformationID"] for event in events}
            self.assertIn("/xform/", tied)
            inputs = [e for e in events if "inputQuantityList" in e]
            self.assertEqual(len(inputs), 1)

    def make(self, cake, lots):
        flour = self.build.lot(self.product, "R-2")
        self.build.receive(flour, 2, self.vendor, at="2026-01-05 08:00")
        return self.build.produce(
            cake,
            {"T-1": 2},
            {flour: 2},
            byproducts={lots[1]: 2},
            at="2026-01-06 09:00",
        )

    def test_more_of_a_lot_is_not_its_beginning(self):
        self.build.receive(self.raw, 2, self.vendor, at="2026-01-06 10:00")
        self.build.receive(
            self.build.lot(self.other, "S-1"), 1, self.vendor, at="2026-01-06 10:00"
        )
        order = self.build.produce(
            self.cake,
            {"C-1": 1},
            {self.raw: 2, self.build.lot(self.other, "S-1"): 1},
            at="2026-01-07 08:00",
        )
        steps = {
            event["bizTransactionList"][0]["bizTransaction"].rpartition("/")[2]: (
                event["bizStep"],
                "ilmd" in event,
            )
            for event in self.events(self.cakes)
            if event["type"] == "TransformationEvent"
        }
        self.assertEqual(
            steps,
            {
                self.order.name.replace("/", "%2F"): ("commissioning", True),
                order.name.replace("/", "%2F"): ("creating_class_instance", False),
            },
        )

    def test_dropship_names_vendor_and_customer(self):
        kind = self.env["stock.picking.type"].search(
            [("code", "=", "dropship"), ("company_id", "=", self.env.company.id)],
            limit=1,
        )
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.vendor.id,
                "picking_type_id": kind.id,
                "dest_address_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": self.product.id, "product_qty": 3})
                ],
            }
        )
        order.button_confirm()
        picking = order.picking_ids
        picking.move_line_ids.lot_name = "DROP-1"
        picking.move_ids.picked = True
        self.build._validate(picking, None)
        (event,) = self.events(self.build.lot(self.product, "DROP-1"))
        self.assertEqual(event["bizStep"], "shipping")
        self.assertTrue(
            event["readPoint"]["id"].endswith(f"/loc/partner-{self.vendor.id}")
        )
        for side, role, who in (
            ("sourceList", "source", self.vendor),
            ("destinationList", "destination", self.customer),
        ):
            ((party,),) = [[row[role] for row in event[side]]]
            self.assertTrue(party.endswith(f"/pty/{who.id}"), side)

    def test_subcontracting_names_both_sides(self):
        maker = self.build.partner("Maker")
        place = self.env.company.subcontracting_location_id
        self.build.receive(self.raw, 1, self.vendor, at="2026-01-06 10:00")
        out = self.build.transfer(
            {self.raw: 1},
            self.build.warehouse.out_type_id,
            self.build.stock,
            place,
            partner=maker,
        )
        document = epcis_file.get_document_of_records(out)
        self.check_document(document)
        (event,) = document["epcisBody"]["eventList"]
        self.assertEqual(event["bizStep"], "shipping")
        self.assertTrue(
            event["destinationList"][0]["destination"].endswith(f"/pty/{maker.id}")
        )
        self.assertTrue(
            event["sourceList"][0]["source"].endswith(
                f"/pty/{self.env.company.partner_id.id}"
            )
        )

    def test_a_corrected_order_keeps_what_it_said(self):
        before = self.events(self.cakes)
        line = self.order.move_raw_ids.move_line_ids.filtered(
            lambda line: line.lot_id == self.raw
        )
        line.write({"quantity": 18, "correction_reason": "Weighed again"})
        after = {event["eventID"]: event for event in self.events(self.cakes)}
        for event in before:
            told = dict(after[event["eventID"]])
            declared = told.pop("errorDeclaration", None)
            self.assertEqual(told, event)
            is_order = event["type"] == "TransformationEvent"
            self.assertEqual(bool(declared), is_order)
            if is_order:
                (new,) = declared["correctiveEventIDs"]
                quantities = [
                    row["quantity"] for row in after[new]["inputQuantityList"]
                ]
                self.assertEqual(sorted(quantities), [10, 18])

    def test_expired_and_recalled(self):
        milk = self.build.product("Milk", use_expiration_date=True)
        lots = [self.build.lot(milk, name) for name in ("OLD", "GONE", "GOOD")]
        for lot in lots:
            self.build.receive(lot, 3, self.vendor, at="2026-01-05 08:00")
        lots[0].expiration_date = lots[1].expiration_date = "2026-02-01 12:00"
        lots[2].expiration_date = "2036-02-01 12:00"
        self.build.scrap(lots[1], 3, at="2026-01-20 08:00")
        told = [
            [event for event in self.events(lot) if event["disposition"] == "expired"]
            for lot in lots
        ]
        self.assertEqual([len(events) for events in told], [1, 0, 0])
        (event,) = told[0]
        self.assertTrue(event["eventTime"].startswith("2026-02-01T23:59:59"))
        self.assertEqual(event["persistentDisposition"], {"set": ["expired"]})
        self.assertEqual(event["quantityList"][0]["quantity"], 3)
        for is_mock, disposition in ((False, "recalled"), (True, "non_sellable_other")):
            lot = lots[2 if is_mock else 0]
            recall = self.env["lot.recall"].create(
                {
                    "reason": "Glass found",
                    "recall_class": "2",
                    "depth": "internal",
                    "seed_lot_ids": lot.ids,
                    "is_mock": is_mock,
                    "mock_hold": is_mock,
                }
            )
            lot._hold("Glass found", origin=recall.name, holder=recall)
            auditor = self._create_user(
                f"auditor_{is_mock}", "lot_traceability_recall.group_recall_auditor"
            )
            document = epcis_file.get_document_of_records(recall.with_user(auditor))
            self.check_document(document)
            (held,) = [
                event
                for event in document["epcisBody"]["eventList"]
                if event["bizStep"] == "holding" and event["disposition"] != "expired"
            ]
            self.assertEqual(held["disposition"], disposition)
