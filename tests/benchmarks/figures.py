"""Writes the figures of ``trace.py`` as a table: ratios, and what they must reach.

Reads lines ``RESULT {...}`` from standard input; writes the file that is named.
"""

import json
import sys

# how many times as fast as Odoo's own, by move lines and lots reached
FLOORS = {
    (1_000_000, 1_000): 25,
    (1_000_000, 10_000): 15,
    (1_000_000, 100_000): 4,
    (5_000_000, 1_000): 200,
    (5_000_000, 10_000): 30,
    (5_000_000, 100_000): 5,
}
HEAD = """# How fast the trace is

Lots, deliveries and customers downstream of one lot, as a warehouse user with record
rules, nothing cached, the median of three or more (core: one); written by
`setup/bench`.

- core: Odoo's own `delivery_ids` and `partner_ids`, stopped after two minutes (`>`)
- bare: the same rows and columns by one hand-written query, with time and for one
  company; the floor is 1.5 times as long and 15 ms
- ids: which lots at all, in SQL: their ids alone, without time
- full: everything that a trace tells
- quantities: balance, holders and bounds, as a multiple of the walk alone
- MB: memory that Python takes at most

"""
COLUMNS = (
    *("move lines", "lots", "seconds", "full", "core", "x core", "floor", "bare"),
    *("x bare", "floor x", "ids", "queries", "quantities", "MB", "core MB"),
)


def main(path):
    answers = [
        json.loads(line.removeprefix("RESULT "))
        for line in sys.stdin
        if line.startswith("RESULT ")
    ]
    head = f"| {' | '.join(COLUMNS)} |\n{'|---:' * len(COLUMNS)}|\n"
    text = "".join([HEAD, head, *get_rows(answers), *map(get_ladder, answers)])
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    print(text)


def get_rows(answers):
    for answer in answers:
        for size, found in answer["lots"].items():
            yield get_row(answer["lines"], int(size), found)


def get_row(lines, size, found):
    seconds, queries, megabytes = (
        found[name] for name in ("seconds", "queries", "megabytes")
    )
    floor = FLOORS.get((lines, size))
    more = "" if found["core_is_whole"] else "> "
    cells = [
        f"{lines:,}",
        f"{size:,}",
        f"{seconds['ours']:.3f}",
        f"{seconds['full']:.3f}",
        f"{more}{seconds['core']:.2f}",
        f"{more}{seconds['core'] / seconds['ours']:.0f}",
        f"{floor}" if floor else "",
        f"{seconds['bare']:.3f}",
        f"{seconds['ours'] / seconds['bare']:.1f}",
        f"{1.5 + 0.015 / seconds['bare']:.1f}",
        f"{seconds['ids']:.3f}",
        f"{queries['ours']}",
        f"{seconds['quantities'] / seconds['closure']:.1f}",
        f"{megabytes['ours']:.0f}",
        f"{megabytes['core']:.0f}" if megabytes["core"] else "",
    ]
    return f"| {' | '.join(cells)} |\n"


def get_ladder(answer):
    ladder = answer.get("ladder")
    if not ladder:
        return ""
    rows, seconds, queries = (ladder[name] for name in ("rows", "seconds", "queries"))
    return (
        f"\nA ladder of 36 lots (8 levels, 3 inputs each), upstream: {rows['ours']} "
        f"rows in {seconds['ours']:.3f} s with {queries['ours']} queries; Odoo's "
        f"report, unfolded: {rows['core']:,} rows in {seconds['core']:.0f} s, "
        f"{seconds['core'] / seconds['ours']:,.0f} times as long.\n"
    )


main(sys.argv[1])
