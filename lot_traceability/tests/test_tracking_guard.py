from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestTrackingGuard(LotTraceCase):
    """A product with numbered stock keeps its tracking (odoo#183086)."""

    def setUp(self):
        super().setUp()
        self.template = self.product.product_tmpl_id
        self.lot = self.build.lot(self.product, "L1")

    def test_lot_to_none_and_to_serial_with_stock(self):
        self.build.receive(self.lot, 5)
        for tracking in ("none", "serial"):
            with self.assertRaisesRegex(UserError, "5 Units of L1 in WH/Stock"):
                self.template.tracking = tracking
            self.assertEqual(self.template.tracking, "lot")

    def test_serial_to_lot_with_stock(self):
        self.build.receive((self.serial_product, "S1"), 1)
        with self.assertRaisesRegex(UserError, "1 Units of S1"):
            self.serial_product.tracking = "lot"

    def test_not_storable_any_more_is_the_same(self):
        self.build.receive(self.lot, 5)
        for values in ({"is_storable": False}, {"type": "service"}):
            with self.assertRaisesRegex(UserError, "5 Units of L1 in WH/Stock"):
                self.template.write(values)
            self.assertEqual(self.template.tracking, "lot")

    def test_open_operation_that_names_a_number(self):
        self.build.receive(self.lot, 5)
        self.build.deliver(self.lot, 5)
        receipt = self.build.open_receipt(self.product, number="L2")
        with self.assertRaisesRegex(UserError, receipt.name):
            self.template.tracking = "none"
        receipt.action_cancel()
        self.template.tracking = "none"

    def test_once_it_is_used_up(self):
        self.build.receive(self.lot, 5)
        self.build.deliver(self.lot, 5)
        self.template.tracking = "serial"
        self.assertEqual(self.template.tracking, "serial")

    def test_untracked_to_tracked_is_a_choice(self):
        product = self.build.product("Loose", tracking="none")
        self.build.count(product, 5)
        product.tracking = "lot"
        self.assertEqual(product.tracking, "lot")

    def test_same_value_and_other_fields(self):
        self.build.receive(self.lot, 5)
        self.template.write({"tracking": "lot", "name": "Renamed"})
        self.assertEqual(self.template.name, "Renamed")

    def test_other_company_counts_but_is_not_shown(self):
        other = self.env["res.company"].create({"name": "Secret Inc"})
        there = type(self.build)(self.env, other)
        there.receive(self.lot, 7)
        manager = self._create_user(
            "tracking_manager",
            "stock.group_stock_manager",
            "product.group_product_manager",
        )
        with self.assertRaises(UserError) as caught:
            self.template.with_user(manager).tracking = "none"
        self.assertIn("more places: 1", str(caught.exception))
        self.assertNotIn("Secret", str(caught.exception))
        self.assertNotIn("L1", str(caught.exception))

    def test_many_products_at_once(self):
        self.build.receive(self.lot, 5)
        others = self.env["product.template"]
        for index in range(3):
            others |= self.build.product(f"P{index}").product_tmpl_id
        with self.assertRaisesRegex(UserError, "Raw"):
            (others | self.template).tracking = "none"
        others.tracking = "none"
        self.assertEqual(set(others.mapped("tracking")), {"none"})
