import random

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import REASONS
from .recall_reply_common import ConsigneeCase


@tagged("post_install", "-at_install")
class TestConsignees(ConsigneeCase):
    def test_one_line_per_consignee_and_lot(self):
        self.build.return_picking(self.delivery, {self.product: 1})
        self.refresh()
        self.assertEqual(
            self.recall.consignee_ids.partner_id, self.customer | self.other
        )
        self.assertRecordValues(
            self.line() | self.line(self.other),
            [
                {"lot_id": self.lot.id, "shipped": 4, "returned": 1, "unaccounted": 3},
                {"lot_id": self.lot.id, "shipped": 3, "returned": 0, "unaccounted": 3},
            ],
        )
        self.assertEqual(self.line().picking_ids, self.delivery)
        self.assertEqual(self.line().documents, self.delivery.name)
        self.assertEqual(set(self.recall.consignee_ids.mapped("state")), {"to_notify"})

    def test_two_consignees_do_not_become_one_contact(self):
        """Each has notices and answers; who is none can become one of them."""
        self.refresh()
        wizard = self.env["base.partner.merge.automatic.wizard"]
        both = self.customer | self.other
        with self.assertRaisesRegex(UserError, f"consignees of {self.recall.name}"):
            wizard.create(
                {
                    "partner_ids": [(6, 0, both.ids)],
                    "dst_partner_id": self.customer.id,
                }
            ).action_merge()
        self.assertEqual(self.recall.consignee_ids.partner_id, both)
        nobody = self.build.partner("Nobody")
        wizard.create(
            {
                "partner_ids": [(6, 0, (self.other | nobody).ids)],
                "dst_partner_id": nobody.id,
            }
        ).action_merge()
        self.env.invalidate_all()
        self.assertEqual(self.recall.consignee_ids.partner_id, self.customer | nobody)

    def test_only_lots_in_scope(self):
        self.build.deliver(
            self.build.lot(self.product, "GOOD"), 2, self.build.partner("Happy")
        )
        self.refresh()
        self.assertEqual(self.recall.consignee_line_ids.lot_id, self.lot)

    def test_a_lot_delivered_twice_is_one_line(self):
        again = self.build.deliver(self.lot, 2, self.customer)
        self.refresh()
        self.assertEqual(self.line().shipped, 6)
        self.assertEqual(self.line().picking_ids, self.delivery | again)

    def test_delivery_to_nobody_is_a_task(self):
        unknown = self.build.deliver(self.lot, 1)
        self.refresh()
        lost = self.recall.consignee_ids.filtered(lambda one: not one.partner_id)
        self.assertEqual((lost.state, lost.document), ("unknown", unknown.name))
        self.assertEqual(lost.line_ids.shipped, 1)
        self.assertEqual(lost.activity_ids.user_id, self.user)
        self.assertIn(unknown.name, lost.activity_ids.summary)
        self.assertNotIn(lost, self.recall._get_consignees_to_notify())
        # who is found out is a consignee like the others, and stays it
        lost.partner_id = self.letter
        self.refresh()
        self.assertEqual(lost.line_ids.shipped, 1)
        self.assertEqual(len(self.recall.consignee_ids), 3)
        self.assertIn(lost, self.recall._get_consignees_to_notify())

    def test_dropship(self):
        build = self.build
        build.transfer(
            {self.lot: 2},
            build.warehouse.in_type_id,
            build.suppliers,
            build.customers,
            partner=self.letter,
        )
        self.refresh()
        self.assertEqual(self.line(self.letter).shipped, 2)

    def test_refresh_adds_and_keeps_replies(self):
        self.refresh()
        self.reply(on_hand=2, destroyed=1)
        self.build.deliver(self.lot, 1, self.letter)
        self.build.deliver(self.lot, 2, self.customer)
        action = self.recall.action_refresh_consignees()
        self.assertIn("1 of them new", action["params"]["message"])
        self.assertEqual(self.line(self.letter).shipped, 1)
        self.assertRecordValues(
            self.line(),
            [{"shipped": 6, "reported": 2, "destroyed": 1, "unaccounted": 3}],
        )
        self.assertEqual(self.consignee().state, "answered")
        # twice is once
        before = self.recall.consignee_ids
        self.refresh()
        self.assertEqual(self.recall.consignee_ids, before)

    def test_corrected_delivery_stays_with_nothing(self):
        self.refresh()
        self.delivery_2.move_line_ids.quantity = 0
        self.refresh()
        self.assertEqual(self.line(self.other).shipped, 0)
        self.assertNotIn(
            self.consignee(self.other), self.recall._get_consignees_to_notify()
        )

    def test_other_companies_if_allowed(self):
        company = self.env["res.company"].create({"name": "Other"})
        there = type(self.build)(self.env, company)
        there.receive(self.lot, 7)
        there.deliver(self.lot, 5, self.letter)
        # what is hidden is said in words
        action = self.recall.action_refresh_consignees()
        self.assertEqual(action["params"]["type"], "warning")
        self.assertFalse(self.consignee(self.letter))
        both = self._create_role("user", companies=self.env.company | company)
        recall = self.recall.with_user(both).with_context(
            allowed_company_ids=(self.env.company | company).ids
        )
        recall.action_refresh_consignees()
        self.assertEqual(self.line(self.letter).shipped, 5)

    def test_found_when_the_scope_is_approved(self):
        self.assertEqual(
            self.recall.consignee_ids.partner_id, self.customer + self.other
        )
        self.assertEqual(sum(self.recall.consignee_line_ids.mapped("shipped")), 7)

    def test_what_nobody_accounts_for_needs_a_reason(self):
        self.recall.action_notify()
        self.recall.action_recover()
        self.product.categ_id = self.env["product.category"].create({"name": "Jars"})
        with self.assertRaisesRegex(UserError, r"Not accounted.*Other Shop \(BAD-1"):
            self.recall.action_reconcile()
        lines = self.recall.consignee_line_ids
        with self.assertRaisesRegex(UserError, "Replies and the stock ledger"):
            lines.shipped = 0
        self.line(self.other).reason = "Thrown away in spring, no record"
        self.product.categ_id.lot_recall_tolerance = 100
        self.recall.action_reconcile()
        self.assertEqual(self.recall.state, "reconciled")
        self.recall.with_user(self.manager).action_close(reasons=REASONS)
        with self.assertRaisesRegex(UserError, "is over"):
            lines.reason = "Something else"

    def test_what_comes_back_is_booked_by_itself(self):
        line = self.line()
        self.reply(on_hand=3, used=1)
        self.assertEqual((line.returned, line.reported), (0, 3))
        back = self.build.return_picking(self.delivery, {self.product: 3})
        self.assertEqual(back.state, "done")
        self.assertEqual((line.returned, line.reported, line.unaccounted), (3, 0, 0))

    def test_needs_a_scope(self):
        draft = self.env["lot.recall"].create({"reason": "Draft"})
        with self.assertRaisesRegex(UserError, "no lots in scope"):
            draft.action_refresh_consignees()

    # -- replies ----------------------------------------------------------
    def test_reply_fills_the_line(self):
        self.refresh()
        self.reply(
            on_hand=1, quarantined=1, returned=0.5, destroyed=0.25, used=1, sold_on=0.5
        )
        self.assertRecordValues(
            self.line(),
            [
                {
                    "reported": 1,
                    "quarantined": 1,
                    "underway": 0.5,
                    "destroyed": 0.25,
                    "used": 1.5,
                    "unaccounted": 0.75,
                }
            ],
        )
        self.assertEqual(self.recall.answered_count, 1)
        self.assertEqual(self.recall.answered_percent, 50)
        self.assertEqual(self.recall.contacted_percent, 50)

    def test_returns_after_the_reply_count_once(self):
        self.refresh()
        self.reply(on_hand=3, returned=1)
        self.build.return_picking(self.delivery, {self.product: 2})
        self.refresh()
        self.assertRecordValues(
            self.line(),
            [{"returned": 2, "underway": 0, "reported": 2, "unaccounted": 0}],
        )

    def test_adds_up_whatever_is_said_and_sent_back(self):
        chance = random.Random(57)
        self.refresh()
        names = ("on_hand", "returned", "destroyed", "corrected", "used", "sold_on")
        for turn in range(12):
            self.reply(**{name: chance.randrange(0, 200) / 100 for name in names})
            if turn % 4 == 3:
                self.build.return_picking(self.delivery, {self.product: 1})
                self.refresh()
            line = self.line()
            parts = (
                *(line.returned, line.underway, line.reported, line.destroyed),
                *(line.corrected, line.used, line.unaccounted),
            )
            self.assertAlmostEqual(sum(parts), line.shipped, 6)
        self.assertEqual(line.returned, 3)

    def test_replies_are_versions(self):
        self.refresh()
        first = self.reply(on_hand=4)
        second = self.reply(on_hand=3, used=1)
        self.assertEqual((first.version, second.version), (1, 2))
        self.assertEqual(first.user_id, self.user)
        self.assertEqual(self.line().reported, 3)
        self.assertEqual(first.line_ids.on_hand, 4)
        with self.assertRaisesRegex(UserError, "kept as it was given"):
            first.sudo().write({"comment": "Other"})
        with self.assertRaisesRegex(UserError, "kept as it was given"):
            first.line_ids.sudo().write({"on_hand": 0})
        with self.assertRaises(AccessError), mute_logger("odoo.models"):
            first.with_user(self.manager).unlink()

    def test_reply_by_phone_finds_the_lots_in_the_form(self):
        self.refresh()
        consignee = self.consignee().with_user(self.user)
        action = consignee.action_enter_reply()
        form = Form(
            self.env["lot.recall.reply"]
            .with_user(self.user)
            .with_context(**action["context"])
        )
        form.answered_by = "Bob"
        with form.line_ids.edit(0) as line:
            line.on_hand = 4
        form.save()
        self.assertEqual(self.line().reported, 4)
        self.assertEqual(self.consignee().state, "answered")

    def test_reply_of_another_consignees_lot_is_refused(self):
        self.refresh()
        with self.assertRaises(ValidationError):
            self.env["lot.recall.reply"].with_user(self.user).create(
                {
                    "consignee_id": self.consignee().id,
                    "answered_by": "Ann",
                    "line_ids": [
                        (0, 0, {"consignee_line_id": self.line(self.other).id})
                    ],
                }
            )
        with self.assertRaisesRegex(ValidationError, "below zero"):
            self.reply(on_hand=-1)
        # as on the page of the customers
        with self.assertRaisesRegex(ValidationError, "set aside"):
            self.reply(on_hand=1, quarantined=2)
        twice = [(0, 0, {"consignee_line_id": self.line().id, "destroyed": 2})] * 2
        values = {"consignee_id": self.consignee().id, "answered_by": "Ann"}
        with self.assertRaisesRegex(ValidationError, "says once"):
            self.env["lot.recall.reply"].create(values | {"line_ids": twice})

    def test_injury_alerts_quality(self):
        self.refresh()
        consignee = self.consignee()
        self.env["lot.recall.reply"].with_user(self.user).create(
            {
                "consignee_id": consignee.id,
                "answered_by": "Ann",
                "has_injury": True,
                "injury_note": "A cut lip",
            }
        )
        alert = self.recall.activity_ids
        self.assertEqual(alert.user_id, self.user)
        self.assertIn("A cut lip", alert.note)

    # -- rights -----------------------------------------------------------
    def test_rights(self):
        self.refresh()
        consignee = self.consignee()
        self.assertEqual(consignee.with_user(self.auditor).line_ids.shipped, 4)
        for action in (
            lambda: consignee.with_user(self.auditor).write({"email": "x@y.z"}),
            lambda: self.recall.with_user(self.auditor).action_refresh_consignees(),
            lambda: consignee.with_user(self.auditor).read(["reply_url"]),
            lambda: consignee.with_user(self.manager).read(["access_key"]),
            lambda: consignee.line_ids.with_user(self.manager).write({"shipped": 1}),
            lambda: consignee.with_user(self.manager).unlink(),
            lambda: self.reply(user=self.auditor),
        ):
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                action()
        with self.assertRaisesRegex(UserError, "cannot be written by hand"):
            consignee.with_user(self.user).write({"state": "answered"})

    def test_other_companies_see_nothing(self):
        self.refresh()
        company = self.env["res.company"].create({"name": "Other"})
        stranger = self._create_user(
            "stranger",
            "lot_traceability_recall.group_recall_manager",
            companies=company,
        )
        for model in ("consignee", "consignee.line", "notice", "reply", "check"):
            records = self.env[f"lot.recall.{model}"].with_user(stranger)
            self.assertFalse(records.search([]), model)

    def test_closed_recall_takes_no_reply(self):
        self.refresh().line_ids.reason = "Asked in the shops"
        self.recall.with_user(self.manager)._advance("closed", REASONS)
        self.assertEqual(self.recall.state, "closed")
        for action in (
            lambda: self.reply(on_hand=1),
            self.recall.action_refresh_consignees,
            self.recall.action_open_notices,
            lambda: self.recall.write({"notice_reason": "Other"}),
        ):
            with self.assertRaisesRegex(UserError, "is over"):
                action()

    # -- returns ----------------------------------------------------------
    def test_return_of_what_was_delivered_in_dozens(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.build.receive(self.lot, 24)
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.build.warehouse.out_type_id.id,
                "location_id": self.build.stock.id,
                "location_dest_id": self.build.customers.id,
                "partner_id": self.letter.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.product.id,
                            "product_uom": dozen.id,
                            "product_uom_qty": 2,
                            "location_id": self.build.stock.id,
                            "location_dest_id": self.build.customers.id,
                        },
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        picking.move_ids.picked = True
        picking.with_context(skip_sms=True).button_validate()
        self.refresh()
        self.assertEqual(self.line(self.letter).shipped, 24)
        self.reply(self.consignee(self.letter), on_hand=12, used=12)
        consignee = self.consignee(self.letter)
        consignee.action_start_return()
        self.assertEqual(consignee.return_ids.move_ids.product_uom_qty, 1)
        lines = consignee.return_ids.move_line_ids
        self.assertEqual(sum(lines.mapped("quantity_product_uom")), 12)

    def test_return_of_the_recalled_lot_alone(self):
        good = self.build.lot(self.product, "GOOD")
        self.build.receive(good, 5)
        mixed = self.build.transfer(
            {self.lot: 2, good: 5},
            self.build.warehouse.out_type_id,
            self.build.stock,
            self.build.customers,
            partner=self.letter,
        )
        self.refresh()
        consignee = self.consignee(self.letter)
        consignee.action_start_return()
        back = consignee.return_ids
        self.assertEqual(back.return_id, mixed)
        self.assertRecordValues(
            back.move_line_ids, [{"lot_id": self.lot.id, "quantity": 2}]
        )
        self.assertIn(self.recall.name, back.origin)
        with self.assertRaisesRegex(UserError, "nothing left to return"):
            consignee.action_start_return()
        back.move_ids.picked = True
        back.with_context(skip_sms=True).button_validate()
        self.assertEqual(back.state, "done")
        self.refresh()
        self.assertRecordValues(consignee.line_ids, [{"returned": 2, "unaccounted": 0}])
