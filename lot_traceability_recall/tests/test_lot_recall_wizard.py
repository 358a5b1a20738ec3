from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import RecallCase


@tagged("post_install", "-at_install")
class TestLotRecallWizard(RecallCase):
    def test_it_shows_what_the_trace_says(self):
        wizard = self.open_wizard()
        self.lot.trace_downstream()
        self.assertRecordValues(
            wizard.lot_ids,
            [{"lot_id": self.lot.id, "level": 0, "certainty": "material"}],
        )
        self.assertRecordValues(
            wizard.stock_ids.sorted("available"),
            [
                {"location_id": self.shelf.id, "available": 5, "quantity": 5},
                {"location_id": self.build.stock.id, "available": 11, "quantity": 11},
            ],
        )
        self.assertRecordValues(
            wizard.delivery_ids,
            [
                {
                    "partner_id": self.customer.id,
                    "document": self.delivery.name,
                    "quantity": 4,
                    "returned": 0,
                    "outstanding": 4,
                }
            ],
        )
        self.assertEqual((wizard.customer_count, wizard.stock_count), (1, 2))

    def test_scrap_orders_are_done_and_linked(self):
        wizard = self.open_wizard()
        self.tick(wizard)
        recall = self.recall_of(wizard.action_carry_out())
        self.assertEqual(recall.state, "approved")
        self.assertEqual(recall.seed_lot_ids, self.lot)
        self.assertEqual(recall.line_ids.lot_id, self.lot)
        self.assertRecordValues(
            recall.scrap_ids.sorted("scrap_qty"),
            [
                {"state": "done", "scrap_qty": 5, "location_id": self.shelf.id},
                {"state": "done", "scrap_qty": 11, "location_id": self.build.stock.id},
            ],
        )
        self.assertEqual(
            set(recall.scrap_ids.mapped("origin")), {f"RECALL: {recall.name}"}
        )
        self.assertEqual(self.build.on_hand(self.lot), 0)
        bin_ = recall.scrap_ids.scrap_location_id
        arrived = self.lot.quant_ids.filtered(lambda quant: quant.location_id == bin_)
        self.assertEqual(arrived.mapped("quantity"), [16])
        self.assertIn("BAD-1", recall.message_ids[0].body)
        self.assertFalse(self.lot.trace_downstream()["stock"])

    def test_scrap_of_many_places_is_done_at_once(self):
        product = self.build.product("Many")
        lots = self.env["stock.lot"].create(
            [{"product_id": product.id, "name": f"M-{i:03}"} for i in range(40)]
        )
        for lot in lots:
            self.build.count(lot, 4 if lot == lots[0] else 3)
        earlier = self.build.scrap(lots[0], 1)
        wizard = self.open_wizard(lots)
        self.tick(wizard)
        counts = []
        for batch in (lots[:10], lots[10:20], lots[20:]):
            lines = wizard.stock_ids.filtered(lambda s, b=batch: s.lot_id in b)
            recall = wizard._get_recall()
            recall._plan([line._prepare_disposition_vals() for line in lines])
            planned = recall._get_planned()
            planned._get_problems()
            self.env.flush_all()
            before = self.cr.sql_log_count
            planned._carry_out()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        grown = counts[2] - counts[1]
        self.assertLess(grown, 10 * 2, "for 10 more; core takes 31 for each alone")
        scraps = recall.scrap_ids
        self.assertEqual(len(set(scraps.mapped("name"))), 40)
        self.assertNotIn("New", scraps.mapped("name"))
        self.assertEqual(set(scraps.mapped("scrap_qty")), {3})
        self.assertEqual(set(scraps.mapped("state")), {"done"})
        self.assertTrue(all(scraps.mapped("date_done")))
        self.assertEqual(sum(scraps.lot_id.mapped("product_qty")), 0)
        gone = self.env["stock.quant"].search(
            [
                ("lot_id", "in", lots.ids),
                ("location_id", "=", earlier.scrap_location_id.id),
            ]
        )
        # found by the count, from there, and back: in the row that was there
        self.assertEqual(set(gone.mapped("quantity")), {0})
        self.assertEqual((len(gone), gone.lot_id), (40, lots))

    def test_what_is_scrapped_goes_on_where_a_rule_says_so(self):
        wizard = self.open_wizard()
        self.tick(wizard)
        bin_, mill = self.env["stock.scrap"].new({}).scrap_location_id, self.shelf
        if not bin_:
            bin_ = self.env["stock.location"].search(
                [("usage", "=", "inventory"), ("company_id", "=", self.env.company.id)]
            )[0]
        route = self.env["stock.route"].create({"name": "Mill"})
        self.product.route_ids = route
        self.env["stock.rule"].create(
            {
                "name": "To the mill",
                "route_id": route.id,
                "action": "push",
                "location_src_id": bin_.id,
                "location_dest_id": mill.id,
                "picking_type_id": self.build.warehouse.int_type_id.id,
            }
        )
        recall = self.recall_of(wizard.action_carry_out())
        bins = recall.scrap_ids.scrap_location_id
        moves = self.env["stock.move"].search(
            [("location_id", "in", bins.ids), ("location_dest_id", "=", mill.id)]
        )
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 16)

    def test_what_other_addons_do_with_a_scrap_order_is_done(self):
        calls = []
        orders = self.env.registry["stock.scrap"]
        original = orders.do_scrap

        def do_scrap(records):
            calls.append(len(records))
            return original(records)

        with patch.object(orders, "do_scrap", do_scrap):
            wizard = self.open_wizard()
            self.tick(wizard)
            recall = self.recall_of(wizard.action_carry_out())
        self.assertEqual(calls, [1, 1])
        self.assertEqual(
            sorted(recall.scrap_ids.mapped("scrap_qty")), [5, 11], "each its own"
        )

    def test_only_what_is_ticked(self):
        wizard = self.open_wizard()
        self.tick(wizard, self.shelf)
        recall = self.recall_of(wizard.action_carry_out())
        self.assertEqual(recall.scrap_ids.location_id, self.shelf)
        self.assertEqual(self.build.on_hand(self.lot), 11)

    def test_a_part_of_a_place(self):
        wizard = self.open_wizard()
        self.tick(wizard, self.shelf, quantity=2)
        wizard.action_carry_out()
        self.assertEqual(self.build.on_hand(self.lot, self.shelf), 3)

    def test_more_than_there_is_is_refused(self):
        for quantity in (6, 0, -1):
            wizard = self.open_wizard()
            self.tick(wizard, self.shelf, quantity=quantity)
            with (
                self.assertRaisesRegex(UserError, "BAD-1 in WH/Stock/Shelf"),
                self.cr.savepoint(),
            ):
                wizard.action_carry_out()
            self.env.invalidate_all()
        self.assertFalse(self.env["lot.recall"].search([]))

    def test_nothing_ticked_is_refused(self):
        with self.assertRaisesRegex(UserError, "Choose what to do"):
            self.open_wizard().action_carry_out()

    def test_a_reason_is_needed(self):
        wizard = self.open_wizard()
        wizard.reason = "  "
        with self.assertRaisesRegex(UserError, "why"):
            wizard.action_create_recall()

    def test_stock_that_moved_meanwhile_is_refused(self):
        wizard = self.open_wizard()
        self.tick(wizard)
        self.build.move(self.lot, 1, self.shelf, self.build.stock)
        with (
            self.assertRaisesRegex(UserError, "BAD-1 in WH/Stock/Shelf: The stock"),
            self.cr.savepoint(),
        ):
            wizard.action_carry_out()
        self.env.invalidate_all()
        self.assertFalse(self.env["lot.recall"].search([]))
        self.assertFalse(self.env["stock.scrap"].search([("lot_id", "=", self.lot.id)]))

    def test_twice_does_not_scrap_twice(self):
        wizard = self.open_wizard()
        self.tick(wizard, self.shelf)
        recall = self.recall_of(wizard.action_carry_out())
        with self.assertRaises(UserError):
            wizard.action_carry_out()
        self.assertEqual(len(recall.scrap_ids), 1)
        self.assertEqual(self.build.on_hand(self.lot), 11)

    def test_two_wizards_opened_before_do_not_scrap_twice(self):
        first, second = self.open_wizard(), self.open_wizard()
        self.tick(first)
        self.tick(second)
        first.action_carry_out()
        with (
            self.assertRaisesRegex(UserError, "one active recall"),
            self.cr.savepoint(),
        ):
            second.action_carry_out()
        self.env.invalidate_all()
        self.assertEqual(len(self.env["lot.recall"].search([])), 1)

    def test_reserved_stock_is_freed_and_said(self):
        order = self.env["stock.picking"].create(
            {
                "picking_type_id": self.build.warehouse.out_type_id.id,
                "location_id": self.build.stock.id,
                "location_dest_id": self.build.customers.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 16,
                            "location_id": self.build.stock.id,
                            "location_dest_id": self.build.customers.id,
                        },
                    )
                ],
            }
        )
        order.action_confirm()
        order.action_assign()
        self.assertEqual(order.state, "assigned")
        wizard = self.open_wizard()
        self.assertEqual(sum(wizard.stock_ids.mapped("reserved")), 16)
        self.tick(wizard)
        recall = self.recall_of(wizard.action_carry_out())
        self.assertEqual(order.state, "confirmed")
        self.assertFalse(order.move_line_ids)
        self.assertIn(order.name, "".join(recall.message_ids.mapped("body")))
        quants = self.lot.quant_ids.filtered(
            lambda q: q.location_id.usage == "internal"
        )
        self.assertFalse(quants.filtered(lambda q: q.quantity < 0))

    def reserve_on_shelf(self, quantity):
        move = self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom_qty": quantity,
                "location_id": self.shelf.id,
                "location_dest_id": self.build.customers.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        self.assertEqual(move.state, "assigned")
        return move

    def test_reservations_of_released_lots(self):
        recall = self.create_approved().with_user(self.user)
        self.lot._release("Half of it is good", holder=recall)
        for reserved, scrapped, state in ((2, 3, "assigned"), (2, 1, "confirmed")):
            move = self.reserve_on_shelf(reserved)
            wizard = recall.env["lot.recall.wizard"].browse(
                recall.action_open_wizard()["res_id"]
            )
            self.tick(wizard, self.shelf, quantity=scrapped)
            wizard.action_carry_out()
            self.assertEqual(move.state, state)
            move._do_unreserve()
        self.assertEqual(self.build.on_hand(self.lot, self.shelf), 1)

    def test_create_now_scrap_later(self):
        recall = self.recall_of(self.open_wizard().action_create_recall())
        self.assertEqual(recall.state, "approved")
        self.assertFalse(recall.scrap_ids)
        recall = recall.with_user(self.user)
        wizard = recall.env["lot.recall.wizard"].browse(
            recall.action_open_wizard()["res_id"]
        )
        self.assertEqual(wizard.recall_id, recall)
        self.tick(wizard)
        self.assertEqual(self.recall_of(wizard.action_carry_out()), recall)
        self.assertEqual(self.build.on_hand(self.lot), 0)

    def test_the_same_for_all_and_for_none(self):
        form = Form(self.open_wizard())
        form.all_disposition = "scrap"
        wizard = form.save()
        self.assertEqual(wizard.chosen_count, 2)
        form.all_disposition = False
        self.assertEqual(form.save().chosen_count, 0)

    def test_more_for_a_recall_under_way_leaves_its_state(self):
        recall = self.create_approved()
        recall._advance("notifying")
        action = recall.with_user(self.user).action_open_wizard()
        wizard = self.env["lot.recall.wizard"].with_user(self.user)
        wizard = wizard.browse(action["res_id"])
        self.tick(wizard, self.shelf)
        wizard.action_carry_out()
        self.assertEqual(recall.state, "notifying")
        self.assertEqual(self.build.on_hand(self.lot, self.shelf), 0)

    def test_packages_owners_and_serials(self):
        serial = self.build.lot(self.serial_product, "S1")
        package = self.env["stock.package"].create({"name": "PALLET-7"})
        self.env["stock.quant"]._update_available_quantity(
            self.serial_product,
            self.shelf,
            1,
            lot_id=serial,
            package_id=package,
            owner_id=self.vendor,
        )
        wizard = self.open_wizard(serial)
        self.assertEqual(wizard.stock_ids.package_id, package)
        self.tick(wizard)
        recall = self.recall_of(wizard.action_carry_out())
        self.assertRecordValues(
            recall.scrap_ids,
            [{"package_id": package.id, "owner_id": self.vendor.id, "scrap_qty": 1}],
        )
        self.assertEqual(self.build.on_hand(serial), 0)

    def test_each_scrap_in_the_company_of_its_stock(self):
        other = self.env["res.company"].create({"name": "Other"})
        there = type(self.build)(self.env, other)
        there.receive(self.lot, 7)
        companies = self.env.company | other
        both = self._create_role(
            "coordinator", "quality", "logistics", companies=companies
        )
        lot = self.lot.with_context(allowed_company_ids=(self.env.company | other).ids)
        wizard = self.open_wizard(lot, user=both)
        self.tick(wizard)
        recall = self.recall_of(wizard.action_carry_out())
        self.assertEqual(
            {(s.company_id, s.scrap_qty) for s in recall.scrap_ids},
            {(self.env.company, 5), (self.env.company, 11), (other, 7)},
        )
        # who may not read the other company sees nothing of it
        self.assertEqual(
            self.open_wizard(
                self.lot.with_context(allowed_company_ids=False)
            ).stock_ids,
            self.env["lot.recall.wizard.stock"],
        )

    def test_several_lots(self):
        second = self.build.lot(self.product, "BAD-2")
        self.build.receive(second, 3)
        wizard = self.open_wizard(self.lot | second)
        self.tick(wizard)
        recall = self.recall_of(wizard.action_carry_out())
        self.assertEqual(recall.seed_lot_ids, self.lot | second)
        self.assertEqual(self.build.on_hand(second), 0)

    def test_no_lot_is_refused(self):
        with self.assertRaisesRegex(UserError, "Choose the suspect lots"):
            self.env["stock.lot"].action_recall()
