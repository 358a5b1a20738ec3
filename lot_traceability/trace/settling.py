"""Shipments to a partner and what came back of them."""

from collections import defaultdict
from dataclasses import dataclass

EPSILON = 1e-6


@dataclass(slots=True)
class Shipment:
    """Goods of one lot that went to a partner (or came from one) in one operation.

    ``lot`` is a node of the trace: negative for goods without a number.
    """

    lot: int
    partner: int | bool
    date: object
    quantity: float
    move: int
    # False: a move without a picking
    picking: int | bool = False
    document: str | bool = False
    product: int | bool = False
    returned: float = 0.0

    @property
    def open(self):
        """What has not come back."""
        return self.quantity - self.returned


@dataclass(slots=True)
class Return:
    """Goods of one lot that came back; ``origin_move``: of which move, if known."""

    lot: int
    partner: int | bool
    date: object
    quantity: float
    origin_move: int | bool = False


def settle(shipments, returns):
    """Book each return on the shipment it belongs to.

    A return that names its move is booked there; what is left, and returns that name
    none, go to the oldest open shipments of the lot to that partner (to anyone, if the
    partner is not known).

    :param shipments: list of :class:`Shipment`, ``returned`` is set in place
    :param returns: list of :class:`Return`
    :return: list of (return, quantity) that fit no shipment
    """
    if not returns:
        return []
    by_move, by_lot = defaultdict(list), defaultdict(list)
    for shipment in sorted(shipments, key=lambda s: (s.date, s.move)):
        by_move[shipment.move, shipment.lot].append(shipment)
        by_lot[shipment.lot].append(shipment)
    rest = []
    for back in sorted(returns, key=lambda r: r.date):
        left = _book(by_move.get((back.origin_move, back.lot), ()), back.quantity)
        candidates = [
            shipment
            for shipment in by_lot.get(back.lot, ())
            if shipment.date <= back.date
            and (not back.partner or shipment.partner == back.partner)
        ]
        left = _book(candidates, left)
        if left > EPSILON:
            rest.append((back, left))
    return rest


def _book(shipments, quantity):
    for shipment in shipments:
        if quantity <= EPSILON:
            break
        booked = min(shipment.open, quantity)
        if booked > 0:
            shipment.returned += booked
            quantity -= booked
    return quantity
