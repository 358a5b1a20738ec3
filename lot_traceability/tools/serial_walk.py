"""Whether moves of one serial can be made one after the other."""


def find_stuck(moves, places, is_at):
    """Walk a unit through its moves and return those that it cannot make.

    :param moves: moves of one unit in one batch, each with ``source`` and ``target``
    :param places: where the unit is before; empty if nobody knows it yet
    :param is_at: ``is_at(move, place)``: whether the move can take it from that place;
        a place is one of ``places`` or the ``target`` of a move made before
    :return: list of the moves that find no unit at their start
    """
    waiting, here = list(moves), list(places)
    if not here and waiting:
        here.append(waiting.pop(_get_first(waiting)).target)
    while waiting:
        step = next(
            ((move, place) for move in waiting for place in here if is_at(move, place)),
            None,
        )
        if step is None:
            break
        move, place = step
        waiting.remove(move)
        here.remove(place)
        here.append(move.target)
    return waiting


def _get_first(moves):
    """An unknown unit starts where none of its own moves brings it."""
    targets = {move.target for move in moves}
    starts = [i for i, move in enumerate(moves) if move.source not in targets]
    return starts[0] if starts else 0
