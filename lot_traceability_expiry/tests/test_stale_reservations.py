from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..fefo import stale
from .test_lot_fefo import FefoCase


@tagged("post_install", "-at_install")
class TestStaleReservations(FefoCase):
    """SOON is reserved, and must not go any more when its day comes."""

    def _find_stale(self):
        return self.env["stock.picking"].search([("has_stale_lots", "=", True)])

    def _activities_of(self, picking):
        kind = "lot_traceability_expiry.mail_activity_stale_reservation"
        return picking.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(kind)
        )

    def test_seen_told_and_mended(self):
        """The day passes: list, banner, to-do, one click; then the to-do is gone."""
        picking = self._open_delivery(4, user_id=self.keeper.id)
        self.assertFalse(picking.has_stale_lots)
        self.assertNotIn(picking, self._find_stale())
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability_expiry.action_stale_reservations"
        )
        self.assertIn("Every reserved lot may still go", action["help"])
        with freeze_time(self._in_days(12)):
            picking.invalidate_recordset()
            self.assertTrue(picking.has_stale_lots)
            self.assertIn("SOON", picking.stale_lots_text)
            self.assertIn("expired", picking.stale_lots_text)
            self.assertEqual(self._find_stale(), picking)
            for _run in range(2):
                self.env["stock.picking"]._cron_tell_stale_reservations()
            activity = self._activities_of(picking)
            self.assertEqual(activity.user_id, self.keeper)
            self.assertIn("SOON", activity.note)
            # the button that the transfer always has mends it as well
            picking.with_user(self.keeper).action_reserve_anew()
            self.assertEqual(picking.move_line_ids.lot_id, self.mid)
            self.assertEqual(picking.state, "assigned")
            self.assertFalse(self._activities_of(picking))
            self.assertNotIn(picking, self._find_stale())
            self.assertIs(self._validate(picking), True)

    def test_a_changed_date_is_told_at_once(self):
        picking = self._open_delivery(4)
        self.soon.sudo().expiration_date = self._in_days(-2)
        self.assertTrue(self._activities_of(picking))
        picking.action_assign()
        self.assertEqual(picking.move_line_ids.lot_id, self.mid)
        self.assertFalse(self._activities_of(picking))

    def test_the_minimum_of_the_customer_passes(self):
        self.env["lot.shelf.life.rule"].create(
            {"minimum": 8, "partner_id": self.customer.id}
        )
        picking = self._open_delivery(4)
        self.assertEqual(picking.move_line_ids.lot_id, self.soon)
        with freeze_time(self._in_days(4)):
            picking.invalidate_recordset()
            self.assertIn("2 days too short", picking.stale_lots_text)
            self.assertEqual(self._find_stale(), picking)
            picking.action_assign()
            self.assertEqual(picking.move_line_ids.lot_id, self.mid)

    def test_what_is_picked_or_explained_stays(self):
        picking = self._open_delivery(4)
        picking.move_line_ids.expiry_override_reason = "The customer knows"
        self.soon.sudo().expiration_date = self._in_days(-2)
        picking.action_assign()
        self.assertEqual(picking.move_line_ids.lot_id, self.soon)

    def test_lines_that_come_to_another_transfer(self):
        """As into a wave."""
        picking, wave = self._open_delivery(4), self._open_delivery(1)
        self.soon.sudo().expiration_date = self._in_days(-2)
        wave.do_unreserve()
        stale.settle(wave)
        self.assertFalse(self._activities_of(wave))
        line = picking.move_line_ids
        line.write({"move_id": wave.move_ids.id, "picking_id": wave.id})
        self.assertIn("SOON", self._activities_of(wave).note)
        self.assertFalse(self._activities_of(picking))

    def test_who_became_a_user_of_the_portal(self):
        picking = self._open_delivery(4)
        picking.user_id = self._create_user("left", "stock.group_stock_user")
        self.soon.sudo().expiration_date = self._in_days(-2)
        self.assertEqual(self._activities_of(picking).user_id, picking.user_id)
        portal = self.env.ref("base.group_portal")
        picking.user_id.group_ids = [Command.set(portal.ids)]
        picking._cron_tell_stale_reservations()
        self.assertTrue(self._activities_of(picking).user_id)
        self.assertFalse(self._activities_of(picking).user_id.share)

    def test_a_later_step_that_is_put_off(self):
        """SOON is picked today for what leaves in 15 days, when it is expired."""
        warehouse = self.build.warehouse
        warehouse.delivery_steps = "pick_ship"
        output = warehouse.wh_output_stock_loc_id
        vals = {"product_id": self.milk.id, "product_uom_qty": 4}
        ship = self.env["stock.move"].create(
            {
                **vals,
                "location_id": output.id,
                "location_dest_id": self.build.customers.id,
                "picking_type_id": warehouse.out_type_id.id,
                "procure_method": "make_to_order",
            }
        )
        pick = ship.create(
            {
                **vals,
                "location_id": self.build.stock.id,
                "location_dest_id": output.id,
                "picking_type_id": warehouse.pick_type_id.id,
                "move_dest_ids": ship.ids,
            }
        )
        (pick | ship)._action_confirm()
        pick._action_assign()
        self.assertEqual(pick.move_line_ids.lot_id, self.soon)
        self.assertNotIn(pick.picking_id, self._find_stale())
        ship.picking_id.scheduled_date = self._in_days(15)
        self.assertTrue(pick.picking_id.has_stale_lots)
        self.assertIn(pick.picking_id, self._find_stale())
        pick.picking_id._cron_tell_stale_reservations()
        self.assertTrue(self._activities_of(pick.picking_id))
        pick.picking_id.action_assign()
        self.assertEqual(pick.move_line_ids.lot_id, self.mid)

    def test_undated_by_the_policy(self):
        """Without an expiration date, though not without a removal date."""
        picking = self._open_delivery(4)
        self.soon.sudo().expiration_date = False
        self.assertTrue(self.soon.removal_date)
        self.assertNotIn(picking, self._find_stale())
        self.env.company.lot_undated_policy = "refuse"
        picking.invalidate_recordset()
        self.assertTrue(picking.has_stale_lots)
        self.assertIn(picking, self._find_stale())

    def test_over_in_whatever_way(self):
        """Another lot, cancelled, dates that mean nothing: the to-do goes."""

        def take_another(picking):
            picking.move_line_ids.lot_id = self.late
            picking.move_ids.picked = True
            self.assertIs(self._validate(picking), True)

        def switch_off(picking):
            self.milk.use_expiration_date = False

        def scrap(picking):
            self.build.scrap(self.soon, 10)
            self.assertEqual(picking.move_line_ids.lot_id, self.mid)

        def put_forward(picking):
            picking.scheduled_date = self._in_days(1)
            picking._cron_tell_stale_reservations()

        day = self._in_days(15)
        for way, expiration in (
            (take_another, self._in_days(-2)),
            (lambda picking: picking.action_cancel(), self._in_days(-2)),
            (put_forward, self._in_days(12)),
            (scrap, self._in_days(-2)),
            (switch_off, self._in_days(-2)),
        ):
            with self.subTest(way.__name__):
                good = self._in_days(18)
                self.soon.sudo().write({"expiration_date": good, "removal_date": good})
                if not self.build.on_hand(self.soon):
                    self.build.receive(self.soon, 10)
                picking = self._open_delivery(1, scheduled_date=day)
                self.assertEqual(picking.move_line_ids.lot_id, self.soon)
                self.soon.sudo().expiration_date = expiration
                self.assertTrue(self._activities_of(picking))
                way(picking)
                self.assertFalse(self._activities_of(picking))

    def test_in_the_language_of_who_is_told(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.keeper.lang = "fr_FR"
        picking = self._open_delivery(4, user_id=self.keeper.id)
        day = self._in_days(-2)
        self.soon.sudo().expiration_date = day
        todo = self._activities_of(picking)
        self.assertIn(f"{day:%d/%m/%Y}", todo.note)
        self.assertNotIn("Reserved lots", todo.summary)

    def test_a_typed_quantity_takes_what_may_go(self):
        """Without a reservation, or beyond it: expired goods last, if somebody
        can be asked."""
        self.soon.sudo().expiration_date = self._in_days(-2)

        def get_taken(quantity):
            picking.move_ids.quantity = quantity
            lines = picking.move_line_ids.grouped("lot_id")
            return {lot: sum(found.mapped("quantity")) for lot, found in lines.items()}

        picking = self._open_delivery(4)
        picking.do_unreserve()
        fit = {self.mid: 10, self.late: 2}
        self.assertEqual(get_taken(12), fit)
        self.assertEqual(get_taken(25), fit | {self.late: 10, self.soon: 5})
        self.assertIn("Must not go", picking.move_line_ids[-1].fefo_note)
        picking.do_unreserve()
        self.milk.expiry_kind = "use_by"
        nothing = self.env["stock.lot"]
        self.assertEqual(get_taken(25), fit | {self.late: 10, nothing: 5})
        # in another unit than the product's
        self.milk.expiry_kind = "best_before"
        picking.do_unreserve()
        move = picking.move_ids
        move.product_uom = self.env.ref("uom.product_uom_dozen")
        move.quantity = 2
        taken = move.move_line_ids.grouped("lot_id")
        self.assertEqual(
            {
                lot: sum(found.mapped("quantity_product_uom"))
                for lot, found in taken.items()
            },
            {self.mid: 10, self.late: 10, self.soon: 4},
        )

    def test_nothing_fits(self):
        picking = self._open_delivery(4)
        for lot in self.soon + self.mid + self.late:
            lot.sudo().expiration_date = self._in_days(-2)
        picking.action_assign()
        self.assertFalse(picking.move_line_ids)
        self.assertEqual(len(picking.get_reservation_problems()), 3)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_not_by_everybody(self):
        picking = self._open_delivery(4)
        clerk = self._create_user("clerk", "base.group_user")
        for name in ("action_reserve_anew", "action_allocate_by_shelf_life"):
            with self.assertRaises(AccessError):
                getattr(picking.with_user(clerk), name)()

    def test_backorder_without_what_is_expired(self):
        """*Proceed except expired*: the backorder gets good stock."""
        picking = self._open_delivery(15)
        self.assertEqual(picking.move_line_ids.lot_id, self.soon + self.mid)
        self.soon.sudo().expiration_date = self._in_days(-2)
        action = self._validate(picking)
        wizard = self.env[action["res_model"]].with_context(
            **action["context"], skip_backorder=True
        )
        wizard.create({}).process_no_expired()
        self.assertEqual(picking.state, "done")
        lines = picking.backorder_ids.move_line_ids
        self.assertEqual(lines.lot_id, self.mid + self.late)
        self.assertEqual(sum(lines.mapped("quantity")), 10)

    # -- who needs fresh goods gets them ----------------------------------------
    def test_allocation_by_need(self):
        """B asks first for 25 of 30; A needs 25 days of life, and only LATE has them.

        By hand: A gets the 10 of LATE, B the 20 of SOON and MID.
        """
        self.env["lot.shelf.life.rule"].create(
            {"minimum": 25, "partner_id": self.customer.id}
        )
        other = self.build.partner("B")
        of_b = self._open_delivery(25, other)
        of_a = self._open_delivery(10)
        self.assertEqual(sum(of_a.move_line_ids.mapped("quantity")), 5)
        action = (of_b).action_allocate_by_shelf_life()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        plan = {
            (row.picking_id, row.lot_id): (row.quantity, row.planned)
            for row in wizard.line_ids
        }
        self.assertEqual(
            plan,
            {
                (of_a, self.late): (5, 10),
                (of_b, self.soon): (10, 10),
                (of_b, self.mid): (10, 10),
                (of_b, self.late): (5, 0),
            },
        )
        # a preview changes nothing
        self.assertEqual(sum(of_a.move_line_ids.mapped("quantity")), 5)
        wizard.action_apply()
        self.assertEqual(of_a.state, "assigned")
        self.assertEqual(of_a.move_line_ids.lot_id, self.late)
        self.assertEqual(of_b.move_line_ids.lot_id, self.soon + self.mid)

    def test_allocation_leaves_whose_day_has_not_come(self):
        """Who is reserved by hand, or days before, competes once that is done."""
        named = self._open_delivery(5)
        method = self.out_type.reservation_method
        waiting = []
        for way in ("manual", "by_date"):
            self.out_type.reservation_method = way
            self.out_type.reservation_days_before = 2
            picking = self._open_delivery(3, scheduled_date=self._in_days(8))
            picking.do_unreserve()
            waiting.append(picking)
        explained = self._open_delivery(2)
        explained.move_line_ids.expiry_override_reason = "The customer knows"
        self.out_type.reservation_method = method

        def find():
            action = named.action_allocate_by_shelf_life()
            wizard = self.env[action["res_model"]].browse(action["res_id"])
            return wizard.move_ids.picking_id

        # as by hand while the operation is reserved by hand
        self.out_type.reservation_method = "manual"
        self.assertEqual(find(), named)
        waiting[0].action_assign()
        self.assertEqual(find(), named | waiting[0])

    # -- receipts ----------------------------------------------------------------
    def test_receipts_are_judged_by_the_lot_that_comes(self):
        """One table: what is typed at a receipt, and the days that it lacks."""
        self.milk.expiration_time = 100
        old = self._create_lot_in_stock("OLD", expiration=40)
        self.env["lot.shelf.life.rule"].create(
            {"direction": "incoming", "minimum": 60, "product_id": self.milk.id}
        )
        today = self._in_days(0).date()
        rows = [
            # made on, expiration typed, name, days missing
            (None, None, "N1", 0),
            (today - timedelta(days=70), None, "N2", 30),
            (today - timedelta(days=70), 90, "N3", 0),
            (None, 59, "N4", 1),
            (None, 90, "OLD", 20),
            (None, 90, "old", 20),
        ]
        for made_on, days, name, missing in rows:
            with self.subTest(name=name, made_on=made_on, days=days):
                receipt = self.build.open_receipt(self.milk, 1, name)
                line = receipt.move_line_ids
                vals = {"made_on": made_on} if made_on else {}
                if days:
                    vals["expiration_date"] = self._in_days(days)
                line.write(vals)
                self.assertEqual(line._get_missing_life()[-1], missing)
        self.assertEqual(old.expiration_date.date(), today + timedelta(days=40))

    def test_share_of_its_own_life(self):
        """Made 30 days ago and good for 30 more: half of it is left, whatever the
        product says."""
        rule = self.env["lot.shelf.life.rule"].create(
            {"minimum": 50, "unit": "percent", "product_id": self.milk.id}
        )
        self.milk.expiration_time = 100
        self.assertFalse(self._open_delivery(1).move_line_ids)
        self.late.made_on = self._in_days(-30)
        self.assertEqual(self._open_delivery(1).move_line_ids.lot_id, self.late)
        rule.minimum = 51
        self.assertFalse(self._open_delivery(1).move_line_ids)
