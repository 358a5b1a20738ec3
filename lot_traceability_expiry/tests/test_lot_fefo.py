from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..fefo.verdicts import judge_lines
from .common import LotExpiryCase


class FefoCase(LotExpiryCase):
    """Three lots of milk, each with ten, and open deliveries of them."""

    @classmethod
    def setUpClass(cls):
        # at noon, so that no test is cut by midnight
        noon = fields.Datetime.now().replace(hour=12, minute=0, second=0)
        cls.startClassPatcher(freeze_time(noon))
        super().setUpClass()
        cls.out_type = cls.build.warehouse.out_type_id
        cls.fefo = cls.env.ref("product_expiry.removal_fefo")
        cls.milk.categ_id = cls.env["product.category"].create(
            {"name": "Dairy", "removal_strategy_id": cls.fefo.id}
        )
        cls.late = cls._create_lot_in_stock("LATE", expiration=30)
        cls.soon = cls._create_lot_in_stock("SOON", expiration=10)
        cls.mid = cls._create_lot_in_stock("MID", expiration=20)

    @classmethod
    def _create_lot(cls, name, expiration=5, product=None, build=None, **values):
        """Only with the date of expiry: Odoo then sets the others."""
        values["expiration_date"] = cls._in_days(expiration)
        return (build or cls.build).lot(product or cls.milk, name, **values)

    def _open_delivery(self, quantity, customer=None, product=None, **values):
        """A delivery that Odoo reserves."""
        build, product = self.build, product or self.milk
        places = {
            "location_id": build.stock.id,
            "location_dest_id": build.customers.id,
        }
        move = {"product_id": product.id, "product_uom_qty": quantity} | places
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.out_type.id,
                "partner_id": (customer or self.customer).id,
                "move_ids": [Command.create(move)],
            }
            | places
            | values
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    def _validate(self, picking):
        return picking.with_context(skip_sms=True).button_validate()

    def _picks(self, picking):
        return self.env["lot.fefo.pick"].search(
            [("picking_id", "=", picking.id)], order="id"
        )

    def _deliver_late(self, quantity=1):
        picking = self._open_delivery(quantity)
        picking.move_line_ids.lot_id = self.late
        return picking


@tagged("post_install", "-at_install")
class TestLotFefo(FefoCase):
    def test_reserved_by_fefo_is_no_deviation(self):
        picking = self._open_delivery(15)
        self.assertEqual(picking.move_line_ids.lot_id, self.soon + self.mid)
        self._validate(picking)
        picks = self._picks(picking)
        self.assertEqual(len(picks), 2)
        self.assertFalse(any(picks.mapped("is_deviation")))
        self.assertEqual(picks.mapped("compliance"), [1, 1])

    def test_deviation_is_logged(self):
        picking = self._deliver_late(3)
        self.assertIs(self._validate(picking), True)
        pick = self._picks(picking)
        self.assertTrue(pick.is_deviation)
        self.assertEqual(pick.compliance, 0)
        self.assertEqual(pick.lot_id, self.late)
        self.assertEqual(pick.better_lot_id, self.soon)
        self.assertEqual(pick.better_date, self.soon.removal_date.date())
        self.assertEqual((pick.quantity, pick.better_free), (3, 10))
        self.assertEqual(pick.user_id, self.env.user)
        self.assertEqual(pick.warehouse_id, self.build.warehouse)
        self.assertEqual(pick.categ_id, self.milk.categ_id)
        self.assertEqual(pick.date, picking.move_line_ids.date)

    def test_all_picked_in_one_transfer(self):
        """Each lot wholly: none was left that should have gone before."""
        picking = self._open_delivery(30)
        self._validate(picking)
        self.assertEqual(self._picks(picking).mapped("is_deviation"), [False] * 3)

    def test_own_reservation_counts_as_free(self):
        """The picker takes the later of two reserved lots and leaves the earlier."""
        picking = self._open_delivery(20)
        lines = picking.move_line_ids.grouped("lot_id")
        lines[self.mid].picked = True
        picking.with_context(skip_backorder=True, skip_sms=True).button_validate()
        self.assertEqual(self._picks(picking).better_lot_id, self.soon)

    def test_reserved_by_another_transfer_is_not_free(self):
        self._open_delivery(20)
        picking = self._open_delivery(5)
        self.assertEqual(picking.move_line_ids.lot_id, self.late)
        self._validate(picking)
        self.assertFalse(self._picks(picking).is_deviation)

    def test_other_place_owner_or_quantity(self):
        owner = self.build.partner("Owner")
        self.env["stock.quant"]._update_available_quantity(
            self.milk, self.build.stock, 5, lot_id=self.soon, owner_id=owner
        )
        shelf = self.build.location("Shelf")
        self.build.move(self.late, 10, self.build.stock, shelf)
        picking = self.build.deliver(self.late, 1, self.customer, source=shelf)
        # Stock is not within the shelf
        self.assertFalse(self._picks(picking).is_deviation)
        picking = self.build.deliver(self.soon, 10, self.customer)
        picking = self.build.deliver(self.mid, 1, self.customer)
        # what is left of the earlier lot is somebody else's
        self.assertFalse(self._picks(picking).is_deviation)

    def test_lot_past_its_removal_date_is_no_better_lot(self):
        self.soon.removal_date = self._in_days(-1)
        self.mid.removal_date = self._in_days(-1)
        picking = self._deliver_late()
        self._validate(picking)
        self.assertFalse(self._picks(picking).is_deviation)

    def test_same_day_in_the_time_zone_of_the_warehouse(self):
        day = self._in_days(40).replace(hour=12, minute=0, second=0, microsecond=0)
        self.build.warehouse.partner_id.tz = "Pacific/Auckland"
        self.soon.removal_date = day.replace(hour=13)
        self.late.removal_date = day.replace(hour=23)
        self.mid.removal_date = day.replace(hour=23)
        picking = self._deliver_late()
        self._validate(picking)
        self.assertFalse(self._picks(picking).is_deviation)
        self.soon.removal_date = day.replace(hour=10)
        picking = self._deliver_late()
        self._validate(picking)
        self.assertEqual(self._picks(picking).better_lot_id, self.soon)

    def test_return_scrap_count_and_putaway_are_not_judged(self):
        picking = self.build.deliver(self.soon, 1, self.customer)
        before = self.env["lot.fefo.pick"].search([])
        self.assertIn(self._picks(picking), before)
        self.build.return_picking(picking)
        self.build.scrap(self.late, 1)
        self.build.count(self.late, 3)
        shelf = self.build.location("Shelf")
        self.build.move(self.late, 1, self.build.stock, shelf)
        receipt = self.build.receive(self.mid, 1, self.vendor)
        self.build.return_picking(receipt)
        self.assertEqual(self.env["lot.fefo.pick"].search([]), before)

    def test_pick_to_the_output_is_judged(self):
        output = self.build.warehouse.wh_output_stock_loc_id
        output.active = True
        picking = self.build.move(self.late, 1, self.build.stock, output)
        self.assertTrue(self._picks(picking).is_deviation)

    def test_one_query_for_all_lines(self):
        picking = self._open_delivery(30)
        quants = type(self.env["stock.quant"])
        with patch.object(
            quants, "_read_group", autospec=True, side_effect=quants._read_group
        ) as reading:
            judge_lines(picking.move_line_ids)
        self.assertEqual(reading.call_count, 1)

    # -- policies ----------------------------------------------------------
    def test_refused(self):
        self.out_type.fefo_policy = "refuse"
        picking = self._deliver_late()
        with self.assertRaisesRegex(UserError, r"(?s)LATE.*SOON.*earlier lot"):
            self._validate(picking)
        self.assertEqual(picking.state, "assigned")
        self.assertFalse(self._picks(picking))
        picking.move_line_ids.lot_id = self.soon
        self.assertIs(self._validate(picking), True)

    def test_warned(self):
        self.out_type.fefo_policy = "warn"
        picking = self._deliver_late()
        question = self._get_question(self._validate(picking))
        self.assertIn("SOON", question.line_ids.text)
        self.assertFalse(question.is_reason_needed)
        question.with_context(skip_sms=True).action_confirm()
        self.assertEqual(picking.state, "done")
        self.assertTrue(self._picks(picking).is_deviation)
        self.assertIn("SOON", "".join(picking.message_ids.mapped("body")))

    def test_reason_is_needed_and_kept(self):
        self.out_type.fefo_policy = "reason"
        picking = self._deliver_late()
        question = self._get_question(self._validate(picking))
        self.assertTrue(question.is_reason_needed)
        question.line_ids.reason = " "
        with self.assertRaisesRegex(UserError, "LATE of Milk: write a reason"):
            question.action_confirm()
        question.line_ids.reason = " SOON is behind a pallet "
        question.with_context(skip_sms=True).action_confirm()
        self.assertEqual(picking.state, "done")
        self.assertEqual(self._picks(picking).reason, "SOON is behind a pallet")

    def test_reason_is_asked_wherever_it_is_done(self):
        """A delivery that is done by code, without questions."""
        self.out_type.fefo_policy = "reason"
        picking = self._deliver_late()
        picking.move_ids.picked = True
        with self.assertRaisesRegex(UserError, "Reason for FEFO Deviation"):
            picking._action_done()
        picking.move_line_ids.fefo_reason = "Customer asked for it"
        picking._action_done()
        self.assertEqual(self._picks(picking).reason, "Customer asked for it")
        entry = self.env["lot.trace.log"].search(
            [("lot_ref", "=", self.late.id), ("kind", "=", "override")]
        )
        self.assertEqual(entry.reason, "Customer asked for it")
        self.assertIn("SOON", entry.new_value)

    def test_reason_is_for_one_lot(self):
        picking = self._deliver_late()
        line = picking.move_line_ids
        line.fefo_reason = "Why"
        line.lot_id = self.mid
        self.assertFalse(line.fefo_reason)

    def _get_question(self, action):
        self.assertEqual(action["res_model"], "lot.pick.question")
        return (
            self.env["lot.pick.question"]
            .with_context(**action["context"])
            .browse(action["res_id"])
        )

    # -- what the picker sees ------------------------------------------------
    def test_note_of_lines(self):
        picking = self._open_delivery(30)
        notes = {line.lot_id: line.fefo_note for line in picking.move_line_ids}
        self.assertEqual(notes[self.soon], "Earliest date")
        self.assertIn("Later than SOON", notes[self.mid])
        self.assertIn("reserved or taken", notes[self.mid])

    def test_note_of_a_deviation_and_of_what_is_past(self):
        picking = self._deliver_late()
        line = picking.move_line_ids
        self.assertIn("SOON", line.fefo_note)
        self.assertIn("10 Units free", line.fefo_note)
        (self.soon + self.mid).removal_date = self._in_days(-1)
        line.invalidate_recordset(["fefo_note"])
        self.assertIn("past its removal date", line.fefo_note)

    def test_warning_at_the_choice(self):
        self.out_type.fefo_policy = "warn"
        picking = self._open_delivery(10)
        line = picking.move_line_ids
        self.assertEqual(line.lot_id, self.soon)
        draft = line.new({"lot_id": self.late.id}, origin=line)
        warning = draft._onchange_lot_warn_expiry()["warning"]
        # what the line itself reserved until now is free for it
        self.assertIn("SOON", warning["message"])
        draft.lot_id = self.soon
        self.assertIsNone(draft._onchange_lot_warn_expiry())

    # -- rights ----------------------------------------------------------------
    def test_a_warehouse_user_picks(self):
        self.out_type.fefo_policy = "reason"
        picking = self._deliver_late().with_user(self.keeper)
        question = self._get_question(self._validate(picking))
        question = question.with_user(self.keeper)
        question.line_ids.reason = "Asked for"
        question.with_context(skip_sms=True).action_confirm()
        pick = self._picks(picking).with_user(self.keeper)
        self.assertEqual(pick.user_id, self.keeper)
        self.assertEqual(pick.action_open_document()["res_id"], picking.id)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_nobody_writes_the_log(self):
        picking = self._deliver_late()
        self._validate(picking)
        manager = self._create_user("manager", "stock.group_stock_manager")
        pick = self._picks(picking).with_user(manager)
        with self.assertRaises(AccessError):
            pick.is_deviation = False
        with self.assertRaises(AccessError):
            pick.unlink()

    def test_percentages(self):
        self._validate(self._deliver_late())
        self._validate(self._open_delivery(1))
        groups = self.env["lot.fefo.pick"]._read_group(
            [("product_id", "=", self.milk.id)], ["warehouse_id"], ["compliance:avg"]
        )
        self.assertEqual(groups, [(self.build.warehouse, 0.5)])
