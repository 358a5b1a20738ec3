from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from .common import SupplyChainCase


class TestDocumentsStay(SupplyChainCase):
    """What orders say of goods is what they have booked, and buttons alone book."""

    GROUPS = "stock.group_stock_user,mrp.group_mrp_user"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        build = cls.build
        cls.flour = build.product("Flour")
        cls.bread = build.product("Bread")
        build.receive((cls.flour, "FLOUR"), 10, cls.vendor)
        cls.used = build.lot(cls.flour, "FLOUR")
        groups = "stock.group_stock_manager,mrp.group_mrp_manager"
        cls.boss = new_test_user(cls.env, "boss", groups=groups)
        cls.build = type(build)(cls.env(user=cls.boss))
        cls.order = cls.build.produce(cls.bread, {"BREAD": 5}, {cls.used: 2})
        cls.other = cls.build.produce(cls.bread, {"OTHER": 5}, {cls.used: 2})
        cls.made = cls.order.lot_producing_ids

    def assert_stays(self, document, *changes):
        for values in changes:
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(UserError, "done"),
                self.env.cr.savepoint(),
            ):
                document.write(values)
        self.env.invalidate_all()

    def assert_begins_open(self, document):
        """As a copy of it, which says to be done."""
        values = document.copy_data()[0]
        for given, context in (
            ({"state": "done"}, {}),
            ({}, {"default_state": "done"}),
        ):
            model = document.browse().with_context(**context)
            with self.assertRaisesRegex(UserError, "done"), self.env.cr.savepoint():
                model.create(values | given)
        self.env.invalidate_all()
        opened = document.copy()
        with self.assertRaisesRegex(UserError, "done"), self.env.cr.savepoint():
            opened.state = "done"
        self.env.invalidate_all()

    def test_production(self):
        self.assert_stays(
            self.order,
            {"name": "FORGED"},
            {"lot_producing_ids": [Command.set(self.other.lot_producing_ids.ids)]},
        )
        # what it made is put right on its lines: the order follows
        self.order.is_locked = False
        right = self.build.lot(self.bread, "RIGHT")
        lines = self.order.move_finished_ids.move_line_ids
        lines.lot_id = right
        self.assertEqual(self.order.lot_producing_ids, right)
        lines.lot_id = self.made
        self.order.is_locked = True
        values = {
            "product_id": self.bread.id,
            "product_qty": 1,
            "product_uom_id": self.bread.uom_id.id,
        }
        orders = self.env["mrp.production"].with_user(self.boss)
        with self.assertRaisesRegex(UserError, "by its button"):
            orders.create(values | {"state": "done"})
        opened = orders.create(values)
        with self.assertRaisesRegex(UserError, "by its button"):
            opened.state = "done"

    def test_nothing_is_booked_along_with_a_day(self):
        """What is written to a document's moves and scraps books nothing, also where
        the day of the order is written with it."""
        opened = self.build._create_production(self.bread, 1, {self.used: 2})
        opened.action_confirm()
        day = {"date_finished": "2026-01-02 00:00:00"}
        done = {"state": "done"}
        goods = {"product_id": self.flour.id, "lot_id": self.used.id}
        for values in (
            {"all_move_raw_ids": [Command.update(opened.move_raw_ids.id, done)]},
            {"scrap_ids": [Command.create(goods | {"scrap_qty": 3} | done)]},
        ):
            self.assert_stays(opened.with_user(self.boss), day | values)
        raw = self.order.move_raw_ids
        clerk = new_test_user(self.env, "clerk", self.GROUPS)
        line = Command.update(raw.move_line_ids.id, {"date": "2020-01-01 00:00:00"})
        moves = [Command.update(raw.id, {"move_line_ids": [line]})]
        self.assert_stays(
            self.order.with_user(clerk),
            {"date_finished": self.order.date_finished, "all_move_raw_ids": moves},
        )

    def test_orders_of_others(self):
        """Which order goods were bought or sold by is what a trace of it tells."""
        orders = "sales_team.group_sale_manager,purchase.group_purchase_manager"
        clerk = new_test_user(self.env, "clerk", f"{self.GROUPS},{orders}")
        build = type(self.build)(self.env)
        sold, other = (build.sell(self.customer, {self.used: 1}) for _ in range(2))
        bought, again = (build.purchase(self.vendor, {self.used: 1}) for _ in range(2))
        for name, order, another in (
            ("sale_line_id", sold, other),
            ("purchase_line_id", bought, again),
        ):
            move = order.picking_ids.move_ids.with_user(clerk)
            line = another.order_line.with_user(clerk)
            self.assert_stays(move, {name: line.id}, {name: False})
            self.assert_stays(line, {"move_ids": [Command.link(move.id)]})

    def test_unbuild(self):
        unbuild = self.build.unbuild(self.order, 1, self.made)
        self.assertEqual(unbuild.state, "done")
        self.assert_stays(
            unbuild,
            {"name": "FORGED"},
            {"lot_id": self.other.lot_producing_ids.id},
            {"mo_id": self.other.id},
            {"product_qty": 4},
            {"state": "draft"},
        )
        self.assert_begins_open(unbuild)

    def test_repair(self):
        picking_type = self.build.warehouse.repair_type_id
        repair = self.env["repair.order"].with_user(self.boss)
        repair = repair.create(
            {
                "product_id": self.bread.id,
                "lot_id": self.made.id,
                "picking_type_id": picking_type.id,
                "move_ids": [
                    Command.create(
                        {
                            "repair_line_type": "add",
                            "product_id": self.flour.id,
                            "product_uom_qty": 1,
                        }
                    )
                ],
            }
        )
        repair.action_validate()
        repair.action_repair_start()
        repair.action_repair_end()
        self.assertEqual(repair.state, "done")
        self.assert_stays(
            repair,
            {"name": "FORGED"},
            {"lot_id": self.other.lot_producing_ids.id},
            {"product_id": self.flour.id},
            {"state": "draft"},
        )
        self.assert_begins_open(repair)

    def test_a_held_machine_is_not_taken_apart(self):
        self.made.action_hold("Glass")
        with self.assertRaisesRegex(UserError, "on hold"), self.env.cr.savepoint():
            self.build.repair(self.made, recycle={self.used: 1})
        self.build.repair(self.made, add={self.used: 1})
