"""How documents call what is in a trace, in the language of the user."""

from odoo.api import Environment

# columns that hold one of a few codes
CODED = ("certainty", "direction", "kind", "state", "usage")


def get_label(env: Environment, column: str) -> str:
    """The heading of a column; those of other addons are taken as they are."""
    return get_labels(env).get(column) or column.replace("_", " ").capitalize()


def get_sheet_name(env: Environment, name: str) -> str:
    """What the sheet of a table is called; that of another addon is taken as it is."""
    return {
        "Lots": env._("Lots"),
        "Links": env._("Links"),
        "Deliveries": env._("Deliveries"),
        "Receipts": env._("Receipts"),
        "Holders": env._("Holders"),
        "Suspect": env._("Suspect"),
        "Stock": env._("Stock"),
        "Movements": env._("Movements"),
        "Balance": env._("Balance"),
        "Gaps": env._("Gaps"),
    }.get(name, name)


def get_labels(env: Environment) -> dict[str, str]:
    """Headings, ``{column of a table: text}``."""
    return {**_get_text_labels(env), **_get_quantity_labels(env)}


def _get_text_labels(env):
    return {
        "certainty": env._("Certainty"),
        "company": env._("Company"),
        "date": env._("Date"),
        "destination": env._("To"),
        "direction": env._("Direction"),
        "document": env._("Document"),
        "from": env._("From"),
        "kind": env._("Kind"),
        "level": env._("Level"),
        "location": env._("Location"),
        "lot": env._("Lot"),
        "message": env._("Message"),
        "name": env._("Lot/Serial Number"),
        "partner": env._("Partner"),
        "product": env._("Product"),
        "reference": env._("Reference"),
        "source": env._("From"),
        "state": env._("State"),
        "suspect": env._("Can contain"),
        "suspect_uom": env._("Unit of suspect"),
        "to": env._("To"),
        "uom": env._("Unit"),
        "usage": env._("Usage"),
        "via": env._("By way of"),
    }


def _get_quantity_labels(env):
    return {
        "at_customers": env._("At customers"),
        "consumed": env._("Consumed"),
        "found": env._("Found"),
        "holds": env._("Holds Now"),
        "lost": env._("Lost"),
        "on_hand": env._("On hand"),
        "other_companies": env._("In other companies"),
        "produced": env._("Produced"),
        "quantity": env._("Quantity"),
        "quantity_consumed": env._("Quantity consumed"),
        "quantity_produced": env._("Quantity produced"),
        "received": env._("Received"),
        "reserved": env._("Reserved"),
        "returned": env._("Returned"),
        "returned_to_vendor": env._("Returned to vendor"),
        "reworked": env._("Reworked"),
        "samples": env._("Of it samples"),
        "scrapped": env._("Scrapped"),
        "share": env._("In proportion"),
        "share_high": env._("At most"),
        "share_low": env._("At least"),
        "shipped": env._("Shipped"),
        "unaccounted": env._("Unaccounted"),
    }


def get_value(env: Environment, column: str, value):
    """A cell in words, where it holds one of a few codes."""
    words = {
        "certainty": _get_certainties,
        "direction": _get_directions,
        "kind": get_kinds,
        "state": _get_states,
        "usage": _get_usages,
    }.get(column)
    if not words or not isinstance(value, str):
        return value
    # what another addon adds is no code for people either
    return words(env).get(value) or value.replace("_", " ")


def _get_certainties(env):
    return {
        "material": env._("Material"),
        "possible": env._("Possible"),
        "broken": env._("Chain broken"),
    }


def _get_directions(env):
    return {
        "upstream": env._("made of"),
        "downstream": env._("went into"),
        "asked for": env._("asked for"),
    }


def get_kinds(env: Environment) -> dict[str, str]:
    """Kinds of links and of gaps."""
    return {
        "below_zero": env._("below zero"),
        "conversion": env._("conversion"),
        "found": env._("found by a count"),
        "intercompany": env._("to another company"),
        "intercompany_goods": env._("to another company"),
        "intercompany_return": env._("back from another company"),
        "lost": env._("lost"),
        "no_input": env._("made of nothing on record"),
        "no_number": env._("without a number"),
        "no_origin": env._("never came in"),
        "production": env._("manufacturing"),
        "removal": env._("taken out"),
        "no_result": env._("used, but nothing made of it"),
        "two_lives": env._("one number for two units"),
        "unaccounted": env._("unaccounted"),
        "unbuild": env._("unbuild"),
        "unknown_partner": env._("partner not known"),
        "unmatched_return": env._("return without a delivery"),
        "untracked": env._("untracked product"),
    }


def _get_states(env):
    return {
        **dict(env["stock.move"]._fields["state"]._description_selection(env)),
        # as the page of the trace says it
        "assigned": env._("Reserved"),
        "partially_available": env._("Partly Reserved"),
    }


def _get_usages(env):
    return {
        "internal": env._("in stock"),
        "sample": env._("retained sample"),
        "transit": env._("in transit"),
    }
