"""The plain rows of a result: lots, goods without a number, links and stock."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from operator import itemgetter

from odoo.api import Environment
from odoo.tools import SQL

from odoo.addons.base.models.res_partner import ResPartner

from . import genealogy, nodes
from .sql import get_documents, sql_array

# what lets a partner be called otherwise than he is
NAME_KEYS = frozenset(
    {
        *("formatted_display_name", "partner_show_db_id", "show_email"),
        *("show_address", "show_vat", "partner_display_name_hide_company"),
    }
)


@lru_cache(maxsize=10_000)
def to_text(moment: datetime) -> str:
    """A date and time as in the results: UTC, ``YYYY-MM-DD HH:MM:SS``."""
    return moment.isoformat(" ", "seconds")


def get_product_values(env: Environment, product_ids: Iterable[int]) -> dict[int, dict]:
    """What rows say of products, by id."""
    products = env["product.product"].browse(product_ids)
    # nothing but what is said: all of a product is a hundred columns, and all of a
    # company, above which the record rules look, as many
    env.companies.sudo().fetch(["parent_path"])
    products.fetch(["product_tmpl_id", "default_code"])
    templates = products.sudo().product_tmpl_id
    templates.fetch(["name", "tracking", "uom_id", "company_id"])
    templates.uom_id.fetch(["name"])
    return {
        product.id: {
            "product": product.display_name,
            "tracking": product.tracking,
            "uom": product.uom_id.name,
        }
        for product in products
    }


def get_display_names(
    env: Environment, model_name: str, ids: Iterable[int | bool]
) -> dict[int, str]:
    """Names of the records that the user may read, by id."""
    known = [record_id for record_id in ids if record_id]
    records = env[model_name].with_context(active_test=False)
    if _are_names_stored(records):
        return _read_stored_names(records, known)
    records = records.search([("id", "in", known)])
    return {record.id: record.display_name for record in records}


def _are_names_stored(records):
    """Whether the names of partners are what Odoo keeps of them: another addon, or the
    context of a screen, may have a say in it."""
    compute = type(records)._compute_display_name
    return (
        records._name == "res.partner"
        and compute is ResPartner._compute_display_name
        and NAME_KEYS.isdisjoint(records.env.context)
    )


def _read_stored_names(partners, ids):
    """To compute a thousand names takes as long as to walk to them."""
    partners.flush_model(["name", "complete_name"])
    query = partners._search([("id", "in", ids)])
    columns = [
        SQL.identifier(query.table, name) for name in ("id", "name", "complete_name")
    ]
    # with what the rules of the user ask for written down before
    rows = partners.env.execute_query(query.select(*columns))
    # an address without a name is called by its kind, in the user's language
    unnamed = partners.browse(row[0] for row in rows if not row[1])
    return {
        **{partner_id: name for partner_id, named, name in rows if named},
        **{partner.id: partner.display_name for partner in unnamed},
    }


# ----------------------------------------------------------------------
# Lots and goods without a number
# ----------------------------------------------------------------------
def get_lot_rows(env: Environment, reach: genealogy.Reach) -> list[dict]:
    """The lots that the user may read, by level."""
    query = env["stock.lot"]._search([], active_test=False)
    query.add_where(
        SQL(
            "%s = ANY(%s)",
            SQL.identifier(query.table, "id"),
            sql_array((node for node in reach.levels if node > 0), "int4"),
        )
    )
    columns = [
        SQL.identifier(query.table, name)
        for name in ("id", "name", "product_id", "company_id")
    ]
    env.cr.execute(query.select(*columns))
    found = env.cr.fetchall()
    visible = {row[0] for row in found}
    products = get_product_values(env, {row[2] for row in found})
    rows = [
        {
            "id": lot_id,
            "name": name,
            "product_id": product_id,
            **products[product_id],
            "company_id": company_id or False,
            "level": reach.levels[lot_id],
            "certainty": reach.get_certainty(lot_id),
            "via_lot_id": _get_via_lot(reach, visible, lot_id),
        }
        for lot_id, name, product_id, company_id in found
    ]
    rows.sort(key=itemgetter("level", "product", "name", "id"))
    return rows


def _get_via_lot(reach, visible, node):
    """The lot by which a node came in, past goods without a number."""
    via = reach.via[node]
    while via and via < 0:
        via = reach.via[via]
    return via in visible and via


def get_unnumbered_rows(env: Environment, reach: genealogy.Reach) -> list[dict]:
    """Goods without a number through which the trace goes, by level."""
    ids = {node: nodes.split(env, node) for node in reach.levels if node < 0}
    products = env["product.product"].with_context(active_test=False)
    known = products.search(
        [("id", "in", list({product_id for product_id, _company in ids.values()}))]
    )
    values = get_product_values(env, known.ids)
    return sorted(
        (
            {
                "id": node,
                "product_id": product_id,
                **values[product_id],
                "company_id": company_id or False,
                "level": reach.levels[node],
                "certainty": reach.get_certainty(node),
                "via_lot_id": _get_via_lot(reach, reach.levels, node),
            }
            for node, (product_id, company_id) in ids.items()
            if product_id in values
        ),
        key=itemgetter("level", "product", "id"),
    )


# ----------------------------------------------------------------------
# Links
# ----------------------------------------------------------------------
def get_link_rows(story) -> list[dict]:
    """One row per pair of lots and document, however many lines it took."""
    visible = story.visible | {row["id"] for row in story.unnumbered}
    links = [
        link
        for link in story.reach.links
        if link.source in visible and link.target in visible
    ]
    documents = get_documents(story.env, {link.move for link in links})
    groups = defaultdict(list)
    for link in links:
        document = documents[link.move]
        groups[link.source, link.target, link.kind, document].append(link)
    dated = [
        (min([link.arrived for link in links]), key, links)
        for key, links in groups.items()
    ]
    dated.sort(key=lambda group: (group[0], *group[1][:3]))
    return [_prepare_link_row(*group) for group in dated]


def _prepare_link_row(date, key, links):
    source, target, kind, (document, document_model, document_id) = key
    consumed = {link.line_out: link.quantity_out for link in links}
    produced = {link.line_in: link.quantity_in for link in links}
    return {
        "from_lot_id": source,
        "to_lot_id": target,
        "kind": kind,
        "certainty": genealogy.get_surest([link.certainty for link in links]),
        "document": document or False,
        "document_model": document_model,
        "document_id": document_id or False,
        "date": to_text(date),
        "quantity_consumed": sum(consumed.values()),
        "quantity_produced": sum(produced.values()),
    }


# ----------------------------------------------------------------------
# Stock
# ----------------------------------------------------------------------
def read_quants(env: Environment, lot_ids: Iterable[int]) -> list[tuple]:
    """(lot, location, quantity, reserved) of what is on hand or in transit."""
    return env["stock.quant"]._read_group(
        [
            ("lot_id", "in", list(lot_ids)),
            ("location_id.usage", "in", ("internal", "transit")),
        ],
        ["lot_id", "location_id"],
        ["quantity:sum", "reserved_quantity:sum"],
        having=[("quantity:sum", "!=", 0)],
    )


def get_stock_rows(story) -> list[dict]:
    """What is on hand or in transit now, per lot and location."""
    rows = [
        {
            "lot_id": lot.id,
            "location_id": location.id,
            "location": location.display_name,
            "usage": location.usage,
            "is_sample": location.is_for_samples,
            "quantity": quantity,
            "reserved": reserved,
        }
        for lot, location, quantity, reserved in story.quants
        if _is_now(story.reach, lot.id)
    ]
    rows.sort(key=itemgetter("lot_id", "location", "location_id"))
    return rows


def _is_now(reach, lot_id):
    """Upward, the stock of an ingredient counts whenever it was used."""
    return any(
        window.end is None or window.start is None for window in reach.windows[lot_id]
    )
