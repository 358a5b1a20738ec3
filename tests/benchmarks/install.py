"""How long the installation of the addons keeps others from the stock tables.

Fills a database of Odoo's apps alone by SQL, then installs one addon after the other
and looks at the locks meanwhile. ``setup/bench --install`` runs it.
"""

import os
import subprocess
import sys
import tempfile
import time

import psycopg2
from side_by_side import run_odoo, run_sql

ADDONS = ("lot_traceability", "lot_traceability_expiry", "lot_traceability_recall")
# what others can neither read nor write, and what they cannot write
EXCLUSIVE = "AccessExclusiveLock"
NO_WRITES = ("ExclusiveLock", "ShareRowExclusiveLock", "ShareLock")
PAUSE = 0.05


def fill(database, lines):
    done = run_odoo(
        *("shell", "-d", database, "--no-http", "--log-level=warn"),
        script="install_data.py",
        LOT_BENCH_LINES=str(lines),
        LOT_BENCH_HERE=os.path.dirname(os.path.realpath(__file__)),
    )
    assert "READY" in done.stdout, done.stdout
    return done.stdout.split("READY ")[1].strip()


def install(database, addon):
    """Install an addon.

    :return: seconds in all, in which nobody could read, and in which nobody could write
        one of the stock tables
    """
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    cursor = connection.cursor()
    spent = {"all": 0.0, "read": 0.0, "write": 0.0}
    name = f"{database}_{addon}.log"
    with open(os.path.join(tempfile.gettempdir(), name), "w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [os.environ["LOT_ODOO_BIN"], "-d", database, "-i", addon]
            + ["--stop-after-init", "--no-http"],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        begin = last = time.monotonic()
        while process.poll() is None:
            time.sleep(PAUSE)
            modes = _read_modes(cursor)
            now = time.monotonic()
            if EXCLUSIVE in modes:
                spent["read"] += now - last
            if modes:
                spent["write"] += now - last
            last = now
    spent["all"] = time.monotonic() - begin
    connection.close()
    assert process.returncode == 0, log.name
    return spent


def _read_modes(cursor):
    """The modes in which somebody holds one of the stock tables against others."""
    cursor.execute(
        """SELECT DISTINCT lock.mode FROM pg_locks lock
        JOIN pg_class class ON class.oid = lock.relation AND class.relkind = 'r'
        WHERE lock.granted AND class.relname ~ '^stock_'
            AND lock.mode = ANY(%s)
            AND lock.database = (
                SELECT oid FROM pg_database WHERE datname = current_database())""",
        [[EXCLUSIVE, *NO_WRITES]],
    )
    return {row[0] for row in cursor.fetchall()}


def main(database, lines):
    run_sql(f'CREATE DATABASE "{database}" TEMPLATE "{os.environ["LOT_TEMPLATE"]}"')
    try:
        print(f"{fill(database, lines)}; seconds:", flush=True)
        print("| addon | in all | nobody can read | nobody can write |")
        print("|---|---|---|---|")
        total = dict.fromkeys(("all", "read", "write"), 0.0)
        for addon in ADDONS:
            spent = install(database, addon)
            total = {name: total[name] + spent[name] for name in total}
            print(_get_row(addon, spent), flush=True)
        print(_get_row("in all", total))
    finally:
        if not os.environ.get("LOT_BENCH_KEEP"):
            run_odoo("db", "drop", database)


def _get_row(name, spent):
    figures = " | ".join(f"{spent[key]:.1f}" for key in ("all", "read", "write"))
    return f"| {name} | {figures} |"


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
