"""Every stored field and every public method has an answer: who may."""

from odoo.tests import tagged

from ..common import SupplyChainCase
from .samples import Samples
from .walk import ADDONS, REPO, Trial, create_users, get_matrix


@tagged("post_install", "-at_install")
class TestRights(SupplyChainCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        other = cls.env["res.company"].create({"name": "Elsewhere"})
        users = create_users(cls.env, cls.env.company, other)
        cls.trial = Trial(cls.env, users, Samples(cls.env))

    def test_matrix(self):
        self.maxDiff = None
        for addon in ADDONS:
            path = REPO / addon / "readme" / "RIGHTS.md"
            with self.subTest(addon=addon):
                known = path.read_text(encoding="utf-8") if path.exists() else ""
                self.assertEqual(known, get_matrix(self.trial, addon))
