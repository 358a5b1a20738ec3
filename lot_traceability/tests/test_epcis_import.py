import base64
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, tagged

from ..documents import epcis_file, event_hash
from ..epcis_import import announced, reading
from .builder import StockBuilder
from .common import LotTraceCase

GTIN = "09521141100028"
LOT = f"https://id.gs1.org/01/{GTIN}/10/"
SSCC = "https://id.gs1.org/00/095211410000000013"


def get_event(**values):
    return {
        "type": "ObjectEvent",
        "eventTime": "2026-01-05T08:00:00+01:00",
        "eventTimeZoneOffset": "+01:00",
        "action": "OBSERVE",
        "bizStep": "shipping",
        "quantityList": [{"epcClass": f"{LOT}L1", "quantity": 5}],
    } | values


def get_text(*events, **values):
    document = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-01-05T08:00:00+01:00",
        "epcisBody": {"eventList": list(events)},
    }
    return json.dumps(document | values)


@tagged("-at_install", "post_install")
class TestEpcisReading(BaseCase):
    """What is no document is refused, with the place of the fault; without a
    database."""

    def refuse(self, data, code, pointer):
        if isinstance(data, str):
            data = data.encode()
        with self.assertRaises(reading.EpcisError) as caught:
            reading.read(data, 100_000, 10)
        self.assertEqual(
            (caught.exception.code, caught.exception.pointer), (code, pointer)
        )

    def announce(self, *events, **values):
        document = reading.read(get_text(*events, **values).encode(), 100_000, 10)
        return announced.get_announcement(document)

    def test_hostile_bytes(self):
        good = get_text(get_event())
        first = "/epcisBody/eventList/0"
        cases = {
            "no_utf8": (b"\xff\xfe{", None),
            "no_json": (good[:-3], None),
            "too_deep": ("[" * 40_000 + "]" * 40_000, None),
            "too_large": ("[" + " " * 100_000, None),
            "double_key": (
                good.replace('"quantity": 5', '"quantity": 5, "quantity": 6'),
                f"{first}/quantityList/0/quantity",
            ),
            "bad_number": (
                good.replace("5}", "1e999}"),
                f"{first}/quantityList/0/quantity",
            ),
            "bad_character": (
                good.replace("shipping", "ship\\u0000ping"),
                f"{first}/bizStep",
            ),
            "kind": ("[1]", ""),
        }
        for code, (data, pointer) in cases.items():
            with self.subTest(code):
                self.refuse(data, code, pointer)
        for number in ("9" * 5000, "NaN", "-Infinity", "-1", "1e13"):
            data = good.replace('"quantity": 5', f'"quantity": {number}')
            self.refuse(data, "bad_number", f"{first}/quantityList/0/quantity")
        self.refuse(
            good.replace("shipping", "\\ud800"), "bad_character", f"{first}/bizStep"
        )
        # brackets in a text are no depth
        reading.read(good.replace("shipping", "[" * 100).encode(), 100_000, 10)

    def test_wrong_events(self):
        first = "/epcisBody/eventList/0"
        cases = (
            ({"type": "Thing"}, "event_type", "/type"),
            ({"eventTime": "2026-01-05T08:00:00"}, "moment", "/eventTime"),
            ({"eventTime": "yesterday"}, "moment", "/eventTime"),
            ({"eventTimeZoneOffset": "+1"}, "offset", "/eventTimeZoneOffset"),
            ({"action": "observe"}, "action", "/action"),
            ({"epcList": ["a b"]}, "no_uri", "/epcList/0"),
            ({"epcList": "urn:x"}, "kind", "/epcList"),
            (
                {"quantityList": [{"quantity": 1}]},
                "missing",
                "/quantityList/0/epcClass",
            ),
            (
                {"quantityList": [{"epcClass": "urn:x", "quantity": "5"}]},
                *("no_number", "/quantityList/0/quantity"),
            ),
            (
                {"quantityList": [{"epcClass": "urn:x", "quantity": True}]},
                *("no_number", "/quantityList/0/quantity"),
            ),
            (
                {"quantityList": [{"epcClass": "urn:x", "quantity": 1, "uom": "kg"}]},
                *("uom", "/quantityList/0/uom"),
            ),
            ({"readPoint": "urn:x"}, "kind", "/readPoint"),
            ({"sourceList": [{"type": "x"}]}, "missing", "/sourceList/0/source"),
            (
                {"ilmd": {"cbvmda:itemExpirationDate": "31.12.2026"}},
                *("day", "/ilmd/cbvmda:itemExpirationDate"),
            ),
            ({"a/b~c:lotNumber": 5}, "kind", "/a~1b~0c:lotNumber"),
        )
        for values, code, pointer in cases:
            with self.subTest(pointer):
                self.refuse(get_text(get_event(**values)), code, first + pointer)
        self.refuse(get_text(*[get_event()] * 11), "too_many", "/epcisBody/eventList")
        self.refuse(
            get_text(get_event(), schemaVersion="1.2"), "version", "/schemaVersion"
        )
        self.refuse(get_text(5), "kind", first)
        self.refuse(get_text(get_event(), type="Invoice"), "no_document", "/type")

    def test_what_was_shipped(self):
        born = get_event(
            action="ADD",
            bizStep="https://ref.gs1.org/cbv/BizStep-commissioning",
            ilmd={"cbvmda:itemExpirationDate": "2027-02-28"},
        )
        wrong = get_event(
            eventID="urn:1",
            errorDeclaration={"declarationTime": "2026-01-06T00:00:00Z"},
        )
        packed = {
            "type": "AggregationEvent",
            "eventTime": "2026-01-05T07:00:00Z",
            "eventTimeZoneOffset": "+00:00",
            "action": "ADD",
            "parentID": SSCC,
            "childEPCs": ["urn:epc:id:sgtin:9521141.010002.S1"],
            "childQuantityList": [
                {"epcClass": f"{LOT}L1", "quantity": 3, "uom": "KGM"}
            ],
        }
        shipped = get_event(
            quantityList=[],
            epcList=[SSCC],
            bizStep="urn:epcglobal:cbv:bizstep:shipping",
            eventTime="2026-01-05T09:00:00+00:00",
        )
        found = self.announce(
            born, wrong, packed, shipped, shipped | {"eventID": "urn:2"}
        )
        self.assertEqual(found.left_out, 1)
        lot, serial = sorted(found.goods, key=lambda one: one.is_serial)
        self.assertEqual((lot.gtin, lot.number, lot.uom), (GTIN, "L1", "KGM"))
        self.assertEqual(str(lot.get_day("itemExpirationDate")), "2027-02-28")
        self.assertEqual((serial.number, serial.quantity), ("S1", 1))

    def test_told_twice_and_several_of_one_serial(self):
        found = self.announce(get_event(), get_event()).goods
        self.assertEqual([one.quantity for one in found], [5])
        later = get_event(eventTime="2026-01-05T09:00:00+01:00")
        found = self.announce(get_event(), later).goods
        self.assertEqual([one.quantity for one in found], [10])
        serial = {"epcClass": "urn:epc:id:sgtin:9521141.010002.S1", "quantity": 5}
        found = self.announce(get_event(quantityList=[serial])).goods
        self.assertEqual([(one.number, one.quantity) for one in found], [("S1", 5)])

    def test_does_an_event_say_what_its_identifier_says(self):
        places = {"other": "https://other.example/", "context": {"a": "b"}}
        event = get_event(
            epcList=["urn:epc:id:sgtin:9521141.010002.S1"],
            bizStep="urn:epcglobal:cbv:bizstep:shipping",
            sourceList=[{"type": "possessing_party", "source": "urn:x:1"}],
            **{"other:word": "other:thing"},
        )
        namespaces = {"other": "https://other.example/"}
        good = event | {"eventID": event_hash.get_event_id(event, namespaces)}
        changed = good | {"quantityList": [{"epcClass": f"{LOT}L1", "quantity": 6}]}
        deep = good | {"sensorElementList": [{"sensorReport": []}]}
        named = event | {"eventID": "urn:uuid:1"}
        found = self.announce(
            good, changed, deep, named, **{"@context": ["https://x.example", places]}
        ).identity
        self.assertEqual(found, (1, ["/epcisBody/eventList/1"], 1))


@tagged("post_install", "-at_install")
class TestEpcisImport(LotTraceCase):
    """From a supplier's events to a receipt, wholly or not at all."""

    def setUp(self):
        super().setUp()
        self.product.barcode = GTIN[1:]
        self.vendor.global_location_number = "9521141000014"

    def load(self, *events, **values):
        text = get_text(*events)
        return self.env["lot.epcis.import"].create(
            {"file": base64.b64encode(text.encode()), "file_name": "x.jsonld"} | values
        )

    def ship(self, **values):
        source = "https://id.gs1.org/417/9521141000014"
        return (
            get_event(
                sourceList=[{"type": "possessing_party", "source": source}],
                bizTransactionList=[
                    {
                        "type": "desadv",
                        "bizTransaction": "urn:epcglobal:cbv:bt:9521141000014:D7",
                    }
                ],
            )
            | values
        )

    def test_receipt(self):
        wizard = self.load(self.ship())
        wizard.action_read()
        self.assertEqual((wizard.partner_id, wizard.origin), (self.vendor, "D7"))
        self.assertFalse(wizard.problem_count, wizard.line_ids.mapped("problem"))
        action = wizard.action_prepare()
        picking = self.env["stock.picking"].browse(action["res_id"])
        self.assertEqual(picking.state, "assigned")
        line = picking.move_line_ids
        self.assertEqual(
            (line.lot_name, line.supplier_number, line.quantity), ("L1", "L1", 5)
        )
        picking.button_validate()
        self.assertEqual(line.lot_id.name, "L1")
        self.assertEqual(self.build.on_hand(line.lot_id), 5)
        again = self.load(self.ship())
        with self.assertRaisesRegex(UserError, picking.name):
            again.action_read()

    def test_a_changed_event_is_told(self):
        """Also on the receipt."""
        event = self.ship()
        event["eventID"] = event_hash.get_event_id(event, {})
        wizard = self.load(event)
        wizard.action_read()
        self.assertFalse(wizard.doubt)
        self.assertIn("1 events have a hash", wizard.told)
        wizard = self.load(event | {"eventTime": "2026-01-05T09:00:00+01:00"})
        wizard.action_read()
        self.assertIn("/epcisBody/eventList/0", wizard.doubt)
        picking = self.env["stock.picking"].browse(wizard.action_prepare()["res_id"])
        self.assertIn("eventList/0", "".join(picking.message_ids.mapped("body")))

    def test_expected_receipt(self):
        receipt = self.build.open_receipt(self.product, 8)
        receipt.write({"origin": "P/7", "partner_id": self.vendor.id})
        order = {"type": "po", "bizTransaction": "https://x.example/bt/P%2F7"}
        wizard = self.load(self.ship(bizTransactionList=[order]))
        wizard.action_read()
        self.assertEqual(wizard.picking_id, receipt)
        wizard.action_prepare()
        self.assertEqual(receipt.move_ids.product_uom_qty, 8)
        self.assertEqual(receipt.move_line_ids.mapped("lot_name"), ["L1"])
        self.assertEqual(receipt.move_line_ids.quantity, 5)

    def test_what_is_unknown_is_listed_and_nothing_written(self):
        unknown = "https://id.gs1.org/01/09521141100035/10/L9"
        wizard = self.load(
            self.ship(),
            self.ship(
                quantityList=[{"epcClass": unknown, "quantity": 1}],
                sourceList=[{"type": "possessing_party", "source": "urn:epc:id:x:1"}],
            ),
        )
        pickings = self.env["stock.picking"].search_count([])
        wizard.action_read()
        self.assertEqual(wizard.problem_count, 1)
        self.assertIn("urn:epc:id:x:1", wizard.told)
        with self.assertRaisesRegex(UserError, "09521141100035"):
            wizard.action_prepare()
        self.assertEqual(self.env["stock.picking"].search_count([]), pickings)
        # the user says which product it is
        bad = wizard.line_ids.filtered("problem")
        bad.product_id = self.build.product("New")
        bad.uom_id = bad.product_id.uom_id
        action = wizard.action_prepare()
        picking = self.env["stock.picking"].browse(action["res_id"])
        self.assertEqual(len(picking.move_line_ids), 2)

    def test_numbers_go_by_the_rules(self):
        self.env.company.lot_forbidden_names = "TBD"
        text = {"epcClass": f"{LOT}TBD", "quantity": 1}
        kilos = {"epcClass": f"{LOT}K", "quantity": 1, "uom": "KGM"}
        odd = {"epcClass": f"{LOT}O", "quantity": 1, "uom": "X9"}
        none = {"epcClass": f"{LOT}N"}
        wizard = self.load(self.ship(quantityList=[text, kilos, odd, none]))
        wizard.action_read()
        self.assertEqual(wizard.problem_count, 4, wizard.line_ids.mapped("problem"))

    def test_settings_bound_what_is_read(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("lot_traceability.epcis_import_events", 1)
        with self.assertRaisesRegex(UserError, "eventList"):
            self.load(self.ship(), self.ship()).action_read()

    def test_rights(self):
        wizard = self.load(self.ship())
        guest = self._create_user("epcis_reader", "base.group_user")
        for name in ("action_read", "action_prepare"):
            with self.assertRaises(AccessError):
                getattr(wizard.with_user(guest), name)()

    # -- there and back ---------------------------------------------------------
    def test_from_one_company_to_another(self):
        """What one company ships is what another, with products of its own, gets."""
        has_dates = "expiration_date" in self.env["stock.lot"]._fields
        flour = self.build.product(
            "Flour",
            barcode="9521141100042",
            uom_id=self.env.ref("uom.product_uom_kgm").id,
        )
        if has_dates:
            (flour | self.product).use_expiration_date = True
        self.serial_product.barcode = "9521141100059"
        self.env.company.partner_id.global_location_number = "9521141000021"
        lots = {}
        for product, number, quantity in (
            (flour, "F/1 a", 2.5),
            (self.product, "P-1", 4),
            (self.serial_product, "S-1", 1),
        ):
            values = {"supplier_number": f"V-{number}"}
            if has_dates and product != self.serial_product:
                values["expiration_date"] = "2027-03-31 12:00"
            lot = self.build.lot(product, number, **values)
            self.build.receive(lot, quantity, self.vendor)
            lots[lot] = quantity
        delivery = self.build.transfer(
            lots,
            self.build.warehouse.out_type_id,
            self.build.stock,
            self.build.customers,
            partner=self.customer,
        )
        document = epcis_file.get_document_of_records(delivery)
        told = {
            (lot.product_id.barcode, lot.name, quantity, lot.product_id.uom_id)
            for lot, quantity in lots.items()
        }
        # the other one knows nothing of this: products, partners and lots are its own
        seller = self.env.company.name
        self.env.company.partner_id.global_location_number = False
        (flour | self.product | self.serial_product).barcode = False
        other = self.env["res.company"].create({"name": "Other House"})
        self.env.user.company_ids |= other
        there = StockBuilder(self.env, other)
        supplier = there.partner(
            f"{seller} (vendor)", global_location_number="9521141000021"
        )
        for name, code, unit, tracking in (
            ("Mehl", "9521141100042", "uom.product_uom_gram", "lot"),
            ("Roh", "9521141100028", "uom.product_uom_unit", "lot"),
            ("Gerät", "9521141100059", "uom.product_uom_unit", "serial"),
        ):
            product = there.product(
                name,
                barcode=code,
                uom_id=self.env.ref(unit).id,
                tracking=tracking,
                company_id=other.id,
            )
            if has_dates and tracking == "lot":
                product.use_expiration_date = True
        wizard = there.env["lot.epcis.import"].create(
            {"file": base64.b64encode(epcis_file.to_bytes(document))}
        )
        wizard.action_read()
        self.assertFalse(wizard.problem_count, wizard.line_ids.mapped("problem"))
        self.assertEqual(wizard.partner_id, supplier)
        picking = there.env["stock.picking"].browse(wizard.action_prepare()["res_id"])
        there._validate(picking, None)
        got = {
            (line.product_id.barcode, line.lot_id.name)
            for line in picking.move_line_ids
        }
        self.assertEqual(got, {row[:2] for row in told})
        for line in picking.move_line_ids:
            self.assertEqual(line.lot_id.company_id, other)
            self.assertEqual(line.lot_id.supplier_number, f"V-{line.lot_id.name}")
        by_code = {line.product_id.barcode: line for line in picking.move_line_ids}
        self.assertEqual(by_code["9521141100042"].quantity_product_uom, 2500)
        self.assertEqual(by_code["9521141100028"].quantity_product_uom, 4)
        if has_dates:
            day = by_code["9521141100028"].lot_id.expiration_date.date()
            self.assertEqual(str(day), "2027-03-31")
