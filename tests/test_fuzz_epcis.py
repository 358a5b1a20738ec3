"""Documents of events that nobody should send: told where they are wrong, in no time
and without much memory. Without a database.
"""

import copy
import json
import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from odoo.addons.lot_traceability.epcis_import import announced, reading, receipt, texts
from odoo.addons.lot_traceability.epcis_import.reading import EpcisError

from .fuzzing import Bounded, fuzz, pieces

LOT = "https://id.gs1.org/01/09521141100028/10/"
MOMENT = "2026-01-05T08:00:00+01:00"
GOODS = {"epcClass": f"{LOT}L1", "quantity": 5, "uom": "KGM"}
EVENT = {
    "type": "ObjectEvent",
    "eventTime": MOMENT,
    "eventTimeZoneOffset": "+01:00",
    "action": "OBSERVE",
    "bizStep": "shipping",
    "readPoint": {"id": "https://id.gs1.org/414/9521141111116"},
    "epcList": ["https://id.gs1.org/00/095211410000000013", f"{LOT}L1/21/S1"],
    "quantityList": [GOODS],
    "sourceList": [
        {"type": "owning_party", "source": "urn:epc:id:pgln:9521141.11111."}
    ],
    "bizTransactionList": [{"type": "desadv", "bizTransaction": "urn:x:1"}],
    "ilmd": {"cbvmda:itemExpirationDate": "2027-02-28", "cbvmda:lotNumber": "L1"},
    "errorDeclaration": {"declarationTime": MOMENT},
}
PACKING = {
    "type": "AggregationEvent",
    "eventTime": MOMENT,
    "eventTimeZoneOffset": "+01:00",
    "action": "ADD",
    "parentID": "https://id.gs1.org/00/095211410000000013",
    "childEPCs": [f"{LOT}L2/21/S2"],
    "childQuantityList": [GOODS],
}
SHIPPING = {key: EVENT[key] for key in EVENT if key != "errorDeclaration"}
DOCUMENT = {
    "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
    "type": "EPCISDocument",
    "schemaVersion": "2.0",
    "creationDate": MOMENT,
    "epcisHeader": {
        "epcisMasterData": {
            "vocabularyList": [
                {
                    "type": "urn:epcglobal:epcis:vtype:EPCClass",
                    "vocabularyElementList": [
                        {
                            "id": f"{LOT}L1",
                            "attributes": [
                                {"id": "cbvmda:descriptionShort", "attribute": "Milk"},
                                {"id": "cbvmda:bestBeforeDate", "attribute": "2027-01"},
                            ],
                        }
                    ],
                }
            ]
        }
    },
    "epcisBody": {"eventList": [EVENT, PACKING, SHIPPING]},
}
# what may stand anywhere in a document
ODD = st.one_of(
    st.sampled_from(
        [
            *(None, True, False, 0, -1, 1e308, 10**17, 10**30, 0.1, "", " ", [], {}),
            *([[]], [None], {"": None}, "²", "٣", "\x00", "\ud800", "x" * 5000, [{}]),
            *("+99:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"),
            *(
                "1000-01-01",
                "9999-12-31",
                "2026-02-30",
                "2026-W01-1",
                "20260105",
                "²" * 10,
            ),
            *(
                "https://id.gs1.org/01/0952114110002٨/10/A",
                "urn:epc:id:sscc:²²².1",
                LOT,
            ),
            *("urn:epc:class:lgtin:9521141.110002.%", "https://[x/01/09521141100028"),
            *("https://id.gs1.org/414/" + "²" * 13, "urn:epc:id:sgln:952114.111111."),
            *("DELETE", "ADD", "AggregationEvent", "TransformationEvent", "a:b" * 1000),
            [copy.deepcopy(SHIPPING)] * 30,
        ]
    ),
    st.text(max_size=6),
    st.floats(),
    st.integers(),
)
CHANGE = st.tuples(
    st.integers(0, 10**6), st.sampled_from(["set", "drop", "twice", "key"]), ODD
)


def get_places(value):
    """(holder, key) of all that is in a document."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(pairs):
        yield value, key
        if isinstance(inner, dict | list):
            yield from get_places(inner)


def change(document, number, how, odd):
    places = list(get_places(document))
    if not places:
        return
    holder, key = places[number % len(places)]
    if how == "drop":
        del holder[key]
    elif how == "twice" and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    elif how == "key" and isinstance(holder, dict):
        holder[str(odd)] = holder.pop(key)
    else:
        holder[key] = copy.deepcopy(odd)


class Words:
    """What texts are made with, without a database."""

    @staticmethod
    def _(text, **values):
        return text % values if values else text


def read(data):
    """As the import reads it; what is wrong can be told to the user."""
    try:
        document = reading.read(data, 2_000_000, 200)
        found = announced.get_announcement(document)
    except EpcisError as error:
        assert texts.get_error_text(Words, error)
        raise
    for goods in found.goods:
        assert goods.quantity is None or 0 <= goods.quantity < 1e16
        assert isinstance(goods.get_number(), str)
        for identifier, value in receipt.get_elements(goods):
            assert identifier.isdigit() and value
    for role in found.parties.values():
        assert all(
            receipt.get_gln(uri).isdigit() or not receipt.get_gln(uri) for uri in role
        )
    return found


@fuzz
@given(st.lists(CHANGE, max_size=4))
def test_documents_with_something_else_in_them(changes):
    document = copy.deepcopy(DOCUMENT)
    for number, how, odd in changes:
        change(document, number, how, odd)
    with Bounded(EpcisError):
        read(json.dumps(document).encode("utf-8", "surrogatepass"))


GOOD = json.dumps(DOCUMENT).encode()


@fuzz
@given(st.integers(0, len(GOOD)), st.integers(0, 40), st.binary(max_size=8))
def test_bytes_that_were_damaged(start, length, odd):
    with Bounded(EpcisError):
        read(GOOD[:start] + odd + GOOD[start + length :])


@fuzz
@given(
    pieces(*'{}[]":,\\0', "null", "1e9", "\\u0000", "\\ud800", '"type":', "\ufeff", " ")
)
@example('{"a":' * 5000)
@example("[" * 100_000)
@example('"' + "\\" * 99_999)
@example("-" * 1000)
@example("1" * 100_000)
@example("0." + "1" * 100_000)
@example("1e" + "9" * 10_000)
def test_texts_that_are_no_document(text):
    with Bounded(EpcisError):
        read(text.encode("utf-8", "surrogatepass"))


def make(*events):
    document = DOCUMENT | {"epcisBody": {"eventList": list(events)}}
    return json.dumps(document).encode()


def pack(parent, *children):
    return PACKING | {
        "parentID": parent,
        "childEPCs": children,
        "childQuantityList": [],
    }


# packages in each other, each of them twice in the next one: 2 ** 60 ways
NESTED = [pack(f"urn:p:{n}", f"urn:p:{n + 1}", f"urn:p:{n + 1}") for n in range(60)]
CIRCLE = [pack("urn:p:0", "urn:p:1"), pack("urn:p:1", "urn:p:0")]
HUGE = {
    "nested packages": make(*NESTED, SHIPPING | {"epcList": ["urn:p:0"]}),
    "a circle of packages": make(*CIRCLE, SHIPPING | {"epcList": ["urn:p:0"]}),
    "the same package again and again": make(
        pack("urn:p:0", *(f"urn:c:{n}" for n in range(10_000))),
        SHIPPING | {"epcList": ["urn:p:0"] * 10_000},
    ),
    "many empty values": b"[" + b"{}," * 600_000 + b"{}]",
    "one long key": b'{"' + b"k" * 1_900_000 + b'":1}',
    "many keys": b"{" + b",".join(b'"%d":0' % n for n in range(150_000)) + b"}",
    "a long text of blanks": make(SHIPPING | {"bizStep": " " * 3_999}),
    "many quotes": b'"' * 1_999_999,
}


@pytest.mark.parametrize("name", HUGE)
def test_memory_of_what_is_huge(name):
    """What is read takes its own size some times, not more and more."""
    tracemalloc.start()
    try:
        with Bounded(EpcisError):
            read(HUGE[name])
        assert tracemalloc.get_traced_memory()[1] < 300_000_000
    finally:
        tracemalloc.stop()
