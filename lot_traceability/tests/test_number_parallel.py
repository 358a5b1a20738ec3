import threading
from contextlib import contextmanager

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


class Worker(threading.Thread):
    """Does something in a connection of its own and commits, as a request does."""

    def __init__(self, work):
        super().__init__()
        self.work, self.result, self.error = work, None, None
        self.cr = db_connect(get_db_name()).cursor()
        # made here, as the registry is locked for other threads during tests
        self.env = api.Environment(self.cr, SUPERUSER_ID, {})

    def run(self):
        try:
            with self.cr:
                self.result = self.work(self.env)
                self.env.flush_all()
        except Exception as error:  # noqa: BLE001 (the test looks at it)
            self.error = error


@tagged("post_install", "-at_install")
class TestNumberParallel(BaseCase):
    """Two real connections at once; what they commit is removed in the end."""

    def setUp(self):
        super().setUp()
        with self.connection() as env:
            numbering = env["lot.numbering"].create(
                {"name": "Parallel", "pattern": "PAR-{5 digits}"}
            )
            product = env["product.product"].create(
                {
                    "name": "Parallel",
                    "is_storable": True,
                    "tracking": "serial",
                    "lot_numbering_id": numbering.id,
                }
            )
            self.product_id, self.numbering_id = product.id, numbering.id
        self.addCleanup(self.remove)

    @contextmanager
    def connection(self):
        with db_connect(get_db_name()).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            yield env
            env.flush_all()

    def remove(self):
        with self.connection() as env:
            product = env["product.product"].browse(self.product_id)
            env["stock.lot"].search([("product_id", "=", product.id)]).unlink()
            product.product_tmpl_id.unlink()
            env["lot.numbering"].browse(self.numbering_id).unlink()

    def create_lots(self, env, count):
        values = [{"product_id": self.product_id}] * count
        return env["stock.lot"].create(values).mapped("name")

    def test_nobody_gets_a_number_twice(self):
        with self.connection() as env:
            self.create_lots(env, 1)

        def work(env):
            return [name for _time in range(5) for name in self.create_lots(env, 20)]

        workers = [Worker(work) for _worker in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
            self.assertIsNone(worker.error)
        names = [name for worker in workers for name in worker.result]
        self.assertEqual(len(names), 200)
        self.assertEqual(len(set(names)), 200)

    @mute_logger("odoo.sql_db")
    def test_the_first_numbers_of_all(self):
        """Who loses the race for the counter is told so in a way that makes Odoo begin
        the request anew."""
        second = Worker(lambda env: self.create_lots(env, 1))
        # its transaction begins before the counter is there
        second.cr.execute("SELECT 1 FROM lot_numbering")
        with self.connection() as first:
            self.create_lots(first, 1)
        second.start()
        second.join(30)
        self.assertIsInstance(second.error, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY)

    @mute_logger("odoo.sql_db")
    def test_a_number_typed_twice_at_once(self):
        """The database has the last word, as neither sees the other's lot: typed in a
        new one, or in place of another number."""
        with self.connection() as env:
            self.create_lots(env, 2)
            lots = env["stock.lot"].search([("product_id", "=", self.product_id)]).ids

        def create(env, name):
            env["stock.lot"].create({"product_id": self.product_id, "name": name})

        def rename(env, name):
            env["stock.lot"].browse(lots.pop()).name = name

        for at, (one, other) in enumerate(
            ((create, create), (rename, create), (create, rename))
        ):
            second = Worker(lambda env, other=other, at=at: other(env, f"TYPED {at}"))
            with self.connection() as first:
                one(first, f"Typed {at}")
                first.flush_all()
                second.start()
                second.join(1)
                self.assertTrue(second.is_alive(), "it waits for the first one")
            second.join(30)
            self.assertIsInstance(second.error, psycopg2.errors.UniqueViolation)
            self.assertIn("number_scope_key_unique", str(second.error))
