from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import SupplyChainCase


@tagged("post_install", "-at_install")
class TestPartsOfSerials(SupplyChainCase):
    """A serial is whole in every operation of every app, also for a program: what is a
    part of one is refused, and nothing is rounded in silence."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        build = cls.build
        cls.machine = build.product("Machine", tracking="serial")
        cls.part = build.product("Part", tracking="serial")
        cls.unit = build.lot(cls.part, "P-1")
        cls.spare = build.lot(cls.part, "P-2")
        for lot in (cls.unit, cls.spare):
            build.receive(lot, 1, cls.vendor)
        build.bom(cls.machine, {cls.part: 1})
        cls.order = build.produce(cls.machine, {"M-1": 1}, {cls.unit: 1})
        cls.made = build.lot(cls.machine, "M-1")
        cls.manager = cls._create_user(
            "parts manager", "stock.group_stock_manager", "mrp.group_mrp_manager"
        )

    def assert_refused(self, method, *args):
        """Nothing is booked, and it is said why."""
        before = self.stock()
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            method(*args)
        text = str(caught.exception)
        self.assertRegex(text, "is one unit|cannot have one|the quantity stays", text)
        self.env.invalidate_all()
        self.assertEqual(self.stock(), before)

    def stock(self):
        lots = self.unit | self.spare | self.made
        return {
            (quant.lot_id.name, quant.location_id.id): quant.quantity
            for quant in self.env["stock.quant"].search([("lot_id", "in", lots.ids)])
            if quant.quantity
        }

    def test_unbuild(self):
        for quantity in (0.5, 1.5):
            self.assert_refused(self.build.unbuild, self.order, quantity, self.made)
        self.build.unbuild(self.order, 1, self.made)
        self.assertEqual(self.unit.product_qty, 1)

    def test_repair(self):
        for quantity in (0.5, 1.2):
            self.assert_refused(self._repair, self.spare, quantity)
        self._repair(self.spare, 1)
        self.assertEqual(self.spare.product_qty, 0)

    def _repair(self, part, quantity):
        return self.build.repair(self.made, add={part: quantity})

    def test_repair_of_a_part_of_a_machine(self):
        repair = self.env["repair.order"].create(
            {
                "product_id": self.machine.id,
                "lot_id": self.made.id,
                "product_qty": 0.5,
                "picking_type_id": self.build.warehouse.repair_type_id.id,
            }
        )

        def work():
            repair._action_repair_confirm()
            repair.action_repair_start()
            repair.action_repair_end()

        self.assert_refused(work)

    def test_manufacturing(self):
        def consume(quantity):
            self.build.produce(self.machine, {"M-2": 1}, {self.spare: quantity})

        for quantity in (0.5, 1.5):
            self.assert_refused(consume, quantity)

        def make(quantity):
            self.build.produce(self.machine, {"M-2": quantity}, {self.spare: 1})

        for quantity in (0.5, 1.5):
            self.assert_refused(make, quantity)
        make(1)
        self.assertEqual(self.build.lot(self.machine, "M-2").product_qty, 1)

    def test_conversion(self):
        def relabel(quantity, given):
            line = {"product_id": self.part.id, "location_id": self.build.stock.id}
            source = {**line, "side": "source", "lot_id": self.spare.id}
            target = {**line, "side": "target", "number": "P-9"}
            conversion = self.env["lot.conversion"].create(
                {
                    "kind": "relabel",
                    "reason": "Test",
                    "source_line_ids": [
                        Command.create({**source, "quantity": quantity})
                    ],
                    "target_line_ids": [Command.create({**target, "quantity": given})],
                }
            )
            conversion.action_done()

        for quantities in ((0.5, 0.5), (1, 0.5), (1, 1.5), (0.5, 1)):
            self.assert_refused(relabel, *quantities)
        relabel(1, 1)

    def test_scrap_count_and_lines_by_a_program(self):
        env = self.env(user=self.manager)

        def scrap(quantity):
            values = {
                "product_id": self.part.id,
                "lot_id": self.spare.id,
                "scrap_qty": quantity,
                "location_id": self.build.stock.id,
            }
            env["stock.scrap"].create(values).do_scrap()

        def count(quantity):
            quant = self.spare.quant_ids.filtered(
                lambda quant: quant.location_id == self.build.stock
            )
            quant = quant.with_env(env).with_context(inventory_mode=True)
            quant.inventory_quantity = quantity
            quant.action_apply_inventory()

        def add_to_done(quantity):
            delivery = self.build.deliver(self.build.lot(self.part, "P-3"), 1)
            delivery.move_line_ids.with_env(env).copy({"quantity": quantity})

        self.build.receive(self.build.lot(self.part, "P-3"), 1, self.vendor)
        for quantity in (0.5, 0.25, 1.5):
            self.assert_refused(scrap, quantity)
            self.assert_refused(count, quantity)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            add_to_done(0.5)
        dozen = self.env.ref("uom.product_uom_dozen")
        receipt = self.build.open_receipt(self.part, 1, "P-4")
        for values in (
            {"quantity": 0.5},
            {"quantity": 1, "product_uom_id": dozen.id},
            {"quantity": -1},
        ):
            lines = receipt.move_line_ids.with_env(env)
            with self.assertRaises(UserError), self.env.cr.savepoint():
                lines.write(values)
                receipt.with_env(env)._action_done()
            self.env.invalidate_all()
        self.assertFalse(self.build.lot(self.part, "P-4").quant_ids)
        receipt.invalidate_recordset()
        receipt.move_line_ids.quantity = 0
        count(0)
        self.assertEqual(self.spare.product_qty, 0)
