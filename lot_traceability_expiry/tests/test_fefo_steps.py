from collections import Counter
from datetime import timedelta

from odoo.tests import tagged

from .test_lot_fefo import FefoCase


@tagged("post_install", "-at_install")
class TestFefoSteps(FefoCase):
    """A lot is judged once, where it is chosen, by the strategy in force."""

    def _order(self, quantity, warehouse, product=None):
        """What an order for a customer makes; returns the open moves."""
        product = product or self.milk
        before = self.env["stock.move"].search([("product_id", "=", product.id)])
        self.env["stock.rule"].run(
            [
                self.env["stock.rule"].Procurement(
                    product,
                    quantity,
                    product.uom_id,
                    self.build.customers,
                    "Order",
                    "Order",
                    self.env.company,
                    {"warehouse_id": warehouse, "partner_id": self.customer.id},
                )
            ]
        )
        return self.env["stock.move"].search(
            [("product_id", "=", product.id), ("id", "not in", before.ids)]
        )

    def _do_steps(self, moves, lots):
        """Pick lots, then pack and ship what was picked; returns the transfers."""
        done, picking = [], moves.picking_id
        while picking:
            picking.action_assign()
            if not done:
                picking.move_ids.move_line_ids.unlink()
                picking.move_ids.move_line_ids = [
                    (
                        0,
                        0,
                        {
                            "product_id": lot.product_id.id,
                            "lot_id": lot.id,
                            "quantity": quantity,
                            "picking_id": picking.id,
                        },
                    )
                    for lot, quantity in lots.items()
                ]
            picking.move_ids.picked = True
            self.assertIs(self._validate(picking), True, picking.name)
            self.assertEqual(picking.state, "done", picking.name)
            done.append(picking)
            picking = picking.move_ids.move_dest_ids.picking_id
        return done

    def test_pick_pack_ship_as_counted_by_hand(self):
        """Three orders: two lines are right, one is not. By hand: 2 of 3, each once."""
        warehouse = self.build.warehouse
        warehouse.delivery_steps = "pick_pack_ship"
        butter = self._create_expiring_product("Butter", categ_id=self.milk.categ_id.id)
        butter_lot = self._create_lot_in_stock("B", expiration=9, product=butter)
        steps = self._do_steps(self._order(3, warehouse), {self.soon: 3})
        self.assertEqual(len(steps), 3)
        helper = self._create_user("helper", "stock.group_stock_user")
        moves = self._order(2, warehouse).with_user(helper)
        wrong = self._do_steps(moves, {self.late: 2})[0]
        self._do_steps(self._order(1, warehouse, butter), {butter_lot: 1})
        picks = self.env["lot.fefo.pick"].search(
            [("product_id", "in", (self.milk + butter).ids)], order="id"
        )
        self.assertEqual(picks.mapped("is_deviation"), [False, True, False])
        self.assertEqual(picks[1].picking_id, wrong)
        for name, expected in (
            ("warehouse_id", {warehouse: 2 / 3}),
            ("user_id", {self.env.user: 1.0, helper: 0.0}),
            ("product_id", {self.milk: 0.5, butter: 1.0}),
        ):
            found = dict(
                self.env["lot.fefo.pick"]._read_group(
                    [("id", "in", picks.ids)], [name], ["compliance:avg"]
                )
            )
            self.assertEqual(found.keys(), expected.keys())
            for key, share in expected.items():
                self.assertAlmostEqual(found[key], share, msg=key.display_name)

    def test_what_is_a_pick(self):
        """One table: where goods go, what the setting says, and whether it counts."""
        warehouse = self.build.warehouse
        lab = self.build.location("Lab", parent=warehouse.view_location_id)
        bin_place = self.build.location("Bin")
        other = self.env["stock.warehouse"].create({"name": "Two", "code": "TWO"})
        output = warehouse.wh_output_stock_loc_id
        output.active = True
        quarantine = warehouse.lot_quarantine_location_id
        customers, stock = self.build.customers, self.build.stock
        rows = [
            # from, to, setting, counted
            (stock, customers, "leaving", True),
            (stock, customers, "none", False),
            (stock, lab, "leaving", False),
            (stock, lab, "all", True),
            (stock, bin_place, "all", False),
            (stock, quarantine, "all", False),
            (stock, other.lot_stock_id, "leaving", True),
            (stock, output, "leaving", True),
            (output, customers, "leaving", False),
        ]
        self.build.move(self.late, 2, stock, output)
        types = warehouse.int_type_id
        counted = Counter()
        for source, dest, setting, expected in rows:
            with self.subTest(source=source.name, dest=dest.name, setting=setting):
                types.fefo_picks = setting
                picking = self.build.move(self.late, 1, source, dest)
                self.assertEqual(len(self._picks(picking)), int(expected))
                counted[expected] += 1
        self.assertEqual(counted, {True: 4, False: 5})

    def test_what_is_reserved_is_never_refused(self):
        """FIFO, LIFO or closest on purpose, and a deviation from FEFO is refused."""
        self.out_type.fefo_policy = "refuse"
        for name in (
            "stock.removal_fifo",
            "stock.removal_lifo",
            "stock.removal_closest",
        ):
            with self.subTest(name):
                self.milk.categ_id.removal_strategy_id = self.env.ref(name)
                picking = self._open_delivery(1)
                line = picking.move_line_ids
                line.invalidate_recordset(["fefo_note"])
                self.assertIn("FEFO does not count here", line.fefo_note)
                self.assertIs(self._validate(picking), True)
                self.assertFalse(self._picks(picking))
        # nobody chose one: what Odoo reserves by itself is not refused, another is
        self.milk.categ_id.removal_strategy_id = False
        picking = self._open_delivery(1)
        self.assertEqual(picking.move_line_ids.lot_id, self.late)
        self.assertIn("FEFO does not count here", picking.move_line_ids.fefo_note)
        self.assertIs(self._validate(picking), True)
        picking = self._open_delivery(1)
        picking.move_line_ids.lot_id = self.mid
        with self.assertRaisesRegex(Exception, "MID is picked"):
            self._validate(picking)
        self.milk.categ_id.removal_strategy_id = self.fefo
        picking = self._deliver_late()
        with self.assertRaisesRegex(Exception, "LATE is picked"):
            self._validate(picking)

    # -- one clock ------------------------------------------------------------
    def test_the_planned_day_decides(self):
        """SOON ends before the delivery, which is planned in 15 days."""
        self.out_type.fefo_policy = "refuse"
        picking = self._open_delivery(10, scheduled_date=self._in_days(15))
        line = picking.move_line_ids
        self.assertEqual(line.lot_id, self.mid)
        self.assertEqual(line.fefo_note, "Earliest date")
        wanting = self._open_delivery(15, scheduled_date=self._in_days(15))
        self.assertEqual(wanting.move_line_ids.lot_id, self.late)
        self.assertEqual(
            [row["lot"] for row in wanting.get_reservation_problems()], ["SOON"]
        )
        action = wanting.action_explain_reservation()
        report = self.env[action["res_model"]].browse(action["res_id"])
        self.assertIn("SOON", report.text)
        self.assertIn("as planned", report.text)
        self.assertIs(self._validate(picking), True)
        self.assertFalse(self._picks(picking).is_deviation)

    def test_notes_say_what_is_true(self):
        """No expired lot is the earliest, and nobody is later than one."""
        picking = self._open_delivery(20)
        lines = picking.move_line_ids.grouped("lot_id")
        self.soon.sudo().expiration_date = self._in_days(-3)
        picking.move_line_ids.invalidate_recordset(["fefo_note"])
        self.assertIn("Must not go: expired", lines[self.soon].fefo_note)
        self.assertEqual(lines[self.mid].fefo_note, "Earliest date")

    def test_forecast_of_the_last_day(self):
        """A lot is free and forecast on its last day, and not a day later."""
        noon = self._in_days(0)
        self.soon.sudo().expiration_date = noon - timedelta(hours=3)
        for days, expected in ((False, 30), (0, 30), (1, 20), (20, 20), (21, 10)):
            with self.subTest(days):
                to_date = days is not False and (noon + timedelta(days=days)).replace(
                    hour=23, minute=59
                )
                product = self.milk.with_context(to_date=to_date)
                product.invalidate_recordset()
                self.assertEqual(product.virtual_available, expected)
        # expired, whatever the removal date says
        self.soon.sudo().write(
            {"expiration_date": noon - timedelta(days=2), "removal_date": noon}
        )
        self.milk.invalidate_recordset()
        self.assertEqual((self.milk.free_qty, self.milk.virtual_available), (20, 20))
