"""Assertions on EPCIS documents, from the standard (EPCIS 2.0 and CBV 2.0)."""

import copy
import re
import warnings
from datetime import datetime
from urllib.parse import urlsplit

COMMON = {
    *("type", "eventID", "eventTime", "eventTimeZoneOffset", "bizStep", "disposition"),
    *("readPoint", "bizLocation", "bizTransactionList", "sourceList"),
    *("destinationList", "ilmd"),
}
OBJECT = COMMON | {"action", "epcList", "quantityList"}
TRANSFORMATION = COMMON | {
    *("inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList"),
}
BIZ_STEPS = {"receiving", "shipping", "commissioning", "destroying"}
DISPOSITIONS = {"in_progress", "in_transit", "active", "returned", "destroyed"}
DOCUMENTS = {"recadv", "desadv", "prodorder", "po"}

from ..documents import epcis_file


class EpcisCase:
    """Each document that a test reads is checked against the rules of the standard."""

    def document(self, lots):
        document = epcis_file.get_document(lots)
        self.check_document(document)
        return document

    def events(self, lots):
        return self.document(lots)["epcisBody"]["eventList"]

    def check_document(self, document):
        self.assertEqual(document["type"], "EPCISDocument")
        self.assertEqual(document["schemaVersion"], "2.0")
        self.assertIn("epcis-context.jsonld", document["@context"][0])
        self.assertIsNotNone(datetime.fromisoformat(document["creationDate"]).tzinfo)
        events = document["epcisBody"]["eventList"]
        identifiers = [event["eventID"] for event in events]
        self.assertEqual(len(identifiers), len(set(identifiers)))
        for event in events:
            self.check_event(event)
        if events:
            self.assertEqual(identifiers, self.get_reference_hashes(document))

    def get_reference_hashes(self, document):
        """What the generator of the algorithm's authors makes of the events."""
        # the demo reads this package without the tools of the tests
        from epcis_event_hash_generator import hash_generator, json_to_py

        with warnings.catch_warnings():
            # it reads its files in an old way
            warnings.simplefilter("ignore", DeprecationWarning)
            read = json_to_py.event_list_from_epcis_document_json(
                copy.deepcopy(document)
            )
        return hash_generator.epcis_hashes_from_events(read)

    def check_event(self, event):
        is_object = event["type"] == "ObjectEvent"
        self.assertLessEqual(set(event), OBJECT if is_object else TRANSFORMATION)
        offset = event["eventTimeZoneOffset"]
        self.assertRegex(offset, r"^[+-](0\d|1[0-4]):[0-5]\d$")
        self.assertTrue(event["eventTime"].endswith(offset))
        self.assertIn(event["bizStep"], BIZ_STEPS)
        self.assertIn(event["disposition"], DISPOSITIONS)
        self.check_uri(event["eventID"])
        if is_object:
            self.assertIn(event["action"], ("ADD", "OBSERVE", "DELETE"))
            self.assertTrue(event.get("epcList") or event.get("quantityList"))
            self.assertTrue("ilmd" not in event or event["action"] == "ADD")
        else:
            self.assertTrue(event.get("inputEPCList") or event["inputQuantityList"])
            self.assertTrue(event.get("outputEPCList") or event["outputQuantityList"])
        self.check_lists(event)

    def check_lists(self, event):
        for key, value in event.items():
            if key.lower().endswith("quantitylist"):
                for element in value:
                    self.check_quantity(element)
            elif key.lower().endswith("epclist"):
                for uri in value:
                    self.check_uri(uri)
        for name in ("readPoint", "bizLocation"):
            if name in event:
                self.check_uri(event[name]["id"])
        for row in event.get("bizTransactionList", ()):
            self.assertLessEqual(set(row), {"type", "bizTransaction"})
            self.assertIn(row["type"], DOCUMENTS)
            self.check_uri(row["bizTransaction"])
        for name in ("source", "destination"):
            for row in event.get(f"{name}List", ()):
                self.assertEqual(set(row), {"type", name})
                self.check_uri(row[name])
        for name in event.get("ilmd", {}):
            self.assertRegex(name, r"^[^:]+:.+")

    def check_quantity(self, element):
        self.assertLessEqual(set(element), {"epcClass", "quantity", "uom"})
        self.check_uri(element["epcClass"])
        if "quantity" in element:
            self.assertGreater(element["quantity"], 0)
        if "uom" in element:
            self.assertRegex(element["uom"], r"^[A-Z0-9]{2,3}$")

    def check_uri(self, uri):
        self.assertTrue(urlsplit(uri).scheme, uri)
        self.assertTrue(re.fullmatch(r"[!-~]+", uri), uri)
