"""The daily alerts, killed in the middle and run again: each goes out exactly once.

Real processes on a database of their own. Where the process is killed is no matter of
luck: the test holds the row of a lot in the middle, on which the process has to wait.
"""

import os
import signal
import subprocess
import time

import psycopg2
import pytest

from odoo.sql_db import connection_info_for
from odoo.tests.common import get_db_name

from .benchmarks.side_by_side import make_installed

LOTS, BATCH = 30, 4

FILL = """
import datetime
from odoo import fields
from odoo.addons.lot_traceability.tests.builder import StockBuilder

build = StockBuilder(env)
admin = env.ref("base.user_admin")
milk = build.product("Milk", use_expiration_date=True, responsible_id=admin.id)
quality = env["discuss.channel"].create({"name": "Quality"})
env.ref("lot_traceability_expiry.lot_alert_rule_alert_date").write(
    {"notify_mail": True, "emails": "quality@example.com", "channel_id": quality.id}
)
now = fields.Datetime.now()
for number in range(%(lots)s):
    lot = build.lot(
        milk,
        f"KILL-{number:03}",
        expiration_date=now + datetime.timedelta(days=5 + number),
        alert_date=now - datetime.timedelta(days=2 * %(lots)s - number),
    )
    env["stock.quant"]._update_available_quantity(milk, build.stock, 1, lot_id=lot)
cron = env.ref("lot_traceability_expiry.ir_cron_send_alerts")
cron.code = "model._cron_send_alerts(batch_size=%(batch)s)"
env["ir.cron"].search([("id", "!=", cron.id)]).active = False
env.cr.commit()
"""
RUN = 'env.ref("lot_traceability_expiry.ir_cron_send_alerts").method_direct_trigger()'
SENT = """
    SELECT lot.name
      FROM {} JOIN stock_lot lot ON lot.id = {}
     WHERE lot.name LIKE 'KILL-%' ORDER BY lot.name"""


def start_odoo(*arguments, script=None):
    """A process of its own, given what to run on its standard input."""
    process = subprocess.Popen(
        [os.environ["LOT_ODOO_BIN"], *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    if script:
        process.stdin.write(script)
    process.stdin.close()
    process.stdin = None
    return process


def run_odoo(*arguments, script=None):
    process = start_odoo(*arguments, script=script)
    output, _errors = process.communicate()
    assert process.returncode == 0 and "Traceback" not in output, output


def connect(database):
    """As Odoo connects, without its pool."""
    _database, options = connection_info_for(database)
    return psycopg2.connect(**options)


@pytest.fixture(scope="module")
def database():
    name = f"{get_db_name()}_kill"
    make_installed(name)
    shell(name, FILL % {"lots": LOTS, "batch": BATCH})
    yield name
    run_odoo("db", "drop", name)


def shell(database, script):
    run_odoo("shell", "-d", database, "--no-http", script=script)


def query(database, text):
    connection = connect(database)
    try:
        with connection.cursor() as cursor:
            cursor.execute(text)
            return cursor.fetchall()
    finally:
        connection.close()


def wait_until_blocked(connection, process):
    """Until another connection waits for the locks of this one."""
    with connection.cursor() as cursor:
        while process.poll() is None:
            cursor.execute(
                """SELECT COUNT(*) FROM pg_locks WHERE NOT granted
                      AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"""
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.05)
    raise AssertionError(process.stdout.read())


def kill_where_a_lot_is_reached(database, name):
    """Run the scheduled action until it works on that lot, and kill it with -9."""
    holder = connect(database)
    try:
        with holder.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM stock_lot WHERE name = %s FOR UPDATE", [name]
            )
        process = start_odoo("shell", "-d", database, "--no-http", script=RUN)
        wait_until_blocked(holder, process)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
    finally:
        holder.close()


def names(database, table, column):
    return [row[0] for row in query(database, SENT.format(table, column))]


def activities(database):
    return names(database, "mail_activity", "res_id AND res_model = 'stock.lot'")


def messages(database):
    return query(
        database,
        """SELECT message.kind, message.state, COUNT(rel)
             FROM lot_alert_message message
             JOIN lot_alert_message_lot_expiry_alert_rel rel
               ON rel.lot_alert_message_id = message.id
            GROUP BY message.id ORDER BY message.kind""",
    )


def test_killed_and_run_again(database):
    kill_where_a_lot_is_reached(database, "KILL-013")
    first = names(database, "lot_expiry_alert alert", "alert.lot_id")
    assert first == [f"KILL-{number:03}" for number in range(12)], "whole batches"
    assert activities(database) == first
    assert not messages(database), "they come when all alerts are known"

    kill_where_a_lot_is_reached(database, "KILL-026")
    assert len(names(database, "lot_expiry_alert alert", "alert.lot_id")) == 24
    shell(database, RUN)
    shell(database, RUN)

    everything = [f"KILL-{number:03}" for number in range(LOTS)]
    assert names(database, "lot_expiry_alert alert", "alert.lot_id") == everything
    assert activities(database) == everything
    assert messages(database) == [("discuss", "sent", LOTS), ("mail", "sent", LOTS)]
    [(mails,)] = query(
        database,
        "SELECT COUNT(*) FROM mail_mail WHERE email_to = 'quality@example.com'",
    )
    assert mails == 1
