"""The walk of a user: over the links that exist, as far as the user may read."""

import gc
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass

from odoo.api import Environment

from . import genealogy
from .lateness import reach_each_in_time, reach_in_time
from .link_kinds import LinkKind
from .links import Links


@dataclass
class Walk:
    """``stopped``: how often it goes on where the user may not read; ``present``: which
    of the rare rows there are, see ``lot.trace.link``; ``passed``: goods without a
    number that went from one company to another."""

    reach: genealogy.Reach
    stopped: int
    kinds: dict[str, LinkKind]
    present: dict[str, bool]
    passed: set[int]


def walk(
    env: Environment,
    nodes: Iterable[int] | dict,
    direction: str,
    has_quantities: bool = False,
) -> Walk:
    """Walk from nodes, through what the user may read.

    :param nodes: ids of lots, whose whole history counts; or a dict that says of each
        node when its material was in question, see :func:`.genealogy.reach`
    :param direction: ``downstream`` or ``upstream``
    :param has_quantities: whether the quantities of single links are asked for
    :raise UserError: if there are more links than one trace may have
    """
    with without_collection():
        found = _Found(env, nodes, direction, has_quantities)
        reach = reach_in_time(env, nodes, found.readable, direction)
    stopped, passed = found.count_stopped(reach), found.get_passed()
    return Walk(reach, stopped, found.kinds, found.present, passed)


def walk_each(
    env: Environment, nodes: Iterable[int], direction: str
) -> dict[int, genealogy.Reach]:
    """Walk from each of the nodes for itself; the links are read once for all."""
    with without_collection():
        found = _Found(env, nodes, direction)
        stories = [[node] for node in nodes]
        reaches = reach_each_in_time(env, stories, found.readable, direction)
    return dict(zip(nodes, reaches, strict=True))


@contextmanager
def without_collection():
    """Let Python not look for rubbish among tens of thousands of new links, or rows of
    a file, none of which is; it would look through all of Odoo each time."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class _Found:
    """The links of a walk, and those of them that the user may read."""

    def __init__(self, env, nodes, direction, has_quantities=False):
        finder = Links(env, direction, has_quantities)
        self.kinds, self.direction = finder.kinds, direction
        self.present = finder.present
        self.links = finder.read_links(list(nodes))
        self.readable = [link for link in self.links if link.readable]
        genealogy.close_links(self.readable)

    def get_passed(self):
        kinds = {name for name, kind in self.kinds.items() if kind.is_unnumbered}
        passed = [link for link in self.links if link.kind in kinds] if kinds else ()
        return {node for link in passed for node in (link.source, link.target)}

    def count_stopped(self, reach):
        if len(self.readable) == len(self.links):
            return 0
        near = "source" if self.direction == genealogy.DOWNSTREAM else "target"
        return len(
            {
                (link.move, getattr(link, near))
                for link in self.links
                if not link.readable and getattr(link, near) in reach.levels
            }
        )
