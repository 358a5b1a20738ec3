import re
from pathlib import Path
from unittest.mock import MagicMock, patch

from odoo.tests import tagged
from odoo.tools import file_path

from .common import LotExpiryCase

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@tagged("post_install", "-at_install")
class TestDevelop(LotExpiryCase):
    """The examples for developers, run as they stand there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        path = Path(file_path("lot_traceability_expiry/readme/DEVELOP.md"))
        cls.manual, cls.addon = path.read_text(encoding="utf-8"), path.parents[1]

    def define(self, mark):
        """The classes of the only example with this text in it.

        Their registration with Odoo is left out: the methods are put on the models.
        """
        (code,) = [block for block in BLOCK.findall(self.manual) if mark in block]
        names = {"sent": [], "fields": MagicMock(), "Example": object}
        names["page"] = lambda *args: names["sent"].append(args)
        code = code.replace("(models.Model):", "(Example):")
        code = code.replace("from odoo import fields, models\n", "")
        exec(code, names)  # noqa: S102, our own manual
        return names

    def test_rooms_exist(self):
        for name in re.findall(r"(?:models|dates|fefo|alerts)/\w+", self.manual):
            self.assertTrue((self.addon / f"{name}.py").exists(), name)

    def test_channel(self):
        names = self.define("_send_pager")
        rule, message = names["LotAlertRule"], names["LotAlertMessage"]
        self.assertEqual(rule._inherit, self.rule._name)
        self.assertEqual(message._inherit, "lot.alert.message")
        for model, methods in (
            (self.rule, ("_get_digests", "_has_messages")),
            (self.env["lot.alert.message"], ("_get_title", "_get_lines")),
        ):
            for method in methods:
                self.assertTrue(callable(getattr(model, method)), method)
        lot = self._create_lot_in_stock("L1")
        self.rule.notify_mail = True
        self._run_cron()
        queued = self.env["lot.alert.message"].search(
            [("alert_ids.lot_id", "in", lot.ids)], limit=1
        )
        with patch.object(type(queued), "_send_mail", message._send_pager):
            queued._try_to_send()
        ((address, lines),) = names["sent"]
        self.assertEqual(address, queued.email)
        self.assertIn("L1", lines[1])

    def test_guard(self):
        names = self.define("action_freeze")
        guard = names["StockLot"]._guards["frozen_on"]
        self.assertFalse(guard.permits(self.env(user=self.keeper)))
