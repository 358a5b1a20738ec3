"""What happened to the lots of a trace: what all standards ask for, in no format.

Moves inside and counts are no events. An order is told as a whole: also what it used
that is not part of the trace.
"""

from collections import defaultdict
from typing import NamedTuple

from odoo import models
from odoo.api import Environment
from odoo.fields import Domain

from ..trace.sql import get_document_model, get_documents, is_scrap
from . import epcis
from .trace_document import TraceDocument

# kinds of link that say that goods became other goods
MADE = ("production", "unbuild", "conversion")


class Fact(NamedTuple):
    """A done line that is an event, and whom the trace names with it."""

    line: models.BaseModel
    step: epcis.Step
    partner_id: int
    partner: str


class Making(NamedTuple):
    """What an order used and made until now, as the user may read it."""

    model_name: str
    used: models.BaseModel
    made: models.BaseModel

    @property
    def last(self):
        return max(self.made, key=lambda line: (line.date, line.id))


def read_events(document: TraceDocument) -> tuple[list[Fact], list[Making]]:
    """The events of a trace: what came and went, and what was made."""
    env = document.env
    orders = {
        (link["document_model"], link["document_id"])
        for trace in document.traces
        for link in trace["links"]
        if is_making(link)
    }
    partners = {
        row["id"]: (row["partner_id"], row["partner"])
        for row in document.movements
        if row["state"] == "done"
        and (row["document_model"], row["document_id"]) not in orders
    }
    order_lines = get_order_lines(env, orders)
    lines = env["stock.move.line"].browse(partners)
    scrapped = lines.union(*order_lines.values()).filtered(is_scrap)
    facts = [
        Fact(line, step, *partners.get(line.id, (False, False)))
        for line in lines | scrapped
        if (step := _get_step(line))
    ]
    makings = [_get_making(key[0], lines) for key, lines in order_lines.items()]
    return facts, [making for making in makings if making.used and making.made]


def is_making(link: dict) -> bool:
    """Whether a link says that an order made other goods."""
    # a repair puts parts into a thing that stays the same
    is_repair = link["document_model"] == "repair.order"
    return link["kind"] in MADE and link["document_id"] and not is_repair


def get_order_lines(env: Environment, orders: set) -> dict:
    """All done lines of orders, ``{(model, id): lines}``."""
    ids = defaultdict(list)
    for model_name, order_id in orders:
        ids[model_name].append(order_id)
    domain = Domain.OR(
        Domain(f"move_id.{name}", "in", ids[get_document_model(env, name)])
        for name in env["lot.trace"]._get_document_fields()
        if get_document_model(env, name) in ids
    )
    domain &= Domain("state", "=", "done") & Domain("quantity_product_uom", "!=", 0)
    found = env["stock.move.line"].search(domain, order="date, id")
    documents = get_documents(env, found.move_id.ids)
    return found.grouped(lambda line: documents[line.move_id.id][1:])


def _get_step(line):
    if is_scrap(line):
        return epcis.DESTROY
    return epcis.get_step(line.location_id.usage, line.location_dest_id.usage)


def _get_making(model_name, lines):
    outside = ("production", "inventory")
    together = lines._prefetch_ids
    lines = lines.filtered(lambda line: not is_scrap(line))
    lines = lines.with_prefetch(together)
    sides = (
        lines.filtered(lambda line: line.location_dest_id.usage in outside),
        lines.filtered(lambda line: line.location_id.usage in outside),
    )
    # what is read of one order is read of all of them
    return Making(model_name, *(side.with_prefetch(together) for side in sides))
