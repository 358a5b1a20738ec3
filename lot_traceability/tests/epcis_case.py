"""Assertions on EPCIS documents, from the standard (EPCIS 2.0 and CBV 2.0)."""

import copy
import json
import re
import warnings
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

COMMON = {
    *("type", "eventID", "eventTime", "eventTimeZoneOffset", "bizStep", "disposition"),
    *("readPoint", "bizLocation", "bizTransactionList", "sourceList"),
    *("destinationList", "ilmd", "errorDeclaration"),
}
OBJECT = COMMON | {"action", "epcList", "quantityList", "persistentDisposition"}
AGGREGATION = (COMMON - {"ilmd"}) | {
    *("action", "parentID", "childEPCs", "childQuantityList"),
}
TRANSFORMATION = COMMON | {
    *("inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList"),
    "transformationID",
}
ALLOWED = {
    "ObjectEvent": OBJECT,
    "AggregationEvent": AGGREGATION,
    "TransformationEvent": TRANSFORMATION,
}
BIZ_STEPS = {
    *("receiving", "shipping", "commissioning", "destroying", "retail_selling"),
    *("creating_class_instance", "repackaging", "disassembling", "removing"),
    *("cycle_counting", "packing", "unpacking", "holding", "inspecting"),
}
DISPOSITIONS = {
    *("in_progress", "in_transit", "active", "returned", "destroyed", "retail_sold"),
    *("non_sellable_other", "non_conformant", "recalled", "expired", "unknown"),
}
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
            self.check_declaration(event, set(identifiers))
        self.check_schema(document)
        if events:
            self.assertEqual(identifiers, self.get_reference_hashes(document))

    def check_schema(self, document):
        """By the schema of GS1's own OpenAPI file; see the comment in it."""
        errors = [
            f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
            for error in _get_validator().iter_errors(document)
        ]
        self.assertFalse(errors)

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
        told = {name for name in event if ":" not in name}
        self.assertLessEqual(told, ALLOWED[event["type"]])
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
        elif event["type"] == "AggregationEvent":
            self.assertIn(event["action"], ("ADD", "DELETE"))
            self.check_uri(event["parentID"])
            self.assertTrue(event.get("childEPCs") or event.get("childQuantityList"))
        elif "transformationID" in event:
            self.check_uri(event["transformationID"])
        else:
            self.assertTrue(event.get("inputEPCList") or event["inputQuantityList"])
            self.assertTrue(event.get("outputEPCList") or event["outputQuantityList"])
        self.check_lists(event)

    def check_declaration(self, event, identifiers):
        """An event that was wrong names those that take its place."""
        declared = event.get("errorDeclaration")
        if not declared:
            return
        self.assertIsNotNone(datetime.fromisoformat(declared["declarationTime"]).tzinfo)
        self.assertIn(declared["reason"], ("incorrect_data", "did_not_occur"))
        self.assertLessEqual(set(declared.get("correctiveEventIDs", ())), identifiers)

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


@cache
def _get_validator():
    from jsonschema import Draft7Validator, FormatChecker

    checker = FormatChecker()
    # without them wrong moments and unknown words pass unseen
    assert {"date-time", "uri"} <= set(checker.checkers)
    path = Path(__file__).with_name("epcis_2_0.schema.json")
    schema = json.loads(path.read_text(encoding="utf-8"))
    return Draft7Validator(schema, format_checker=checker)
