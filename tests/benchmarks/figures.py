"""Writes the figures of ``trace.py`` and ``questions.py`` as tables: ratios, and what
they must reach.

Reads lines ``RESULT {...}`` from standard input; writes the file that is named. What
this run did not measure stays: the answers of earlier ones are in a file beside it, and
what other commands found follows under a heading of its own.
"""

import json
import sys
from pathlib import Path

# how many times as fast as Odoo's own, by move lines and lots reached
FLOORS = {
    (300_000, 1_000): 15,
    (300_000, 10_000): 7,
    (1_000_000, 1_000): 40,
    (1_000_000, 10_000): 15,
    (1_000_000, 100_000): 6,
    (5_000_000, 1_000): 200,
    (5_000_000, 10_000): 60,
    (5_000_000, 100_000): 15,
}
# seconds of an export of 10,000 lots
LIMITS = {"epcis": 15, "xlsx": 10, "fsma": 10}
HEAD = """# How fast the trace is

Lots, deliveries and customers downstream of one lot, as a warehouse user with record
rules, nothing cached, the median of three or more (core, and what is not `seconds` of
100,000 lots: one); written by `setup/bench`.

- hard: each lot is made of three others, some go into nearly everything, one of a
  hundred is unbuilt; returns, scrap, transfers, two companies (`chain_data.py`)
- easy: hardly more than one link a lot, nothing unbuilt (`trace_data.py`)
- core: the walks of Odoo's own `delivery_ids` and `partner_ids`, stopped after two
  minutes or when it leaves 4 GB of the machine's memory (`>`)
- longest: of all runs
- form: all counts of the form of the lot, Odoo's own among them, as a multiple of the
  trace; the limit is 2.5
- bare: the same rows and columns by one hand-written query, with time and for one
  company; it knows no unbuild, so it is there for the easy chain alone
- ids: which lots at all, in SQL: their ids alone, without time
- full: everything that a trace tells
- quantities: balance, holders and bounds, as a multiple of the walk alone
- MB: memory that Python takes at most
- load: how many programs wanted a processor when it was measured
"""
COLUMNS = (
    *("chain", "move lines", "lots", "seconds", "longest", "core", "x core", "floor"),
    *("form", "full", "quantities", "ids", "bare", "queries", "MB", "core MB", "load"),
)
OTHERS = "\n## Measured by other commands\n"


def main(path):
    found = [
        json.loads(line.removeprefix("RESULT "))
        for line in sys.stdin
        if line.startswith("RESULT ")
    ]
    if not found:
        sys.exit("Nothing was measured.")
    page = Path(path)
    known, others = page.with_suffix(".jsonl"), ""
    if page.is_file():
        _table, heading, text = page.read_text(encoding="utf-8").partition(OTHERS)
        others = heading + text
        found = merge(known, found)
    answers = sorted(
        found, key=lambda answer: (answer["lines"], answer.get("chain", ""))
    )
    traces = [answer for answer in answers if "lots" in answer]
    parts = [
        HEAD,
        *map(get_machine, traces[:1]),
        get_table(COLUMNS, [row for answer in traces for row in get_rows(answer)]),
        get_exports(traces),
        get_lists(traces),
        *map(get_questions, [answer for answer in answers if "questions" in answer]),
        # of whatever size the database is: once is enough
        *map(get_ladder, [answer for answer in traces if "ladder" in answer][-1:]),
    ]
    text = "".join(parts)
    page.write_text(text + others, encoding="utf-8")
    print(text)


def merge(path, found):
    """What was measured before of other sizes and chains, and what was now."""
    known = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    answers = {get_key(answer): answer for answer in map(json.loads, known)}
    answers |= {get_key(answer): answer for answer in found}
    path.write_text(
        "".join(f"{json.dumps(answer)}\n" for answer in answers.values()),
        encoding="utf-8",
    )
    return list(answers.values())


def get_key(answer):
    return answer.get("chain", "questions"), answer["lines"]


def get_machine(answer):
    if answer["clock"] == "processor":
        return (
            "- seconds are of processor, Odoo's and its PostgreSQL's together, of "
            f"{answer['processors']} processors: by the clock it takes longer where "
            "others work, too\n\n"
        )
    return f"- seconds are by the clock, of {answer['processors']} processors\n\n"


def get_table(columns, rows):
    if not rows:
        return ""
    lines = [columns, ["---:"] * len(columns), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def get_rows(answer):
    for size, found in answer["lots"].items():
        yield get_row(answer, int(size), found)


def get_row(answer, size, found):
    seconds, queries, megabytes = (
        found[name] for name in ("seconds", "queries", "megabytes")
    )
    floor = FLOORS.get((answer["lines"], size))
    more = _get_more(found)
    return [
        answer["chain"],
        f"{answer['lines']:,}",
        f"{size:,}",
        f"{seconds['ours']:.3f}",
        f"{found['longest']:.3f}",
        f"{more}{seconds['core']:.2f}",
        f"{more}{seconds['core'] / seconds['ours']:.0f}",
        f"{floor}" if floor else "",
        f"{seconds['counts'] / seconds['ours']:.1f}",
        f"{seconds['full']:.3f}",
        f"{seconds['quantities'] / seconds['closure']:.1f}",
        f"{seconds['ids']:.3f}",
        f"{seconds['bare']:.3f}" if "bare" in seconds else "",
        f"{queries['ours']}",
        f"{megabytes['ours']:.0f}",
        f"{megabytes['core']:.0f}" if megabytes["core"] else "",
        f"{answer['load']:.1f}",
    ]


def _get_more(found):
    """Before the figures of what was stopped."""
    return "" if found.get("core_is_whole", True) else "> "


def get_exports(traces):
    rows = [
        [
            answer["chain"],
            f"{answer['lines']:,}",
            f"{int(size):,}",
            name,
            f"{export['seconds']:.1f}",
            f"{LIMITS[name]}",
            f"{export['queries']}",
        ]
        for answer in traces
        for size, found in answer["lots"].items()
        for name, export in found["exports"].items()
    ]
    columns = ("chain", "move lines", "lots", "export", "seconds", "limit", "queries")
    return rows and "\n" + get_table(columns, rows) or ""


def get_lists(traces):
    rows = [
        [
            answer["chain"],
            f"{answer['lines']:,}",
            f"{answer['list']['seconds']:.3f}",
            f"{answer['list']['queries']}",
            _get_more(answer["list"]) + f"{answer['list']['core']:.2f}",
        ]
        for answer in traces
    ]
    columns = ("chain", "move lines", "80 rows with all counts", "queries", "core")
    return rows and "\n" + get_table(columns, rows) or ""


def get_questions(answer):
    rows = [
        [
            name,
            f"{found['count']}",
            *(f"{found[part]:.2f}" for part in ("p50", "p95", "p99")),
            f"{found['per_second']:.1f}",
        ]
        for name, found in answer["questions"].items()
    ]
    columns = ("question", "asked", "median", "95 %", "99 %", "answers per second")
    return (
        f"\n{answer['parallel']} questions at a time over HTTP, {answer['workers']} "
        f"workers, {answer['lines']:,} move lines, {answer['replica']}, lots of small "
        "chains:\n\n" + get_table(columns, rows)
    )


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
