"""From which arrivals the goods can be that left a stock at some moment."""

from .genealogy import EPSILON


def get_sources(movements, until):
    """Arrivals since the stock was used up last.

    A stock below zero is used up, and what comes in to settle it counts: it was there
    before it was booked.

    :param movements: ``(id, moment, quantity)``, negative for what leaves, in order
    :param until: ``(moment, id)`` of what left
    :return: ids of the arrivals, in order
    """
    stock, sources = 0.0, []
    for line_id, moment, quantity in movements:
        is_later = (moment, line_id) > until
        if is_later and (stock >= -EPSILON or quantity < 0):
            continue
        if quantity > 0:
            is_used_up = stock <= EPSILON and not is_later
            sources = [line_id] if is_used_up else [*sources, line_id]
        stock += quantity
    return sources
