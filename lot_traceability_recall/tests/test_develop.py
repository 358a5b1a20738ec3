import re
from pathlib import Path
from unittest.mock import MagicMock

from odoo.tests import tagged
from odoo.tools import file_path

from .common import RecallCase

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@tagged("post_install", "-at_install")
class TestDevelop(RecallCase):
    """The examples for developers, run as they stand there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        path = Path(file_path("lot_traceability_recall/readme/DEVELOP.md"))
        cls.manual, cls.addon = path.read_text(encoding="utf-8"), path.parents[1]
        cls.recall = cls.create_approved()

    def define(self, mark, parent):
        """The class of the only example with this text in it, on top of another one."""
        (code,) = [block for block in BLOCK.findall(self.manual) if mark in block]
        names = {"fields": MagicMock(), "Parent": parent}
        code = code.replace("(models.Model):", "(Parent):")
        code = re.sub(r"^from odoo import .*$", "", code, flags=re.MULTILINE)
        exec(code, names)  # noqa: S102, our own manual
        return next(
            value
            for value in names.values()
            if isinstance(value, type) and value is not parent
        )

    def test_rooms_exist(self):
        rooms = re.findall(r"(?:models|case|consignees|evidence)/\w+", self.manual)
        for name in rooms:
            found = self.addon / f"{name.rstrip('_')}.py"
            self.assertTrue(name.endswith("_") or found.exists(), name)

    def test_a_file_more(self):
        class Parent:
            reason = "Glass found"

            def _get_evidence_files(self):
                return {"log.xlsx": b""}

        example = self.define("read me.txt", Parent)
        self.assertEqual(example._inherit, self.recall._name)
        self.assertTrue(callable(self.recall._get_evidence_files))
        files = example()._get_evidence_files()
        self.assertEqual(files, {"log.xlsx": b"", "read me.txt": b"Glass found"})

    def test_a_disposition_more(self):
        class Parent:
            disposition = "scrap"

            def _get_target(self):
                return "the usual place"

        example = self.define("freezer", Parent)
        line = self.env["lot.recall.disposition"]
        self.assertEqual(example._inherit, line._name)
        self.assertTrue(callable(line._get_target))
        one = example()
        one.disposition, one.company_id = "freezer", MagicMock()
        place = one.company_id.lot_recall_rework_location_id
        self.assertEqual(one._get_target(), place)
        one.disposition = "scrap"
        self.assertEqual(one._get_target(), "the usual place")
