from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestHeldGoods(LotTraceCase):
    """Nothing frees a held lot but a release, nothing moves it where it may not go."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in ("H1", "H2"):
            cls.build.receive((cls.product, name), 10, cls.vendor)
        cls.lot, cls.other = (cls.build.lot(cls.product, name) for name in ("H1", "H2"))
        cls.stock = cls.build.stock
        cls.quarantine = cls.build.warehouse.lot_quarantine_location_id
        cls.clerk = cls._create_user("clerk", "stock.group_stock_user")
        cls.manager = cls._create_user("manager", "stock.group_stock_manager")
        cls.lot.action_hold("Metal found")

    # -- the flag ---------------------------------------------------------
    def test_nobody_writes_the_systems_fields(self):
        document = self.env["lot.import"].create({})
        values = {
            "on_hold": False,
            "hold_ids": [(5, 0, 0)],
            "number_key": "X",
            "number_scope_key": "X",
            "number_origin": "supplier",
            "lot_import_id": document.id,
            "retired_date": "2026-01-01 00:00:00",
        }
        for user in (self.clerk, self.manager):
            lot = self.lot.with_user(user)
            for name, value in values.items():
                with self.assertRaises(UserError, msg=name):
                    lot.write({name: value})
        self.assertTrue(self.lot.on_hold)

    def test_nor_at_creation_nor_by_default(self):
        lots = self.env["stock.lot"].with_user(self.manager)
        values = {"name": "H9", "product_id": self.product.id}
        for name, value in (
            ("on_hold", True),
            ("number_key", "X"),
            ("number_scope_key", "X"),
            ("number_origin", "generated"),
        ):
            with self.assertRaises(UserError, msg=name):
                lots.create(values | {name: value})
            with self.assertRaises(UserError, msg=name):
                lots.with_context(**{f"default_{name}": value}).create(values)
        self.env["ir.default"].set("stock.lot", "on_hold", True)
        with self.assertRaises(UserError):
            lots.create(values)

    def test_nor_by_an_action_that_an_administrator_made(self):
        """It runs with all rights; a flag without a release would free held goods."""
        action = self.env["ir.actions.server"].create(
            {
                "name": "Free",
                "model_id": self.env["ir.model"]._get_id("stock.lot"),
                "state": "object_write",
                "update_path": "on_hold",
                "update_boolean_value": "false",
            }
        )
        for user in (self.clerk, self.manager):
            mine = action.with_user(user).with_context(
                active_model="stock.lot",
                active_id=self.lot.id,
                active_ids=self.lot.ids,
            )
            with self.assertRaisesRegex(UserError, "Hold and Release"):
                mine.run()
        self.assertTrue(self.lot.on_hold)

    def test_nor_by_an_import(self):
        answer = (
            self.env["stock.lot"]
            .with_user(self.clerk)
            .load([".id", "on_hold"], [[str(self.lot.id), "0"]])
        )
        self.assertFalse(answer["ids"])
        self.assertTrue(self.lot.on_hold)

    def test_the_context_says_nothing(self):
        lots = self.env["stock.lot"].with_user(self.clerk)
        lot = lots.with_context(
            lot_number_origin="generated", lot_handed_number_origin="generated"
        ).create({"name": "H9", "product_id": self.product.id})
        self.assertEqual(lot.number_origin, "typed")

    def test_what_a_line_says_of_its_number(self):
        receipt = self.build.open_receipt(self.product, 1, "H9")
        line = receipt.move_line_ids.with_user(self.clerk)
        with self.assertRaises(UserError):
            line.number_origin = "supplier"
        with self.assertRaises(UserError):
            line.write({"lot_conversion_line_id": 1})

    # -- the lot ----------------------------------------------------------
    def test_a_held_lot_keeps_its_number(self):
        product = self.build.product("Other")
        lot = self.lot.with_user(self.clerk)
        for values in (
            {"name": "H3"},
            {"product_id": product.id},
            {"company_id": self.env["res.company"].create({"name": "Far"}).id},
        ):
            with self.assertRaisesRegex(UserError, "on hold"):
                lot.write(values)
        self.other.with_user(self.clerk).name = "H22"
        self.lot.with_user(self.manager).name = "H11"

    def test_a_held_lot_is_not_archived(self):
        self.build.scrap(self.lot, 10)
        with self.assertRaisesRegex(ValidationError, "on hold"):
            self.lot.with_user(self.clerk).action_retire()
        self.lot.action_release("Gone")
        self.lot.with_user(self.clerk).action_retire()
        self.assertTrue(self.lot.retired_date)

    def test_a_held_lot_gets_no_new_number_by_another_tracking(self):
        change = self.env["lot.tracking.change"].create(
            {"product_tmpl_id": self.product.product_tmpl_id.id, "tracking_to": "none"}
        )
        self.assertIn("H1 is on hold", change.obstacles)
        with self.assertRaisesRegex(UserError, "on hold"):
            change.action_apply()

    # -- stock --------------------------------------------------------------
    def quant(self, lot, user=None):
        quant = lot.quant_ids.filtered(lambda q: q.location_id == self.stock)
        return quant.with_user(user or self.clerk)

    def test_quants_are_not_rewritten(self):
        shelf = self.build.location("Shelf")
        self.build.receive(self.other, 3)
        for lot in (self.lot, self.other):
            quant = self.quant(lot, self.manager)
            for values in (
                {"location_id": shelf.id},
                {"lot_id": False},
                {"quantity": 0},
                {"reserved_quantity": 1},
                {"owner_id": self.customer.id},
                {"in_date": "2020-01-01 00:00:00"},
            ):
                with self.assertRaisesRegex(UserError, "changes by an operation"):
                    quant.write(values)

    def test_quants_are_not_made_of_nothing(self):
        quants = self.env["stock.quant"].with_user(self.clerk)
        values = {
            "product_id": self.product.id,
            "location_id": self.stock.id,
            "lot_id": self.other.id,
        }
        before = self.build.on_hand(self.other)
        for create in (
            lambda: quants.create(values | {"quantity": 7}),
            lambda: quants.with_context(default_quantity=7).create(values),
            lambda: quants.with_context(
                default_quantity=7, default_product_id=self.product.id
            ).create({name: values[name] for name in ("location_id", "lot_id")}),
        ):
            with self.assertRaisesRegex(UserError, "cannot be written by hand"):
                create()
        counting = quants.with_context(inventory_mode=True)
        counted = counting.create(values | {"inventory_quantity": before + 7})
        counted.action_apply_inventory()
        self.assertEqual(self.build.on_hand(self.other), before + 7)

    def test_quants_are_not_relocated(self):
        shelf = self.build.location("Shelf")
        quant = self.quant(self.lot, self.manager)
        with self.assertRaisesRegex(UserError, "Metal found"):
            quant.move_quants(location_dest_id=shelf)
        quant.move_quants(location_dest_id=self.quarantine)
        self.assertEqual(self.build.on_hand(self.lot, self.quarantine), 10)

    def test_a_count_stays_possible(self):
        self.count(self.lot, 9)
        self.assertEqual(self.build.on_hand(self.lot), 9)
        self.assertTrue(self.lot.on_hold)

    def count(self, lot, quantity, user=None):
        quant = self.quant(lot, user).with_context(inventory_mode=True)
        quant.inventory_quantity = quantity
        quant.action_apply_inventory()

    def test_not_counted_to_another_number(self):
        self.count(self.lot, 7)
        with self.assertRaisesRegex(UserError, "H1"):
            self.count(self.other, 13)
        # somebody who could release it may
        self.count(self.other, 13, self.manager)

    def test_not_counted_to_another_number_the_other_way_round(self):
        self.count(self.other, 13)
        with self.assertRaisesRegex(UserError, "H1"):
            self.count(self.lot, 7)

    def test_not_counted_to_another_number_in_one_step(self):
        quants = self.quant(self.lot) | self.quant(self.other)
        quants = quants.with_context(inventory_mode=True)
        for quant, quantity in zip(quants, (0, 20), strict=True):
            quant.inventory_quantity = quantity
        answer = quants.action_apply_inventory()
        # counting the held lot down is right; giving its goods the other number is not
        self.assertIn("H1", answer["params"]["message"])
        self.assertEqual(self.build.on_hand(self.lot), 0)
        self.assertEqual(self.build.on_hand(self.other), 10)

    # -- places -------------------------------------------------------------
    def test_a_quarantine_is_in_a_warehouse_and_beside_the_stock(self):
        with self.assertRaises(ValidationError):
            self.build.customers.is_quarantine = True
        with self.assertRaises(ValidationError):
            self.stock.with_user(self.manager).is_quarantine = True
        with self.assertRaises(ValidationError):
            self.build.warehouse.view_location_id.is_quarantine = True

    def test_customers_inside_of_a_quarantine_take_nothing(self):
        place = self.build.location("Ramp", self.quarantine, usage="customer")
        with self.assertRaises(UserError):
            self.build.move(self.lot, 1, self.stock, place)

    def test_a_quarantine_with_held_goods_stays_one(self):
        self.build.move(self.lot, 1, self.stock, self.quarantine)
        place = self.quarantine.with_user(self.manager)
        for values in (
            {"is_quarantine": False},
            {"location_id": self.stock.id},
            {"usage": "customer"},
        ):
            with self.assertRaises(UserError, msg=values):
                place.write(values)
        place.name = "Red Zone"

    # -- hold on receipt ------------------------------------------------------
    def test_counted_in(self):
        self.product.hold_on_receipt = True
        self.build.count((self.product, "H5"), 3)
        lot = self.build.lot(self.product, "H5")
        self.assertTrue(lot.on_hold)
        with self.assertRaises(UserError):
            self.build.deliver(lot, 1, self.customer)

    def test_returned(self):
        delivery = self.build.deliver(self.other, 2, self.customer)
        self.product.categ_id = self.env["product.category"].create(
            {"name": "Watched", "hold_on_receipt": True}
        )
        self.build.return_picking(delivery)
        self.assertTrue(self.other.on_hold)

    def test_made(self):
        made = self.build.product("Made", hold_on_receipt=True)
        self.build.transfer(
            {(made, "M1"): 5},
            self.build.warehouse.int_type_id,
            made.property_stock_production,
            self.stock,
        )
        self.assertTrue(self.build.lot(made, "M1").on_hold)

    def test_added_to_a_receipt_that_is_done(self):
        receipt = self.build.receive((self.product, "H6"), 1, self.vendor)
        self.product.hold_on_receipt = True
        lot = self.build.lot(self.product, "H7")
        receipt.move_line_ids.copy({"lot_id": lot.id, "quantity": 2})
        self.assertTrue(lot.on_hold)

    # -- what code sees ---------------------------------------------------------
    def test_no_value_of_a_privileged_read_is_left(self):
        self.build.deliver(self.other, 1, self.customer)
        lot = self.other.with_user(self.clerk)
        rule = self.env["ir.rule"].create(
            {
                "name": "Nothing is seen",
                "model_id": self.env.ref("stock.model_stock_picking").id,
                "domain_force": "[(0, '=', 1)]",
            }
        )
        seen = lot.sudo().trace_customer_count
        self.assertEqual(seen, 1)
        self.assertTrue(rule)
        self.assertEqual(
            lot.trace_customer_count, lot.browse(lot.id).trace_customer_count
        )
