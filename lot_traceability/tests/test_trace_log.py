import json
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.exceptions import AccessError
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, Form, HttpCase, get_db_name, tagged
from odoo.tools import SQL

from ..evidence import checking, log, sealing
from ..tools import check_log
from .common import LotTraceCase
from .test_number_parallel import Worker

SCRIPT = Path(check_log.__file__)


def run_script(content, *arguments):
    """What the script says of an export, with nothing but Python."""
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        file.write(content)
        file.flush()
        done = subprocess.run(
            [sys.executable, "-I", "-S", SCRIPT, file.name, *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
    return done.returncode, done.stdout


@tagged("post_install", "-at_install")
class TestTraceLog(LotTraceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Log & Co."})
        cls.user = cls._create_user(
            "log_quality", "lot_traceability.group_lot_hold", companies=cls.company
        )
        cls.stranger = cls._create_user("log_stranger", "base.group_user")
        cls.env = cls.env(user=cls.user)
        cls.product = cls.product.with_env(cls.env)
        cls.lot = cls.env["stock.lot"].create(
            {
                "name": "L1",
                "product_id": cls.product.id,
                "company_id": cls.company.id,
            }
        )
        cls.other = cls.lot.copy({"name": "L2"})

    def get_rows(self):
        domain = [("company_id", "=", self.company.id)]
        return self.env["lot.trace.log"].search(domain, order="id")

    def sql(self, query, *values):
        self.env.cr.execute(SQL(query, *values))
        self.env.invalidate_all()

    def test_what_is_done_is_on_record(self):
        lots = self.lot | self.other
        lots.action_hold("glass found")
        self.lot.action_release("was plastic")
        self.lot.name = "L1-B"
        rows = self.get_rows()
        self.assertEqual(
            [(row.kind, row.lot_name, row.reason, row.user_id) for row in rows],
            [
                ("hold", "L1", "glass found", self.user),
                ("hold", "L2", "glass found", self.user),
                ("release", "L1", "was plastic", self.user),
                ("number", "L1-B", False, self.user),
            ],
        )
        self.assertEqual((rows[3].old_value, rows[3].new_value), ("L1", "L1-B"))
        self.assertEqual(rows[3].lot_id, self.lot)
        self.assertEqual(rows[3].record_name, "L1-B")
        found = rows.search([("lot_id", "=", self.other.id)])
        self.assertEqual(found, rows[1])
        action = self.lot.action_open_log()
        self.assertEqual(rows.search_count(action["domain"]), 3)

    def test_only_added(self):
        self.lot.action_hold("glass found")
        row = self.get_rows()
        admin = self.env.ref("base.user_admin")
        for env in (self.env, self.env(user=admin), self.env(su=True)):
            mine = row.with_env(env)
            for attempt in (
                lambda mine=mine: mine.write({"reason": "none"}),
                lambda mine=mine: mine.unlink(),
                lambda mine=mine: mine.copy(),
                lambda mine=mine: mine.create({"kind": "hold", "res_id": 1}),
            ):
                with self.assertRaises(AccessError):
                    attempt()
        with self.assertRaises(AccessError):
            row.with_user(self.stranger).read(["reason"])

    def test_a_changed_row_is_found(self):
        """By Verify and by the script: changed, missing, replaced, put in, cut off."""
        for number in range(5):
            log.note(self.lot, "other", new=f"Ä {number}", company=self.company)
        verdict = checking.verify(self.company)
        self.assertEqual((verdict.count, verdict.problem), (5, None))
        head = checking.describe_head(self.company)
        self.assertEqual(head, f"5:{verdict.head[1]}")
        status, said = run_script(checking.export(self.company), "--head", head)
        self.assertEqual(status, 0)
        self.assertIn("sound: 5 entries of Log & Co.", said)
        rows = self.get_rows()
        third = rows[2]

        def change(row, name, value):
            column = SQL.identifier(name)
            self.sql(
                "UPDATE lot_trace_log SET %s = %s WHERE id = %s", column, value, row.id
            )

        def rehash(row):
            change(row, "new_value", "x")
            query = SQL(
                "SELECT %s FROM lot_trace_log WHERE id = %s", sealing.SELECTED, row.id
            )
            (values,) = self.env.execute_query(query)
            change(row, "hash", check_log.get_hash(sealing.get_entry(values)))

        def delete(row):
            self.sql("DELETE FROM lot_trace_log WHERE id = %s", row.id)

        def swap():
            """Two entries say each other's words."""
            first, second = rows[1].new_value, rows[3].new_value
            change(rows[1], "new_value", second)
            change(rows[3], "new_value", first)

        cases = [
            ("changed", 3, lambda: change(third, "new_value", "x")),
            ("changed", 1, lambda: change(rows[0], "user_id", 1)),
            ("missing", 3, lambda: delete(third)),
            ("missing", 1, lambda: delete(rows[0])),
            ("replaced", 3, lambda: rehash(third)),
            ("cut", 5, lambda: delete(rows[4])),
            ("cut", 5, lambda: rehash(rows[4])),
            ("changed", 2, swap),
        ]
        for code, number, tamper in cases:
            with self.subTest(code=code, number=number):
                self.sql("SAVEPOINT tamper")
                tamper()
                noted = (5, verdict.head[1])
                found = checking.verify(self.company, noted)
                self.assertEqual(found.problem, (code, number))
                status, said = run_script(checking.export(self.company), "--head", head)
                text = check_log.TEXTS[code].format(number=number)
                self.assertEqual((status, said), (1, f"BROKEN: {text}\n"))
                self.sql("ROLLBACK TO SAVEPOINT tamper")
        # the end is kept apart from the log: it is missed without a note of it, also
        # when the log has gone on since
        self.sql("SAVEPOINT tamper")
        delete(rows[4])
        for _more in range(2):
            self.assertEqual(checking.verify(self.company).problem, ("cut", 5))
            status, said = run_script(checking.export(self.company))
            self.assertEqual((status, said[:15]), (1, "BROKEN: entry 5"))
            log.note(self.lot, "other", new="later", company=self.company)
        self.sql("ROLLBACK TO SAVEPOINT tamper")
        # put in without a seal, with an old date: sealed, but named
        self.sql(
            "INSERT INTO lot_trace_log (company_id, date, user_id, res_model, res_id, "
            "kind) VALUES (%s, '2020-01-01', 1, 'stock.lot', 1, 'release')",
            self.company.id,
        )
        wizard = Form(self.env["lot.trace.log.check"]).save()
        wizard.action_verify()
        self.assertEqual((wizard.state, wizard.entry_id.number), ("late", 6))
        change(third, "reason", "x")
        wizard.noted = head
        wizard.action_verify()
        self.assertEqual((wizard.state, wizard.entry_id), ("broken", third))

    def test_a_part_of_the_log(self):
        """The entries of one matter are checked without those of others."""
        for number in range(6):
            log.note(self.lot, "other", new=str(number), company=self.company)
        rows = self.get_rows()
        part = checking.export(self.company, rows[1:3].ids + rows[5:].ids)
        status, said = run_script(part)
        self.assertEqual(status, 0)
        self.assertIn("sound: 3 entries", said)
        self.assertIn("a part: 3 entries of other matters", said)
        forged = part.replace(b'"new": "2"', b'"new": "7"')
        status, said = run_script(forged)
        self.assertEqual((status, said[:15]), (1, "BROKEN: entry 3"))
        self.assertEqual(run_script(b'{"log": "other"}\n')[0], 2)
        # its first line is not changed either, and nothing is said twice
        title = part.partition(b"\n")[0]
        for old, new in (
            (b'"company_name": "L', b'"company_name": "M'),
            (b'"version": 2', b'"version": 1'),
            (b'"hash": ', b'"hasg": '),
            (b'"exported": "2', b'"exported": "3'),
            (b'"part": true', b'"part": false, "part": true'),
        ):
            with self.subTest(new=new):
                self.assertIn(old, title)
                forged = part.replace(old, new, 1)
                if old == b'"hash": ':
                    at = title.rindex(old)
                    forged = part[:at] + new + part[at + len(old) :]
                self.assertEqual(run_script(forged)[0], 2)
        twice = part.replace(b'"new": "2"', b'"new": "7", "new": "2"')
        self.assertEqual(run_script(twice)[0], 2)
        older = json.loads(title) | {"version": 1}
        del older["hash"]
        older = json.dumps(older).encode() + part[len(title) :]
        self.assertEqual(run_script(older)[0], 0)

    def test_cost(self):
        """One insert, however many records."""
        lots = self.lot.create(
            [
                {
                    "name": f"C{number}",
                    "product_id": self.product.id,
                    "company_id": self.company.id,
                }
                for number in range(300)
            ]
        )
        log.note(self.lot, "other")
        self.env.flush_all()
        with self.assertQueryCount(1):
            log.note(lots, "other", new=lambda lot: lot.name)


@tagged("post_install", "-at_install")
class TestTraceLogExport(HttpCase):
    def test_export(self):
        company = self.env.company
        log.note(company, "other", new="exported")
        self.env.flush_all()
        self.authenticate("admin", "admin")
        url = f"/lot_traceability/log.jsonl?company={company.id}"
        content = self.url_open(url).content
        entry = json.loads(content.splitlines()[-1])
        self.assertEqual(entry["new"], "exported")
        self.assertEqual(run_script(content)[0], 0)
        other = self.env["res.company"].create({"name": "Not Mine"})
        url = f"/lot_traceability/log.jsonl?company={other.id}"
        self.assertEqual(self.url_open(url).status_code, 404)


@tagged("post_install", "-at_install")
class TestTraceLogParallel(BaseCase):
    """Real connections at once; what they commit is removed in the end."""

    @contextmanager
    def connection(self):
        with db_connect(get_db_name()).cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def test_eight_at_once(self):
        """The chain neither breaks nor forks, and nothing is left unsealed."""
        with self.connection() as env:
            company = env.company
            checking.verify(company)
            env.cr.commit()
            start, _hash = sealing.get_head(env.cr, company.id)
            env.cr.execute("SELECT coalesce(max(id), 0) FROM lot_trace_log")
            self.addCleanup(self.remove, env.cr.fetchone()[0])

        def work(env):
            for number in range(12):
                log.note(env.company, "other", new=str(number))
                env.cr.commit()

        workers = [Worker(work) for _worker in range(8)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
            self.assertIsNone(worker.error)
        with self.connection() as env:
            company = env.company
            self.assertEqual(sealing.get_unsealed_companies(env.cr), [])
            self.assertEqual(sealing.get_head(env.cr, company.id)[0], start + 96)
            # a crash after the commit: the next sealing takes it up
            log.note(company, "other", new="crash")
            env.cr.postcommit.clear()
            env.cr.commit()
            self.assertEqual(sealing.get_unsealed_companies(env.cr), company.ids)
            env["lot.trace.log"]._cron_seal()
            env.cr.commit()
            self.assertEqual(sealing.get_head(env.cr, company.id)[0], start + 97)
            verdict = checking.verify(company)
            self.assertEqual((verdict.problem, verdict.head[0]), (None, start + 97))

    def remove(self, last_id):
        with self.connection() as env:
            env.cr.execute("DELETE FROM lot_trace_log WHERE id > %s", [last_id])
            env.cr.execute(
                """
                UPDATE lot_trace_head head SET number = entry.number, hash = entry.hash
                  FROM (SELECT DISTINCT ON (company_id) company_id, number, hash
                          FROM lot_trace_log WHERE number IS NOT NULL
                      ORDER BY company_id, number DESC) entry
                 WHERE entry.company_id = head.company_id
                """
            )
            env.cr.execute(
                """
                DELETE FROM lot_trace_head head WHERE NOT EXISTS (
                    SELECT FROM lot_trace_log entry
                     WHERE entry.company_id = head.company_id)
                """
            )
