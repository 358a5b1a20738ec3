"""The walk of a user: over the links that exist, as far as the user may read."""

from collections.abc import Iterable
from dataclasses import dataclass

from odoo.api import Environment

from . import genealogy
from .lateness import reach_in_time
from .link_kinds import LinkKind
from .links import Links


@dataclass
class Walk:
    """``stopped``: how often it goes on where the user may not read."""

    reach: genealogy.Reach
    stopped: int
    kinds: dict[str, LinkKind]


def walk(env: Environment, nodes: Iterable[int] | dict, direction: str) -> Walk:
    """Walk from nodes, through what the user may read.

    :param nodes: ids of lots, whose whole history counts; or a dict that says of each
        node when its material was in question, see :func:`.genealogy.reach`
    :param direction: ``downstream`` or ``upstream``
    :raise UserError: if there are more links than one trace may have
    """
    finder = Links(env, direction)
    links = finder.read_links(list(nodes))
    readable = [link for link in links if link.readable]
    genealogy.close_links(readable)
    reach = reach_in_time(env, nodes, readable, direction)
    stopped = 0
    if len(readable) < len(links):
        near = "source" if direction == genealogy.DOWNSTREAM else "target"
        stopped = len(
            {
                (link.move, getattr(link, near))
                for link in links
                if not link.readable and getattr(link, near) in reach.levels
            }
        )
    return Walk(reach, stopped, finder.kinds)
