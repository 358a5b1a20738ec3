"""The addons need nothing but what they depend on: they are installed on such a
database, and a part of their tests runs there; with LOT_ALONE=all, every one. Then they
are uninstalled again.
"""

import json
import os
import re
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


# what each addon keeps, so that something is lost
KEEP = """
from odoo import fields
product = env["product.product"].create({
    "name": "Leaving", "is_storable": True, "tracking": "lot",
    "use_expiration_date": True})
lot = env["stock.lot"].create({
    "name": "LEAVING-1", "product_id": product.id,
    "expiration_date": fields.Datetime.now()})
place = env["stock.warehouse"].search([], limit=1).lot_stock_id
env["stock.quant"]._update_available_quantity(product, place, 3, lot_id=lot)
lot.action_hold("Glass")
env["lot.alert.rule"].search([])[:1]._send_alerts(lot.ids)
recall = env["lot.recall"].create({
    "reason": "Glass", "seed_ids": [(0, 0, {"lot_id": lot.id})]})
recall.activity_schedule("lot_traceability_recall.mail_activity_approval")
recall.message_post(body="Photo", attachments=[("jar.txt", b"broken")])
env.cr.commit()
"""
# what is there afterwards
TELL = """
import io, json, zipfile
def lines(name):
    file = env["ir.attachment"].search([("name", "=like", name + "_2%.zip")])
    archive = zipfile.ZipFile(io.BytesIO(file.raw))
    return {n: archive.read(n).decode().count("\\n") for n in archive.namelist()}
print("TOLD", json.dumps({
    "files": {name: lines(name) for name in (
        "lot_traceability", "lot_traceability_expiry", "lot_traceability_recall")},
    "notes": env["stock.lot"].search(
        [("name", "=", "LEAVING-1")]).message_ids.mapped("body"),
    "kept": env["ir.attachment"].search([("name", "=", "jar.txt")]).mapped("res_model"),
    "states": env["ir.module.module"].search(
        [("name", "=like", "lot_traceability%")]).mapped("state"),
    "quarantines": env["stock.location"].search_count([("name", "=", "Quarantine")]),
    "parameters": env["ir.config_parameter"].search(
        [("key", "=like", "lot_traceability%")]).mapped("key"),
}))
"""
COMPLAINT = re.compile(
    r"^[0-9-]+ [0-9:,]+ [0-9]+ (WARNING|ERROR|CRITICAL) ", re.MULTILINE
)


def run_odoo(*arguments, text=None):
    return subprocess.run(
        [os.environ["LOT_ODOO_BIN"], *arguments],
        input=text,
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


def run_quietly(*arguments, text=None):
    done = run_odoo(*arguments, text=text)
    assert done.returncode == 0 and not COMPLAINT.search(done.stdout), done.stdout
    return done.stdout


def test_uninstalled_without_a_word_in_the_log(database):
    """What was kept is in files, held lots say so, and what comes back later takes up
    the quarantines that are there."""
    shell = ("shell", "-d", database, "--no-http", "--log-level=warn")
    run_quietly(*shell, text=KEEP)
    # this one alone, then the first one, which takes the last one with it
    for addon in ("lot_traceability_expiry", "lot_traceability"):
        run_quietly("module", "uninstall", "-d", database, addon)
    told = get_told(run_quietly(*shell, text=TELL))
    assert set(told["states"]) == {"uninstalled"}
    # with a line of headings
    assert told["files"]["lot_traceability"]["held_goods.csv"] == 2
    assert told["files"]["lot_traceability"]["lot.hold.csv"] == 2
    assert told["files"]["lot_traceability_recall"]["lot.recall.csv"] == 2
    assert told["files"]["lot_traceability_expiry"]["lot.alert.rule.csv"] > 1
    assert any("was on hold" in note for note in told["notes"])
    assert told["kept"] == [False], "a file of a recall stays, and is of no record"
    assert told["parameters"] == ["lot_traceability.quarantines"]

    run_quietly("-d", database, "-i", "lot_traceability", "--stop-after-init")
    again = get_told(run_quietly(*shell, text=TELL))
    assert again["quarantines"] == told["quarantines"] == 1


def get_told(output):
    return json.loads(re.search("^TOLD (.*)$", output, re.MULTILINE)[1])
