from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from odoo.addons.lot_traceability_expiry.fefo import picks
from odoo.addons.lot_traceability_expiry.tests.test_more_doors import UseByCase

from .common import SupplyChainCase


class TestExpiryManufacturing(SupplyChainCase):
    """What is made is good for no longer than what went in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.lot_past_policy = "reason"
        dated = {"use_expiration_date": True, "expiration_time": 100}
        cls.milk = cls.build.product("Milk", expiry_carries=True, **dated)
        cls.sugar = cls.build.product("Sugar", **dated)
        cls.cheese = cls.build.product("Cheese", removal_time=2, **dated)
        cls.bom = cls.build.bom(cls.cheese, {cls.milk: 1, cls.sugar: 1})
        cls.now = fields.Datetime.now()

    def stock(self, product, name, days, **values):
        end = self.now + timedelta(days=days)
        lot = self.build.lot(product, name, expiration_date=end, **values)
        self.build.count(lot, 20)
        return lot

    def make(self, milk, sugar, name="C1", quantity=1):
        inputs = {lot: quantity / len(milk) for lot in milk} | {sugar: quantity}
        self.build.produce(self.cheese, {name: quantity}, inputs)
        return self.build.lot(self.cheese, name)

    def test_earliest_date_of_what_carries_it(self):
        early, late = self.stock(self.milk, "M1", 20), self.stock(self.milk, "M2", 40)
        sugar = self.stock(self.sugar, "S1", 5)
        cheese = self.make(early | late, sugar, quantity=2)
        self.assertEqual(cheese.expiration_date, early.expiration_date)
        self.assertEqual(cheese.expiry_limit_date, early.expiration_date)
        # as many days before the end as the product says
        removal = early.expiration_date - timedelta(days=2)
        self.assertAlmostEqual(cheese.removal_date, removal, delta=timedelta(minutes=5))
        change = cheese.date_change_ids.filtered(lambda c: c.name == "expiration_date")
        self.assertIn("M1", change.reason)

    def test_own_life_if_it_is_shorter(self):
        cheese = self.make(
            self.stock(self.milk, "M1", 300), self.stock(self.sugar, "S1", 5)
        )
        end = self.now + timedelta(days=100)
        self.assertAlmostEqual(cheese.expiration_date, end, delta=timedelta(minutes=5))

    def test_through_several_levels(self):
        toast = self.build.product(
            "Toast", use_expiration_date=True, expiration_time=90
        )
        self.cheese.expiry_carries = True
        milk = self.stock(self.milk, "M1", 20)
        cheese = self.make(milk, self.stock(self.sugar, "S1", 50))
        self.build.bom(toast, {self.cheese: 1})
        self.build.produce(toast, {"T1": 1}, {cheese: 1})
        lot = self.build.lot(toast, "T1")
        self.assertEqual(lot.expiration_date, milk.expiration_date)

    def test_opened_input_counts_as_opened(self):
        milk = self.stock(self.milk, "M1", 50)
        milk._open(milk._get_today(), 3, "Opened")
        cheese = self.make(milk, self.stock(self.sugar, "S1", 50))
        self.assertEqual(cheese.expiration_date, milk.expiration_date)
        self.assertEqual(cheese.expiry_days_left, 3)

    def test_rework_keeps_the_old_date(self):
        self.cheese.expiry_carries = True
        old = self.stock(self.cheese, "Old", 30)
        grated = self.build.product(
            "Grated", use_expiration_date=True, expiration_time=100
        )
        self.build.produce(grated, {"New": 1}, {old: 1})
        new = self.build.lot(grated, "New")
        self.assertEqual(new.expiration_date, old.expiration_date)

    def test_corrected_inputs_count(self):
        """What is added to a done order, or put right in it, went in all the same."""
        old, sugar = self.stock(self.milk, "Old", 10), self.stock(self.sugar, "S1", 50)

        def add(line):
            vals = self.build._prepare_line_vals(line.move_id, old, 1, None)
            line.create({**vals, "move_id": line.move_id.id})

        for name, correct in (
            ("added", add),
            ("put right", lambda line: line.write({"lot_id": old.id})),
        ):
            with self.subTest(name):
                milk = self.stock(self.milk, f"Milk {name}", 40)
                cheese = self.make(milk, sugar, name=f"C {name}")
                self.assertEqual(cheese.expiration_date, milk.expiration_date)
                lines = self.env["stock.move.line"].search([("lot_id", "=", milk.id)])
                line = lines.filtered("move_id.raw_material_production_id")
                line.move_id.raw_material_production_id.is_locked = False
                correct(line)
                self.assertEqual(cheese.expiration_date, old.expiration_date)
                self.assertEqual(cheese.expiry_limit_date, old.expiration_date)

    def test_minimum_life_of_what_a_subcontractor_made(self):
        """It is as old as what went in, which is known once it is made."""
        vendor = self.build.partner("Dairy")
        self.env["lot.shelf.life.rule"].create(
            {
                "direction": "incoming",
                "partner_id": vendor.id,
                "minimum": 30,
                "policy": "refuse",
            }
        )
        self.bom.write(
            {"type": "subcontract", "subcontractor_ids": [Command.link(vendor.id)]}
        )
        sugar, place = (
            self.stock(self.sugar, "S1", 90),
            vendor.property_stock_subcontractor,
        )
        for days, fits in ((40, True), (10, False)):
            milk = self.stock(self.milk, f"M{days}", days)
            for lot in (milk, sugar):
                self.build.move(lot, 1, self.build.stock, place)
            receipt = self.env["stock.picking"].create(
                {
                    "picking_type_id": self.build.warehouse.in_type_id.id,
                    "partner_id": vendor.id,
                    "location_id": self.build.suppliers.id,
                    "location_dest_id": self.build.stock.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": self.cheese.id,
                                "product_uom_qty": 1,
                                "location_id": self.build.suppliers.id,
                                "location_dest_id": self.build.stock.id,
                            }
                        )
                    ],
                }
            )
            receipt.action_confirm()
            lot = self.build.lot(self.cheese, f"C{days}")
            self.build._set_lots(receipt.move_ids, {lot: 1})
            if fits:
                receipt.button_validate()
                self.assertEqual(receipt.state, "done")
                self.assertEqual(lot.expiration_date, milk.expiration_date)
                continue
            refused = self.assertRaisesRegex(UserError, "too short for Dairy")
            with refused, self.env.cr.savepoint():
                receipt.button_validate()

    def test_longer_only_with_right_and_reason(self):
        milk = self.stock(self.milk, "M1", 20)
        cheese = self.make(milk, self.stock(self.sugar, "S1", 50))
        later = {"expiration_date": self.now + timedelta(days=60)}
        manager = self._create_user("boss", "stock.group_stock_manager")
        clerk = self._create_user("clerk", "stock.group_stock_user")
        reason = {"date_change_reason": "Lab report"}
        for user, values in ((clerk, later | reason), (manager, later)):
            refused = self.assertRaisesRegex(UserError, "at most")
            with refused, self.env.cr.savepoint():
                cheese.with_user(user).write(values)
        cheese.with_user(manager).write(later | reason)
        # linking the same inputs again takes nothing back
        line = cheese.quant_ids and self.env["stock.move.line"].search(
            [("lot_id", "=", cheese.id), ("location_id.usage", "=", "production")]
        )
        line.consume_line_ids = line.consume_line_ids
        self.assertEqual(cheese.expiration_date, later["expiration_date"])

    def test_past_use_by_is_not_used(self):
        self.milk.expiry_kind = "use_by"
        milk, sugar = self.stock(self.milk, "M1", -3), self.stock(self.sugar, "S1", 50)
        with self.assertRaisesRegex(UserError, "(?s)must not leave.*Milk, M1"):
            self.make_confirmed(milk, sugar)
        self.assertEqual(self.build.on_hand(milk), 20)

    def test_retest_due_is_not_used(self):
        milk = self.stock(self.milk, "M1", 50, retest_date=date(2020, 1, 1))
        with self.assertRaisesRegex(UserError, "retested since"):
            self.make(milk, self.stock(self.sugar, "S1", 50))

    def test_past_use_by_can_be_taken_apart(self):
        """Unbuilding is no consumption: the goods are still there."""
        milk, sugar = self.stock(self.milk, "M1", 50), self.stock(self.sugar, "S1", 50)
        self.cheese.expiry_kind = "use_by"
        cheese = self.make(milk, sugar)
        order = self.env["mrp.production"].search([("product_id", "=", self.cheese.id)])
        cheese.sudo().expiration_date = self.now - timedelta(days=3)
        self.build.unbuild(order, 1, cheese)
        self.assertEqual(self.build.on_hand(cheese), 0)

    def test_what_goes_to_a_subcontractor_is_picked(self):
        """The lot is chosen there, and used up by somebody else."""
        warehouse, company = self.build.warehouse, self.env.company
        for place, expected in (
            (company.subcontracting_location_id, True),
            (self.build.location("Shelf"), False),
        ):
            move = self.env["stock.move"].new(
                {
                    "product_id": self.milk.id,
                    "picking_type_id": warehouse.int_type_id.id,
                    "location_id": warehouse.lot_stock_id.id,
                    "location_dest_id": place.id,
                }
            )
            self.assertEqual(picks.is_pick(move), expected, place.name)

    def make_confirmed(self, milk, sugar):
        """Make it, past the question that Odoo asks about expired components."""
        order = self.build._create_production(self.cheese, 1, {milk: 1, sugar: 1})
        order.action_confirm()
        order.lot_producing_ids = self.build.lot(self.cheese, "C9")
        order.qty_producing = 1
        order._set_qty_producing()
        self.build._set_lots(order.move_raw_ids, {milk: 1, sugar: 1})
        done = order.with_context(skip_consumption=True, skip_expired=True)
        return done.button_mark_done()

    # -- best before, as at a delivery -------------------------------------------
    def test_best_before_is_used_with_right_and_reason(self):
        """The same question and right as at a delivery, kept with who and why."""
        milk, sugar = self.stock(self.milk, "M1", -3), self.stock(self.sugar, "S1", 50)
        with self.assertRaisesRegex(UserError, "only with a reason"):
            self.make_confirmed(milk, sugar)
        order = self.env["mrp.production"].search(
            [("product_id", "=", self.cheese.id)], order="id desc", limit=1
        )
        action = order.button_mark_done()
        self.assertEqual(action["res_model"], "expiry.picking.confirmation")
        clerk = self._create_user("clerk", "mrp.group_mrp_user")
        boss = self._create_user(
            "boss",
            "mrp.group_mrp_user",
            "lot_traceability_expiry.group_expiry_override",
        )
        for user, reason, error in (
            (clerk, "Smells well", AccessError),
            (boss, " ", UserError),
        ):
            wizard = self.answer(action, user, override_reason=reason)
            with self.assertRaises(error), self.env.cr.savepoint():
                wizard.confirm_produce()
        self.answer(action, boss, override_reason="Smells well").confirm_produce()
        self.assertEqual(order.state, "done")
        line = order.move_raw_ids.move_line_ids.filtered(lambda row: row.lot_id == milk)
        self.assertEqual(line.expiry_override_reason, "Smells well")
        entry = self.env["lot.trace.log"].search(
            [("lot_ref", "=", line.lot_id.id), ("kind", "=", "override")]
        )
        self.assertEqual((entry.reason, entry.user_id), ("Smells well", boss))
        note = order.message_ids.filtered(lambda m: "Smells well" in (m.body or ""))
        self.assertEqual(note.author_id, boss.partner_id)
        self.assertIn("M1", note.body)

    def answer(self, action, user, **values):
        wizard = self.env[action["res_model"]].with_user(user)
        context = {"skip_consumption": True, **action["context"]}
        return wizard.with_context(**context).create(values)

    def test_best_before_is_asked_behind_the_last_work_order(self):
        """Who finishes the order from its work orders is asked as well."""
        center = self.env["mrp.workcenter"].create({"name": "Vat"})
        self.bom.operation_ids = [
            fields.Command.create({"name": "Stir", "workcenter_id": center.id})
        ]
        milk, sugar = self.stock(self.milk, "M1", -3), self.stock(self.sugar, "S1", 50)
        order = self.build._create_production(self.cheese, 1, {milk: 1, sugar: 1})
        order.action_confirm()
        order.lot_producing_ids = self.build.lot(self.cheese, "C9")
        order.qty_producing = 1
        order._set_qty_producing()
        self.build._set_lots(order.move_raw_ids, {milk: 1, sugar: 1})
        order.workorder_ids.button_start()
        order.workorder_ids.button_finish()
        self.assertNotEqual(order.state, "done")
        action = order.with_context(skip_consumption=True).button_mark_done()
        self.assertEqual(action["res_model"], "expiry.picking.confirmation")
        boss = self._create_user(
            "boss",
            "mrp.group_mrp_user",
            # to close work orders
            "analytic.group_analytic_accounting",
            "lot_traceability_expiry.group_expiry_override",
        )
        self.answer(action, boss, override_reason="Smells well").confirm_produce()
        self.assertEqual(order.state, "done")
        line = order.move_raw_ids.move_line_ids.filtered(lambda row: row.lot_id == milk)
        logged = self.env["lot.trace.log"].search(
            [("kind", "=", "override"), ("lot_id", "=", milk.id)]
        )
        self.assertEqual(logged.reason, "Smells well")
        self.assertEqual(logged.user_id, boss)
        self.assertEqual(line.expiry_override_reason, "Smells well")

    def test_dates_are_asked_for_where_goods_are_made(self):
        """Not of goods that get their date from what went in."""
        self.env.company.lot_ask_for_dates = True
        curd = self.build.product("Curd", use_expiration_date=True)
        self.build.bom(curd, {self.milk: 1, self.sugar: 1})
        milk, sugar = self.stock(self.milk, "M1", 20), self.stock(self.sugar, "S1", 50)
        self.build.produce(curd, {"D1": 1}, {milk: 1, sugar: 1})
        lot = self.build.lot(curd, "D1")
        self.assertEqual(lot.expiration_date, milk.expiration_date)
        self.milk.expiry_carries = False
        refused = self.assertRaisesRegex(UserError, "no expiration date.*\n.*Curd, D2")
        with refused, self.env.cr.savepoint():
            self.build.produce(curd, {"D2": 1}, {milk: 1, sugar: 1})
        curd.expiration_time = 10
        self.build.produce(curd, {"D3": 1}, {milk: 1, sugar: 1})
        self.assertTrue(self.build.lot(curd, "D3").expiration_date)

    def test_check_availability_takes_another_lot(self):
        """A component that has passed its date after it was reserved."""
        milk, sugar = self.stock(self.milk, "M1", 5), self.stock(self.sugar, "S1", 50)
        fresh = self.stock(self.milk, "M2", 50)
        fefo = self.env.ref("product_expiry.removal_fefo")
        self.milk.categ_id = self.env["product.category"].create(
            {"name": "Dairy", "removal_strategy_id": fefo.id}
        )
        order = self.build._create_production(self.cheese, 1, {milk: 1, sugar: 1})
        order.action_confirm()
        order.action_assign()
        raw = order.move_raw_ids.filtered(lambda move: move.product_id == self.milk)
        self.assertEqual(raw.move_line_ids.lot_id, milk)
        milk.sudo().expiration_date = self.now - timedelta(days=3)
        self.assertTrue(order.activity_ids, "whoever is in charge is told")
        order.action_assign()
        self.assertEqual(raw.move_line_ids.lot_id, fresh)
        self.assertFalse(order.activity_ids, "nothing is left to do")
        # a repair as well
        last = self.stock(self.milk, "M3", 60)
        machine = self.build.product("Machine", tracking="serial")
        unit = self.build.lot(machine, "SN1")
        self.build.receive(unit, 1)
        part = {"product_id": self.milk.id, "product_uom_qty": 1}
        repair = self.env["repair.order"].create(
            {
                "product_id": machine.id,
                "lot_id": unit.id,
                "picking_type_id": self.build.warehouse.repair_type_id.id,
                "move_ids": [Command.create({**part, "repair_line_type": "add"})],
            }
        )
        repair._action_repair_confirm()
        self.assertEqual(repair.move_ids.move_line_ids.lot_id, fresh)
        fresh.sudo().expiration_date = self.now - timedelta(days=3)
        self.assertTrue(repair.activity_ids)
        repair.action_assign()
        self.assertEqual(repair.move_ids.move_line_ids.lot_id, last)
        self.assertFalse(repair.activity_ids)

    def test_each_part_of_an_order_is_told(self):
        milk, sugar = self.stock(self.milk, "M1", 5), self.stock(self.sugar, "S1", 50)
        order = self.build._create_production(self.cheese, 4, {milk: 4, sugar: 4})
        order.action_confirm()
        order.action_assign()
        milk.sudo().expiration_date = self.now - timedelta(days=3)
        parts = order._split_productions({order: [2, 2]})
        self.assertEqual(len(parts), 2)
        for part in parts:
            self.assertEqual(part.move_raw_ids.move_line_ids.lot_id, milk | sugar)
            self.assertIn("M1", part.activity_ids.note)

    def test_minimum_life_of_components(self):
        rule = self.env["lot.shelf.life.rule"].create(
            {
                "direction": "production",
                "minimum": 10,
                "product_id": self.milk.id,
                "policy": "refuse",
            }
        )
        old, sugar = self.stock(self.milk, "M1", 9), self.stock(self.sugar, "S1", 5)
        fresh = self.stock(self.milk, "M2", 10)
        order = self.build._create_production(self.cheese, 1, {old: 1, sugar: 1})
        order.action_confirm()
        order.action_assign()
        raw = order.move_raw_ids.filtered(lambda move: move.product_id == self.milk)
        self.assertEqual(raw.move_line_ids.lot_id, fresh)
        with self.assertRaisesRegex(UserError, "M1 is too short.*missing: 1"):
            self.make(old, sugar)
        rule.unlink()
        self.make(old, sugar)


class TestExpiryUnbuild(UseByCase):
    """Goods leave by no unbuild that does not take them apart."""

    def test_nothing_is_taken_apart_at_a_customer(self):
        self.build.warehouse.out_type_id.fefo_policy = "refuse"
        bom = self.env["mrp.bom"].create(
            {"product_tmpl_id": self.milk.product_tmpl_id.id}
        )
        unbuild = self.env["mrp.unbuild"].create(
            {
                "product_id": self.milk.id,
                "bom_id": bom.id,
                "lot_id": self.late.id,
                "product_qty": 1,
            }
        )
        picking = self.deliver(self.late)
        self.as_user(picking.move_ids).unbuild_id = unbuild
        with self.refused("SOON"):
            self.validate(picking)
        picking.action_cancel()
        production = self.env["stock.location"].search(
            [
                ("usage", "=", "production"),
                ("company_id", "=", self.env.company.id),
            ],
            limit=1,
        )
        # nor is anything by an order that is done, or takes something else apart
        other = self.build.product("Bread", tracking="none")
        for product, lot in ((self.milk, self.soon), (other, self.env["stock.lot"])):
            bom = bom.copy({"product_tmpl_id": product.product_tmpl_id.id})
            order = unbuild.copy(
                {"product_id": product.id, "bom_id": bom.id, "lot_id": lot.id}
            )
            if product == self.milk:
                order.state = "done"
            for name in ("unbuild_id", "consume_unbuild_id"):
                with self.subTest(product=product.name, name=name):
                    used = self.send_old(production)
                    self.as_user(used.move_ids)[name] = order
                    with self.refused("must not leave"):
                        self.validate(used)
