"""Checks an exported log of traceability with nothing but Python.

usage: python3 check_log.py LOG.jsonl [--head NUMBER:HASH]

Each line of the file is an entry: what was done, when, by whom, its number, the hash
of the entry before (``previous``) and its own ``hash``: SHA-256 of all the rest, as
JSON with sorted keys. So an entry that was changed, put in or taken out afterwards
breaks the chain from there on. Entries cut off at the end break nothing: that is what a
number and hash noted elsewhere are for (``--head``).

The first line says what the file is, and has a hash of its own. A part of a log has
only the entries of one matter: each is checked, and how many others lie in between is
said.

Prints the first entry that is broken; the exit status is 0 if there is none, 1 if there
is one, 2 if the file is no such log.
"""

import argparse
import hashlib
import json
import sys
from datetime import datetime, timedelta

FORMAT = "lot_traceability.log"
VERSION = 2
# before, the first line had no hash
VERSIONS = (1, VERSION)
# the hash that stands before the first entry
BEGIN = "0" * 64
# entries are sealed at once; what took longer was perhaps put in by another way
PATIENCE = timedelta(days=1)

CHANGED, MISSING, REPLACED, DOUBLED, CUT, LATE = (
    *("changed", "missing", "replaced", "doubled", "cut", "late"),
)
TEXTS = {
    CHANGED: "entry {number} was changed: its content does not fit its hash",
    MISSING: "entry {number} is missing",
    REPLACED: "entry {number} is not the one that the next entry was chained to",
    DOUBLED: "entry {number} was put in: the number is there already",
    CUT: "entry {number}, which was noted, is not there or is another one",
    LATE: "entry {number} was sealed more than a day after its date: the server stood "
    "still, or it was put in by another way",
}


def get_hash(entry: dict) -> str:
    """The hash that an entry has to have."""
    content = {name: value for name, value in entry.items() if name != "hash"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


class Checker:
    """Is fed with the entries by number, and knows what is wrong with them.

    :param is_part: whether numbers in between may be left out
    :param head: ``(number, hash)`` that was noted elsewhere
    """

    def __init__(self, is_part: bool = False, head: tuple[int, str] | None = None):
        self.is_part, self.noted = is_part, head
        self.number, self.hash = 0, BEGIN
        self.count = self.left_out = 0
        self.problem: tuple[str, int] | None = None
        self.late: list[int] = []
        self._noted_found = False

    def feed(self, entry: dict) -> bool:
        """Look at the next entry.

        :return: whether all is well so far; ``problem`` says what is not
        """
        self.problem = self.problem or self._find_problem(entry)
        if self.problem:
            return False
        self.left_out += entry["number"] - self.number - 1
        self.number, self.hash = entry["number"], entry["hash"]
        self.count += 1
        if is_late(entry):
            self.late.append(self.number)
        if self.noted and self.number == self.noted[0]:
            self._noted_found = self.hash == self.noted[1]
        return True

    def finish(self) -> bool:
        """Look at the end.

        :return: whether all is well
        """
        is_wrong = self.noted and not self._noted_found
        # a part need not have the entry
        is_here = self.noted and (not self.is_part or self.number == self.noted[0])
        if not self.problem and is_wrong and is_here:
            self.problem = (CUT, self.noted[0])
        return not self.problem

    def _find_problem(self, entry):
        number, following = entry["number"], self.number + 1
        if number < following:
            return DOUBLED, number
        if number > following and not self.is_part:
            return MISSING, following
        if get_hash(entry) != entry["hash"]:
            return CHANGED, number
        if number == following and entry["previous"] != self.hash:
            return (REPLACED, self.number) if self.number else (CHANGED, number)
        return None


def is_late(entry: dict) -> bool:
    """Whether an entry was sealed at another time than it says that it is from."""
    date, sealed = (
        datetime.strptime(entry[name], "%Y-%m-%dT%H:%M:%SZ")
        for name in ("date", "sealed")
    )
    return abs(sealed - date) > PATIENCE


def check_file(lines, head=None) -> tuple[Checker, dict]:
    """Check the lines of an export.

    :param head: ``(number, hash)`` that was noted elsewhere
    :return: the checker, and the first line
    :raise ValueError: if it is no such log
    """
    lines = iter(lines)
    title = _load(next(lines, "null"))
    if not isinstance(title, dict) or title.get("log") != FORMAT:
        raise ValueError("this is no log of traceability")
    if title.get("version") not in VERSIONS:
        raise ValueError(f"version {title.get('version')} is not known here")
    if (title["version"] > 1 or "hash" in title) and get_hash(title) != title["hash"]:
        raise ValueError("the first line was changed: it does not fit its hash")
    said = title.get("head") or {}
    checker = Checker(bool(title.get("part")), head)
    own = Checker(checker.is_part, (said["number"], said["hash"]) if said else None)
    for line in lines:
        entry = _load(line)
        if entry["company"] != title["company"]:
            raise ValueError(f"entry {entry['number']} is of another company")
        if not checker.feed(entry) or not own.feed(entry):
            break
    if checker.finish() and not own.finish():
        # cut off after the first line was written
        checker.problem = own.problem
    return checker, title


def _load(line):
    """What a line says; a name that comes twice would say two things."""
    return json.loads(line, object_pairs_hook=_get_object)


def _get_object(pairs):
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a line names something twice")
    return found


def _get_head(text):
    number, _colon, digest = text.partition(":")
    return int(number), digest.strip().lower()


def _say(text):
    sys.stdout.write(f"{text}\n")


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--head", type=_get_head, help="NUMBER:HASH, noted elsewhere")
    options = parser.parse_args(arguments)
    try:
        with open(options.file, encoding="utf-8") as lines:
            checker, title = check_file(lines, options.head)
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"{options.file}: {error}\n")
        return 2
    if checker.problem:
        code, number = checker.problem
        _say(f"BROKEN: {TEXTS[code].format(number=number)}")
        return 1
    _say(f"sound: {checker.count} entries of {title.get('company_name')}")
    if checker.left_out:
        _say(f"a part: {checker.left_out} entries of other matters in between")
    _say(f"last entry: {checker.number}:{checker.hash}")
    for number in checker.late[:10]:
        _say(f"look at this: {TEXTS[LATE].format(number=number)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
