from odoo.tests import tagged

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
        first, _order, last = self.events(self.raw)
        for event, document in ((first, self.purchase), (last, self.sale)):
            told = [row["bizTransaction"] for row in event["bizTransactionList"]]
            self.assertTrue(any(uri.endswith(f"/{document.name}") for uri in told))

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
