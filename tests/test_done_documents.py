from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from .common import SupplyChainCase


class TestDoneDocuments(SupplyChainCase):
    """What was made of what, when and for whom stays as it was booked, or its
    correction is kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        build = cls.build
        cls.flour = build.product("Flour")
        cls.bread = build.product("Bread")
        build.receive((cls.flour, "FLOUR"), 10, cls.vendor)
        build.receive((cls.flour, "OTHER"), 10, cls.vendor)
        cls.used = build.lot(cls.flour, "FLOUR")
        groups = "stock.group_stock_user,mrp.group_mrp_user"
        cls.clerk = new_test_user(cls.env, "baker", groups=groups)
        cls.boss = new_test_user(
            cls.env, "boss", groups="stock.group_stock_manager,mrp.group_mrp_manager"
        )
        cls.order = cls.build_as(cls.clerk).produce(
            cls.bread, {"BREAD": 5}, {cls.used: 2}
        )
        cls.made = build.lot(cls.bread, "BREAD")
        cls.delivery = build.deliver(cls.made, 2, cls.customer)

    @classmethod
    def build_as(cls, user):
        return type(cls.build)(cls.env(user=user))

    def refuse(self, records, values, error=UserError):
        with self.assertRaises(error, msg=values), self.env.cr.savepoint():
            records.write(values)
        self.env.invalidate_all()

    def get_log(self, record, kind="done_line"):
        domain = [("res_model", "=", record._name), ("res_id", "in", record.ids)]
        return self.env["lot.trace.log"].search([*domain, ("kind", "=", kind)])

    def test_orders_are_booked_by_whoever_works(self):
        """The clerk's order joined what it used with what it made, and again when it is
        taken apart."""
        names = [row["name"] for row in self.used.trace_downstream()["lots"]]
        self.assertEqual(names, ["FLOUR", "BREAD"])
        self.assertFalse(self.get_log(self.order.move_finished_ids.move_line_ids))
        build = self.build_as(self.clerk)
        other = build.produce(self.bread, {"MORE": 1}, {self.used: 1})
        build.unbuild(other, 1, build.lot(self.bread, "MORE"))
        finished = other.move_finished_ids.move_line_ids
        self.assertEqual(finished.consume_line_ids.lot_id, self.used)

    def test_nobody_says_by_hand_what_was_made_of_what(self):
        made = self.order.move_finished_ids.move_line_ids
        used = self.order.move_raw_ids.move_line_ids
        receipt = self.env["stock.move.line"].search(
            [("lot_id.name", "=", "OTHER"), ("location_id.usage", "=", "supplier")]
        )
        for user in (self.clerk, self.boss):
            for lines, values in (
                (made, {"consume_line_ids": [Command.clear()]}),
                (made, {"consume_line_ids": [Command.set(receipt.ids)]}),
                (made, {"consume_line_ids": [Command.link(receipt.id)]}),
                (used, {"produce_line_ids": [Command.unlink(made.id)]}),
                (receipt, {"produce_line_ids": [Command.link(made.id)]}),
            ):
                self.refuse(lines.with_user(user), values)
        picking = self.build.open_delivery(self.bread, 1, self.customer)
        new = {
            "move_id": picking.move_ids.id,
            "product_id": self.bread.id,
            "consume_line_ids": [Command.link(receipt.id)],
        }
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.env["stock.move.line"].with_user(self.clerk).create(new)
        self.assertEqual(made.consume_line_ids, used)

    def test_a_component_that_is_added_later(self):
        self.order.with_user(self.boss).is_locked = False
        other = self.build.lot(self.flour, "OTHER")
        move = self.order.move_raw_ids
        line = {
            "move_id": move.id,
            "product_id": self.flour.id,
            "lot_id": other.id,
            "quantity": 1,
            "location_id": move.location_id.id,
            "location_dest_id": move.location_dest_id.id,
        }
        self.env["stock.move.line"].with_user(self.clerk).create(line)
        names = [row["name"] for row in self.made.trace_upstream()["lots"]]
        self.assertEqual(sorted(names), ["BREAD", "FLOUR", "OTHER"])

    def test_goods_of_another_lot_that_are_added_later(self):
        self.order.with_user(self.boss).is_locked = False
        line = self.order.move_finished_ids.move_line_ids
        other = self.build.lot(self.bread, "BREAD-2")
        values = {
            "move_id": line.move_id.id,
            "product_id": self.bread.id,
            "lot_id": other.id,
            "quantity": 1,
            "location_id": line.location_id.id,
            "location_dest_id": line.location_dest_id.id,
        }
        self.env["stock.move.line"].with_user(self.clerk).create(values)
        names = [row["name"] for row in other.trace_upstream()["lots"]]
        self.assertEqual(sorted(names), ["BREAD-2", "FLOUR"])

    def test_when_it_was_done(self):
        then = fields.Datetime.now() - timedelta(days=30)
        made = self.order.move_finished_ids
        for records, values in (
            (self.delivery.move_line_ids, {"date": then}),
            (self.delivery.move_ids, {"date": then}),
            (self.delivery, {"date_done": then}),
            (made.move_line_ids, {"date": then}),
            (made, {"date": then}),
            (self.order, {"date_finished": then}),
            (self.order.move_raw_ids.move_line_ids, {"date": then}),
        ):
            self.refuse(records.with_user(self.clerk), values, AccessError)
        line = self.delivery.move_line_ids
        self.delivery.with_user(self.boss).date_done = then
        self.assertEqual(line.date, then)
        entry = self.get_log(line)
        self.assertEqual(entry.user_id, self.boss)
        self.assertIn(fields.Datetime.to_string(then), entry.new_value)
        self.order.with_user(self.boss).date_finished = then
        entry = self.get_log(made.move_line_ids)
        self.assertEqual((len(entry), entry.user_id), (1, self.boss))
        self.assertEqual(made.move_line_ids.date, then)

    def test_done_is_done_by_its_document(self):
        picking = self.build.open_delivery(self.bread, 1, self.customer)
        self.refuse(picking.move_ids.with_user(self.clerk), {"state": "done"})
        for records, values in (
            (picking, {"state": "done"}),
            (self.delivery, {"state": "draft"}),
            (self.order, {"state": "confirmed"}),
            (self.delivery.move_ids, {"picking_id": picking.id}),
            (self.delivery.move_ids, {"origin_returned_move_id": picking.move_ids.id}),
            (self.order.move_raw_ids, {"raw_material_production_id": False}),
            (self.order.move_finished_ids, {"production_id": False}),
        ):
            self.refuse(records.with_user(self.boss), values)

    def test_whose_goods_they_were(self):
        other = self.build.partner("Somebody Else")
        clerk = self.delivery.with_user(self.clerk)
        self.refuse(clerk, {"partner_id": other.id})
        self.refuse(clerk.move_ids, {"partner_id": other.id})
        self.delivery.with_user(self.boss).partner_id = other
        entry = self.get_log(self.delivery.move_line_ids)
        self.assertEqual(
            (entry.old_value, entry.new_value), (self.customer.name, other.name)
        )
        fact = self.env["lot.trace.fact"].search(
            [("line_ref", "=", self.delivery.move_line_ids.id)],
            order="id desc",
            limit=1,
        )
        self.assertEqual(fact.party["name"], other.name)

    def test_only_managers_unlock_what_is_done(self):
        order = self.order.with_user(self.clerk)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            order.action_toggle_is_locked()
        line = order.move_finished_ids.move_line_ids
        self.refuse(line, {"quantity": 50}, AccessError)
        self.order.with_user(self.boss).action_toggle_is_locked()
        self.assertEqual(self.get_log(self.order, "override").user_id, self.boss)
        line.quantity = 4
        entry = self.get_log(line)
        self.assertEqual(entry.user_id, self.clerk)
        self.assertIn("5", entry.old_value)
        self.assertIn("4", entry.new_value)
