"""What was where before each movement: from what is there now, backwards. No Odoo here.

What was reserved, or held, at that time is not known.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Movement(NamedTuple):
    """Goods of a lot from one place to another; 0 is a place outside the stock."""

    id: int
    product: int
    lot: int
    source: int
    target: int
    quantity: float


def replay(
    movements: Iterable[Movement], stock: Iterable[tuple[int, int, int, float]]
) -> Iterator[tuple[Movement, dict]]:
    """Go back through movements.

    :param movements: the newest first
    :param stock: what is there now, as ``(product, lot, place, quantity)``
    :return: each movement with ``{(lot, place): quantity}`` of its product before it;
        the same dict all the time, so look at it at once
    """
    there: dict[int, dict] = defaultdict(lambda: defaultdict(float))
    for product, lot, place, quantity in stock:
        there[product][lot, place] += quantity
    for movement in movements:
        own = there[movement.product]
        if movement.source:
            own[movement.lot, movement.source] += movement.quantity
        if movement.target:
            own[movement.lot, movement.target] -= movement.quantity
        yield movement, own
