"""Goods that were used or sold before their arrival was booked.

Where a stock is below zero, what is missing comes in later on paper only: it was there
already when the stock went below zero. So an arrival in such a spell counts from its
start, and what left in the spell can be of it.
"""

from collections import defaultdict
from typing import NamedTuple

# quantities below this are rounding noise, never goods
EPSILON = 1e-6


class Spell(NamedTuple):
    """When a stock was below zero; ``end`` is None if it still is."""

    start: object
    end: object = None

    def covers(self, moment):
        return self.start <= moment and (self.end is None or moment <= self.end)


def get_spells(stocks):
    """Find the spells below zero.

    :param stocks: iterable of ``(node, place, moment, quantity on hand since then)``,
        in the order of time within each place
    :return: ``{node: [Spell]}``, only of nodes that have some
    """
    spells, since = defaultdict(list), {}
    for node, place, moment, quantity in stocks:
        if quantity < -EPSILON:
            since.setdefault((node, place), moment)
        elif (node, place) in since:
            spells[node].append(Spell(since.pop((node, place)), moment))
    for (node, _place), start in since.items():
        spells[node].append(Spell(start))
    return dict(spells)


def get_arrival(moment, spells):
    """The moment from which goods count that were booked in at ``moment``."""
    starts = [spell.start for spell in spells if spell.covers(moment)]
    return min(starts, default=moment)
