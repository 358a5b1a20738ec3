"""Data sheets for authorities and consumers, filled from the case.

What they ask for is data with its source and date: ``data/sheets.json``. What the case
does not say is marked; nothing is made up, and the internal reason is in none of them.
"""

import json

from odoo.tools import file_open, format_date

from odoo.addons.lot_traceability.tools.quantity import format_quantity

from ..case import clock, frozen, recovered
from ..case.record import get_text
from ..consignees import notices
from . import figures

FILE = "lot_traceability_recall/data/sheets.json"
# what is read of contacts, products and lots as they are
CHANGING = ("firm", "type", "category", "products", "origin", "contact", "picture")


def get_sheet(recall, name: str) -> dict:
    """What a sheet prints.

    :param name: ``rasff`` or ``gpsr``
    :return: dict: ``source`` and ``as_of`` of what it asks for, ``rows``: dicts of
        ``name``, ``label``, ``lines`` (texts; empty if the case does not say it),
        ``is_missing``; ``pictures`` of the products
    """
    recall.ensure_one()
    with file_open(FILE) as file:
        rule = json.load(file)[name]
    labels = _get_labels(recall.env)
    values = _get_values(recall) | (frozen.get_told(recall, "sheet") or {})
    rows = []
    for field in rule["fields"]:
        lines = [line for line in values[field["name"]] if line]
        rows.append(
            {
                "name": field["name"],
                "label": labels[field["name"]],
                "lines": lines,
                "is_missing": field["required"] and not lines,
            }
        )
    return {
        "source": rule["source"],
        "as_of": rule["as_of"],
        "rows": rows,
        "pictures": _get_pictures(recall),
    }


def get_changing(recall) -> dict[str, list]:
    """Of the values those that change with the contacts and products that they are of:
    a recall that is closed keeps them."""
    values = _get_values(recall)
    return {name: [line for line in values[name] if line] for name in CHANGING}


def _get_labels(env):
    return {
        "reference": env._("Reference"),
        "date": env._("Date"),
        "firm": env._("Notifying firm"),
        "type": env._("Food, feed or contact material"),
        "basis": env._("Basis of the notification"),
        "category": env._("Product category"),
        "products": env._("Product"),
        "origin": env._("Origin"),
        "hazard": env._("Hazard"),
        "risk": env._("Risk assessment"),
        "risk_class": env._("Class given by the firm"),
        "quantity": env._("Quantity delivered"),
        "distribution": env._("Distribution"),
        "action": env._("Action taken"),
        "contact": env._("Contact"),
        "picture": env._("Picture"),
        "sold": env._("Where and when it was sold"),
        "wrong": env._("What is wrong"),
        "what_to_do": env._("What to do"),
        "remedy": env._("What you get"),
    }


def _get_values(recall):
    """Lines of text of all fields, by name."""
    lots = recall._get_lots() or recall.seed_lot_ids
    # sudo: what stands on the pack does not depend on who prints the sheet
    products = lots.sudo().product_id
    company = recall.company_id.sudo()
    return {
        "reference": [recall.name, recall.source_reference],
        "date": [_tell_day(recall, recall.date_opened or recall.create_date)],
        "firm": [company.name, *_get_address(company.partner_id)],
        "type": _get_types(recall.env, products),
        "basis": [get_text(recall, "source")],
        "category": products.categ_id.mapped("display_name"),
        "products": [
            line for product in products for line in _describe(recall, product, lots)
        ],
        "origin": _get_origins(recall),
        "hazard": [notices.get_hazard(recall)],
        "wrong": [recall._get_notice_reason()],
        "risk": [recall.hazard_assessment],
        "risk_class": [get_text(recall, "recall_class")],
        "quantity": _get_quantities(recall),
        "distribution": _get_distribution(recall),
        "action": _get_actions(recall),
        "contact": [notices.get_contact(recall)],
        "picture": [product.display_name for product in products if product.image_512],
        "sold": _get_sold(recall),
        "what_to_do": [notices.get_instructions(recall)],
        "remedy": [recall.notice_remedy],
    }


def _tell_day(recall, moment):
    return format_date(recall.env, clock.get_day(recall.company_id, moment))


def _get_pictures(recall):
    """Pictures of the products in scope."""
    lots = recall._get_lots() or recall.seed_lot_ids
    # sudo: a picture is for everybody
    return [image for image in lots.sudo().product_id.mapped("image_512") if image]


def _get_address(partner):
    lines = partner._display_address(without_company=True).splitlines()
    return [line.strip() for line in lines if line.strip()]


def _get_types(env, products):
    is_food = any(
        product.lot_is_ftl or product.lot_is_animal_food for product in products
    )
    return [env._("Food")] if is_food else []


def _describe(recall, product, lots):
    env = recall.env
    yield frozen.get_name(recall, product)
    if product.lot_brand:
        yield env._("Brand: %s", product.lot_brand)
    if product.barcode:
        yield env._("GTIN / bar code: %s", product.barcode)
    pack = ", ".join(filter(None, (product.lot_pack_size, product.lot_pack_style)))
    if pack:
        yield env._("Pack: %s", pack)
    for lot in lots.filtered(lambda one: one.product_id.id == product.id):
        texts = (frozen.get_name(recall, lot), lot._get_date_label())
        yield env._("Lot: %s", ", ".join(filter(None, texts)))


def _get_origins(recall):
    rows = figures.get_vendor_rows(recall)
    partners = recall.env["res.partner"].browse(
        {row["partner_id"]: None for row in rows if row["partner_id"]}
    )
    partners = partners._filtered_access("read")
    lines = [
        ", ".join(filter(None, (partner.display_name, partner.country_id.name)))
        for partner in partners
    ]
    known = set(partners.ids)
    others = {row["partner"] for row in rows if row["partner_id"] not in known}
    return lines + sorted(filter(None, others))


def _get_quantities(recall):
    return [
        f"{frozen.get_name(recall, row['product'])}: "
        + format_quantity(recall.env, row["shipped"] + row["before"], row["uom"])
        for row in recovered.get_rows(recall)
    ]


def _get_distribution(recall):
    """Countries, with how many consignees each has."""
    counts = {}
    for consignee in recall.consignee_ids:
        country = frozen.get_fact(consignee, "country") or recall.env._("unknown")
        counts[country] = counts.get(country, 0) + 1
    return [
        recall.env._("%(country)s, consignees: %(count)s", country=country, count=count)
        for country, count in sorted(counts.items())
    ]


def _get_sold(recall):
    lines = recall.consignee_line_ids.filtered("shipped")
    dates = [
        date for name in ("date_first", "date_last") for date in lines.mapped(name)
    ]
    dates = [clock.get_day(recall.company_id, date) for date in dates if date]
    countries = {frozen.get_fact(one, "country") for one in lines.consignee_id}
    texts = [", ".join(sorted(filter(None, countries)))]
    if dates:
        texts.append(
            recall.env._(
                "Delivered from %(first)s to %(last)s",
                first=format_date(recall.env, min(dates)),
                last=format_date(recall.env, max(dates)),
            )
        )
    return texts


def _get_actions(recall):
    env = recall.env
    texts = [get_text(recall, "kind")]
    if recall.date_held and not recall.is_mock:
        texts.append(env._("On hold since %s", _tell_day(recall, recall.date_held)))
    if recall.consignee_count:
        texts.append(
            env._(
                "%(told)s of %(all)s consignees told, %(answered)s answered",
                told=recall.contacted_count,
                all=recall.consignee_count,
                answered=recall.answered_count,
            )
        )
    texts += [
        env._("Recovered: %s", text)
        for text in (recall.recovered_text or "").splitlines()
    ]
    return texts
