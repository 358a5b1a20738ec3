"""Where each lot is now, as people may see it."""

from collections import defaultdict

from odoo.api import Environment
from odoo.models import BaseModel
from odoo.tools import format_datetime

from ..trace import handovers
from ..trace.genealogy import EPSILON
from ..trace.rows import get_display_names
from ..trace.sql import get_document_model
from . import query

# products that one line has room for
MOST_NAMED = 3


def get_state_labels(env: Environment) -> dict[str, str]:
    """Where a lot can be, in words."""
    return {
        "stock": env._("In stock"),
        "transit": env._("In transit"),
        "customer": env._("At a customer"),
        "vendor": env._("Sent back to the vendor"),
        "consumed": env._("Consumed in production"),
        "unbuilt": env._("Taken apart"),
        "scrapped": env._("Scrapped"),
        "lost": env._("Lost in an inventory count"),
        "unknown": env._("Unknown"),
        "outside": env._("In another company"),
        "hidden": env._("Elsewhere"),
    }


def get_places(env: Environment, lots: BaseModel) -> dict[int, list[dict]]:
    """See ``lot.place._get_places``."""
    rows = query.search_rows(env, lots.ids, by_customer=query.may_look(env))
    _hand_over(env, rows)
    names = _get_names(env, rows)
    places = {lot_id: [] for lot_id in lots.ids}
    for row in rows:
        places[row["lot_id"]].append(_prepare_place(env, row, names))
    return places


def _hand_over(env, rows):
    """What another company took out of the place between companies is there."""
    if not query.may_look(env) or not any(row["held"] == "transit" for row in rows):
        return
    lot_ids = {row["lot_id"] for row in rows}
    surplus = handovers.read(env, lot_ids).surplus
    for row in rows:
        if row["held"] == "transit":
            row["quantity"] -= surplus.get((row["lot_id"], row["location_id"]), 0.0)
    told = {row["lot_id"] for row in rows if not _is_handed_over(row)}
    # of what nobody else has, where it went
    rows[:] = [
        row for row in rows if not _is_handed_over(row) or row["lot_id"] not in told
    ]
    for row in filter(_is_handed_over, rows):
        row["state"] = "outside"


def _is_handed_over(row):
    return row["held"] == "transit" and row["quantity"] <= EPSILON


def _prepare_place(env, row, names):
    values = dict.fromkeys(
        ("location_id", "location", "since", "document", "document_model")
        + ("document_id", "partner_id", "partner", "company_id", "company"),
        False,
    )
    values |= {"lot_id": row["lot_id"], "quantity": 0, "installed_in": []}
    values["is_sample"] = False
    if row["state"] == "outside":
        state = "outside"
    elif not _is_readable(env, row, names):
        state = "outside" if query.may_look(env) else "hidden"
    else:
        state = row["state"]
        values |= _prepare_readable(env, row, names)
    label = get_state_labels(env)[state]
    if values["is_sample"]:
        label = env._("Retained sample")
    return values | {"state": state, "state_label": label}


def _prepare_readable(env, row, names):
    company_id = row["company_id"] or False
    partner_id = row["partner_id"] or False
    location_id = row["location_id"] or False
    partner = names["res.partner"].get(partner_id, False)
    if row["state"] not in ("customer", "vendor"):
        partner = False
    return {
        "location_id": location_id,
        "location": names["stock.location"].get(location_id, False),
        "since": row["since"] or False,
        "document": row["document"] or False,
        "document_model": get_document_model(env, row["document_field"]),
        "document_id": row["document_id"] or False,
        "partner_id": partner and partner_id,
        "partner": partner,
        "quantity": row["quantity"],
        "is_sample": row["state"] == "stock" and bool(row["is_for_samples"]),
        "company_id": company_id,
        "company": names["res.company"].get(company_id, False),
        "installed_in": [
            names["stock.lot"][lot_id]
            for lot_id in row["installed_in"] or []
            if lot_id in names["stock.lot"]
        ],
    }


def _is_readable(env, row, names):
    is_known = row["location_id"] in names["stock.location"]
    return row["readable"] and (is_known or not row["location_id"])


def _get_names(env, rows):
    """Names of the records of the rows that the user may read, by model and id."""
    ids = defaultdict(set)
    for row in rows if query.may_look(env) else []:
        ids["stock.location"].add(row["location_id"])
        ids["res.partner"].add(row["partner_id"])
        ids["res.company"].add(row["company_id"])
        ids["stock.lot"].update(row["installed_in"] or [])
    names = {
        model: get_display_names(env, model, ids[model]) if ids[model] else {}
        for model in ("stock.location", "res.partner", "res.company")
    }
    names["stock.lot"] = _get_lot_names(env, ids["stock.lot"])
    return names


def _get_lot_names(env, lot_ids):
    if not lot_ids:
        return {}
    lots = env["stock.lot"].search([("id", "in", list(lot_ids))])
    return {
        lot.id: {
            "id": lot.id,
            "name": lot.name,
            "product": lot.product_id.display_name,
        }
        for lot in lots
    }


def describe(place: dict) -> str:
    """A place in one line, for forms and messages."""
    where = place["partner"]
    if place["state"] in ("stock", "transit"):
        where = place["location"]
    if products := place["installed_in"]:
        where = ", ".join(
            f"{lot['name']} ({lot['product']})" for lot in products[:MOST_NAMED]
        )
        where += ", …" * (len(products) > MOST_NAMED)
    if not where:
        return place["state_label"]
    return f"{place['state_label']}: {where}"


def describe_arrival(env: Environment, place: dict) -> str:
    """Since when it is there and by which document, or an empty text."""
    if not place["since"]:
        return ""
    return env._(
        "since %(date)s by %(document)s",
        date=format_datetime(env, place["since"], dt_format="short"),
        document=place["document"] or env._("an operation without a name"),
    )
