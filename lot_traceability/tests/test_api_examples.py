import json
import os
import re
import subprocess
import sys
from datetime import datetime, timedelta

from odoo.tests import HttpCase, tagged
from odoo.tools import file_open, mute_logger

from .test_lot_conversion import ConversionCase

COMMANDS = {
    "bash": ["bash", "-euo", "pipefail", "-c"],
    "python": [sys.executable, "-c"],
}
# what a test needs otherwise: pages so small that there are several
CHANGES = {'"limit": 500': '"limit": 2'}
BLOCK = re.compile(r"^```(bash|python)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


PASSWORD = "signed by hand"


class ExampleCase(HttpCase):
    """Runs the examples of a manual, in ``self.examples``."""

    # -- the manual -----------------------------------------------------
    def run_example(self, mark, user=None):
        """Run the only example with this text in it; what it prints."""
        ((language, code),) = [row for row in self.examples if mark in row[1]]
        user = user or self.clerk
        environment = {
            **os.environ,
            "ODOO_URL": self.base_url(),
            "ODOO_DB": self.env.cr.dbname,
            "ODOO_KEY": self.key(user),
            "ODOO_PASSWORD": PASSWORD,
        }
        lot = self.lot.id
        names = {"[42]": f"[{lot}]", "lots=42": f"lots={lot}", **CHANGES}
        for text, other in names.items():
            code = code.replace(text, other)
        self.env.flush_all()
        with self.allow_requests(all_requests=True):
            done = subprocess.run(
                [*COMMANDS[language], code],
                env=environment,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
        self.env.invalidate_all()
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        return done.stdout

    def key(self, user):
        keys = self.env["res.users.apikeys"].with_user(user)
        return keys._generate("rpc", "test", datetime.now() + timedelta(days=1))


@tagged("post_install", "-at_install")
class TestApiExamples(ConversionCase, ExampleCase):
    """The examples of the manual, run as they stand there, and what is refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build.receive((cls.product, "FL-2026-117"), 10, cls.vendor)
        cls.lot = cls.build.lot(cls.product, "FL-2026-117")
        cls.build.deliver(cls.lot, 4, cls.customer)
        cls.build.deliver(cls.lot, 2, cls.customer)
        with file_open("lot_traceability/readme/API.md") as manual:
            cls.examples = BLOCK.findall(manual.read())
        cls.clerk = cls._create_user("api_clerk", "stock.group_stock_user")

    def test_find_the_lot(self):
        answer = json.loads(self.run_example("lot/search_any_number"))
        self.assertEqual(answer, self.env["stock.lot"].search_any_number("FL-2026-117"))
        self.assertIn(
            ("lot", self.lot.id), [(row["kind"], row["id"]) for row in answer]
        )

    def test_hold_impact(self):
        answer = json.loads(self.run_example("lot/hold_impact"))
        self.assertEqual(answer, self.lot.hold_impact())
        self.assertEqual([row["quantity"] for row in answer["stock"]], [4])
        self.assertFalse(self.lot.on_hold)

    def test_downstream(self):
        answer = json.loads(self.run_example("lot/trace_downstream"))
        parts = ["lots", "deliveries", "stock"]
        self.assertEqual(answer, self.lot.trace_downstream(parts))
        self.assertEqual(len(answer["deliveries"]), 2)

    def test_upstream(self):
        answer = json.loads(self.run_example("lot/trace_upstream"))
        self.assertEqual(answer, self.lot.trace_upstream())

    def test_balance(self):
        answer = json.loads(self.run_example("lot/trace_balance"))
        self.assertEqual(answer, self.lot.trace_balance())

    def test_customers(self):
        printed = self.run_example("holders")
        self.assertEqual(printed.split("\n")[0], "Customer Raw 6.0 Units")

    def test_movements(self):
        lines = self.run_example("trace_movements").strip().split("\n")
        movements = self.lot.trace_movements()["movements"]
        self.assertEqual(len(lines), 3)
        for line, movement in zip(lines, movements, strict=True):
            self.assertIn(movement["reference"], line)

    def test_hold_and_release(self):
        self.clerk.group_ids += self.env.ref("lot_traceability.group_lot_hold")
        lines = self.run_example("action_hold").strip().split("\n")
        self.assertEqual((lines[0], lines[-1]), ("held 1", "released True"))
        self.assertTrue([line for line in lines if "Customer 6.0" in line], lines)
        self.assertFalse(self.lot.on_hold)

    def test_file(self):
        document = json.loads(self.run_example("trace.epcis"))
        self.assertEqual(document["type"], "EPCISDocument")

    def test_changes(self):
        self.clerk.group_ids += self.env.ref("lot_traceability.group_lot_log")
        self.assertIn("cursor", self.run_example("get_changes"))

    def test_scan(self):
        self.product.barcode = "4006381333931"
        receipt = self.build.open_receipt(self.product, 3)
        receipt.origin = "PO-2026-55"
        lines = self.run_example("scan_number").strip().split("\n")
        self.assertEqual(lines[0].split()[0], "noted", lines)
        self.assertEqual(lines[1].split()[:2], ["booked", "FL-2026-118"], lines)
        self.assertEqual(lines[2:], ["noted"])

    def test_import(self):
        self.product.barcode = "4006381333931"
        manager = self._create_user("api_manager", "stock.group_stock_manager")
        lines = self.run_example("lot.import", manager).strip().split("\n")
        self.assertEqual(lines[0], "row 2 ready ")
        self.assertTrue(lines[1].startswith("row 3 error "), lines)
        self.assertEqual(lines[2], "import done")
        lot = self.build.lot(self.product, "FL-2026-120")
        self.assertEqual(self.build.on_hand(lot), 5)

    def test_each_example_is_run(self):
        self.assertEqual(len(self.examples), 12)

    # -- what is refused ------------------------------------------------
    def call(self, user, method, **values):
        return self.url_open(
            f"/json/2/stock.lot/{method}",
            data=json.dumps(values),
            headers={
                "Authorization": f"bearer {self.key(user)}",
                "Content-Type": "application/json",
            },
        )

    @mute_logger("odoo.http")
    def test_without_stock_rights(self):
        guest = self._create_user("api_guest", "base.group_user")
        for method in (
            *("trace_downstream", "trace_upstream"),
            *("trace_balance", "trace_movements", "hold_impact"),
        ):
            answer = self.call(guest, method, ids=self.lot.ids)
            self.assertEqual(answer.status_code, 403, method)
            self.assertIn("AccessError", answer.json()["name"])

    @mute_logger("odoo.http")
    def test_lot_of_another_company(self):
        stranger = self.create_stranger()
        self.lot.company_id = self.env.company
        answer = self.call(stranger, "trace_downstream", ids=self.lot.ids)
        self.assertEqual(answer.status_code, 403)
        self.assertNotIn("FL-2026-117", answer.text)
        found = self.call(
            stranger, "search_read", domain=[["name", "=", "FL-2026-117"]]
        )
        self.assertEqual(found.json(), [])

    def test_shared_lot_shows_nothing_of_another_company(self):
        stranger = self.create_stranger()
        self.lot.company_id = False
        for method in ("trace_downstream", "trace_upstream"):
            answer = self.call(stranger, method, ids=self.lot.ids).json()
            for part in ("deliveries", "receipts", "stock", "holders", "links"):
                self.assertEqual(answer[part], [], (method, part))
            self.assertGreater(answer["outside_scope"]["count"], 0)
        page = self.call(stranger, "trace_movements", ids=self.lot.ids).json()
        self.assertEqual((page["total"], page["movements"]), (0, []))

    def create_stranger(self):
        other = self.env["res.company"].create({"name": "Other Company"})
        return self._create_user(
            "api_stranger", "stock.group_stock_user", companies=other
        )

    @mute_logger("odoo.http")
    def test_too_large_is_refused(self):
        targets = [((self.product, f"PART-{n}"), 1) for n in range(4)]
        self.convert("split", [(self.lot, 4)], targets)
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("lot_traceability.trace_limit", 3)
        answer = self.call(self.clerk, "trace_downstream", ids=self.lot.ids)
        self.assertEqual(answer.status_code, 422)
        message = answer.json()["message"]
        self.assertIn("more than 3 links", message)
        self.assertIn("lot_traceability.trace_limit", message)
        parameters.set_param("lot_traceability.trace_limit", 4)
        answer = self.call(self.clerk, "trace_downstream", ids=self.lot.ids)
        self.assertEqual(len(answer.json()["links"]), 4)

    @mute_logger("odoo.http")
    def test_page_too_large_is_refused(self):
        answer = self.call(
            self.clerk, "trace_movements", ids=self.lot.ids, limit=1_000_000
        )
        self.assertEqual(answer.status_code, 422)
        self.assertIn("lot_traceability.trace_page", answer.json()["message"])

    @mute_logger("odoo.http")
    def test_wrong_key(self):
        answer = self.url_open(
            "/json/2/stock.lot/trace_downstream",
            data="{}",
            headers={
                "Authorization": "bearer wrong",
                "Content-Type": "application/json",
            },
        )
        self.assertEqual(answer.status_code, 401)
