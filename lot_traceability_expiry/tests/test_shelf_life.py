from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.lot_traceability.tools.calendar_days import local_date

from ..fefo.shelf_life import get_first_moment
from .test_lot_fefo import FefoCase

OVERRIDE = "lot_traceability_expiry.group_shelf_life_override"


@tagged("post_install", "-at_install")
class TestShelfLife(FefoCase):
    """SOON has 10 days left, MID 20 and LATE 30."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["lot.shelf.life.rule"]
        cls.shop = cls.build.partner("Shop", is_company=True)
        cls.ship_to = cls.build.partner("Ramp", parent_id=cls.shop.id, type="delivery")

    def _rule(self, minimum, **values):
        return self.rules.create({"minimum": minimum, "policy": "refuse"} | values)

    def _reserved(self, quantity=10, customer=None):
        return self._open_delivery(quantity, customer).move_line_ids.lot_id

    # -- reservation -------------------------------------------------------
    def test_no_rule(self):
        self.assertEqual(self._reserved(), self.soon)

    def test_lots_that_are_too_old_are_skipped(self):
        self._rule(15)
        self.assertEqual(self._reserved(), self.mid)

    def test_contacts_with_rules_are_merged(self):
        market = self.build.partner("Market")
        self._rule(25, partner_id=self.shop.id)
        self._rule(15, partner_id=market.id)
        new, wizards = (
            self.build.partner("New"),
            self.env["base.partner.merge.automatic.wizard"],
        )

        def merge(partner, into):
            ids = [(6, 0, (partner | into).ids)]
            values = {"partner_ids": ids, "dst_partner_id": into.id}
            wizards.create(values).action_merge()

        with self.assertRaisesRegex(UserError, "Market: at least 15 days"):
            merge(market, self.shop)
        self.assertEqual(self._reserved(5, market), self.mid)
        merge(market, new)
        self.assertEqual(self._reserved(5, new), self.mid)

    def test_the_last_day_that_fits(self):
        self._rule(10)
        self.assertEqual(self._reserved(), self.soon)
        self.rules.search([]).minimum = 11
        self.assertEqual(self._reserved(), self.mid)

    def test_calendar_days_of_the_warehouse(self):
        self.build.warehouse.partner_id.tz = "Pacific/Auckland"
        self._rule(10)
        tz = self.build.warehouse._get_expiry_tz()
        day = local_date(fields.Datetime.now(), tz)
        first = get_first_moment(day, 10, tz)
        self.soon.expiration_date = first
        self.assertEqual(self._reserved(5), self.soon)
        self.soon.expiration_date = first - timedelta(seconds=1)
        self.assertEqual(self._reserved(5), self.mid)

    def test_planned_day_of_delivery(self):
        self._rule(15)
        picking = self._open_delivery(10, scheduled_date=self._in_days(10))
        self.assertEqual(picking.move_line_ids.lot_id, self.late)

    def test_ship_to_over_company_over_everybody(self):
        self._rule(25, partner_id=self.shop.id)
        self._rule(15)
        self.assertEqual(self._reserved(1), self.mid)
        self.assertEqual(self._reserved(1, self.ship_to), self.late)
        self._rule(5, partner_id=self.ship_to.id)
        self.assertEqual(self._reserved(1, self.ship_to), self.soon)
        self.assertEqual(self._reserved(1, self.shop), self.late)

    def test_category_with_parents_and_product(self):
        food = self.env["product.category"].create({"name": "Food"})
        self.milk.categ_id.parent_id = food
        self._rule(15, categ_id=food.id)
        self.assertEqual(self._reserved(1), self.mid)
        self._rule(25, categ_id=self.milk.categ_id.id)
        self.assertEqual(self._reserved(1), self.late)
        self._rule(5, product_id=self.milk.id)
        self.assertEqual(self._reserved(1), self.soon)

    def test_share_of_the_life_of_the_product(self):
        self.milk.expiration_time = 40
        self._rule(50, unit="percent")
        self.assertEqual(self._reserved(1), self.mid)
        self.rules.search([]).minimum = 51
        self.assertEqual(self._reserved(1), self.late)

    def test_share_of_the_life_of_the_lot(self):
        self.milk.expiration_time = 0
        self._rule(50, unit="percent")
        # all were made known today
        self.assertEqual(self._reserved(1), self.soon)
        self.env.cr.execute(
            "UPDATE stock_lot SET create_date = create_date - interval '15 days' "
            "WHERE id = %s",
            [self.soon.id],
        )
        self.soon.invalidate_recordset(["create_date"])
        self.assertEqual(self._reserved(1), self.mid)

    def test_share_of_the_life_since_it_was_made(self):
        """Made 12 days ago and good for 10 more: 45 % of its life is left."""
        self.milk.expiration_time = 0
        self.soon.made_on = self._in_days(-12)
        self.assertEqual(self.soon._get_total_life_days(), 22)
        self._rule(45, unit="percent")
        self.assertEqual(self._reserved(1), self.soon)
        self.rules.search([]).minimum = 50
        self.assertEqual(self._reserved(1), self.mid)

    def test_other_companies_rules_do_not_count(self):
        other = self.env["res.company"].create({"name": "Other"})
        self._rule(25, company_id=other.id)
        self.assertEqual(self._reserved(1), self.soon)
        self._rule(25, company_id=False)
        self.assertEqual(self._reserved(1), self.late)

    def test_pick_for_a_customer(self):
        """In two steps the pick is the one that chooses the lot."""
        self._rule(25, partner_id=self.shop.id)
        warehouse = self.build.warehouse
        warehouse.delivery_steps = "pick_ship"
        self.env["stock.rule"].run(
            [
                self.env["stock.rule"].Procurement(
                    self.milk,
                    5,
                    self.milk.uom_id,
                    self.build.customers,
                    "Order",
                    "Order",
                    self.env.company,
                    {"warehouse_id": warehouse, "partner_id": self.ship_to.id},
                )
            ]
        )
        moves = self.env["stock.move"].search(
            [("product_id", "=", self.milk.id), ("state", "not in", ("done", "cancel"))]
        )
        pick = moves.filtered(lambda move: move.location_id == self.build.stock)
        pick._action_assign()
        self.assertEqual(pick.move_line_ids.lot_id, self.late)

    def test_one_pick_for_two_customers(self):
        """It has to fit both, whoever comes first."""
        other = self.build.partner("Other")
        self._rule(5, partner_id=self.shop.id)
        rule = self._rule(25, partner_id=other.id)
        stock, output = self.build.stock, self.build.location("Output")
        values = {"product_id": self.milk.id, "product_uom": self.milk.uom_id.id}
        for partners in (self.ship_to + other, other + self.ship_to):
            pick = self.env["stock.move"].create(
                {
                    **values,
                    "product_uom_qty": 2,
                    "location_id": stock.id,
                    "location_dest_id": output.id,
                    "location_final_id": self.build.customers.id,
                    "move_dest_ids": [
                        Command.create(
                            {
                                **values,
                                "product_uom_qty": 1,
                                "location_id": output.id,
                                "location_dest_id": self.build.customers.id,
                                "partner_id": partner.id,
                            }
                        )
                        for partner in partners
                    ],
                }
            )
            pick._action_confirm()
            for unit, minimum, lot in (("days", 25, self.late), ("percent", 1, None)):
                rule.write({"unit": unit, "minimum": minimum})
                pick._do_unreserve()
                pick._action_assign()
                self.assertEqual(pick.move_line_ids.lot_id, lot or self.soon)
            rule.write({"unit": "days", "minimum": 25})
            pick.move_line_ids.lot_id = self.soon
            found, partner, _days = pick.move_line_ids._get_missing_life()
            self.assertEqual((found.id, partner), (rule.id, other))
            # whom the next place is, or who wants nothing any more, does not count
            pick.partner_id = self.env.company.partner_id
            self.assertEqual(pick.move_line_ids._get_missing_life()[1], other)
            pick.move_dest_ids.filtered(
                lambda move: move.partner_id == other
            )._action_cancel()
            self.assertFalse(pick.move_line_ids._get_missing_life()[2])

    # -- why not -----------------------------------------------------------
    def test_why_nothing_was_reserved(self):
        self._rule(45, partner_id=self.shop.id)
        picking = self._open_delivery(10, self.ship_to)
        self.assertFalse(picking.move_line_ids)
        answer = picking.get_reservation_problems()
        self.assertEqual(
            [(row["lot"], row["missing_days"]) for row in answer],
            [("SOON", 35), ("MID", 25), ("LATE", 15)],
        )
        self.assertTrue(picking.has_unfit_lots)
        action = picking.action_explain_reservation()
        report = self.env[action["res_model"]].browse(action["res_id"])
        self.assertIn("35 days", report.text)
        self.assertIn("SOON", "".join(picking.message_ids.mapped("body")))

    def test_nothing_to_explain(self):
        picking = self._open_delivery(10)
        self.assertEqual(picking.get_reservation_problems(), [])
        self.assertFalse(picking.has_unfit_lots)

    # -- validation --------------------------------------------------------
    def _deliver_soon(self):
        picking = self._open_delivery(1)
        picking.move_line_ids.lot_id = self.soon
        return picking

    def test_refused_with_days(self):
        self._rule(15)
        picking = self._deliver_soon().with_user(self.keeper)
        with self.assertRaisesRegex(UserError, "SOON .*at least 15 days.*missing: 5"):
            self._validate(picking)
        self.assertNotEqual(picking.state, "done")

    def test_overridden_with_a_reason(self):
        self._rule(15)
        boss = self._create_user("boss", "stock.group_stock_user", OVERRIDE)
        picking = self._deliver_soon().with_user(boss)
        action = self._validate(picking)
        question = self.env["lot.pick.question"].with_user(boss)
        question = question.browse(action["res_id"])
        with self.assertRaisesRegex(UserError, "write a reason"):
            question.action_confirm()
        question.line_ids.reason = "Agreed by phone"
        question.with_context(skip_sms=True).action_confirm()
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.move_line_ids.shelf_life_reason, "Agreed by phone")
        self.assertIn("Agreed by phone", "".join(picking.message_ids.mapped("body")))
        entry = self.env["lot.trace.log"].search(
            [("lot_ref", "=", self.soon.id), ("kind", "=", "override")]
        )
        self.assertEqual((entry.reason, entry.user_id), ("Agreed by phone", boss))
        self.assertIn("shelf life", entry.new_value)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_reason_only_by_right(self):
        line = self._deliver_soon().move_line_ids
        with self.assertRaises(AccessError):
            line.with_user(self.keeper).shelf_life_reason = "Me too"

    def test_warned(self):
        self._rule(15, policy="warn")
        picking = self._deliver_soon().with_user(self.keeper)
        action = self._validate(picking)
        question = self.env["lot.pick.question"].with_user(self.keeper)
        question = question.browse(action["res_id"])
        self.assertFalse(question.is_reason_needed)
        question.with_context(skip_sms=True).action_confirm()
        self.assertEqual(picking.state, "done")

    def test_warning_at_the_choice(self):
        self._rule(15)
        line = self._open_delivery(1).move_line_ids
        draft = line.new({"lot_id": self.soon.id}, origin=line)
        self.assertIn("5 days", draft._onchange_lot_warn_expiry()["warning"]["message"])

    def test_fefo_passes_over_lots_that_do_not_fit(self):
        self._rule(15)
        picking = self._open_delivery(1)
        line = picking.move_line_ids
        self.assertIn("shelf life 5 days too short", line.fefo_note)
        self._validate(picking)
        self.assertFalse(self._picks(picking).is_deviation)

    def test_returns_are_free(self):
        self._rule(15)
        boss = self._create_user("boss", "stock.group_stock_manager")
        picking = self._deliver_soon().with_user(boss)
        picking.move_line_ids.shelf_life_reason = "Agreed"
        self._validate(picking)
        self._rule(999, direction="incoming")
        back = self.build.return_picking(picking.sudo())
        self.assertEqual(back.state, "done")

    # -- receipt -------------------------------------------------------------
    def test_vendor_sends_what_is_too_old(self):
        self._rule(25, direction="incoming", partner_id=self.vendor.id)
        receipt = self.build.open_receipt(self.milk, 5, "NEW")
        receipt.partner_id = self.vendor
        receipt.move_line_ids.expiration_date = self._in_days(24)
        receipt = receipt.with_user(self.keeper)
        with self.assertRaisesRegex(UserError, "NEW is too short.*Vendor.*missing: 1"):
            self._validate(receipt)
        receipt.move_line_ids.expiration_date = self._in_days(25)
        self.assertIs(self._validate(receipt), True)

    def test_delivery_rules_do_not_bind_vendors(self):
        self._rule(500)
        self.build.receive(self.soon, 1, self.vendor)

    # -- rules ---------------------------------------------------------------
    @mute_logger("odoo.sql_db")
    def test_rule_values(self):
        self._rule(5)
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self._rule(6)
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self._rule(-1, product_id=self.milk.id)
        with self.assertRaises(ValidationError):
            self._rule(101, unit="percent", product_id=self.milk.id)
