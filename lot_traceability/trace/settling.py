"""Shipments to a partner and what came back of them."""

from collections import defaultdict
from dataclasses import dataclass, field

from .genealogy import EPSILON


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
    line: int | bool = False

    @property
    def moment(self):
        """When it happened; of what has the same date, the line made first."""
        return self.date, self.line or 0

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
    line: int | bool = False
    # the shipments that it is booked on: (shipment, quantity)
    booked: list = field(default_factory=list)

    @property
    def moment(self):
        return self.date, self.line or 0


def settle(shipments, returns, companies=None):
    """Book each return on the shipments it belongs to, by lot and quantity.

    A return that names its move is booked there. What is left, and returns that name
    none, go to what was shipped before and is still open: first to the oldest shipments
    to that partner, then to the oldest ones to its company, then to all others, the
    latest first. So as much is booked as can have come back, whoever brought it.

    :param shipments: list of :class:`Shipment`, ``returned`` is set in place
    :param returns: list of :class:`Return`, ``booked`` is set in place
    :param companies: ``{partner: its commercial partner}``
    :return: list of (return, quantity) that fit no shipment
    """
    if not returns:
        return []
    by_move, by_lot = defaultdict(list), defaultdict(list)
    lots = {back.lot for back in returns}
    concerned = [shipment for shipment in shipments if shipment.lot in lots]
    concerned.sort(key=lambda s: (s.moment, s.move))
    for shipment in concerned:
        by_move[shipment.move, shipment.lot].append(shipment)
        by_lot[shipment.lot].append(shipment)
    rest = []
    for back in sorted(returns, key=lambda r: r.moment):
        named = by_move.get((back.origin_move, back.lot), ())
        left = _book(back, named, back.quantity)
        if left > EPSILON:
            candidates = _get_candidates(back, by_lot[back.lot], companies or {})
            left = _book(back, candidates, left)
        if left > EPSILON:
            rest.append((back, left))
    return rest


def _get_candidates(back, shipments, companies):
    """What can have come back, the likeliest first."""
    candidates = [
        shipment
        for shipment in shipments
        if shipment.open > EPSILON and shipment.moment <= back.moment
    ]
    groups = [], [], []
    company = companies.get(back.partner, back.partner)
    for shipment in candidates:
        if back.partner and shipment.partner == back.partner:
            groups[0].append(shipment)
        elif company and companies.get(shipment.partner, shipment.partner) == company:
            groups[1].append(shipment)
        else:
            groups[2].append(shipment)
    own, same_company, others = groups
    return [*own, *same_company, *reversed(others)]


def _book(back, shipments, quantity):
    for shipment in shipments:
        if quantity <= EPSILON:
            break
        booked = min(shipment.open, quantity)
        if booked > 0:
            shipment.returned += booked
            back.booked.append((shipment, booked))
            quantity -= booked
    return quantity
