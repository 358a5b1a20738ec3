"""What food rules ask for: the US food traceability rule (21 CFR 1 subpart S), and the
EU for food of animal origin.

Columns, what may be empty, and what counts as a transformation are data with their
source and date, in ``rules/``. One sheet for each kind of event, one row for each lot
in it. What a rule asks for and nobody has entered is named in a column: a row is never
left out because something is missing.
"""

import json
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "rules"
# columns that say what is there, not what happened
OURS = ("event", "internal_number", "added_later", "missing")


@cache
def get_rule(code: str) -> dict:
    """A rule as it stands in ``rules/``, ``fsma204`` or ``eu931``, and the columns of
    each sheet that have to be filled in."""
    rule = json.loads((FOLDER / f"{code}.json").read_text(encoding="utf-8"))
    rule["required"] = {
        sheet: [name for name in names if _is_required(rule, name)]
        for sheet, names in rule["sheets"].items()
    }
    return rule


def _is_required(rule, column):
    optional = {
        *(
            f"{side}{name}"
            for side in ("", "input_", "output_")
            for name in rule["not_required"]
        ),
    }
    return (
        column not in optional
        and not column.startswith("tlc_source")
        and not column.endswith(tuple(f"_{name}" for name in rule["optional_address"]))
    )


US = get_rule("fsma204")
PRODUCT, ADDRESS, SHEETS = US["product"], US["address"], US["sheets"]
GLOSSARY = US["glossary"]


@cache
def get_heading(column):
    """``place_received_zip`` -> ``Place received zip``; TLC stays TLC."""
    text = column.replace("_", " ").capitalize()
    for word in ("TLC", "UoM"):
        text = re.sub(rf"\b{word}\b", word, text, flags=re.IGNORECASE)
    return text


def get_missing(rule, sheet, values) -> list[str]:
    """Headings of what a rule asks for and a row does not have.

    A traceability lot code source is there if its address or its reference is.
    """
    required = rule["required"][sheet]
    found = map(values.get, required)
    missing = [
        get_heading(column)
        for column, value in zip(required, found, strict=True)
        if not value
    ]
    if "tlc_source_name" in rule["sheets"][sheet] and not (
        values.get("tlc_source_name") or values.get("tlc_source_reference")
    ):
        missing.append("TLC source")
    return missing


def get_row(sheet, values, rule=US):
    """The cells of one row, with the names of what is missing."""
    missing = get_missing(rule, sheet, values)
    values = {**values, "missing": ", ".join(missing) or "ok"}
    return [value or None for value in map(values.get, rule["sheets"][sheet])]


def is_transformation(conversion: str | None, is_same_code: bool) -> bool:
    """Whether goods that became others have a new traceability lot code by the rule.

    :param conversion: kind of the conversion; None for manufacturing
    """
    if not conversion:
        return True
    when = US["transformations"].get(conversion, "always")
    return when == "always" or (when == "if codes differ" and not is_same_code)
