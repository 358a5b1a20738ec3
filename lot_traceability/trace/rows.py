"""The plain rows of a result: lots, goods without a number, links and stock."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache, partial
from operator import itemgetter

from odoo.api import Environment
from odoo.tools import SQL

from odoo.addons.base.models.res_partner import ResPartner
from odoo.addons.product.models.product_product import ProductProduct

from ..tools.ordering import sort_by
from . import genealogy, nodes
from .sql import get_documents, sql_array

# what lets a partner be called otherwise than he is
NAME_KEYS = frozenset(
    {
        *("formatted_display_name", "partner_show_db_id", "show_email"),
        *("show_address", "show_vat", "partner_display_name_hide_company"),
    }
)
# and a product
PRODUCT_NAME_KEYS = frozenset(
    {
        *("partner_id", "seller_id", "display_default_code"),
        "formatted_display_name",
    }
)


@lru_cache(maxsize=10_000)
def to_text(moment: datetime) -> str:
    """A date and time as in the results: UTC, ``YYYY-MM-DD HH:MM:SS``."""
    return moment.isoformat(" ", "seconds")


def get_product_values(env: Environment, product_ids: Iterable[int]) -> dict[int, dict]:
    """What rows say of products, by id."""
    products = env["product.product"].browse(product_ids)
    if not products:
        return {}
    found = _read_products(products) if _are_names_plain(products) else {}
    return found if len(found) == len(products) else _ask_products(products)


def _are_names_plain(products):
    """Whether products are called as Odoo does it, by code and name."""
    compute = type(products)._compute_display_name
    return (
        compute is ProductProduct._compute_display_name
        and PRODUCT_NAME_KEYS.isdisjoint(products.env.context)
    )


def _read_products(products):
    """In one query what takes Odoo's cache six, and as long as a walk over a thousand
    links."""
    env = products.env
    _fetch_company_paths(env)
    rules = products.with_context(active_test=False)._search(
        [("id", "in", products.ids)]
    )
    column = {
        alias: partial(env[model_name]._field_to_sql, alias)
        for alias, model_name in (
            ("product", "product.product"),
            ("template", "product.template"),
            ("uom", "uom.uom"),
        )
    }
    rows = env.execute_query(
        SQL(
            """SELECT product.id, %(code)s, %(name)s, %(tracking)s, %(uom)s,
                EXISTS (SELECT 1 FROM product_variant_combination
                    WHERE product_product_id = product.id)
            FROM product_product product
            JOIN product_template template ON template.id = product.product_tmpl_id
            JOIN uom_uom uom ON uom.id = %(uom_id)s
            WHERE product.id IN %(readable)s""",
            code=column["product"]("default_code"),
            name=column["template"]("name"),
            tracking=column["template"]("tracking"),
            uom=column["uom"]("name"),
            uom_id=column["template"]("uom_id"),
            readable=rules.subselect(),
        )
    )
    # a variant is called by what makes it one, which Odoo knows best
    variants = products.browse(row[0] for row in rows if row[-1])
    named = {variant.id: variant.display_name for variant in variants}
    return {
        product_id: {
            "product": named.get(product_id) or (f"[{code}] {name}" if code else name),
            "tracking": tracking,
            "uom": uom,
        }
        for product_id, code, name, tracking, uom, _is_variant in rows
    }


def _fetch_company_paths(env):
    """The record rules look above the companies: of these, all is a hundred columns."""
    env.companies.sudo().fetch(["parent_path"])


def _ask_products(products):
    # nothing but what is said: all of a product is a hundred columns
    _fetch_company_paths(products.env)
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
def get_lot_rows(story) -> list[dict]:
    """The lots that the user may read, by level."""
    env, reach = story.env, story.reach
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
    products = story.get_product_values(row[2] for row in found)
    levels, doubts, vias = reach.levels, reach.doubts, reach.via
    rows = [
        {
            "id": lot_id,
            "name": name,
            "product_id": product_id,
            **products[product_id],
            "company_id": company_id or False,
            "level": levels[lot_id],
            "certainty": doubts.get(lot_id, genealogy.MATERIAL),
            "via_lot_id": via
            if (via := vias[lot_id]) in visible
            else _get_via_lot(reach, visible, lot_id),
        }
        for lot_id, name, product_id, company_id in found
    ]
    sort_by(rows, *map(itemgetter, ("level", "product", "name", "id")))
    return rows


def _get_via_lot(reach, visible, node):
    """The lot by which a node came in, past goods without a number."""
    via = reach.via[node]
    while via and via < 0:
        via = reach.via[via]
    return via in visible and via


def get_unnumbered_rows(story) -> list[dict]:
    """Goods without a number through which the trace goes, by level."""
    env, reach = story.env, story.reach
    ids = {node: nodes.split(env, node) for node in reach.levels if node < 0}
    products = env["product.product"].with_context(active_test=False)
    known = products.search(
        [("id", "in", list({product_id for product_id, _company in ids.values()}))]
    )
    values, visible = story.get_product_values(known.ids), set(known.ids)
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
            if product_id in visible
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
    # the same on the same day by the id of its document
    dated.sort(key=lambda group: (group[0], *group[1][:3], group[1][3][2] or 0))
    return [_prepare_link_row(story, *group) for group in dated]


def _prepare_link_row(story, date, key, links):
    source, target, kind, (document, document_model, document_id) = key
    consumed = {link.line_out: link.quantity_out for link in links}
    produced = {link.line_in: link.quantity_in for link in links}
    if story.kinds[kind].is_handover:
        # of what was sent, that which the other one took
        consumed = produced = _get_handed(story.handovers, source, target, links)
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


def _get_handed(handovers, source, target, links):
    pairs, passages = handovers.pairs, handovers.passages
    lines = {(link.line_out, link.line_in) for link in links}
    if source < 0:
        # of goods without a number, a link names what was nearest in time only
        near = {line for pair in lines for line in pair}
        lines = {
            (out, into)
            for line in near
            for out, into in handovers.pairs_by_line.get(line, ())
            if (passages[out].lot, passages[into].lot) == (source, target)
        }
    return {pair: pairs.get(pair, 0.0) for pair in lines}


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
