"""One script in two databases: with the addons, and with Odoo's apps alone.

As a program it prints what the addons cost where Odoo works hardest; ``setup/bench``
calls it. The tests beside it look at what is exact: numbers of queries.
"""

import json
import math
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
# with the addons at most so many times as long
ALLOWED = 1.05
# pairs of rounds that count; the first ones warm up
ROUNDS, WARM = 24, 2
ADDONS = "lot_traceability,lot_traceability_expiry,lot_traceability_recall"
SCRIPTS = {
    "receipt.py": "Validation of a receipt with 100 lines",
    "production.py": "Finishing a manufacturing order with 30 components",
    "reservation.py": "Reservation of a delivery with 100 lines of four dated lots",
}


def run_odoo(*arguments, script=None, **variables):
    return subprocess.run(
        [os.environ["LOT_ODOO_BIN"], *arguments],
        env={**os.environ, **variables},
        input=script and read_script(script),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def copy_database(name, template):
    run_sql(f'CREATE DATABASE "{name}" TEMPLATE "{os.environ[template]}"')


def read_script(name):
    return "\n".join(
        (HERE / part).read_text(encoding="utf-8") for part in ("rounds.py", name)
    )


def make_databases(prefix):
    """Copies of the database with Odoo's apps; one of them with the addons, too."""
    names = {kind: f"{prefix}_{kind}" for kind in ("without", "with")}
    copy_database(names["without"], "LOT_TEMPLATE")
    make_installed(names["with"])
    return names


def make_installed(name):
    """A database with the addons: a copy of the one of the run, if that has one."""
    if "LOT_INSTALLED" in os.environ:
        copy_database(name, "LOT_INSTALLED")
        return
    copy_database(name, "LOT_TEMPLATE")
    done = run_odoo("-d", name, "-i", ADDONS, "--stop-after-init", "--no-http")
    assert done.returncode == 0, done.stdout


def drop_databases(names):
    for name in names.values():
        run_odoo("db", "drop", name)


def run_sql(text):
    subprocess.run(["psql", "-qX", "-d", "postgres", "-c", text], check=True)


def measure(database, script, **variables):
    """What a script for an Odoo shell has found, its line ``RESULT {...}``."""
    done = run_odoo(*("shell", "-d", database, "--no-http"), script=script, **variables)
    results = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    assert results, done.stdout
    return json.loads(results[0].removeprefix("RESULT "))


class Player:
    """A script in an Odoo shell that does a round when it is told to."""

    def __init__(self, database, script):
        turns, self.turns = os.pipe()
        variables = {
            "LOT_BENCH_TURNS": str(turns),
            "LOT_BENCH_ROUNDS": str(WARM + ROUNDS),
        }
        self.process = subprocess.Popen(
            [os.environ["LOT_ODOO_BIN"], "shell", "-d", database, "--no-http"],
            env={**os.environ, **variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[turns],
            text=True,
        )
        os.close(turns)
        self.process.stdin.write(read_script(script))
        self.process.stdin.close()

    def play(self):
        """The figures of a round."""
        os.write(self.turns, b".")
        said = []
        for line in self.process.stdout:
            said.append(line)
            if line.startswith("ROUND "):
                return json.loads(line.removeprefix("ROUND "))
        raise AssertionError("".join(said))

    def end(self):
        os.close(self.turns)
        # what it still prints, the best of all rounds, is of nobody's interest here
        self.process.stdout.read()
        self.process.wait()


def compare(databases, script):
    """What a script costs with the addons, against without them.

    Round by round side by side, by turns first: what else the machine does meets both.

    :return: by name, the middle of the ratios of all pairs of rounds, and between which
        two the middle lies (with 95 % certainty)
    """
    players = {kind: Player(name, script) for kind, name in databases.items()}
    pairs = []
    for number in range(WARM + ROUNDS):
        order = sorted(players, reverse=bool(number % 2))
        pairs.append({kind: players[kind].play() for kind in order})
    for player in players.values():
        player.end()
    return get_ratios(pairs[WARM:])


def get_ratios(pairs):
    """With against without the addons, by the name of the figure; ``odoo`` and
    ``postgres`` as parts of what is more, in seconds of processor."""
    found = {}
    for name in ("wall", "processor", "queries"):
        ratios = sorted(pair["with"][name] / pair["without"][name] for pair in pairs)
        # the middle of all lies between these, whatever their distribution
        away = math.ceil(0.98 * math.sqrt(len(ratios)))
        middle = len(ratios) // 2
        found[name] = (
            statistics.median(ratios),
            ratios[max(middle - away, 0)],
            ratios[min(middle + away, len(ratios) - 1)],
        )
    for name in ("odoo", "postgres", "processor"):
        found[f"{name}_seconds"] = tuple(
            statistics.median(pair[kind][name] for pair in pairs)
            for kind in ("without", "with")
        )
    return found


def main(prefix, scripts):
    """Print a table; true if nothing takes longer than allowed."""
    databases = make_databases(prefix)
    good = True
    try:
        print("| with the addons / without | processor | 95 % sure | Odoo s | SQL s |")
        print("|---|---:|---:|---:|---:|")
        for script in scripts or SCRIPTS:
            found = compare(databases, script)
            ratio, low, high = found["processor"]
            parts = (
                "{:.3f} → {:.3f}".format(*found[f"{name}_seconds"])
                for name in ("odoo", "postgres")
            )
            print(
                f"| {SCRIPTS[script]} | {ratio:.3f} | {low:.3f} to {high:.3f} | "
                f"{' | '.join(parts)} |",
                flush=True,
            )
            good = good and ratio <= ALLOWED
    finally:
        drop_databases(databases)
    return good


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1], sys.argv[2:]) else 1)
