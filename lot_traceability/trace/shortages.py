"""Goods that were used or sold before their arrival was booked.

Where a stock is below zero, what is missing comes in later on paper only: it was there
already when the stock went below zero. So an arrival in such a shortage counts from its
start, and what left in the shortage can be of it.
"""

from collections import defaultdict
from typing import NamedTuple

from .genealogy import EPSILON


class Shortage(NamedTuple):
    """When a stock was below zero; ``end`` is None if it still is."""

    start: object
    end: object = None

    def covers(self, moment):
        return self.start <= moment and (self.end is None or moment <= self.end)


def get_shortages(stocks):
    """Find the shortages below zero.

    :param stocks: iterable of ``(node, place, moment, quantity on hand since then)``,
        in the order of time within each place
    :return: ``{node: [Shortage]}``, only of nodes that have some
    """
    shortages, since = defaultdict(list), {}
    for node, place, moment, quantity in stocks:
        if quantity < -EPSILON:
            since.setdefault((node, place), moment)
        elif (node, place) in since:
            shortages[node].append(Shortage(since.pop((node, place)), moment))
    for (node, _place), start in since.items():
        shortages[node].append(Shortage(start))
    return dict(shortages)


def get_arrival(moment, shortages):
    """The moment from which goods count that were booked in at ``moment``."""
    starts = [shortage.start for shortage in shortages if shortage.covers(moment)]
    return min(starts, default=moment)
