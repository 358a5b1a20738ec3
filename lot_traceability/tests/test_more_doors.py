from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .builder import StockBuilder
from .test_done_corrections import DoneCase


class MoreDoorsCase(DoneCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shelf, cls.other_shelf = (
            cls.build.location(name) for name in ("Shelf", "Other Shelf")
        )
        cls.work = StockBuilder(cls.env(user=cls.clerk))

    def count(self, lot, place, quantity, date=None):
        quants = self.env["stock.quant"].with_user(self.clerk)
        quants = quants.with_context(inventory_mode=True)
        quant = quants.search(
            [("lot_id", "=", lot.id), ("location_id", "=", place.id)]
        ) or quants.create(
            {
                "product_id": lot.product_id.id,
                "lot_id": lot.id,
                "location_id": place.id,
            }
        )
        quant.inventory_quantity = quantity
        if date:
            name = self.env["stock.inventory.adjustment.name"].with_user(self.clerk)
            name = name.create({"quant_ids": quant.ids, "counting_date": date})
            name.action_apply()
        else:
            quant.action_apply_inventory()

    def is_held(self, lot, place):
        self.env.invalidate_all()
        quants = lot.quant_ids.filtered(lambda quant: quant.location_id == place)
        return quants.mapped("lot_on_hold") == [True]


@tagged("post_install", "-at_install")
class TestHeldPlaceIsLeft(MoreDoorsCase):
    """What is held in one place is held where it comes to by way of another."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build.move(cls.lot, 6, cls.stock, cls.shelf)
        cls.lot.action_hold("Glass", location_ids=cls.shelf.ids)
        # no test hangs on what falls into the same second
        now = fields.Datetime.now()
        lines = cls.env["stock.move.line"].search([("lot_id", "=", cls.lot.id)])
        lines.date = now - timedelta(hours=2)
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE lot_hold SET hold_date = %s WHERE lot_id = %s",
            (now - timedelta(hours=1), cls.lot.id),
        )
        cls.env.invalidate_all()

    def scrap(self, quantity):
        return self.work.scrap(self.lot, quantity, self.shelf).scrap_location_id

    def test_back_from_the_scrap(self):
        gone = self.scrap(6)
        self.work.transfer(
            {self.lot: 4}, self.build.warehouse.int_type_id, gone, self.other_shelf
        )
        self.assertTrue(self.is_held(self.lot, self.other_shelf))
        self.assertFalse(self.is_held(self.lot, self.stock))

    def test_from_the_scrap_to_a_customer_or_an_order(self):
        gone = self.scrap(6)
        production = self.env["stock.location"].search(
            [("usage", "=", "production"), ("company_id", "=", self.env.company.id)],
            limit=1,
        )
        for dest in (self.build.customers, production):
            with self.refused("on hold"):
                self.work.transfer(
                    {self.lot: 1}, self.build.warehouse.out_type_id, gone, dest
                )

    def test_back_from_the_vendor(self):
        out = self.build.warehouse.out_type_id
        self.work.transfer({self.lot: 6}, out, self.shelf, self.build.suppliers)
        with self.refused("on hold"):
            self.work.transfer(
                {self.lot: 1}, out, self.build.suppliers, self.build.customers
            )
        self.work.receive(self.lot, 6, to=self.other_shelf)
        self.assertTrue(self.is_held(self.lot, self.other_shelf))
        # that is all that was held: what the vendor sends after it is free
        last = self.build.location("Last Shelf")
        self.work.receive(self.lot, 6, to=last)
        self.assertFalse(self.is_held(self.lot, last))

    def test_by_way_of_two_places_outside(self):
        """Neither another loss, nor the vendor, nor goods that came before free it."""
        internal = self.build.warehouse.int_type_id
        out = self.build.warehouse.out_type_id
        loss = self.build.location("Loss", usage="inventory")
        vendor = self.build.suppliers

        def by_two_losses():
            self.work.transfer({self.lot: 6}, internal, self.scrap(6), loss)
            with self.refused("on hold"):
                self.work.transfer({self.lot: 1}, out, loss, self.build.customers)
            self.work.transfer({self.lot: 6}, internal, loss, self.other_shelf)

        def by_scrap_and_vendor():
            self.work.transfer({self.lot: 6}, out, self.scrap(6), vendor)
            self.work.receive(self.lot, 6, to=self.other_shelf)

        def after_goods_that_are_free():
            self.work.receive(self.lot, 6, to=self.stock)
            self.work.transfer({self.lot: 6}, out, self.shelf, vendor)
            self.work.receive(self.lot, 6, to=self.other_shelf)

        for way in (by_two_losses, by_scrap_and_vendor, after_goods_that_are_free):
            with self.subTest(way=way.__name__), self.env.cr.savepoint() as savepoint:
                way()
                self.assertTrue(self.is_held(self.lot, self.other_shelf))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_counted_away_and_found_elsewhere(self):
        self.count(self.lot, self.shelf, 0)
        self.count(self.lot, self.other_shelf, 6)
        self.assertTrue(self.is_held(self.lot, self.other_shelf))

    def test_found_elsewhere_before_it_is_missed(self):
        self.count(self.lot, self.other_shelf, 6)
        self.assertFalse(self.is_held(self.lot, self.other_shelf))
        self.count(self.lot, self.shelf, 0)
        self.assertTrue(self.is_held(self.lot, self.other_shelf))

    def test_found_elsewhere_and_sent_before_it_is_missed(self):
        """What a clerk has found may be what is held, as long as that was not counted;
        what was free before goes out, and who may release knows what was found."""
        internal = self.build.warehouse.int_type_id
        self.count(self.lot, self.other_shelf, 6)
        with self.refused("only in .*Shelf"):
            self.work.deliver(self.lot, 1, self.customer, self.other_shelf)
        with self.refused("only in .*Shelf"):
            self.work.transfer({self.lot: 6}, internal, self.other_shelf, self.stock)
        self.work.deliver(self.lot, 2, self.customer)
        self.build.deliver(self.lot, 1, self.customer, self.other_shelf)
        # found where some of it was free: so much stays
        self.count(self.lot, self.stock, 3)
        self.work.deliver(self.lot, 2, self.customer)
        with self.refused("only in .*Shelf"):
            self.work.deliver(self.lot, 1, self.customer)
        self.count(self.lot, self.stock, 0)
        # the shelf was looked at, and what is missing there was that
        self.count(self.lot, self.shelf, 1)
        self.assertTrue(self.is_held(self.lot, self.other_shelf))

    def test_a_count_that_only_moved_what_was_free(self):
        self.count(self.lot, self.stock, 1)
        self.count(self.lot, self.other_shelf, 3)
        self.work.deliver(self.lot, 3, self.customer, self.other_shelf)

    def test_a_count_that_says_it_was_before_the_hold(self):
        before = fields.Datetime.now() - timedelta(days=3)
        self.count(self.lot, self.shelf, 2, before)
        with self.refused("taken off the stock"):
            self.count(self.other, self.other_shelf, 4)
        self.count(self.lot, self.other_shelf, 4)
        self.assertTrue(self.is_held(self.lot, self.other_shelf))
        with self.refused("in the future"):
            self.count(self.lot, self.other_shelf, 5, before + timedelta(days=9))
        # it is told as what was said, and is no correction of a clerk
        line = self.env["stock.move.line"].search(
            [("lot_id", "=", self.lot.id), ("location_id", "=", self.shelf.id)]
        )
        facts = self.env["lot.trace.fact"].search([("line_ref", "=", line.id)])
        self.assertEqual(facts.mapped("date"), [before])
        self.assertEqual(line.date, before)

    def test_scrapped_and_counted_in_as_another_number(self):
        self.build.scrap(self.lot, 1, self.shelf)
        # who scrapped it there could have released it
        self.count(self.other, self.other_shelf, 1)
        self.scrap(4)
        with self.refused("taken off the stock"):
            self.count(self.other, self.other_shelf, 5)

    def test_more_than_is_free_without_a_number(self):
        kind = self.build.warehouse.out_type_id.copy({"name": "Without Lots"})
        kind.write({"use_create_lots": False, "use_existing_lots": False})
        self.build.move(self.other, 9, self.stock, self.shelf)

        def send(quantity, dest=self.build.customers, place=None):
            goods = {self.product: quantity}
            return self.work.transfer(goods, kind, place or self.shelf, dest)

        with self.refused("only in .*Shelf"):
            send(10)
        sent, elsewhere = send(8), send(4, place=self.stock)
        self.unlock(sent)
        self.unlock(elsewhere)
        with self.refused("only in .*Shelf"):
            self.line(sent).quantity = 10
        with self.refused("only in .*Shelf"):
            self.line(elsewhere).location_id = self.shelf
        self.line(sent).quantity = 9
        with self.refused("only in .*Shelf"):
            send(1)
        send(1, self.quarantine)

    def test_counted_away_and_come_from_nowhere(self):
        """From a vendor, a customer or an order that had none of it: it is the same."""
        customers, kind = self.build.customers, self.build.warehouse.in_type_id
        production = self.product.property_stock_production
        for source, user in (
            (self.build.suppliers, customers),
            (production, customers),
            (customers, production),
        ):
            with (
                self.subTest(source=source.name),
                self.env.cr.savepoint() as savepoint,
            ):
                self.count(self.lot, self.shelf, 0)
                with self.refused("on hold"):
                    self.work.transfer({self.lot: 1}, kind, source, user)
                self.work.transfer({self.lot: 6}, kind, source, self.other_shelf)
                self.assertTrue(self.is_held(self.lot, self.other_shelf))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_what_came_in_for_what_was_missed_is_all(self):
        """The vendor delivers on, and customers give back what they were given."""
        last = self.build.location("Last Shelf")
        self.build.deliver(self.lot, 2, self.customer)
        self.count(self.lot, self.shelf, 0)
        back = self.build.warehouse.in_type_id
        self.work.transfer({self.lot: 2}, back, self.build.customers, last)
        self.assertFalse(self.is_held(self.lot, last))
        self.work.receive(self.lot, 6, to=self.other_shelf)
        self.assertTrue(self.is_held(self.lot, self.other_shelf))
        self.work.receive(self.lot, 6, to=last)
        self.assertFalse(self.is_held(self.lot, last))

    def test_more_than_lies_where_it_is_free(self):
        """Four are free: of ten that are sent, six come from where they are held."""
        with self.refused("only in .*Shelf"):
            self.work.deliver(self.lot, 10, self.customer)
        with self.refused("only in .*Shelf"):
            self.work.transfer(
                {self.lot: 5},
                self.build.warehouse.int_type_id,
                self.stock,
                self.other_shelf,
            )
        sent = self.work.deliver(self.lot, 3, self.customer)
        self.unlock(sent)
        with self.refused("only in .*Shelf"):
            self.line(sent).quantity = 10
        self.line(sent).quantity = 4
        self.assertEqual(self.build.on_hand(self.lot, self.shelf), 6)

    def test_what_was_never_held_stays_free(self):
        self.work.scrap(self.lot, 1)
        self.count(self.lot, self.other_shelf, 2)
        self.assertFalse(self.is_held(self.lot, self.other_shelf))
        self.assertFalse(self.is_held(self.lot, self.stock))

    def test_another_number_in_another_place(self):
        self.count(self.lot, self.shelf, 2)
        with self.refused("taken off the stock"):
            self.count(self.other, self.other_shelf, 4)
        # nor where Odoo itself books the count, as the superuser
        quants = self.env["stock.quant"].with_user(self.clerk)
        with self.refused("taken off the stock"):
            quants.with_context(inventory_mode=True).create(
                {
                    "product_id": self.product.id,
                    "lot_id": self.other.id,
                    "location_id": self.other_shelf.id,
                    "inventory_quantity_auto_apply": 4,
                }
            )
        # counts that have nothing to do with it go on
        self.count(self.other, self.stock, 9)

    def test_another_number_out_of_the_scrap(self):
        kind = self.build.warehouse.int_type_id
        scrap = self.work.scrap(self.other, 1).scrap_location_id
        self.scrap(3)
        for number in ((self.product, "NEW"), self.other):
            with self.refused("taken off the stock"):
                self.work.transfer({number: 3}, kind, scrap, self.other_shelf)
        # what was scrapped by mistake comes back as what it was
        self.work.transfer({self.other: 1}, kind, scrap, self.stock)

    def test_nobody_counts_what_customers_have(self):
        """Or the count would say that nobody has to be told of a recall."""
        self.build.deliver(self.lot, 3, self.customer)
        for place, quantity in (
            (self.build.customers, 0),
            (self.build.customers, 9),
            (self.build.suppliers, 0),
        ):
            with self.refused("cannot be counted"):
                self.count(self.lot, place, quantity)
        [row] = self.lot.trace_downstream(parts=["holders"])["holders"]
        self.assertEqual((row["partner"], row["holds"]), ("Customer", 3))


@tagged("post_install", "-at_install")
class TestNamesOfHeldLots(MoreDoorsCase):
    def test_what_a_recall_finds_it_by(self):
        self.lot.action_hold("Glass")
        for name in ("supplier_number", "batch_code", "lot_tlc"):
            with self.refused("on hold", AccessError):
                self.lot.with_user(self.clerk)[name] = "OTHER"
        self.other.with_user(self.clerk).batch_code = "B1"

    def test_stock_is_not_inside_of_a_quarantine(self):
        for record, values in (
            (self.stock, {"location_id": self.quarantine.id}),
            (self.build.warehouse, {"lot_stock_id": self.quarantine.id}),
            (self.build.warehouse, {"lot_quarantine_location_id": self.stock.id}),
        ):
            with self.refused("cannot be a quarantine", ValidationError):
                record.with_user(self.manager).write(values)

    def test_quants_keep_their_company(self):
        company = self.env["res.company"].create({"name": "Other"})
        quant = self.lot.quant_ids.filtered(lambda q: q.location_id == self.stock)
        with self.refused("by an operation"):
            quant.with_user(self.manager).company_id = company

    def test_nothing_is_written_under_the_address_of_another(self):
        values = {
            "model": "stock.lot",
            "res_id": self.lot.id,
            "author_id": False,
            "email_from": "Quality <boss@example.com>",
            "body": "Released",
        }
        messages = self.env["mail.message"].with_user(self.clerk)
        with self.refused("evidence"):
            messages.create(values)
        messages.create(values | {"email_from": self.clerk.email_formatted})


@tagged("post_install", "-at_install")
class TestDoneByHand(MoreDoorsCase):
    """Goods are done by their document, and what is done says what it booked."""

    def prepare_move(self):
        places = {
            "location_id": self.stock.id,
            "location_dest_id": self.build.customers.id,
        }
        line = {"lot_id": self.lot.id, "quantity": 1, "picked": True, **places}
        return {
            "product_id": self.product.id,
            "product_uom_qty": 1,
            "state": "done",
            "move_line_ids": [Command.create({"product_id": self.product.id, **line})],
            **places,
        }

    def test_moves_are_not_created_as_done(self):
        values = self.prepare_move()
        picking = {
            "picking_type_id": self.build.warehouse.out_type_id.id,
            "location_id": self.stock.id,
            "location_dest_id": self.build.customers.id,
            "state": "done",
            "move_ids": [Command.create(values)],
        }
        given = values | {"state": "draft"}
        for user in (self.clerk, self.manager):
            moves = self.env["stock.move"].with_user(user)
            with self.refused("is done|are done"):
                moves.create(values)
            with self.refused("is done|are done"):
                moves.with_context(default_state="done").create(
                    {name: given[name] for name in given if name != "state"}
                )
            with self.refused("is done|are done"):
                self.env["stock.picking"].with_user(user).create(picking)
        self.assertEqual(self.build.on_hand(self.lot), 10)

    def test_a_done_move_keeps_what_it_was(self):
        move = self.build.deliver(self.lot, 1, self.customer).move_ids
        for values in (
            {"reference": "FORGED"},
            {"is_inventory": True},
            {"inventory_name": "FORGED"},
            {"picking_type_id": self.build.warehouse.int_type_id.id},
        ):
            with self.refused("stays with its document"):
                move.with_user(self.clerk).write(values)
        for name in ("return_id", "backorder_id"):
            with self.refused("stays with the transfer"):
                move.picking_id.with_user(self.clerk)[name] = self.receipt

    def test_scrap_orders(self):
        scrap = self.work.scrap(self.lot, 1)
        self.assertEqual(scrap.state, "done")
        for user in (self.clerk, self.manager):
            for values in (
                {"lot_id": self.other.id},
                {"scrap_qty": 9},
                {"name": "FORGED"},
                {"state": "draft"},
            ):
                with self.refused("is done"):
                    scrap.with_user(user).write(values)
        values = {
            "product_id": self.product.id,
            "lot_id": self.lot.id,
            "scrap_qty": 1,
            "location_id": self.stock.id,
        }
        scraps = self.env["stock.scrap"].with_user(self.clerk)
        for context in ({}, {"default_state": "done"}):
            given = {} if context else {"state": "done"}
            with self.refused("by its button", UserError):
                scraps.with_context(**context).create(values | given)
        with self.refused("by its button"):
            scraps.create(values).state = "done"


@tagged("post_install", "-at_install")
class TestDialogsAreOnesOwn(MoreDoorsCase):
    def get_dialogs(self):
        return (
            self.env["ir.model"]
            .search([("transient", "=", True), ("model", "=like", "lot.%")])
            .filtered(
                lambda model: (
                    self.env[model.model]._original_module.startswith(
                        "lot_traceability"
                    )
                    and any(model.access_ids.mapped("perm_read"))
                )
            )
        )

    def test_each_has_a_rule(self):
        """What somebody types into a dialog, or uploads there, is nobody else's."""
        models = self.get_dialogs()
        self.assertTrue(models)
        rules = self.env["ir.rule"].search(
            [("model_id", "in", models.ids), ("domain_force", "ilike", "create_uid")]
        )
        self.assertFalse((models - rules.model_id).mapped("model"))

    def test_each_is_about_what_its_user_may_read(self):
        """What it shows is filled with all rights, so it is given nothing else."""
        asking = type(self.env["lot.dialog"])
        own = {
            name
            for name in self.get_dialogs().mapped("model")
            if not issubclass(type(self.env[name]), asking)
        }
        # of Odoo: it has the lots that it is opened for
        self.assertFalse(own - {"lot.label.layout"})
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        product = self.lot.product_id
        lot = self.env["stock.lot"].create(
            {"name": "THEIRS", "product_id": product.id, "company_id": elsewhere.id}
        )
        dialogs = self.env["lot.company.wizard"].with_user(self.manager)
        given = {"lot_id": lot.id}
        shown = {"places": {}, "current_company_id": {"fields": {"display_name": {}}}}
        mine = dialogs.create({"lot_id": self.lot.id})
        lines = self.env["lot.tracking.change"].with_user(self.manager)
        quant = self.env["stock.quant"].create(
            {
                "product_id": product.id,
                "lot_id": lot.id,
                "location_id": self.env["stock.warehouse"]
                .search([("company_id", "=", elsewhere.id)], limit=1)
                .lot_stock_id.id,
                "quantity": 7,
            }
        )
        row = Command.create({"quant_id": quant.id})
        opened = dialogs.with_context(default_lot_id=lot.id)
        for attempt in (
            lambda: dialogs.create(given),
            lambda: opened.create({}),
            lambda: mine.write(given),
            lambda: mine.web_save(given, shown),
            lambda: dialogs.onchange(dict(given), ["lot_id"], shown),
            lambda: opened.onchange({}, [], shown),
            lambda: lines.onchange({"line_ids": [row]}, ["line_ids"], {"line_ids": {}}),
        ):
            with self.refused("", AccessError):
                attempt()

    def test_an_uploaded_file(self):
        wizard = self.env["lot.epcis.import"].with_user(self.manager).create({})
        with self.refused("", AccessError):
            wizard.with_user(self.clerk).read(["create_uid"])
