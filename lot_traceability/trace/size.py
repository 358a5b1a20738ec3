"""What one answer may hold: refused before the work, within Odoo's own time limit."""

from collections.abc import Collection

from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.tools import SQL, config

from ..tools.parameter import read_int
from . import nodes
from .sql import to_array
from .story import Story
from .walk import without_collection

PARAMETER = "lot_traceability.trace_rows"
# rows that are answered in a second, see tests/benchmarks/FIGURES.md; a request has so
# many seconds
ROWS_PER_SECOND = 20_000
SECONDS = 60
# one row for each lot or link; all others come of the move lines
BY_LOT = ("lots", "balances")


@without_collection()
def get_answer(
    env: Environment, lot_ids: list[int], direction: str, parts: Collection[str] | None
) -> dict:
    """What a program gets: no more than one answer may hold.

    Parameters as of :class:`.story.Story`; that the user may read the lots was found
    out just before.
    """
    story = Story(env, lot_ids, direction, parts, is_checked=True)
    check_size(story, story.parts)
    return story.get_result()


def check_size(story, parts: Collection[str]) -> None:
    """Estimate the rows of an answer out of the walk, which is the cheap part.

    :raise UserError: saying how many there are, and what to do
    """
    most = read_int(story.env, PARAMETER, _get_default(), least=1)
    levels = story.reach.levels
    rows = sum(len(levels) for part in parts if part in BY_LOT)
    if "links" in parts:
        rows += len(story.reach.links)
    if rows <= most and set(parts) - {*BY_LOT, "links", "unnumbered"}:
        # that they are not too many is found out at once
        if rows + nodes.get_newest_line(story.env) <= most:
            return
        if rows + nodes.count_lines(story.env, levels) <= most:
            return
        rows += _count_lines(story.env, levels)
    if rows > most:
        raise UserError(
            story.env._(
                "This answer would have about %(rows)s rows, and may have %(most)s "
                "(system parameter %(name)s). Ask for fewer lots at a time, for fewer "
                "parts, or page by page with trace_movements.",
                rows=rows,
                most=most,
                name=PARAMETER,
            )
        )


def _get_default():
    return (config["limit_time_cpu"] or SECONDS) * ROWS_PER_SECOND


def _count_lines(env, levels):
    env.cr.execute(
        SQL(
            """SELECT count(*) FROM unnest(%(nodes)s::bigint[]) reached(node)
            CROSS JOIN LATERAL (%(lines)s) line""",
            nodes=to_array(levels),
            lines=nodes.sql_lines(env),
        )
    )
    return env.cr.fetchone()[0]
