from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SupplyChainCase


@tagged("post_install", "-at_install")
class TestHygieneManufacturing(SupplyChainCase):
    """What manufacturing leaves without a number."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cake = cls.build.product("Cake")
        cls.screw = cls.build.product("Screw", "none")
        cls.build.receive(cls.screw, 10)
        cls.checks = cls.env["lot.health.check"]

    def _found(self, code):
        self.checks.action_refresh()
        check = self.checks.search(
            [("code", "=", code), ("company_id", "=", self.env.company.id)]
        )
        action = check.action_open_list()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(check.count, len(found))
        return found

    def _lots_off(self, policy):
        # the product's stock has no number, as before it was tracked
        self.product.tracking = "none"
        self.build.receive(self.product, 5)
        self.product.product_tmpl_id.tracking = "lot"
        self.build.warehouse.manu_type_id.write(
            {
                "use_create_lots": False,
                "use_existing_lots": False,
                "lot_missing_policy": policy,
            }
        )

    def _produce(self, components):
        return self.build.produce(self.cake, {"CAKE-1": 1}, components)

    def test_component_without_lot_is_noted_and_counted_by_itself(self):
        self._lots_off("warn")
        order = self._produce({self.product: 2})
        (note,) = [
            body for body in order.message_ids.mapped("body") if "no trace" in body
        ]
        self.assertIn("2 Units of Raw", note)
        lines = order.move_raw_ids.move_line_ids
        found = self._found("components_without_lot")
        self.assertIn(lines, found)
        self.assertFalse(lines & self._found("lines_without_lot"))

    def test_component_without_lot_is_refused(self):
        self._lots_off("refuse")
        with self.assertRaises(UserError) as error:
            self._produce({self.product: 2})
        for text in ("WH/MO/", "2 Units of Raw"):
            self.assertIn(text, str(error.exception))

    def test_untracked_components_of_tracked_products(self):
        order = self._produce({self.screw: 2})
        plain = self.build.produce(
            self.build.product("Plain", "none"), {False: 1}, {self.screw: 2}
        )
        found = self._found("untracked_components")
        self.assertIn(order.move_raw_ids.move_line_ids, found)
        self.assertFalse(plain.move_raw_ids.move_line_ids & found)

    def test_no_component_below_zero(self):
        lot = self.build.lot(self.product, "L-1")
        self.build.receive(lot, 1)
        self.env.company.lot_no_negative = True
        with self.assertRaisesRegex(
            UserError, "WH/MO/.*: 2 Units of Raw, L-1 from WH/Stock, where 1 are"
        ):
            self._produce({lot: 2})

    def test_production_brings_an_archived_number_back(self):
        lot = self.build.lot(self.cake, "CAKE-1")
        lot.action_retire()
        self._produce({self.screw: 1})
        self.assertFalse(lot.retired_date)
