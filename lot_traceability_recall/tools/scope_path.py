"""The way by which a lot got into the scope of a recall, in words."""

ARROW = " → "
SHOWN_LOTS = 12


def get_paths(rows):
    """Tell the way from a suspect lot to each lot.

    :param rows: dicts with ``id``, ``name`` and ``via_lot_id`` (False for a root), as
        in the ``lots`` of a trace; in any order
    :return: dict of texts by id, the suspect lot first; a long way is cut in its middle
    """
    by_id = {row["id"]: row for row in rows}
    return {lot_id: _write(_walk(by_id, lot_id)) for lot_id in by_id}


def _walk(by_id, lot_id):
    names, seen = [], set()
    while lot_id in by_id and lot_id not in seen:
        seen.add(lot_id)
        names.append(by_id[lot_id]["name"])
        lot_id = by_id[lot_id]["via_lot_id"]
    return names[::-1]


def _write(names):
    if len(names) > SHOWN_LOTS:
        half = SHOWN_LOTS // 2
        names = [*names[:half], "…", *names[-half:]]
    return ARROW.join(names)
