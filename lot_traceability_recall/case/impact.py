"""What a recall of some lots means: how many, where, and worth what."""

from odoo.exceptions import UserError

from odoo.addons.lot_traceability import guards

from . import frozen

NAMES = (
    *("impact_lot_count", "impact_product_count", "impact_stock_count"),
    *("customer_count", "impact_cost", "impact_share"),
)


def get_facts(trace: dict) -> dict:
    """What is kept of a trace (``lots`` and ``deliveries``), so that no screen has to
    walk again: ids of the lots, and which lot went to which partner (0: unknown)."""
    shipped = {
        (row["lot_id"] or 0, row["partner_id"] or 0) for row in trace["deliveries"]
    }
    return {
        "lots": [row["id"] for row in trace["lots"]],
        "shipped": sorted(map(list, shipped)),
    }


def _trace_facts(seeds):
    """Walk down from the lots; see :func:`get_facts`.

    :return: None if it is too much at once: that is said when the scope is found
    """
    if not seeds:
        return {"lots": [], "shipped": []}
    try:
        return get_facts(seeds._trace_downstream(["lots", "deliveries"]))
    except UserError:
        return None


def get_impact(recall) -> dict:
    """Values of the fields in ``NAMES``, without a walk: the lots as they were traced
    last, what is in stock of them now."""
    facts = _find_facts(recall)
    out = set(recall._get_left_out()._origin.ids)
    ids = [lot_id for lot_id in facts["lots"] if lot_id not in out]
    # searched: some may be out of reach for who looks
    lots = recall.env["stock.lot"].search([("id", "in", ids)])
    stock_count, cost = get_stock_value(lots)
    # of a closed recall as its report says it
    share = frozen.get_told(recall.sudo(), "share")
    return {
        "impact_lot_count": len(lots),
        "impact_product_count": len(lots.product_id),
        "impact_stock_count": stock_count,
        "customer_count": len(
            {partner for lot, partner in facts["shipped"] if lot not in out}
        ),
        "impact_cost": cost,
        "impact_share": get_share(lots) if share is None else share,
    }


def _find_facts(recall):
    seeds = recall.seed_lot_ids._origin
    if not recall.id and seeds != recall._origin.seed_lot_ids:
        # somebody is choosing the suspect lots in the form
        facts = _trace_facts(seeds)
    else:
        # sudo: figures alone; which lots there are is searched as the reader
        facts = recall.sudo()._origin.impact_facts
    return facts or {"lots": (recall.line_ids.lot_id or seeds).ids, "shipped": []}


def refresh(recalls) -> None:
    """Keep the figures of recalls that have no scope yet, after a change of their
    suspect lots."""
    for recall in recalls.filtered(lambda one: one.state in ("draft", "assessment")):
        facts = _trace_facts(recall.seed_lot_ids)
        guards.by_button(recall).write({"impact_facts": facts})


def get_stock_value(lots) -> tuple[int, float]:
    """In how many places the lots are, and what that is worth at cost, as far as it is
    the company's own."""
    groups = lots.env["stock.quant"]._read_group(
        [
            ("lot_id", "in", lots.ids),
            ("location_id.usage", "=", "internal"),
            ("quantity", ">", 0),
        ],
        ["product_id", "owner_id"],
        ["quantity:sum", "__count"],
    )
    own = lots.env["res.company"].sudo().search([]).partner_id
    value = sum(
        product.standard_price * total
        for product, owner, total, _count in groups
        if not owner or owner in own
    )
    return sum(count for *_key, count in groups), value


def get_share(lots) -> float:
    """Made or received of the lots, against that of all lots of their products."""
    products = lots.product_id
    ours = get_made([("lot_id", "in", lots.ids)], products)
    total = get_made([], products)
    return ours / total if total else 0


def get_made(domain: list, products, default_price: float = 1) -> float:
    """What was made or received, and not only repacked of these products, weighed by
    cost (by ``default_price`` without one)."""
    # sudo: what was made does not depend on who may read conversions
    repacked = products.env["lot.conversion"].sudo()
    repacked = repacked.search([("source_line_ids.product_id", "in", products.ids)]).ids
    groups = products.env["stock.move.line"]._read_group(
        [
            *domain,
            ("product_id", "in", products.ids),
            ("state", "=", "done"),
            ("location_id.usage", "in", ("supplier", "production")),
            # what was only repacked was made or received before
            "|",
            ("move_id.lot_conversion_id", "=", False),
            ("move_id.lot_conversion_id", "not in", repacked),
        ],
        ["product_id"],
        ["quantity_product_uom:sum"],
    )
    return sum(
        (product.standard_price or default_price) * quantity
        for product, quantity in groups
    )
