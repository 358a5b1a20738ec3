from datetime import datetime, timedelta, timezone

from odoo.tests import BaseCase, tagged

from ..documents import epcis, gs1_uri
from ..documents.event_hash import get_event_id

MOMENT = datetime(2026, 1, 6, 23, 30, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))


@tagged("-at_install", "post_install")
class TestEpcis(BaseCase):
    """Names and events, without a database."""

    def setUp(self):
        super().setUp()
        self.namer = epcis.Namer("https://odoo.example.com/")

    def goods(self, barcode, number, is_serial=False):
        return self.namer.get_goods(barcode, number, is_serial, 7, "Flour")

    def test_goods_with_a_gtin(self):
        self.assertEqual(
            self.goods("9521141100028", "L/1"),
            "https://id.gs1.org/01/09521141100028/10/L%2F1",
        )
        self.assertEqual(
            self.goods("09521141100028", "S1", is_serial=True),
            "https://id.gs1.org/01/09521141100028/21/S1",
        )
        self.assertEqual(
            self.goods("9521141100028", False), "https://id.gs1.org/01/09521141100028"
        )

    def test_goods_without_a_gtin(self):
        base = "https://odoo.example.com/epcis"
        for barcode in (False, "", "9521141100029", "ABC", "123"):
            self.assertEqual(self.goods(barcode, "L1"), f"{base}/class/7")
        self.assertEqual(self.goods(False, "S1", is_serial=True), f"{base}/obj/7")

    def test_numbers_that_do_not_fit_into_gs1(self):
        for number in ("x" * 21, "Ä1", "a b"):
            self.assertIn("/epcis/class/7", self.goods("9521141100028", number))
        self.assertIn("/10/" + "x" * 20, self.goods("9521141100028", "x" * 20))

    def test_places_and_documents(self):
        gln = "9521141000014"
        self.assertEqual(
            self.namer.get_place(gln, 8, "WH/Stock"),
            f"https://id.gs1.org/414/{gln}/254/8",
        )
        self.assertIn("/epcis/loc/8", self.namer.get_place("9521141000015", 8, "WH"))
        self.assertEqual(
            self.namer.get_document(gln, "WH/OUT/1"),
            f"urn:epcglobal:cbv:bt:{gln}:WH%2FOUT%2F1",
        )
        self.assertIn("/epcis/bt/WH%2FOUT%2F1", self.namer.get_document("", "WH/OUT/1"))

    def test_numbers_of_the_company_as_urns(self):
        """By the company prefix; numbers of others stay links. An event has the same
        identifier in both notations."""
        urns = epcis.Namer("https://odoo.example.com", "9521141")
        gtin, gln, sscc = "09521141100028", "9521141000014", "395211410000000015"
        cases = [
            (
                "get_goods",
                (gtin, "L/1", False, 7, ""),
                "class:lgtin:9521141.010002.L%2F1",
            ),
            ("get_goods", (gtin, "S(1)", True, 7, ""), "id:sgtin:9521141.010002.S(1)"),
            ("get_goods", (gtin, "", False, 7, ""), "idpat:sgtin:9521141.010002.*"),
            ("get_package", (sscc, 7), "id:sscc:9521141.3000000001"),
            ("get_place", (gln, 8, "", True), "id:sgln:9521141.00001.0"),
            ("get_place", (gln, 8, ""), "id:sgln:9521141.00001.8"),
            ("get_party", (gln, 8, ""), "id:pgln:9521141.00001"),
        ]
        for name, values, wanted in cases:
            link = getattr(self.namer, name)(*values)
            urn = getattr(urns, name)(*values)
            self.assertEqual(urn, f"urn:epc:{wanted}")
            self.assertEqual(gs1_uri.to_link(urn), link)
            told = [
                epcis.get_object_event(
                    epcis.SHIP,
                    epcis.Goods(uri, 1),
                    moment=MOMENT,
                    readPoint={"id": uri},
                )
                for uri in (link, urn)
            ]
            self.assertEqual(*map(get_event_id, told))
        # of another company, or of a prefix that no URN can have
        for prefix in ("9521142", "9521", ""):
            other = epcis.Namer("https://odoo.example.com", prefix)
            self.assertEqual(other.get_party(gln, 8, ""), f"{epcis.LINK}/417/{gln}")

    def test_links_as_the_reference_writes_them(self):
        from epcis_event_hash_generator.dl_normaliser import normaliser

        for uri in (
            "urn:epc:id:sgtin:952114.1010002.A!(*+,:;='%2F%22",
            "urn:epc:class:lgtin:952114100002.0.a-b_c.d",
            "urn:epc:id:sgln:952114100001..0",
            "urn:epc:id:sgln:9521141.00001.5%25",
            "urn:epc:id:sscc:9521141.3000000001",
            "urn:epc:idpat:sgtin:9521141.010002.*",
            "https://example.com/a/gtin/9521141100028/lot/X?17=260101",
            "https://id.gs1.org/01/09521141100028/22/2A/10/L1/21/S1",
            "https://id.gs1.org/01/09521141100028/10/L1/21/S1",
            "https://id.gs1.org/01/09521141100028/10/L%2F1",
            "https://shop.example/party/9521141000014",
            "https://odoo.example.com/epcis/class/7",
        ):
            self.assertEqual(gs1_uri.to_link(uri), normaliser(uri) or uri)

    def test_vocabulary_names_each_once(self):
        self.goods(False, "L1")
        self.goods(False, "L1")
        self.namer.get_party(False, 3, "Mill")
        self.namer.get_place(False, 4, False)
        kinds = {row["type"]: row for row in self.namer.get_vocabulary()}
        self.assertEqual(len(kinds), 2)
        (item,) = kinds["urn:epcglobal:epcis:vtype:EPCClass"]["vocabularyElementList"]
        self.assertEqual(item["attributes"][0]["attribute"], "Flour")

    def test_time_with_its_offset(self):
        event = epcis.get_object_event(
            epcis.SHIP,
            epcis.Goods("urn:x", 2.5, "KGM"),
            moment=MOMENT,
        )
        self.assertEqual(event["eventTime"], "2026-01-06T23:30:00-03:30")
        self.assertEqual(event["eventTimeZoneOffset"], "-03:30")
        self.assertEqual(
            event["quantityList"],
            [{"epcClass": "urn:x", "quantity": 2.5, "uom": "KGM"}],
        )
        self.assertNotIn("ilmd", event)

    def test_units(self):
        self.assertNotIn("uom", epcis.Goods("urn:x", 2).to_element())
        self.assertEqual(
            epcis.Goods("urn:x", 2, None).to_element(), {"epcClass": "urn:x"}
        )

    def test_serials_are_listed_without_a_quantity(self):
        serial = epcis.Goods("urn:s", 1, "", True)
        lot = epcis.Goods("urn:l", 3, "KGM")
        event = epcis.get_transformation_event([lot], [serial], moment=MOMENT)
        self.assertEqual(event["outputEPCList"], ["urn:s"])
        self.assertEqual(event["inputQuantityList"][0]["quantity"], 3)
        self.assertNotIn("action", event)

    def test_same_facts_same_identifier(self):
        def tell(quantity, **values):
            goods = epcis.Goods("urn:x", quantity, "KGM")
            return epcis.get_object_event(epcis.SHIP, goods, moment=MOMENT, **values)

        place = {"readPoint": {"id": "urn:p"}}
        events = [tell(1), tell(2.5), tell(1, **place)]
        merged = epcis.identify(events)
        # two lines of one content are one event, with all that left
        told = [event["quantityList"][0]["quantity"] for event in merged]
        self.assertEqual(told, [3.5, 1])
        self.assertEqual(events[0]["eventID"], events[1]["eventID"])
        self.assertNotEqual(events[0]["eventID"], events[2]["eventID"])
        (again,) = epcis.identify([tell(3.5)])
        self.assertEqual(again["eventID"], events[0]["eventID"])
        self.assertRegex(again["eventID"], r"^ni:///sha-256;[0-9a-f]{64}\?ver=CBV2\.0$")

    def test_oldest_event_first(self):
        events = epcis.identify(
            [
                epcis.get_object_event(
                    epcis.SHIP,
                    epcis.Goods("urn:x", 1),
                    moment=MOMENT + timedelta(days=days),
                )
                for days in (2, 0, 1)
            ]
        )
        document = epcis.get_document(events, MOMENT, self.namer)
        told = [event["eventTime"] for event in document["epcisBody"]["eventList"]]
        self.assertEqual(told, sorted(told))
