import json

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..documents import epcis_file
from .builder import StockBuilder
from .common import LotTraceCase
from .epcis_case import EpcisCase

GLN = "9521141000014"
SITE = "9521141000021"


def get_sscc(body):
    from ..numbers.check_digit import check_character

    return body + check_character("gs1", body)


@tagged("post_install", "-at_install")
class TestEpcisEvents(EpcisCase, LotTraceCase):
    """What each operation is in the words of EPCIS, and what became of what was
    wrong."""

    def setUp(self):
        super().setUp()
        self.lot = self.build.lot(self.product, "E-1", supplier_number="SUP-9")
        self.receipt = self.build.receive(
            self.lot, 10, self.vendor, at="2026-01-05 08:00"
        )
        self.delivery = self.build.deliver(
            self.lot, 4, self.customer, at="2026-01-06 08:00"
        )

    def tell(self, *records):
        document = epcis_file.get_document_of_records(records[0].union(*records))
        self.check_document(document)
        return document["epcisBody"]["eventList"]

    def correct(self, picking, **values):
        picking.move_line_ids[:1].write({"correction_reason": "Miscounted"} | values)

    # -- corrections ------------------------------------------------------
    def test_what_is_corrected_stays_with_an_error_declaration(self):
        before = self.events(self.lot)
        self.correct(self.delivery, quantity=3)
        after = {event["eventID"]: event for event in self.events(self.lot)}
        self.assertEqual(len(after), 3)
        old = dict(after[before[1]["eventID"]])
        declared = old.pop("errorDeclaration")
        self.assertEqual(old, before[1])
        self.assertEqual(after[before[0]["eventID"]], before[0])
        (new,) = declared["correctiveEventIDs"]
        self.assertEqual(declared["reason"], "incorrect_data")
        self.assertEqual(after[new]["quantityList"][0]["quantity"], 3)
        self.assertEqual(self.tell(self.delivery), self.events(self.lot)[1:])
        # once more, in the same second
        self.correct(self.delivery, quantity=2)
        again = {event["eventID"]: event for event in self.events(self.lot)}
        self.assertEqual(len(again), 4)
        self.assertEqual(again[before[1]["eventID"]], after[before[1]["eventID"]])
        self.assertIn("errorDeclaration", again[new])

    def test_another_lot_and_nothing_at_all(self):
        other = self.build.lot(self.product, "E-2")
        self.build.receive(other, 10, self.vendor, at="2026-01-05 09:00")
        before = self.events(self.lot)
        self.correct(self.delivery, lot_id=other.id, quantity=4)
        for lot in (self.lot, other):
            events = {event["eventID"]: event for event in self.events(lot)}
            old = events[before[1]["eventID"]]
            (new,) = old["errorDeclaration"]["correctiveEventIDs"]
            self.assertTrue(
                events[new]["quantityList"][0]["epcClass"].endswith(str(other.id))
            )
        self.correct(self.delivery, quantity=0)
        events = {event["eventID"]: event for event in self.events(other)}
        self.assertEqual(
            events[new]["errorDeclaration"]["reason"], "did_not_occur", events[new]
        )
        self.assertEqual(events[before[1]["eventID"]], old)

    def test_another_day(self):
        """Its moment is part of what an event says: the old one was wrong, also in the
        export of the day that it was told for."""
        clerk = self._create_user("events_clerk", "stock.group_stock_manager")
        line = self.delivery.move_line_ids.with_user(clerk)
        before = self.events(self.lot)
        self.correct(self.delivery, quantity=3)
        (second,) = {e["eventID"] for e in self.events(self.lot)} - {
            event["eventID"] for event in before
        }
        line.write({"date": "2026-01-08 09:30", "correction_reason": "Left later"})
        after = {event["eventID"]: event for event in self.events(self.lot)}
        self.assertEqual(len(after), 4)
        self.assertEqual(
            after[before[1]["eventID"]]["errorDeclaration"]["correctiveEventIDs"],
            [second],
        )
        (third,) = after[second]["errorDeclaration"]["correctiveEventIDs"]
        self.assertIn("2026-01-08", after[third]["eventTime"])
        self.assertIn("2026-01-06", after[second]["eventTime"])
        self.assertNotIn("errorDeclaration", after[third])
        day = fields.Date.to_date("2026-01-06")
        moments = epcis_file.get_moments(self.env, day, day)
        document = epcis_file.get_document_of_days(self.env, *moments)
        self.check_document(document)
        told = {event["eventID"] for event in document["epcisBody"]["eventList"]}
        self.assertIn(second, told)

    def test_what_was_done_before_facts_were_frozen(self):
        self.env.cr.execute("DELETE FROM lot_trace_fact")
        before = self.events(self.lot)
        self.correct(self.delivery, quantity=3)
        told = [event["eventID"] for event in self.events(self.lot)]
        self.assertEqual(len(told), 3)
        self.assertIn(before[1]["eventID"], told)

    def test_renaming_changes_no_event(self):
        self.product.barcode = "9521141100028"
        before = self.document(self.lot)["epcisBody"]
        self.customer.name = "Renamed"
        self.product.name = "Renamed"
        self.build.warehouse.partner_id.tz = "Asia/Tokyo"
        self.delivery.name = "WH/OTHER/1"
        self.env["ir.config_parameter"].set_param("web.base.url", "https://else.com")
        self.assertEqual(self.document(self.lot)["epcisBody"], before)

    # -- what it is called --------------------------------------------------
    def test_identifiers_of_the_company(self):
        company = self.env.company
        company.lot_identifier_domain = "https://id.example.com"
        company.partner_id.global_location_number = GLN
        self.customer.global_location_number = "9521141000038"
        received, shipped = self.events(self.lot)
        stock = self.build.stock
        self.assertEqual(
            received["readPoint"]["id"], f"https://id.gs1.org/414/{GLN}/254/{stock.id}"
        )
        self.assertEqual(
            shipped["destinationList"][0]["destination"],
            "https://id.gs1.org/417/9521141000038",
        )
        self.assertEqual(
            shipped["sourceList"][0]["source"], f"https://id.gs1.org/417/{GLN}"
        )
        number = self.delivery.name.replace("/", "%2F")
        self.assertEqual(
            shipped["bizTransactionList"][0]["bizTransaction"],
            f"urn:epcglobal:cbv:bt:{GLN}:{number}",
        )
        self.assertTrue(
            shipped["quantityList"][0]["epcClass"].startswith("https://id.example.com")
        )
        identifiers = {event["eventID"] for event in self.events(self.lot)}
        company.write({"lot_gs1_prefix": "9521141", "lot_identifier_form": "urn"})
        received, shipped = self.events(self.lot)
        self.assertEqual(
            received["readPoint"]["id"], f"urn:epc:id:sgln:9521141.00001.{stock.id}"
        )
        self.assertEqual(
            shipped["sourceList"][0]["source"], "urn:epc:id:pgln:9521141.00001"
        )
        self.assertEqual(
            identifiers, {event["eventID"] for event in self.events(self.lot)}
        )
        company.lot_identifier_form = "link"
        stock.global_location_number = SITE
        self.assertEqual(
            self.events(self.lot)[0]["readPoint"]["id"],
            f"https://id.gs1.org/414/{SITE}",
        )

    def test_wrong_numbers_are_refused(self):
        for record in (self.customer, self.build.stock, self.env.company.partner_id):
            for number in ("9521141000013", "952114100001", "952114100001X"):
                with self.assertRaisesRegex(ValidationError, "no GLN"):
                    record.global_location_number = number
        for prefix in ("123", "1234567890123", "12a4", "-1234"):
            with self.assertRaises(ValidationError):
                self.env.company.lot_gs1_prefix = prefix
        self.env.company.lot_gs1_prefix = "9521141"

    def test_supplier_number_and_days_of_what_was_bought(self):
        if "expiration_date" not in self.lot._fields:
            self.skipTest("lots have no dates")
        self.build.warehouse.partner_id.tz = "America/New_York"
        lot = self.build.lot(
            self.product,
            "E-3",
            supplier_number="SUP-10",
            expiration_date="2027-02-01 04:00",
        )
        self.build.receive(lot, 1, self.vendor)
        (event,) = self.events(lot)
        self.assertEqual(event["cbvmda:lotNumber"], "E-3")
        self.assertEqual(event["lots:supplierLotNumber"], "SUP-10")
        day = event.get("cbvmda:itemExpirationDate", event.get("cbvmda:bestBeforeDate"))
        self.assertEqual(day, "2027-01-31")
        self.assertNotIn("ilmd", event)

    # -- what happened --------------------------------------------------------
    def test_packages(self):
        sscc = get_sscc("09521141000000001")
        package = self.env["stock.package"].create({"name": sscc})
        serial = self.build.lot(self.serial_product, "S-1")
        self.build.receive(serial, 1, self.vendor, at="2026-01-07 08:00")
        picking = self.build.open_delivery(self.product, 2, self.customer)
        self.env["stock.move"].create(
            {
                "picking_id": picking.id,
                "product_id": self.serial_product.id,
                "product_uom_qty": 1,
                "location_id": self.build.stock.id,
                "location_dest_id": self.build.customers.id,
            }
        )
        picking.action_confirm()
        picking.action_assign()
        picking.move_line_ids.result_package_id = package
        picking.move_ids.picked = True
        self.build._validate(picking, "2026-01-08 08:00")
        for events in (self.tell(picking), self.events(self.lot)):
            (packed,) = [e for e in events if e["type"] == "AggregationEvent"]
            self.assertEqual((packed["action"], packed["bizStep"]), ("ADD", "packing"))
            self.assertEqual(packed["parentID"], f"https://id.gs1.org/00/{sscc}")
            self.assertEqual(packed["childQuantityList"][0]["quantity"], 2)
            self.assertEqual(len(packed["childEPCs"]), 1)
        back = self.build.return_picking(picking)
        events = self.tell(back)
        kinds = [(event["type"], event["bizStep"]) for event in events]
        self.assertEqual(kinds.count(("ObjectEvent", "receiving")), 2)
        documents = {
            (row["type"], row["bizTransaction"].rpartition("/")[2])
            for event in events
            for row in event["bizTransactionList"]
        }
        self.assertEqual(
            documents,
            {
                ("recadv", back.name.replace("/", "%2F")),
                ("desadv", picking.name.replace("/", "%2F")),
            },
        )

    def test_taken_out_of_a_package(self):
        package = self.env["stock.package"].create({"name": "BOX-7"})
        lot = self.build.lot(self.product, "E-4")
        self.env["stock.quant"]._update_available_quantity(
            self.product, self.build.stock, 5, lot_id=lot, package_id=package
        )
        picking = self.build.open_delivery(self.product, 11, self.customer)
        picking.move_ids.picked = True
        picking.move_line_ids.result_package_id = False
        self.build._validate(picking, "2026-01-08 08:00")
        unpacked = [e for e in self.tell(picking) if e["type"] == "AggregationEvent"]
        self.assertEqual(
            [(event["action"], event["bizStep"]) for event in unpacked],
            [("DELETE", "unpacking")],
        )

    def test_holds(self):
        self.lot._hold("Broken seal")
        self.lot._release("It was not")
        # both in one second
        told = self.events(self.lot)[2:]
        held, released = sorted(told, key=lambda event: event["bizStep"])
        told = [
            (event["bizStep"], event["disposition"], event["persistentDisposition"])
            for event in (held, released)
        ]
        self.assertEqual(
            told,
            [
                ("holding", "non_sellable_other", {"set": ["non_sellable_other"]}),
                ("inspecting", "in_progress", {"unset": ["non_sellable_other"]}),
            ],
        )
        self.assertNotIn("Broken seal", json.dumps([held, released]))

    def test_counts_and_own_sites(self):
        self.build.count(self.lot, 8, at="2026-01-09 08:00")
        self.build.count(self.lot, 5, at="2026-01-10 08:00")
        found, missed = self.events(self.lot)[2:]
        self.assertEqual(
            [
                (e["bizStep"], e["disposition"], e["quantityList"][0]["quantity"])
                for e in (found, missed)
            ],
            [("cycle_counting", "in_progress", 2), ("cycle_counting", "unknown", 3)],
        )
        there = self.env["stock.warehouse"].create({"name": "There", "code": "THR"})
        self.build.move(
            self.lot, 1, self.build.stock, there.lot_stock_id, at="2026-01-11 08:00"
        )
        told = [event["bizStep"] for event in self.events(self.lot)[4:]]
        self.assertEqual(sorted(told), ["receiving", "shipping"])

    def test_owner(self):
        owner = self.build.partner("Owner")
        receipt = self.build.open_receipt(self.product, 2, "E-5")
        receipt.owner_id = owner
        receipt.move_line_ids.owner_id = owner
        receipt.button_validate()
        (event,) = self.tell(receipt)
        types = {row["type"]: row["destination"] for row in event["destinationList"]}
        self.assertTrue(types["owning_party"].endswith(f"/pty/{owner.id}"))

    # -- which events -----------------------------------------------------------
    def test_days(self):
        zone = self.env.company.partner_id.tz = "Asia/Tokyo"
        self.assertEqual(zone, "Asia/Tokyo")
        self.build.warehouse.partner_id.tz = "Asia/Tokyo"
        late = self.build.lot(self.product, "E-6")
        # the 7th in Tokyo
        self.build.receive(late, 1, self.vendor, at="2026-01-06 15:30")
        days = [fields.Date.to_date(f"2026-01-0{day}") for day in (5, 6, 7)]
        counts = []
        for day in days:
            moments = epcis_file.get_moments(self.env, day, day)
            document = epcis_file.get_document_of_days(self.env, *moments)
            self.check_document(document)
            counts.append(
                sum(
                    "quantityList" in event
                    and any(
                        goods["epcClass"].endswith((f"/{self.lot.id}", f"/{late.id}"))
                        for goods in event["quantityList"]
                    )
                    for event in document["epcisBody"]["eventList"]
                )
            )
        self.assertEqual(counts, [1, 1, 1])

    def test_rights_and_kinds_of_records(self):
        guest = self._create_user("events_guest", "base.group_user")
        with self.assertRaises(AccessError):
            self.env["lot.epcis.export"].with_user(guest).action_export_records(
                "stock.picking", self.receipt.ids
            )
        with self.assertRaisesRegex(UserError, "no events"):
            self.env["lot.epcis.export"].action_export_records(
                "res.partner", self.vendor.ids
            )
        wizard = self.env["lot.epcis.export"].create(
            {"start": "2026-02-01", "end": "2026-01-01"}
        )
        with self.assertRaisesRegex(UserError, "after the last one"):
            wizard.action_export()

    def test_as_many_queries_for_many_lots(self):
        def count(lots):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            epcis_file.get_document(lots)
            return self.env.cr.sql_log_count - before

        def receive(name, number):
            lots = {
                self.build.lot(self.product, f"{name}-{i}"): 1 for i in range(number)
            }
            self.build.transfer(
                lots,
                self.build.warehouse.in_type_id,
                self.build.suppliers,
                self.build.stock,
                partner=self.vendor,
            )
            return self.env["stock.lot"].union(*lots)

        few, many = receive("FEW", 3), receive("MANY", 40)
        count(few)
        self.assertLessEqual(count(many), count(few))


@tagged("post_install", "-at_install")
class TestEpcisRoute(HttpCase):
    def test_download(self):
        build = StockBuilder(self.env)
        product = build.product("Download")
        receipt = build.receive((product, "DOWN-1"), 10, build.partner("Mill"))
        action = self.env["lot.epcis.export"].action_export_records(
            "stock.picking", receipt.ids
        )
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.env.ref("base.user_admin"))
            ._generate(
                "rpc", "events", fields.Datetime.add(fields.Datetime.now(), days=1)
            )
        )
        headers = {"Authorization": f"Bearer {key}"}
        answer = self.url_open(action["url"], headers=headers)
        self.assertEqual(answer.status_code, 200)
        (event,) = answer.json()["epcisBody"]["eventList"]
        self.assertEqual(event["bizStep"], "receiving")
        day = fields.Date.today()
        url = f"/lot_traceability/events.jsonld?start={day}&end={day}"
        told = self.url_open(url, headers=headers).json()["epcisBody"]["eventList"]
        self.assertIn(event["eventID"], [row["eventID"] for row in told])
        with mute_logger("odoo.http"):
            for wrong in ("start=x&end=2026-01-01", "model=stock.picking&ids=x", ""):
                answer = self.url_open(
                    f"/lot_traceability/events.jsonld?{wrong}", headers=headers
                )
                self.assertGreaterEqual(answer.status_code, 400, wrong)
