"""How sure a link is."""

from collections import Counter
from collections.abc import Collection
from operator import attrgetter

from odoo.api import Environment
from odoo.tools import SQL

from . import genealogy, nodes
from .sql import is_done, lookups


def mark_unnumbered(env: Environment, links: Collection[genealogy.Link]) -> None:
    """What passes through an untracked product can be anywhere behind it; where a
    tracked product has no number, the chain is cut."""
    through = [link for link in links if link.source < 0 or link.target < 0]
    if not through:
        return
    ends = {node for link in through for node in (link.source, link.target)}
    product_of = {node: nodes.split(env, node)[0] for node in ends if node < 0}
    products = env["product.product"].browse(set(product_of.values()))
    # whether it is tracked is no secret of the product, and it decides for everybody
    tracked = set(products.sudo().filtered(lambda p: p.tracking != "none").ids)
    for link in through:
        cut = any(product_of.get(end) in tracked for end in (link.source, link.target))
        link.certainty = genealogy.BROKEN if cut else genealogy.POSSIBLE


def mark_shared_operations(
    env: Environment,
    links: Collection[genealogy.Link],
    direction: str,
    shared_kinds: set[str],
) -> None:
    """Several lots of one product made out of several lots of another: which went into
    which is not known, so each of these links is only possible.

    :param shared_kinds: kinds with a relation, that may mix several lots into several
    """
    doubtful = _get_doubtful_links(links, direction, shared_kinds)
    if not doubtful:
        return
    # the relation names its columns the wrong way round
    near, own, opposite = "line_out", "produce_line_id", "consume_line_id"
    if direction == genealogy.UPSTREAM:
        near, own, opposite = "line_in", opposite, own
    near_of = attrgetter(near)
    query = _sql_siblings(set(map(near_of, doubtful)), own, opposite)
    shared = {line_id for (line_id,) in env.execute_query(query)}
    for link in doubtful:
        if near_of(link) in shared:
            link.certainty = genealogy.POSSIBLE


def _get_doubtful_links(links, direction, shared_kinds):
    """Links of an operation that has several lots of one product on the side that the
    walk sees whole: outputs when it goes down, inputs when it goes up."""
    near, far, product = ("line_out", "target", "product_in")
    if direction == genealogy.UPSTREAM:
        near, far, product = ("line_in", "source", "product_out")
    operation_of, far_of = attrgetter(near, product), attrgetter(far)
    # what has one link only is in no doubt: mostly that is all
    links_of = Counter(map(attrgetter(near), links))
    if len(links_of) == len(links):
        return []
    candidates = [
        link
        for link, line in zip(links, map(attrgetter(near), links), strict=True)
        if links_of[line] > 1 and link.kind in shared_kinds
    ]
    lots, several = {}, set()
    for operation, lot in zip(
        map(operation_of, candidates), map(far_of, candidates), strict=True
    ):
        if lots.setdefault(operation, lot) != lot:
            several.add(operation)
    if not several:
        return []
    return [link for link in candidates if operation_of(link) in several]


def _sql_siblings(line_ids, own, opposite):
    """Lines beside which another lot of their product went the same way."""
    return SQL(
        """SELECT DISTINCT line.id
        FROM stock_move_line line CROSS JOIN LATERAL %(lookups)s
        WHERE line.id = ANY(%(lines)s) AND sibling.product_id = line.product_id
            AND sibling.lot_id IS DISTINCT FROM line.lot_id""",
        lookups=lookups(
            {
                "rel": SQL(
                    """SELECT * FROM stock_move_line_consume_rel rel
                    WHERE rel.%s = line.id""",
                    SQL.identifier(own),
                ),
                "beside": SQL(
                    """SELECT beside.%s AS id
                    FROM stock_move_line_consume_rel beside
                    WHERE beside.%s = rel.%s""",
                    *map(SQL.identifier, (own, opposite, opposite)),
                ),
                "sibling": SQL(
                    "SELECT * FROM stock_move_line WHERE id = beside.id AND %s",
                    is_done("stock_move_line"),
                ),
            }
        ),
        lines=list(line_ids),
    )
