import hashlib
import io
import json
import zipfile

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.lot_traceability.evidence import checking
from odoo.addons.lot_traceability.tests.test_trace_log import run_script

from .common import REASONS, RecallCase


@tagged("post_install", "-at_install")
class TestRecallEvidence(RecallCase):
    """A class I recall with everything open at its end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the log of the company goes back further than this test
        cls.known_log_ids = cls.env["lot.trace.log"].search([]).ids
        cls.env.company.lot_recall_separate_approval = True
        cls.boss = cls._create_role("manager")
        cls.boss.password = "recall-boss-1"
        cls.other = cls.build.partner("Other Shop", email="other@example.com")
        cls.customer.email = "shop@example.com"
        cls.build.deliver(cls.lot, 2, cls.other)
        cls.recall = cls.create_recall(recall_class="1", depth="retail")
        cls.recall.with_user(cls.user)._advance("approved")

    @classmethod
    def _create_role(cls, *roles, companies=None):
        if roles == ("manager",) and hasattr(cls, "manager"):
            return cls.manager
        return super()._create_role(*roles, companies=companies)

    def get_log(self, *kinds):
        return self.env["lot.trace.log"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("kind", "in", kinds),
                ("id", "not in", self.known_log_ids),
            ],
            order="id",
        )

    def sign(self, action="approve", password="recall-boss-1", **values):
        recall = self.recall.with_user(self.boss)
        opened = (
            self.env["lot.recall.reason"].with_user(self.boss)._open(recall, action)
        )
        wizard = self.env["lot.recall.reason"].with_user(self.boss)
        wizard = wizard.with_context(**opened["context"]).create(values)
        wizard.line_ids.reason = "As agreed with the authority"
        return wizard.with_context(password=password).action_confirm()

    def reconcile(self):
        recall = self.recall
        recall.action_notify()
        first, second = recall.consignee_ids.sorted("id")
        self.env["lot.recall.notice"]._log_call(first, "Told Bob", True)
        recall.action_recover()
        recall.check_level = "A"
        recall.action_draw_checks()
        recall.check_ids[:1].write({"result": "not_acted", "note": "Sold on"})
        recall.consignee_line_ids.reason = "They say it is sold"
        recall.action_reconcile()
        return first, second

    def test_approval_by_password(self):
        """With its meaning and a hash of what was approved; void when that changes."""
        self.assertEqual(self.recall.state, "scoped")
        with self.assertRaisesRegex(UserError, "password is wrong"):
            self.sign(password="guess")
        self.assertEqual(self.recall.state, "scoped")
        self.sign()
        self.assertEqual(self.recall.state, "approved")
        signature = self.recall.signature_ids
        self.assertEqual(
            (signature.kind, signature.user_id, signature.by_password),
            ("approval", self.boss, True),
        )
        content = json.loads(signature.content)
        self.assertEqual(content["recall_class"], "1")
        self.assertEqual(content["lots"], [[self.lot.id, True, None]])
        digest = hashlib.sha256(signature.content.encode()).hexdigest()
        self.assertEqual(signature.content_hash, digest)
        self.assertTrue(signature.is_valid)
        entry = self.get_log("signature")
        self.assertIn(digest, entry.new_value)
        self.assertEqual(entry.user_id, self.boss)
        # whoever changes it, and by whatever way
        self.env.cr.execute(
            "UPDATE lot_recall SET reason = 'A trifle' WHERE id = %s", [self.recall.id]
        )
        self.env.invalidate_all()
        self.assertFalse(signature.is_valid)
        with self.assertRaisesRegex(UserError, "approval is void"):
            self.recall.action_notify()
        self.recall.with_user(self.user)._extend("The reason was changed")
        self.assertEqual(self.recall.state, "scoped")
        self.assertEqual(signature.void_reason, "The reason was changed")

    def test_the_end_asks_for_each_open_point(self):
        self.sign()
        first, second = self.reconcile()
        with self.assertRaises(UserError) as caught:
            self.recall.action_close()
        for part in (second.display_name, first.display_name, "BAD-1", "Not Followed"):
            self.assertIn(part, str(caught.exception))
        some = {name: REASONS[name] for name in ("untold", "unanswered", "stock")}
        with self.assertRaisesRegex(UserError, "(?s)checks failed.*on hold"):
            self.recall.action_close(reasons=some)
        self.assertEqual(self.recall.state, "reconciled")
        self.sign("close", holds="keep")
        self.assertEqual(
            self.recall.open_point_ids.mapped("point"),
            ["untold", "unanswered", "stock", "checks", "holds"],
        )
        report = "lot_traceability_recall.action_report_recall_closing"
        html = self.env["ir.actions.report"]._render_qweb_html(report, self.recall.ids)
        for text in ("As agreed with the authority", "Not dealt with".lower()):
            self.assertIn(text, html[0].decode())
        self.assertEqual(
            self.recall.signature_ids.mapped("kind"), ["approval", "closing"]
        )

    def test_the_evidence_is_kept(self):
        """Made once; the same bytes at each download; its hash in the log."""
        self.sign()
        interim = zipfile.ZipFile(io.BytesIO(self.recall._get_evidence()))
        self.assertTrue(json.loads(interim.read("manifest.json"))["interim"])
        self.assertIn(b"INTERIM", interim.read("INTERIM.txt"))
        self.recall.with_user(self.user)._extend("One more look")
        self.sign()
        self.reconcile()
        self.sign("close", holds="release", reason="Sorted out")
        content = self.recall._get_evidence()
        self.env.invalidate_all()
        self.assertEqual(self.recall.with_user(self.auditor)._get_evidence(), content)
        digest = hashlib.sha256(content).hexdigest()
        self.assertIn(digest, self.get_log("pack").new_value)
        pack = zipfile.ZipFile(io.BytesIO(content))
        manifest = json.loads(pack.read("manifest.json"))
        self.assertFalse(manifest["interim"])
        hashes = {file["name"]: file["sha256"] for file in manifest["files"]}
        for name, expected in hashes.items():
            self.assertEqual(hashlib.sha256(pack.read(name)).hexdigest(), expected)
        self.assertLess(
            {"open points.xlsx", "signatures.xlsx", "log.jsonl", "check_log.py"},
            set(hashes),
        )
        # both versions of the scope
        self.assertIn("version 2", str(self.read_rows(pack, "scope.xlsx")))
        self.assertIn("version 1", str(self.read_rows(pack, "scope.xlsx")))
        # numbers are numbers
        self.assertIn(2, self.read_rows(pack, "consignees.xlsx")[2])
        status, said = run_script(pack.read("log.jsonl"))
        self.assertEqual(status, 0, said)
        kinds = {
            json.loads(line)["kind"] for line in pack.read("log.jsonl").splitlines()[1:]
        }
        self.assertLess(
            {"step", "scope", "signature", "void", "hold", "notice", "check"}, kinds
        )
        kept = self.recall.signature_ids[-1:].pack_id
        for attempt in (
            lambda: kept.with_user(self.boss).unlink(),
            lambda: kept.with_user(self.boss).write({"raw": b"other"}),
        ):
            with self.assertRaises(UserError):
                attempt()
        self.assertIsNone(checking.verify(self.env.company).problem)
        # what lies there now is not what was kept
        kept.sudo().raw = b"other"
        with self.assertRaisesRegex(UserError, "not the file that was kept"):
            self.recall._get_evidence()

    def read_rows(self, pack, name):
        import openpyxl

        sheet = openpyxl.load_workbook(io.BytesIO(pack.read(name))).worksheets[0]
        return list(sheet.iter_rows(values_only=True))

    def test_what_is_done_is_in_the_log(self):
        self.recall.with_user(self.user).write({"notice_reason": "Glass"})
        line = self.recall.line_ids.with_user(self.user)
        line.write({"decision_reason": "Looked at"})
        entries = self.get_log("case", "decision")
        self.assertEqual(
            [(one.old_value, one.new_value) for one in entries],
            [
                ("Reason and Hazard: –", "Reason and Hazard: Glass"),
                ("Reason: –", "Reason: Looked at"),
            ],
        )


@tagged("post_install", "-at_install")
class TestRecallSignedOverHttp(HttpCase, RecallCase):
    def test_no_approval_without_the_password(self):
        """The method itself gives the dialog, and signs nothing."""
        recall = self.create_recall()
        recall._advance("scoped")
        self.manager.password = "recall-manager"
        self.authenticate(self.manager.login, "recall-manager")
        url = "/web/dataset/call_kw/lot.recall/action_approve"

        def approve(**kwargs):
            params = {"model": "lot.recall", "method": "action_approve"}
            params |= {"args": [recall.ids], "kwargs": kwargs}
            return self.url_open(url, json={"params": params}).json()

        action = approve()["result"]
        self.assertEqual(action["res_model"], "lot.recall.reason")
        with mute_logger("odoo.http"):
            answer = approve(password="guess")
        self.assertIn("password is wrong", answer["error"]["data"]["message"])
        self.env.invalidate_all()
        self.assertEqual(recall.state, "scoped")
        approve(password="recall-manager")
        self.env.invalidate_all()
        self.assertEqual(recall.state, "approved")
        self.assertTrue(recall.signature_ids.by_password)
