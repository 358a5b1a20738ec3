"""One script in two databases: with the addons, and with Odoo's apps alone.

As a program it prints what the addons cost where Odoo works hardest; ``setup/bench``
calls it. The tests beside it look at what is exact: numbers of queries.
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
# with the addons at most so many times as long
ALLOWED = 1.05
# at least that many; more where the machine was busy with something else
ROUNDS, MOST_ROUNDS = 3, 12
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
        input=script and (HERE / script).read_text(encoding="utf-8"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def copy_database(name, template):
    run_sql(f'CREATE DATABASE "{name}" TEMPLATE "{os.environ[template]}"')


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


def compare(databases, script):
    """What a script costs with the addons, against without them.

    :return: ratios by name, of the best of some rounds; that of the processor hardly
        depends on what else the machine does: of its two estimates, the best of each
        and the middle of the rounds, it is the one that was disturbed less
    """
    rounds = []
    while len(rounds) < MOST_ROUNDS:
        rounds.append(
            {kind: measure(database, script) for kind, database in databases.items()}
        )
        ratios = get_ratios(rounds)
        if len(rounds) >= ROUNDS and ratios["processor"] <= ALLOWED:
            break
    return {**ratios, "rounds": len(rounds)}


def get_ratios(rounds):
    """With against without the addons, by the name of the figure."""
    best = {
        name: min(row["with"][name] for row in rounds)
        / min(row["without"][name] for row in rounds)
        for name in rounds[0]["with"]
    }
    middle = statistics.median(
        row["with"]["processor"] / row["without"]["processor"] for row in rounds
    )
    return {**best, "processor": min(best["processor"], middle)}


def main(prefix):
    """Print a table; true if nothing takes longer than allowed."""
    databases = make_databases(prefix)
    good = True
    try:
        print("| with the addons / without | wall | processor | queries | rounds |")
        print("|---|---:|---:|---:|---:|")
        for script, title in SCRIPTS.items():
            found = compare(databases, script)
            print(
                f"| {title} | {found['wall']:.3f} | {found['processor']:.3f} "
                f"| {found['queries']:.3f} | {found['rounds']} |",
                flush=True,
            )
            good = good and found["processor"] <= ALLOWED
    finally:
        drop_databases(databases)
    return good


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1]) else 1)
