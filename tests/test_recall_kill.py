import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import SQL, config

from odoo.addons.lot_traceability.tests.builder import StockBuilder

WORKER = Path(__file__).with_name("recall_worker.py")
LOTS, BATCH = 12, 3
PARAMETERS = {"background_from": "0", "batch_size": str(BATCH)}


@tagged("post_install", "-at_install")
class TestRecallKill(BaseCase):
    """A real process is killed in the middle; what was committed is removed after."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.remove)
        with self.connection() as env:
            self.set_parameters(env, PARAMETERS)
            build = StockBuilder(env)
            product = build.product("Killed")
            self.product_id = product.id
            lots = env["stock.lot"]
            for number in range(LOTS):
                lots |= build.lot(product, f"KILL-{number:02}")
            build.transfer(
                dict.fromkeys(lots, 2),
                build.warehouse.in_type_id,
                build.suppliers,
                build.stock,
            )
            self.recall_id = self.start_recall(lots).id

    def start_recall(self, lots):
        wizard = lots.env["lot.recall.wizard"].browse(lots.action_recall()["res_id"])
        wizard.write({"reason": "Killed half way", "recall_class": "3"})
        wizard.stock_ids.disposition = "scrap"
        action = wizard.action_carry_out()
        recall = lots.env["lot.recall"].browse(action["res_id"])
        # who assessed does not approve
        recall.with_user(lots.env.ref("base.user_admin")).action_approve()
        recall.action_carry_out()
        return recall

    @contextmanager
    def connection(self):
        with db_connect(get_db_name()).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            yield env
            env.flush_all()

    def set_parameters(self, env, values):
        for name, value in values.items():
            key = f"lot_traceability_recall.{name}"
            env["ir.config_parameter"].set_param(key, value)

    def remove(self):
        with self.connection() as env:
            self.set_parameters(env, dict.fromkeys(PARAMETERS, False))
            moves = env["stock.move"].search([("product_id", "=", self.product_id)])
            picking_ids = moves.picking_id.ids
            product = SQL("product_id = %s", self.product_id)
            recall = SQL("recall_id = %s", self.recall_id)
            for table, condition in (
                ("lot_recall_disposition", recall),
                ("stock_move_line", product),
                ("stock_move", product),
                ("stock_scrap", product),
                ("stock_quant", product),
                ("stock_picking", SQL("id = ANY(%s)", picking_ids)),
                ("lot_recall", SQL("id = %s", self.recall_id)),
                ("lot_hold", product),
                ("stock_lot", product),
            ):
                table = SQL.identifier(table)
                env.cr.execute(SQL("DELETE FROM %s WHERE %s", table, condition))
            env["product.product"].browse(self.product_id).product_tmpl_id.unlink()

    def start_worker(self, halt_in_batch):
        names = ("db_host", "db_port", "db_user", "db_password", "data_dir")
        options = [
            f"--{'data-dir' if name == 'data_dir' else name}={config[name]}"
            for name in names
            if config[name]
        ]
        paths = ",".join(config["addons_path"])
        command = [sys.executable, str(WORKER), get_db_name(), str(halt_in_batch)]
        return subprocess.Popen(
            [*command, *options, f"--addons-path={paths}"],
            stdout=subprocess.PIPE,
            text=True,
        )

    def get_counts(self):
        """Lines done and planned, scrap orders, and what is left in stock."""
        with self.connection() as env:
            recall = env["lot.recall"].browse(self.recall_id)
            quants = env["stock.quant"].search(
                [
                    ("product_id", "=", self.product_id),
                    ("location_id.usage", "=", "internal"),
                ]
            )
            return (
                recall.disposed_count,
                recall.planned_count,
                recall.scrap_count,
                sum(quants.mapped("quantity")),
            )

    def get_job(self):
        with self.connection() as env:
            recall = env["lot.recall"].browse(self.recall_id)
            return recall.state, recall.job_state, recall.job_message

    def test_killed_half_way_nothing_is_lost_or_doubled(self):
        self.assertEqual(self.get_counts(), (0, LOTS, 0, 2 * LOTS))
        worker = self.start_worker(halt_in_batch=3)
        said = worker.stdout.readline()
        worker.kill()
        worker.communicate()
        self.assertEqual(said, "half way\n", self.get_job())
        # two batches are committed, the third one never was
        done = 2 * BATCH
        self.assertEqual(
            self.get_counts(), (done, LOTS - done, done, 2 * (LOTS - done))
        )
        output, _errors = self.start_worker(halt_in_batch=0).communicate(timeout=120)
        self.assertEqual(output, "done\n")
        self.assertEqual(self.get_counts(), (LOTS, 0, LOTS, 0))
        with self.connection() as env:
            self.assertFalse(env["lot.recall"].browse(self.recall_id).job_state)
