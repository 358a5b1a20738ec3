"""The addons need nothing but what they depend on: they are installed on such a
database, and a part of their tests runs there; with LOT_ALONE=all, every one.
"""

import os
import socket
import subprocess

import pytest

from odoo.tests.common import get_db_name

# from each room of the house the classes that go through most of it
CHOSEN = {
    "lot_traceability": (
        *("TestTrace", "TestScan", "TestLotHold", "TestLotConversion"),
        *("TestLotImport", "TestLotNumbering", "TestTraceReport", "TestLotHealth"),
    ),
    "lot_traceability_expiry": (
        *("TestLotDates", "TestLotFefo", "TestLotExpiryAlert", "TestShelfLife"),
        *("TestLotExpiryBoard", "TestLotExpiryForecast", "TestSecurity"),
    ),
    "lot_traceability_recall": (
        *("TestLotRecall", "TestLotRecallWizard", "TestNotices"),
        *("TestRecallDisposition", "TestRecallReports", "TestSecurity"),
    ),
}


def get_tags(addons):
    if os.environ.get("LOT_ALONE") == "all":
        return ",".join(f"/{addon}" for addon in addons)
    return ",".join(f"/{addon}:{name}" for addon in addons for name in CHOSEN[addon])


def run_odoo(*arguments):
    return subprocess.run(
        [os.environ["LOT_ODOO_BIN"], *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def database():
    name = f"{get_db_name()}_alone"
    yield name
    run_odoo("db", "drop", name)


@pytest.mark.parametrize(
    "addons",
    [("lot_traceability", "lot_traceability_recall"), ("lot_traceability_expiry",)],
)
def test_addons_without_the_other_apps(database, addons):
    done = run_odoo(
        *("-d", database, "-i", ",".join(addons), "--stop-after-init"),
        *("--test-tags", get_tags(addons)),
        *("--http-port", str(free_port())),
    )
    failures = [line for line in done.stdout.splitlines() if " ERROR " in line]
    assert done.returncode == 0 and not failures, "\n".join(failures or [done.stdout])
    assert f"{addons[0]}: " in done.stdout, "no test ran"
