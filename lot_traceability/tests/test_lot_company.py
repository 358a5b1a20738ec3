from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .builder import StockBuilder
from .common import LotTraceCase


class TwoCompaniesCase(LotTraceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.here = cls.env.company
        cls.there = cls.env["res.company"].create({"name": "There"})
        cls.env.user.company_ids += cls.there
        cls.there_build = StockBuilder(cls.env, cls.there)
        cls.boss = cls._create_user(
            "boss", "stock.group_stock_manager", companies=cls.here + cls.there
        )


@tagged("post_install", "-at_install")
class TestHeldOnTheWay(TwoCompaniesCase):
    def test_it_comes_in_on_hold(self):
        """The other company has a lot of its own for the same goods."""
        transit = self.env.ref("stock.stock_location_inter_company")
        transit.active = True
        for number, holds in (("W1", False), ("W2", True)):
            lot = self.build.lot(self.product, number, company_id=self.here.id)
            self.build.receive(lot, 5)
            self.build.move(lot, 5, self.build.stock, transit)
            if holds:
                lot.action_hold("Metal")
            copy = lot.copy({"name": number, "company_id": self.there.id})
            self.there_build.move(copy, 5, transit, self.there_build.stock)
            self.assertEqual(copy.origin_lot_id, lot)
            self.assertEqual(copy.on_hold, holds)
        with self.assertRaisesRegex(UserError, "On hold at"):
            self.there_build.deliver(copy, 1)

    def test_it_comes_back_on_hold(self):
        """So does what the other one has put on hold on its way back."""
        transit = self.env.ref("stock.stock_location_inter_company")
        transit.active = True
        lot = self.build.lot(self.product, "W1", company_id=self.here.id)
        self.build.receive(lot, 5)
        self.build.move(lot, 5, self.build.stock, transit)
        copy = lot.copy({"name": "W1", "company_id": self.there.id})
        self.there_build.move(copy, 5, transit, self.there_build.stock)
        self.there_build.move(copy, 5, self.there_build.stock, transit)
        copy.action_hold("Metal")
        self.assertFalse(lot.on_hold)
        self.build.move(lot, 5, transit, self.build.stock)
        self.assertFalse(lot.origin_lot_id)
        self.assertTrue(lot.on_hold)


@tagged("post_install", "-at_install")
class TestLotCompanyWizard(TwoCompaniesCase):
    def setUp(self):
        super().setUp()
        self.lot = self.build.lot(self.product, "L-1", company_id=self.here.id)

    def _wizard(self, lot, user=None):
        user = user or self.boss
        wizards = self.env["lot.company.wizard"].with_user(user)
        wizards = wizards.with_context(
            allowed_company_ids=user.company_ids.ids, default_lot_id=lot.id
        )
        return Form(wizards).save()

    def _make_wrong(self):
        """Received and delivered there, but the lot says here."""
        self.lot.company_id = self.there
        self.there_build.receive(self.lot, 1)
        self.there_build.deliver(self.lot, 1)
        # as data of earlier times has it: by today's doors it cannot become so
        self.lot.flush_recordset()
        self.env.cr.execute(
            "UPDATE stock_lot SET company_id = %s WHERE id = %s",
            (self.here.id, self.lot.id),
        )
        self.lot.invalidate_recordset()

    def test_proposes_the_company_of_the_moves_and_corrects(self):
        self._make_wrong()
        wizard = self._wizard(self.lot)
        self.assertEqual(wizard.current_company_id, self.here)
        self.assertEqual(wizard.company_id, self.there)
        self.assertIn("There", wizard.places)
        self.assertFalse(wizard.obstacles)
        wizard.action_apply()
        self.assertEqual(self.lot.company_id, self.there)

    def test_refused_while_it_has_moves_elsewhere(self):
        receipt = self.build.receive(self.lot, 1)
        wizard = self._wizard(self.lot)
        wizard.company_id = self.there
        self.assertIn(receipt.name, wizard.obstacles)
        with self.assertRaises(UserError) as error:
            wizard.action_apply()
        for text in ("Raw", "L-1", "There", receipt.name, "1 Units in WH/Stock"):
            self.assertIn(text, str(error.exception))
        self.assertEqual(self.lot.company_id, self.here)

    def test_refused_by_a_plain_write_as_well(self):
        # in two places core finds no location that could contradict
        self.build.receive(self.lot, 2)
        shelf = self.build.location("Shelf", self.build.stock)
        self.build.move(self.lot, 1, self.build.stock, shelf)
        worker = self._create_user(
            "worker", "stock.group_stock_user", companies=self.here + self.there
        )
        lot = self.lot.with_user(worker).with_context(
            allowed_company_ids=(self.here + self.there).ids
        )
        with self.assertRaisesRegex(UserError, "cannot belong to There"):
            lot.company_id = self.there
        loaded = lot.load([".id", "company_id/.id"], [[lot.id, self.there.id]])
        self.assertIn("cannot belong to There", loaded["messages"][0]["message"])
        self.assertEqual(lot.company_id, self.here)
        lot.company_id = False
        lot.company_id = self.here

    def test_documents_of_other_companies_are_counted_not_shown(self):
        self.build.receive(self.lot, 1)
        self.build.deliver(self.lot, 1)
        names = self.env["stock.move.line"].search([("lot_id", "=", self.lot.id)])
        local = self._create_user("local", "stock.group_stock_manager")
        local.write(
            {"company_ids": [(6, 0, self.there.ids)], "company_id": self.there.id}
        )
        self.lot.company_id = False
        wizard = self._wizard(self.lot, local)
        wizard.company_id = self.there
        with self.assertRaises(UserError) as error:
            wizard.action_apply()
        self.assertIn("in companies you cannot see", str(error.exception))
        for name in names.mapped("reference"):
            self.assertNotIn(name, str(error.exception))

    def test_shared_lot_has_no_obstacle(self):
        self.build.receive(self.lot, 1)
        wizard = self._wizard(self.lot)
        wizard.company_id = False
        wizard.action_apply()
        self.assertFalse(self.lot.company_id)

    def test_for_managers_only(self):
        user = self._create_user("user", "stock.group_stock_user")
        with self.assertRaises(AccessError):
            self._wizard(self.lot, user)


@tagged("post_install", "-at_install")
class TestLotOrigin(TwoCompaniesCase):
    """A delivery of one company is the receipt of the other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.transit = cls.env.ref("stock.stock_location_inter_company")
        cls.lot = cls.build.lot(cls.product, "L-1", company_id=cls.here.id)
        cls.build.receive(cls.lot, 5)

    def _send(self, lot=None, quantity=5):
        return self.build.transfer(
            {lot or self.lot: quantity},
            self.build.warehouse.out_type_id,
            self.build.stock,
            self.transit,
        )

    def _receive_there(self, name, product=None, quantity=5):
        build = self.there_build
        product = (product or self.product).with_env(build.env)
        receipt = build.env["stock.picking"].create(
            {
                "picking_type_id": build.warehouse.in_type_id.id,
                "location_id": self.transit.id,
                "location_dest_id": build.stock.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": self.transit.id,
                            "location_dest_id": build.stock.id,
                        },
                    )
                ],
            }
        )
        receipt.action_confirm()
        values = {"lot_name": name, "lot_id": False, "quantity": quantity}
        if receipt.move_line_ids:
            receipt.move_line_ids.write(values)
        else:
            receipt.move_ids.move_line_ids = [
                (
                    0,
                    0,
                    {
                        **values,
                        "product_id": product.id,
                        "picking_id": receipt.id,
                        "location_id": self.transit.id,
                        "location_dest_id": build.stock.id,
                    },
                )
            ]
        receipt.move_ids.picked = True
        receipt.with_context(skip_sms=True).button_validate()
        self.assertEqual(receipt.state, "done")
        return receipt.move_line_ids.lot_id

    def test_the_copy_knows_its_origin(self):
        self._send()
        copy = self._receive_there("l-1")
        self.assertNotEqual(copy, self.lot)
        self.assertEqual(copy.company_id, self.there)
        self.assertEqual(copy.sudo().origin_lot_id, self.lot)

    def test_a_copy_made_before_is_linked(self):
        copy = self.lot.create(
            {
                "name": "L-1",
                "product_id": self.product.id,
                "company_id": self.there.id,
            }
        )
        self._send()
        self.assertEqual(self._receive_there("L-1"), copy)
        self.assertEqual(copy.sudo().origin_lot_id, self.lot)

    def test_taken_before_it_was_sent(self):
        """Two of the five had been sent when the other company booked them in."""
        copy = self.lot.create(
            {
                "name": "L-1",
                "product_id": self.product.id,
                "company_id": self.there.id,
            }
        )
        day = datetime(2026, 3, 1, 10)
        self._send(quantity=2).move_line_ids.date = day
        receipt = self._receive_there("L-1")
        self.assertEqual(receipt, copy)
        copy.sudo().origin_lot_id = False
        self._get_lines(copy).date = day + timedelta(days=1)
        partner = self.build.partner("Far Customer")
        self.there_build.deliver(copy, 4, partner, at=day + timedelta(days=2))
        self._send(quantity=3).move_line_ids.date = day + timedelta(days=3)
        self.assertEqual(copy.sudo().origin_lot_id, self.lot)
        self.assertFalse(self.lot.sudo().origin_lot_id)
        lots = (self.lot | copy).with_user(self.boss)
        lot, copy = lots.with_context(allowed_company_ids=(self.here + self.there).ids)
        down, up = lot.trace_downstream(), copy.trace_upstream()
        self.assertEqual(self.shipments(down["deliveries"]), [("Far Customer", 4, 0)])
        # the first receipt names no vendor; nothing else is open
        kinds = {gap["kind"] for gap in (*down["gaps"], *up["gaps"])}
        self.assertEqual(kinds, {"unknown_partner"})
        [suspect] = down["suspect"]
        figures = suspect["at_customers"], suspect["on_hand"], suspect["unaccounted"]
        self.assertEqual(figures, (4, 1, 0))
        self.assertEqual({row["id"] for row in up["lots"]}, set(lots.ids))
        [link] = up["links"]
        self.assertEqual((link["kind"], link["quantity_consumed"]), ("intercompany", 5))

    def test_one_has_sent_it_before_the_other_took_it(self):
        """All was there in time: what is sent later is not what was taken before."""
        self._send(quantity=3)
        copy = self._receive_there("L-1", quantity=3)
        self.there_build.deliver(copy, 3, self.build.partner("Far Customer"))
        self.build.receive(self.lot, 5)
        day = datetime.now() + timedelta(days=1)
        self._send(quantity=2).move_line_ids.date = day
        lot = self.lot.with_user(self.boss).with_context(
            allowed_company_ids=(self.here + self.there).ids
        )
        self.assertEqual(len(lot.trace_downstream(["links"])["links"]), 1)

    def test_goods_without_a_number(self):
        """They go on in the other company as well, and so does what is in them."""
        screws = self.build.product("Screws", "none")
        self.build.receive(screws, 9)
        copy, there = self.build.lot(self.product, "C-1"), self.there_build
        self.build.receive(copy, 5)
        conversion = self.env["lot.conversion"].create(
            {
                "kind": "repack",
                "reason": "Test",
                "source_line_ids": [(0, 0, self._prepare_side("source", copy))],
                "target_line_ids": [(0, 0, self._prepare_side("target", screws))],
            }
        )
        conversion.action_done()
        self._send(screws, 14)
        kind = there.warehouse.in_type_id
        there.transfer({screws: 7}, kind, self.transit, there.stock)
        there.deliver(screws, 7, self.build.partner("Far Customer"))
        both = (self.here + self.there).ids
        lot = copy.with_user(self.boss).with_context(allowed_company_ids=both)
        trace = lot.trace_downstream()
        self.assertEqual(self.shipments(trace["deliveries"]), [("Far Customer", 7, 0)])
        [suspect] = trace["suspect"]
        self.assertEqual((suspect["at_customers"], suspect["on_hand"]), (2.5, 2.5))
        [handed] = [row for row in trace["links"] if row["kind"] != "conversion"]
        self.assertEqual(handed["quantity_consumed"], 7)
        customers = self.env["res.partner"].search([("name", "=", "Far Customer")])
        found = lot.search([("trace_customer_ids", "in", customers.ids)])
        self.assertIn(lot, found)
        here = self._create_user("sees_here", "stock.group_stock_user")
        trace = copy.with_user(here).trace_downstream()
        self.assertFalse(trace["deliveries"])
        self.assertEqual(trace["outside_scope"]["count"], 1)
        self.assertEqual(trace["suspect"][0]["other_companies"], 2.5)

    def _prepare_side(self, side, goods):
        is_lot = goods._name == "stock.lot"
        return {
            "side": side,
            "product_id": (goods.product_id if is_lot else goods).id,
            "lot_id": goods.id if is_lot else False,
            "quantity": 5,
            "location_id": self.build.stock.id,
        }

    def _get_lines(self, lot):
        return self.env["stock.move.line"].sudo().search([("lot_id", "=", lot.id)])

    def test_not_without_a_delivery(self):
        copy = self.lot.create(
            {
                "name": "L-1",
                "product_id": self.product.id,
                "company_id": self.there.id,
            }
        )
        self._receive_there("L-1")
        self.assertFalse(copy.sudo().origin_lot_id)
        self._send()
        # sent afterwards, it is what they had taken before
        self.assertEqual(copy.sudo().origin_lot_id, self.lot)
        other = self._receive_there("L-2")
        self.assertFalse(other.sudo().origin_lot_id)

    def test_a_shared_lot_is_the_same_record(self):
        shared = self.build.lot(self.product, "SHARED")
        self.build.receive(shared, 5)
        self._send(shared)
        self.assertEqual(self._receive_there("SHARED"), shared)
        self.assertFalse(shared.sudo().origin_lot_id)

    def test_shown_to_those_only_who_may_read_it(self):
        self._send()
        copy = self._receive_there("L-1")
        local = self._create_user("local", "stock.group_stock_user")
        local.write(
            {"company_ids": [(6, 0, self.there.ids)], "company_id": self.there.id}
        )
        fields = {"visible_origin_lot_id": {"fields": {"display_name": {}}}}
        (row,) = copy.with_user(local).web_read(fields)
        self.assertFalse(row["visible_origin_lot_id"])
        with self.assertRaises(AccessError):
            copy.with_user(local).read(["origin_lot_id"])
        both = copy.with_user(self.boss).with_context(
            allowed_company_ids=(self.here + self.there).ids
        )
        (row,) = both.web_read(fields)
        self.assertEqual(row["visible_origin_lot_id"]["id"], self.lot.id)

    def test_the_trace_goes_on_in_the_copy(self):
        """Case 15, where each company keeps a lot of its own."""
        self._send()
        copy = self._receive_there("l-1")
        self.there_build.deliver(copy, 2, self.build.partner("Far Customer"))
        lots = (self.lot | copy).with_user(self.boss)
        lot, copy = lots.with_context(allowed_company_ids=(self.here + self.there).ids)
        down, up = lot.trace_downstream(), copy.trace_upstream()
        for trace in (down, up):
            self.assertEqual({row["id"] for row in trace["lots"]}, set(lots.ids))
            self.assertEqual([row["kind"] for row in trace["links"]], ["intercompany"])
        printed = self.env["ir.actions.report"]._render_qweb_html(
            "lot_traceability.report_lot_trace", lot.ids
        )[0]
        self.assertNotIn(b"intercompany", printed)
        self.assertIn(b"to another company", printed)
        self.assertEqual(self.shipments(down["deliveries"]), [("Far Customer", 2, 0)])
        self.assertEqual([row["share"] for row in down["holders"]], [2])
        [suspect] = down["suspect"]
        self.assertEqual((suspect["on_hand"], suspect["unaccounted"]), (3, 0))

    def test_the_copy_is_outside_scope_for_others(self):
        self._send()
        copy = self._receive_there("l-1")
        local = self._create_user("local", "stock.group_stock_user")
        trace = self.lot.with_user(local).trace_downstream()
        self.assertEqual([row["id"] for row in trace["lots"]], self.lot.ids)
        self.assertEqual(trace["outside_scope"]["count"], 1)
        self.assertNotIn(copy.id, [link["to_lot_id"] for link in trace["links"]])

    def test_each_company_has_what_it_took(self):
        """5 are sent, 3 arrive, 2 of them are sold: all answers agree, for who may see
        one company, the other one, or both; under two lots as under one."""
        shared = self.build.lot(self.product, "S-1")
        self.build.receive(shared, 5, self.vendor)
        own = self.build.lot(self.product, "L-3", company_id=self.here.id)
        self.build.receive(own, 5, self.vendor)
        copy = own.sudo().copy({"name": "L-3", "company_id": self.there.id})
        copy.flush_recordset()
        self.env.cr.execute(
            "UPDATE stock_lot SET origin_lot_id = %s WHERE id = %s", (own.id, copy.id)
        )
        copy.invalidate_recordset()
        there, partner = self.there_build, self.build.partner("Far Customer")
        for sent, taken in ((shared, shared), (own, copy)):
            self._send(sent)
            there.transfer(
                {taken: 3}, there.warehouse.in_type_id, self.transit, there.stock
            )
            there.deliver(taken, 2, partner)
        here = self._create_user("only_here", "stock.group_stock_user")
        away = self._create_user(
            "only_there", "stock.group_stock_user", companies=self.there
        )
        # on the way, there, sold, handed over to whom may not be seen, from there
        cases = (
            (shared, here, self.here, {"transit": 2}, 5, 3, 1, 0),
            (own, here, self.here, {"transit": 2}, 5, 3, 1, 0),
            (shared, away, self.there, {"stock": 1, "customer": 2}, 3, 0, 0, 1),
            (copy, away, self.there, {"stock": 1, "customer": 2}, 3, 0, 0, 1),
            (
                *(shared, self.boss, self.here + self.there),
                *({"transit": 2, "stock": 1, "customer": 2}, 5, 0, 0, 0),
            ),
            (own, self.boss, self.here + self.there, {"transit": 2}, 5, 0, 0, 0),
            (
                *(copy, self.boss, self.here + self.there),
                *({"stock": 1, "customer": 2}, 3, 0, 0, 0),
            ),
        )
        for lot, user, companies, places, quantity, hidden, down, up in cases:
            with self.subTest(lot=lot.name, company=lot.company_id.name, who=user.name):
                lot = lot.with_user(user)
                lot = lot.with_context(allowed_company_ids=companies.ids)
                trace = lot.trace_downstream()
                self.assertFalse(trace["gaps"])
                self.assertEqual(trace["outside_scope"]["count"], down)
                self.assertEqual(lot.trace_upstream()["outside_scope"]["count"], up)
                [suspect] = trace["suspect"]
                self.assertEqual(suspect["quantity"], quantity)
                # they went to another company, which is no riddle
                self.assertEqual(suspect["other_companies"], hidden)
                self.assertEqual(suspect["unaccounted"], 0)
                for row in trace["balances"]:
                    self.assertEqual(row["unaccounted"], 0)
                rows = [row for row in trace["stock"] if row["lot_id"] == lot.id]
                self.assertEqual(
                    {row["usage"]: row["quantity"] for row in rows},
                    {
                        {"stock": "internal"}.get(key, key): value
                        for key, value in places.items()
                        if key != "customer"
                    },
                )
                found = lot.env["lot.place"]._get_places(lot)[lot.id]
                self.assertEqual(
                    {
                        row["state"]: row["quantity"]
                        for row in found
                        if row["state"] != "outside"
                    },
                    places,
                )
                on_hand = sum(row["on_hand"] for row in trace["balances"])
                self.assertEqual(suspect["on_hand"], on_hand)
                held = sum(row["share"] for row in trace["holders"])
                self.assertEqual(held, suspect["at_customers"])

    def test_two_companies_took_it_and_one_may_not_be_seen(self):
        """What the third one has is not with the customer of the second."""
        third = self.env["res.company"].create({"name": "Third"})
        self.env.user.company_ids += third
        third_build = StockBuilder(self.env, third)
        lots = (
            self.lot,
            *(
                self.lot.sudo().copy({"name": "L-1", "company_id": company.id})
                for company in (self.there, third)
            ),
        )
        self._link(*lots)
        shared = self.build.lot(self.product, "S-9")
        self.build.receive(shared, 5)
        partner = self.build.partner("Far Customer")
        for here, there, away in (lots, [shared] * 3):
            self._send(here)
            for build, lot, quantity in (
                (self.there_build, there, 2),
                (third_build, away, 3),
            ):
                kind = build.warehouse.in_type_id
                build.transfer({lot: quantity}, kind, self.transit, build.stock)
            self.there_build.deliver(there, 2, partner)
            lot = here.with_user(self.boss).with_context(
                allowed_company_ids=(self.here + self.there).ids
            )
            with self.subTest(lot=lot.name):
                trace = lot.trace_downstream()
                [suspect] = trace["suspect"]
                self.assertEqual(suspect["at_customers"], 2)
                self.assertEqual(suspect["other_companies"], 3)
                self.assertEqual((suspect["on_hand"], suspect["unaccounted"]), (0, 0))
                [row] = trace["holders"]
                found = row["share_low"], row["share"], row["share_high"]
                self.assertEqual(found, (2, 2, 2))

    def test_straight_to_the_other_company_and_on_from_there(self):
        """The vendor sends it there, a part of that goes straight to a customer."""
        own = self.build.lot(self.product, "L-7", company_id=self.here.id)
        copy = own.sudo().copy({"name": "L-7", "company_id": self.there.id})
        self._link(own, copy)
        shared = self.build.lot(self.product, "S-7")
        there, near = self.there_build, self.build.partner("Near Customer")
        far, types = self.build.partner("Far Customer"), self.build.warehouse
        here = self._create_user("sees_here", "stock.group_stock_user")
        for sent, taken in ((own, copy), (shared, shared)):
            kind = types.in_type_id
            self.build.transfer(
                {sent: 10}, kind, self.build.suppliers, self.transit, self.vendor
            )
            kind = there.warehouse.in_type_id
            there.transfer({taken: 4}, kind, self.transit, there.stock)
            kind = there.warehouse.out_type_id
            there.transfer({taken: 3}, kind, self.transit, there.customers, far)
            there.deliver(taken, 1, near)
            lot = sent.with_user(self.boss).with_context(
                allowed_company_ids=(self.here + self.there).ids
            )
            with self.subTest(lot=lot.name):
                trace = lot.trace_downstream()
                [suspect] = trace["suspect"]
                self.assertEqual((suspect["at_customers"], suspect["on_hand"]), (4, 6))
                self.assertEqual(
                    [(row["partner"], row["share_high"]) for row in trace["holders"]],
                    [("Far Customer", 3), ("Near Customer", 1)],
                )
                trace = sent.with_user(here).trace_downstream(["suspect"])
                [suspect] = trace["suspect"]
                self.assertEqual(suspect["other_companies"], 7)
                self.assertEqual((suspect["on_hand"], suspect["unaccounted"]), (3, 0))

    def test_came_back_to_a_company_that_may_not_be_seen(self):
        """Of 6 and 3 that a customer got, 4 come back to the other company: 3 of them
        are its own. Nobody is told that the customer has what it gave back."""
        lot = self.build.lot(self.product, "S-6")
        self.build.receive(lot, 10, self.vendor)
        self.build.deliver(lot, 6, self.customer)
        there = self.there_build
        there.receive(lot, 5, self.vendor)
        there.deliver(lot, 3, self.customer)
        kind = there.warehouse.in_type_id
        there.transfer({lot: 4}, kind, there.customers, there.stock, self.customer)
        here = self._create_user("sees_here", "stock.group_stock_user")
        lot = lot.with_user(here).with_context(allowed_company_ids=self.here.ids)
        trace = lot.trace_downstream()
        [holder], [suspect] = trace["holders"], trace["suspect"]
        self.assertEqual(self.shipments(trace["deliveries"]), [("Customer", 6, 1)])
        self.assertEqual((holder["holds"], holder["share_high"]), (5, 5))
        self.assertEqual((suspect["quantity"], suspect["at_customers"]), (10, 5))
        self.assertEqual((suspect["on_hand"], suspect["other_companies"]), (4, 1))
        [balance] = trace["balances"]
        self.assertEqual((balance["returned"], balance["unaccounted"]), (1, 0))
        found = lot.env["lot.place"]._get_places(lot)[lot.id]
        held = [row["quantity"] for row in found if row["state"] == "customer"]
        self.assertEqual(held, [5])
        self.assertFalse(trace["gaps"])

    def test_there_and_back_where_it_may_not_be_seen(self):
        shared = self.build.lot(self.product, "S-8")
        self.build.receive(shared, 5)
        self._send(shared)
        there, types = self.there_build, self.build.warehouse
        there.transfer(
            {shared: 5}, there.warehouse.in_type_id, self.transit, there.stock
        )
        there.transfer(
            {shared: 4}, there.warehouse.out_type_id, there.stock, self.transit
        )
        self.build.transfer(
            {shared: 4}, types.in_type_id, self.transit, self.build.stock
        )
        here = self._create_user("sees_here", "stock.group_stock_user")
        [suspect] = shared.with_user(here).trace_downstream(["suspect"])["suspect"]
        self.assertEqual((suspect["quantity"], suspect["on_hand"]), (5, 4))
        self.assertEqual(suspect["other_companies"], 1)
        self.assertEqual(suspect["unaccounted"], 0)

    def _link(self, origin, *copies):
        ids = [copy.id for copy in copies]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_lot SET origin_lot_id = %s WHERE id = ANY(%s)",
            (origin.id, ids),
        )
        self.env.invalidate_all()

    def test_all_of_it_is_in_the_other_company(self):
        self._send()
        self._receive_there("l-1")
        lot = self.lot.with_user(self.boss)
        lot = lot.with_context(allowed_company_ids=(self.here + self.there).ids)
        self.assertEqual(lot.place_now, "In another company")
        [link] = lot.trace_downstream(["links"])["links"]
        self.assertEqual(link["quantity_consumed"], 5)

    def test_sent_back_to_the_first_company(self):
        self._send()
        copy = self._receive_there("l-1")
        there = self.there_build
        there.transfer(
            {copy: 5}, there.warehouse.out_type_id, there.stock, self.transit
        )
        self.build.transfer(
            {self.lot: 5},
            self.build.warehouse.in_type_id,
            self.transit,
            self.build.stock,
        )
        self.build.deliver(self.lot, 5, self.build.partner("Near Customer"))
        lot = copy.with_user(self.boss).with_context(
            allowed_company_ids=(self.here + self.there).ids
        )
        trace = lot.trace_downstream()
        customers = [row["partner"] for row in trace["deliveries"]]
        self.assertEqual(customers, ["Near Customer"])
