"""What a document said before it was corrected, and what it says now. No Odoo in here.

An event that was told stays as it was, with its identifier: what was wrong in it gets
an ``errorDeclaration`` that names the events which take its place.
"""

from datetime import UTC

from . import epcis


class Story:
    """The versions of what a document says, the first one first.

    :param versions: pairs of the moment of a change (UTC; none of the first) and
        ``{line: dict}``
    """

    def __init__(self, versions):
        self.versions = versions

    def tell(self, build):
        """All events that were ever told.

        :param build: makes pairs of event and its lines of ``{line: dict}``
        :return: ``{identifier: event}``, and ``{line: identifiers of its events now}``
        """
        told, before, lines_before = {}, {}, {}
        for moment, state in self.versions:
            pairs = build(state)
            now = {e["eventID"]: e for e in epcis.identify([e for e, _keys in pairs])}
            lines_now = _get_lines(pairs)
            gone = before.keys() - now.keys()
            for identifier in gone:
                new = [
                    other
                    for other in sorted(now.keys() - before.keys())
                    if lines_now[other] & lines_before[identifier]
                ]
                told[identifier] = before[identifier] | {
                    "errorDeclaration": _declare(moment, new)
                }
            # what is said again, as at first, is no error any more
            told |= now
            before, lines_before = now, lines_now
        current = {}
        for identifier, keys in lines_before.items():
            for key in keys:
                current.setdefault(key, []).append(identifier)
        return told, current


def _get_lines(pairs):
    found = {}
    for event, keys in pairs:
        found.setdefault(event["eventID"], set()).update(keys)
    return found


def _declare(moment, corrective):
    declared = {
        "declarationTime": moment.replace(tzinfo=UTC).isoformat(),
        "reason": "incorrect_data" if corrective else "did_not_occur",
    }
    if corrective:
        declared["correctiveEventIDs"] = corrective
    return declared


def get_versions(rows, live):
    """What the lines of a document said, version by version.

    :param rows: facts in their order: ``line``, ``moment``, ``is_correction``,
        ``says`` (a dict)
    :param live: ``{line: what it says today}``, of lines without a fact
    """
    state = dict(live)
    corrections = []
    for row in rows:
        if row["is_correction"]:
            corrections.append(row)
        else:
            state[row["line"]] = row["says"]
    versions, changed = [(None, dict(state))], set()
    for row in corrections:
        state[row["line"]] = row["says"]
        # lines that were changed together are one correction
        if versions[-1][0] == row["moment"] and row["line"] not in changed:
            versions[-1] = (row["moment"], dict(state))
        else:
            versions.append((row["moment"], dict(state)))
            changed = set()
        changed.add(row["line"])
    return versions
