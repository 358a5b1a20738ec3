"""Who has what of lots that went to customers.

The same deliveries and returns, settled in the same way, as for the holders of a trace:
so both answers are one.
"""

from collections.abc import Iterable
from typing import NamedTuple

from odoo.api import Environment

from ..trace.genealogy import EPSILON
from ..trace.shipments import Side, read_boundary


class Held(NamedTuple):
    """What a customer has of a lot; ``line`` is the newest that brought some of it."""

    lot: int
    line: int
    quantity: float


def find_held(env: Environment, lot_ids: Iterable[int]) -> list[Held]:
    """One row for each customer and lot, in all companies; what is in companies that
    the user may not read is one row for each lot."""
    side, hidden = Side(), Side()
    side.hidden = hidden
    for row in read_boundary(env, lot_ids):
        (side if row.readable else hidden).add(row, row.customer_sign, row.customer)
    side.settle(env)
    unseen = {part.line for part in hidden.shipped}
    found = {}
    shipped = side.shipped + hidden.shipped
    for part in sorted(shipped, key=lambda part: part.moment):
        if part.open > EPSILON:
            key = part.lot, None if part.line in unseen else part.partner
            quantity = part.open + (found[key].quantity if key in found else 0)
            found[key] = Held(part.lot, part.line, quantity)
    return list(found.values())
