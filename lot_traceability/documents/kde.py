"""The sortable table of the US food traceability rule (21 CFR 1 subpart S).

One sheet for each kind of event, one row for each lot in it, with the columns in the
order of the FDA's example workbook. What the rule asks for and nobody has entered is
named in the last column: a row is never left out because something is missing.
"""

import re

PRODUCT = ("product", "brand", "commodity", "variety", "packaging_size", "packaging")
ADDRESS = ("name", "phone", "street", "city", "state", "zip", "country")
# of an address, what may be empty: not every country has states
OPTIONAL = ("state",)


def _address(prefix):
    return tuple(f"{prefix}_{part}" for part in ADDRESS)


SOURCE = (*_address("tlc_source"), "tlc_source_reference")
DOCUMENTS = ("document_type", "document", "document_2_type", "document_2")
OURS = ("event", "internal_number", "missing")
_MOVED = ("tlc", "quantity", "uom", *PRODUCT)

SHEETS = {
    "Receiving": (
        *_MOVED,
        *_address("previous_source"),
        *_address("place_received"),
        "date",
        *SOURCE,
        *DOCUMENTS,
        *OURS,
    ),
    "Shipping": (
        *_MOVED,
        *_address("subsequent_recipient"),
        *_address("place_shipped_from"),
        "date",
        *SOURCE,
        *DOCUMENTS,
        *OURS,
    ),
    "Transformation": (
        "input_tlc",
        *(f"input_{name}" for name in PRODUCT),
        "quantity_used",
        "input_uom",
        "new_tlc",
        *_address("place_transformed"),
        "tlc_source_reference",
        "date_completed",
        *(f"output_{name}" for name in PRODUCT),
        "quantity_produced",
        "output_uom",
        *DOCUMENTS,
        *OURS,
    ),
}
# what Odoo has no field for and not every food needs
_NOT_REQUIRED = {
    *(f"{side}{name}" for side in ("", "input_", "output_") for name in PRODUCT[1:]),
    *("document_2_type", "document_2", "tlc_source_reference"),
    *OURS,
}

GLOSSARY = {
    "tlc": "Traceability lot code: the supplier's number if it is not the same as ours",
    "tlc_source": "Place where the traceability lot code was assigned; filled in where "
    "the lot was made here",
    "quantity_produced": "Of the whole output lot: it comes again in the row of each "
    "input lot and is not to be added up",
    "quantity_used": "Of the whole event: it comes again in the row of each output "
    "lot, by-products too, and is not to be added up",
    "transformation": "A lot that was only split or got another label keeps its "
    "traceability lot code: that is none",
    "event": "The same in each export, and in the EPCIS document",
    "internal_number": "Our own lot or serial number",
    "missing": "What the rule asks for and is not entered in this system",
    "addresses": "As they are entered at the time of the export",
    "dates": "In the time zone of the place, YYYY-MM-DD",
}


def get_heading(column):
    """``place_received_zip`` -> ``Place received zip``; TLC stays TLC."""
    text = column.replace("_", " ").capitalize()
    for word in ("TLC", "UoM"):
        text = re.sub(rf"\b{word}\b", word, text, flags=re.IGNORECASE)
    return text


def get_row(sheet, values):
    """The cells of one row, with the names of what is missing.

    A traceability lot code source is there if its address or its reference is.
    """
    columns = SHEETS[sheet]
    missing = [
        get_heading(column)
        for column in columns
        if not values.get(column) and _is_required(column)
    ]
    source = [f"tlc_source_{part}" for part in ADDRESS]
    if set(source) <= set(columns) and not (
        values.get("tlc_source_name") or values.get("tlc_source_reference")
    ):
        missing.append("TLC source")
    values = {**values, "missing": ", ".join(missing) or "ok"}
    return [values.get(column) or None for column in columns]


def _is_required(column):
    return (
        column not in _NOT_REQUIRED
        and not column.startswith("tlc_source")
        and not column.endswith(tuple(f"_{name}" for name in OPTIONAL))
    )
