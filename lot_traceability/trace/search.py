"""From anything that is written on goods or papers to lots."""

from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools.sql import escape_psql

from .. import apps
from ..numbers import finder
from ..scanning import labelled
from ..tools.arguments import check_ids, check_text, check_whole
from ..tools.parameter import read_int
from ..tools.public import check_exist
from .arguments import check_model
from .shipments import get_shipped_nodes

# of lots that one trace starts from, unless the system parameter says another number
MOST_ROOTS = 2_000
ROOTS_PARAMETER = "lot_traceability.trace_roots"
# of rows that a search returns of each kind
MOST_FOUND = 100
PARTNER_FIELDS = ("complete_name", "ref", "email", "phone", "vat")


def find(env: Environment, text: str, limit: int) -> list[dict]:
    """See ``stock.lot.search_any_number``."""
    env["stock.lot"].check_access("read")
    text = check_text(env, "text", text)
    _check_limit(env, limit)
    if not text:
        return []
    if pairs := labelled.read(env, text):
        # a number can be written like a label
        own = finder.find_one(env, text).lots
        found = _find_of_label(env, text, pairs, limit)
        rows = [_prepare_row("lot", lot, lot.product_id, True) for lot in own]
        return [*rows, *(row for row in found if row not in rows)][:limit]
    rows = [
        *_find_lots(env, text, limit),
        *(
            row
            for kind, model_name, names in apps.DOCUMENTS
            for row in _find_records(env, kind, model_name, names, text, limit)
        ),
        *_find_products(env, text, limit),
        *_find_records(env, "partner", "res.partner", PARTNER_FIELDS, text, limit),
    ]
    return rows or [
        _prepare_row("lot", lot, lot.product_id)
        for lot in labelled.find_unparted(env, text)[:limit]
    ]


def _check_limit(env, limit):
    if not 1 <= check_whole(env, "limit", limit) <= MOST_FOUND:
        raise UserError(
            env._(
                "limit has to be from 1 to %(most)s, not %(limit)s.",
                most=MOST_FOUND,
                limit=limit,
            )
        )


def _is_like(names, operator, text):
    """One of the fields is like the text; what the database takes for a wildcard is a
    letter like others."""
    return Domain.OR(Domain(name, operator, escape_psql(text)) for name in names)


def _find_lots(env, text, limit):
    lots = env["stock.lot"].with_context(active_test=False)
    names = ("name", "ref", "supplier_number", "batch_code")
    alike = _is_like(names, "ilike", text)
    exact = finder.find_one(env, text).lots[:limit] or _find_packed(env, text, limit)
    found = exact
    if len(found) < limit:
        same = _is_like(names, "=ilike", text) & Domain("id", "not in", found.ids)
        found += lots.search(same, limit=limit - len(found))
    if len(found) < limit:
        more = alike & Domain("id", "not in", found.ids)
        found += lots.search(more, limit=limit - len(found))
    return [_prepare_row("lot", lot, lot.product_id, lot in exact) for lot in found]


def _find_packed(env, text, limit):
    """The lots that lie in a package, or did when it was packed."""
    if not env["stock.package"].has_access("read"):
        return env["stock.lot"]
    packages = env["stock.package"].search([("name", "=", text)], limit=1)
    if not packages:
        return env["stock.lot"]
    lines = env["stock.move.line"].search(
        [("result_package_id", "in", packages.ids), ("lot_id", "!=", False)]
    )
    quants = env["stock.quant"].search([("package_id", "in", packages.ids)])
    return _get_readable(env, (lines.lot_id | quants.lot_id).ids)[:limit]


# -- what was scanned ----------------------------------------------------------
def _find_of_label(env, text, pairs, limit):
    """The lots of a label, else its product."""
    products = labelled.find_products(env, pairs.get("01") or pairs.get("02") or "")
    scope = {"products": products} if products else {}
    lots = env["stock.lot"]
    for identifier in ("21", "10"):
        if not lots and pairs.get(identifier):
            lots = finder.find_one(env, pairs[identifier], **scope).lots
    if not lots and pairs.get("10"):
        domain = Domain("batch_code", "=ilike", escape_psql(pairs["10"]))
        if products:
            domain &= Domain("product_id", "in", products.ids)
        lots = lots.with_context(active_test=False).search(domain, limit=limit)
    if not lots and pairs.get("00"):
        lots = _find_packed(env, pairs["00"], limit)
    # of goods that nobody knows here, it is only the same number
    is_exact = bool(products) or not pairs.keys() & {"01", "02"}
    if not lots:
        lots, is_exact = labelled.find_unparted(env, text, **scope), False
    return [
        *(_prepare_row("lot", lot, lot.product_id, is_exact) for lot in lots[:limit]),
        *(
            _prepare_row("product", product, env["res.partner"])
            for product in products[:limit]
        ),
    ]


def _find_products(env, text, limit):
    """Those of the code first."""
    names = ("name", "default_code", "barcode")
    of_code = labelled.find_products(env, text)[:limit]
    rows = _find_records(env, "product", "product.product", names, text, limit)
    return [
        *(_prepare_row("product", one, env["res.partner"]) for one in of_code),
        *(row for row in rows if row["id"] not in of_code.ids),
    ][:limit]


def _find_records(env, kind, model_name, names, text, limit):
    if model_name not in env:
        return []
    model = env[model_name]
    if not model.has_access("read"):
        return []
    names = [name for name in names if name in model._fields]
    domain = _is_like(names, "ilike", text)
    return [
        _prepare_row(kind, record, _get_detail(record))
        for record in model.search(domain, limit=limit)
    ]


def _get_detail(record):
    """A second word for whom it was."""
    has_partner = record._name != "res.partner" and "partner_id" in record._fields
    return record.partner_id if has_partner else record.env["res.partner"]


def _prepare_row(kind, record, detail, is_exact=False):
    return {
        "kind": kind,
        "model": record._name,
        "id": record.id,
        "name": record.name if kind == "lot" else record.display_name,
        "detail": detail.sudo().display_name or False,
        "exact": is_exact,
    }


# ------------------------------------------------------------------
# Lots of a record
# ------------------------------------------------------------------
def get_lots(env: Environment, model_name: str, ids: list[int]) -> BaseModel:
    """See ``stock.lot.get_story_lots``."""
    env["stock.lot"].check_access("read")
    lots = _get_lots(get_records(env, model_name, ids))
    most = read_int(env, ROOTS_PARAMETER, MOST_ROOTS, least=1)
    if len(lots) > most:
        raise UserError(
            env._(
                "These are %(count)s lots; a trace starts from %(most)s at most "
                "(system parameter %(name)s). Choose fewer, for instance in the "
                "list of lots.",
                count=len(lots),
                most=most,
                name=ROOTS_PARAMETER,
            )
        )
    return lots


def get_records(env: Environment, model_name: str, ids: list[int]) -> BaseModel:
    """Records from which a trace can start.

    :raise MissingError: if one does not exist
    :raise AccessError: if the user may not read one
    """
    model_name = check_model(env, model_name)
    records = env[model_name].browse(check_ids(env, "record_ids", ids))
    if not records:
        raise UserError(
            env._(
                "Nothing is chosen: record_ids is missing. It has to say which records "
                "of %(model)s are meant, as [42].",
                model=model_name,
            )
        )
    records.browse().check_access("read")
    check_exist(records)
    records.check_access("read")
    return records


def _get_lots(records):
    model_name = records._name
    if model_name == "stock.lot":
        return records
    if model_name == "res.partner":
        return _get_partner_lots(records)
    if model_name in ("product.product", "product.template"):
        return _get_product_lots(records)
    return _get_document_lots(records)


def _get_document_lots(records):
    made = apps.MADE_PATHS.get(records._name)
    lots = _search_line_lots([made], records) if made else None
    if lots:
        return lots
    return _search_line_lots(apps.LINE_PATHS.get(records._name, ()), records)


def _search_line_lots(paths, records):
    env = records.env
    move = env["stock.move"]
    known = [
        path
        for path in paths
        if path.startswith("picking") or path.split(".")[1] in move._fields
    ]
    if not known:
        return env["stock.lot"]
    domain = Domain.OR(Domain(path, "in", records.ids) for path in known)
    groups = env["stock.move.line"]._read_group(
        domain & Domain("lot_id", "!=", False), ["lot_id"]
    )
    return _get_readable(env, [lot.id for (lot,) in groups])


def _get_partner_lots(partners):
    """What they, or their addresses, got and sent; not what that is made of."""
    family = partners.with_context(active_test=False)
    family = family.search([("id", "child_of", partners.ids)])
    found = {
        node
        for side in ("customer", "vendor")
        for node in get_shipped_nodes(family.env, family, side)
    }
    return _get_readable(partners.env, [node for node in found if node > 0])


def _get_product_lots(products):
    field_name = "product_id"
    if products._name == "product.template":
        field_name = "product_id.product_tmpl_id"
    lots = products.env["stock.lot"].with_context(active_test=False)
    return lots.search([(field_name, "in", products.ids)])


def _get_readable(env, lot_ids):
    lots = env["stock.lot"].with_context(active_test=False)
    return lots.search([("id", "in", lot_ids)])
