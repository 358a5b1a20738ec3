import json
import re

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .builder import StockBuilder
from .epcis_case import EpcisCase
from .test_lot_conversion import ConversionCase


@tagged("post_install", "-at_install")
class TestTraceEpcis(EpcisCase, ConversionCase):
    """The trace as EPCIS 2.0 events."""

    def setUp(self):
        super().setUp()
        self.env.user.tz = "Asia/Tokyo"
        self.warehouse_address = self.build.warehouse.partner_id
        self.warehouse_address.tz = "America/New_York"
        self.product.barcode = "9521141100028"
        self.product.uom_id = self.env.ref("uom.product_uom_kgm")
        self.receipt = self.build.receive(
            (self.product, "R/1"), 10.5, self.vendor, at="2026-01-05 08:00"
        )
        self.lot = self.build.lot(self.product, "R/1")
        self.delivery = self.build.deliver(
            self.lot, 4, self.customer, at="2026-07-06 03:30"
        )

    def test_receipt(self):
        event = self.events(self.lot)[0]
        self.assertEqual(
            (event["type"], event["action"], event["bizStep"], event["disposition"]),
            ("ObjectEvent", "OBSERVE", "receiving", "in_progress"),
        )
        (goods,) = event["quantityList"]
        uri = "https://id.gs1.org/01/09521141100028/10/R%2F1"
        self.assertEqual(goods, {"epcClass": uri, "quantity": 10.5, "uom": "KGM"})
        self.assertEqual(event["eventTime"], "2026-01-05T03:00:00-05:00")
        self.assertEqual(event["eventTimeZoneOffset"], "-05:00")
        place = f"/epcis/loc/{self.build.stock.id}"
        self.assertTrue(event["readPoint"]["id"].endswith(place))
        (party,) = event["sourceList"]
        self.assertTrue(party["source"].endswith(f"/epcis/pty/{self.vendor.id}"))
        (document,) = event["bizTransactionList"]
        self.assertEqual(document["type"], "recadv")
        name = self.receipt.name.replace("/", "%2F")
        self.assertTrue(document["bizTransaction"].endswith(f"/epcis/bt/{name}"))

    def test_delivery_and_return(self):
        self.build.return_picking(self.delivery, {self.product: 1}, "2026-07-08 09:00")
        shipped, returned = self.events(self.lot)[1:]
        self.assertEqual(shipped["bizStep"], "shipping")
        self.assertEqual(shipped["eventTime"], "2026-07-05T23:30:00-04:00")
        self.assertNotIn("bizLocation", shipped)
        self.assertTrue(
            shipped["destinationList"][0]["destination"].endswith(
                f"/epcis/pty/{self.customer.id}"
            )
        )
        self.assertEqual(returned["disposition"], "returned")
        self.assertEqual(returned["quantityList"][0]["quantity"], 1)

    def test_scrap_and_moves_inside(self):
        shelf = self.build.location("Shelf")
        self.build.move(self.lot, 2, self.build.stock, shelf, at="2026-07-09 08:00")
        self.build.scrap(self.lot, 0.5, source=shelf, at="2026-07-10 08:00")
        scrapped = self.events(self.lot)[2]
        self.assertEqual(len(self.events(self.lot)), 3)
        self.assertEqual(
            (scrapped["action"], scrapped["bizStep"], scrapped["disposition"]),
            ("DELETE", "destroying", "destroyed"),
        )

    def test_serials(self):
        self.build.receive((self.serial_product, "S-1"), 1, self.vendor)
        serial = self.build.lot(self.serial_product, "S-1")
        (event,) = self.events(serial)
        self.assertTrue(event["epcList"][0].endswith(f"/epcis/obj/{serial.id}"))
        self.assertNotIn("quantityList", event)

    def test_conversion(self):
        self.convert("relabel", [(self.lot, 6.5)], [((self.product, "R/2"), 6.5)])
        events = self.events(self.lot)
        (event,) = [row for row in events if row["type"] == "TransformationEvent"]
        self.assertEqual(event["inputQuantityList"][0]["quantity"], 6.5)
        self.assertTrue(event["outputQuantityList"][0]["epcClass"].endswith("R%2F2"))
        self.assertEqual(event["ilmd"]["cbvmda:lotNumber"], "R/2")
        new = self.build.lot(self.product, "R/2")
        told = [row for row in self.events(new) if row["type"] == event["type"]]
        self.assertEqual(told, [event])

    def test_units_of_ones_own(self):
        sack = self.env["uom.uom"].create(
            {
                "name": "Sack",
                "relative_factor": 25,
                "relative_uom_id": self.env.ref("uom.product_uom_kgm").id,
            }
        )
        odd = self.env["uom.uom"].create({"name": "Heap"})
        for unit, element in ((sack, {"quantity": 50, "uom": "KGM"}), (odd, {})):
            product = self.build.product(f"In {unit.name}", uom_id=unit.id)
            self.build.receive((product, "U"), 2, self.vendor)
            (event,) = self.events(self.build.lot(product, "U"))
            (goods,) = event["quantityList"]
            goods.pop("epcClass")
            self.assertEqual(goods, element)

    def test_names_are_in_the_vocabulary(self):
        document = self.document(self.lot)
        names = {
            item["attributes"][0]["attribute"]
            for kind in document["epcisHeader"]["epcisMasterData"]["vocabularyList"]
            for item in kind["vocabularyElementList"]
        }
        self.assertLessEqual(
            {"Raw R/1", "Vendor", "Customer", self.env.company.name}, names
        )

    def test_same_events_each_time_and_from_each_lot(self):
        first, second = self.document(self.lot), self.document(self.lot)
        self.assertEqual(first["epcisBody"], second["epcisBody"])

    def test_too_many_are_refused(self):
        self.env["ir.config_parameter"].set_param(
            "lot_traceability.epcis_event_limit", 3
        )
        with self.assertRaisesRegex(UserError, "more than 3 rows"):
            self.document(self.lot)

    def test_without_rights(self):
        guest = self._create_user("epcis_guest", "base.group_user")
        with self.assertRaises(AccessError):
            self.document(self.lot.with_user(guest))

    def test_other_companies_are_not_told(self):
        other = self.env["res.company"].create({"name": "Other Company"})
        self.lot.company_id = False
        build = StockBuilder(self.env, other)
        build.receive(self.lot, 3, build.partner("Secret Vendor"))
        user = self._create_user("epcis_clerk", "stock.group_stock_user")
        document = self.document(self.lot.with_user(user))
        self.assertEqual(len(document["epcisBody"]["eventList"]), 2)
        self.assertNotIn("Secret Vendor", json.dumps(document))


@tagged("post_install", "-at_install")
class TestTraceEpcisFile(HttpCase):
    def test_download(self):
        build = StockBuilder(self.env)
        product = build.product("Download")
        build.receive((product, "DOWN-1"), 10, build.partner("Mill"))
        lot = build.lot(product, "DOWN-1")
        action = lot.with_context(trace_format="epcis").action_export_trace()
        self.authenticate("admin", "admin")
        answer = self.url_open(action["url"])
        self.assertEqual(answer.status_code, 200)
        self.assertIn("application/ld+json", answer.headers["Content-Type"])
        self.assertTrue(
            re.search(r"DOWN-1\.jsonld", answer.headers["Content-Disposition"])
        )
        self.assertEqual(answer.json()["type"], "EPCISDocument")
