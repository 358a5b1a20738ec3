"""Long work of scheduled actions: each batch is committed, and it resumes."""

from collections.abc import Callable, Iterable

from odoo.api import Environment
from odoo.tools import split_every


def run_in_batches(
    env: Environment,
    ids: Iterable[int],
    size: int,
    work: Callable[[tuple[int, ...]], object],
    more: int = 0,
) -> bool:
    """Work on ids batch by batch, with a commit after each.

    :param work: called with the ids of a batch; others went on working since the ids
        were found, so it looks again at what it is given
    :param more: what is left to do after these, so that the scheduler comes back for it
    :return: whether all was done before the time was up
    """
    cron, ids = env["ir.cron"], list(ids)
    cron._commit_progress(remaining=len(ids) + more)
    for batch in split_every(max(size, 1), ids):
        work(batch)
        if not cron._commit_progress(len(batch)):
            return False
        env.invalidate_all()
    return True
