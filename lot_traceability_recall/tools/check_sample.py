"""Whom to ask whether the notice was understood and followed."""

from hashlib import sha256
from math import ceil

# share of the consignees by level; level B is whatever the case says
SHARES = {"A": 1.0, "C": 0.10, "D": 0.02, "E": 0.0}


def get_share(level, share_b=0.5):
    """The share of consignees to ask at a level; B lies between C and A."""
    if level == "B":
        return min(max(share_b, SHARES["C"]), SHARES["A"])
    return SHARES[level]


def draw(ids, level, seed, share_b=0.5):
    """Draw the consignees to ask: the first ones in an order that the seed makes.

    The same seed always draws the same, and a higher level only adds to a lower one.

    :return: sorted list, ``ceil(n * share)`` of the ids
    """
    ids = sorted(ids, key=lambda one: sha256(f"{seed}:{one}".encode()).digest())
    # 100 * 0.07 is a bit more than 7
    count = ceil(round(len(ids) * get_share(level, share_b), 6))
    return sorted(ids[:count])
