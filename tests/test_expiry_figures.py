from datetime import timedelta

from freezegun import freeze_time

from odoo import fields

from .common import SupplyChainCase

# what was said of demand goes by this many days
DAYS = 30


class TestExpiryFigures(SupplyChainCase):
    """Cases computed by hand: rate a day, what will expire of each lot, and its value.

    A lot that ends in n days has n + 1 days left in which it goes: today counts.
    """

    @classmethod
    def setUpClass(cls):
        noon = fields.Datetime.now().replace(hour=12, minute=0, second=0)
        cls.startClassPatcher(freeze_time(noon))
        super().setUpClass()
        cls.noon = noon
        cls.build.company.lot_forecast_days = DAYS
        cls.build.warehouse.partner_id.tz = "UTC"
        cls.second = cls.env["stock.warehouse"].create({"name": "Two", "code": "TWO"})

    def day(self, days):
        return self.noon + timedelta(days=days)

    def product_of(self, name, **values):
        return self.build.product(
            name, use_expiration_date=True, standard_price=2, **values
        )

    def stock(self, product, name, quantity, days, arrived=-40, to=None):
        lot = self.build.lot(product, name, expiration_date=self.day(days))
        if quantity > 0:
            self.build.receive(lot, quantity, to=to, at=self.day(arrived))
        return lot

    def sold(self, product, quantity, days=-10, arrived=-40):
        """Goods that keep for ever long, of which so much left."""
        lot = self.stock(product, f"{product.name}-SOLD", quantity, 4000, arrived)
        return self.build.deliver(lot, quantity, self.customer, at=self.day(days))

    def rows(self, product):
        forecast = self.env["lot.expiry.forecast"]
        forecast.invalidate_model()
        return forecast.search(
            [
                ("product_id", "=", product.id),
                ("warehouse_id", "=", self.build.warehouse.id),
            ]
        )

    def check(self, product, rate, risks, value=None):
        rows = self.rows(product)
        found = {row.lot_id.name: round(row.at_risk, 4) for row in rows}
        self.assertEqual(found, risks, product.name)
        for row in rows:
            self.assertAlmostEqual(row.rate, rate, 4, product.name)
        expected = sum(risks.values()) * 2 if value is None else value
        self.assertAlmostEqual(sum(rows.mapped("value_at_risk")), expected, 4)

    # -- the ten cases --------------------------------------------------------
    def test_cases_by_hand(self):
        cases = [name for name in dir(self) if name.startswith("case_")]
        self.assertEqual(len(cases), 11)
        for name in cases:
            with self.subTest(name):
                getattr(self, name)()

    def case_01_sold_in_time(self):
        """60 in 30 days are 2 a day: 12 in 6 days of 20, 30 in 15 days of 20 more."""
        milk = self.product_of("C1")
        self.sold(milk, 60)
        self.stock(milk, "A", 20, 5)
        self.stock(milk, "B", 20, 14)
        # A: 20 - 12 = 8; B: 30 - 12 = 18 may still go, 2 stay
        self.check(milk, 2, {"A": 8, "B": 2})

    def case_02_quarantine_is_not_sellable(self):
        """30 in quarantine all expire; the 8 beside them go in time: not 8 of both."""
        milk = self.product_of("C2")
        self.sold(milk, 60)
        place = self.build.warehouse.lot_quarantine_location_id
        self.stock(milk, "Q", 30, 5, to=place)
        self.stock(milk, "A", 8, 6)
        self.check(milk, 2, {"Q": 30, "A": 0})

    def case_03_on_hold_is_not_sellable(self):
        milk = self.product_of("C3")
        self.sold(milk, 60)
        held = self.stock(milk, "H", 10, 5)
        self.stock(milk, "A", 12, 5)
        held._hold("Smells")
        self.check(milk, 2, {"H": 10, "A": 0})

    def case_04_transit_to_another_warehouse_is_demand(self):
        """30 went on the way to Two: 1 a day; 6 in 6 days of 10."""
        milk = self.product_of("C4")
        lot = self.stock(milk, "T", 30, 4000)
        transit = self.env.company.internal_transit_location_id
        self.build.move(lot, 30, self.build.stock, transit, at=self.day(-5))
        self.stock(milk, "A", 10, 5)
        self.check(milk, 1, {"A": 4})
        # what arrives there is no negative demand of Two
        self.build.move(lot, 30, transit, self.second.lot_stock_id, at=self.day(-4))
        self.check(milk, 1, {"A": 4})

    def case_05_subcontracting_is_demand(self):
        milk = self.product_of("C5")
        lot = self.stock(milk, "S", 30, 4000)
        place = self.env.company.subcontracting_location_id
        self.build.move(lot, 30, self.build.stock, place, at=self.day(-5))
        self.stock(milk, "A", 10, 5)
        self.check(milk, 1, {"A": 4})

    def case_06_unbuild_is_taken_back(self):
        """30 were used and came back by an unbuild: nothing goes."""
        milk, cheese = self.product_of("C6"), self.product_of("C6 made")
        self.build.bom(cheese, {milk: 1})
        lot = self.stock(milk, "A", 30, 5)
        end = self.day(9)
        self.build.lot(cheese, "M", expiration_date=end)
        order = self.build.produce(cheese, {"M": 30}, {lot: 30}, at=self.day(-5))
        made = self.build.lot(cheese, "M")
        self.build.unbuild(order, 20, made, at=self.day(-4))
        # 30 - 20 used in 30 days: a third a day, 2 in 6 days of the 20 that came back
        self.check(milk, 1 / 3, {"A": 18})
        # what was taken apart was not wanted by anybody
        self.check(cheese, 0, {"M": 10})

    def case_07_consignment_is_not_our_value(self):
        """10 of ours and 10 of an owner: 20 expire, 10 of them cost us something."""
        milk = self.product_of("C7")
        lot = self.stock(milk, "A", 10, 5)
        self.env["stock.quant"]._update_available_quantity(
            milk, self.build.stock, 10, lot_id=lot, owner_id=self.build.partner("Owner")
        )
        self.check(milk, 0, {"A": 20}, value=20)

    def case_08_young_product(self):
        """It first came 3 days ago and 30 went since: 10 a day, not 1."""
        milk = self.product_of("C8")
        self.sold(milk, 30, days=-1, arrived=-3)
        self.stock(milk, "A", 70, 5, arrived=-3)
        self.check(milk, 10, {"A": 10})

    def case_09_negative_lot(self):
        """15 went under a wrong number: 35 of the 50 are there, and expire."""
        milk = self.product_of("C9")
        self.stock(milk, "A", 50, 5)
        wrong = self.stock(milk, "N", 0, 9)
        self.env["stock.quant"]._update_available_quantity(
            milk, self.build.stock, -15, lot_id=wrong
        )
        self.check(milk, 0, {"A": 35, "N": 0})
        self.assertEqual(sum(self.rows(milk).mapped("quantity")), 35)

    def case_10_customers_return(self):
        """60 went, 30 came back: 1 a day."""
        milk = self.product_of("C10")
        picking = self.sold(milk, 60)
        self.build.return_picking(picking, {milk: 30}, at=self.day(-5))
        self.stock(milk, "A", 10, 5)
        self.check(milk, 1, {"A": 4, "C10-SOLD": 0})

    def case_11_expired_takes_no_room(self):
        milk = self.product_of("C11")
        self.sold(milk, 60)
        old = self.stock(milk, "A", 20, 5)
        old.sudo().expiration_date = self.day(-1)
        self.stock(milk, "B", 12, 5)
        self.check(milk, 2, {"A": 20, "B": 0})

    # -- orders -----------------------------------------------------------------
    def supply(self, product):
        self.env.invalidate_all()
        return self.env["lot.expiry.supply"].search(
            [
                ("product_id", "=", product.id),
                ("warehouse_id", "=", self.build.warehouse.id),
            ]
        )

    def rule(self, product, minimum, maximum):
        return self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": product.id,
                "warehouse_id": self.build.warehouse.id,
                "location_id": self.build.stock.id,
                "product_min_qty": minimum,
                "product_max_qty": maximum,
                "trigger": "manual",
            }
        )

    def test_orders_are_those_of_odoo(self):
        """10 expired, 10 at least wanted: Odoo orders 10 itself, nothing is missing."""
        milk = self.product_of("S1")
        lot = self.stock(milk, "A", 10, 5)
        lot.sudo().expiration_date = self.day(-2)
        rule = self.rule(milk, 10, 10)
        row = self.supply(milk)
        self.assertEqual(rule.qty_to_order, 10)
        self.assertEqual(
            (row.to_order, row.to_order_fresh, row.difference), (10, 10, 0)
        )
        self.assertEqual((row.forecast, row.on_hand, row.at_risk), (0, 10, 10))

    def test_reserved_and_past_is_missing(self):
        """What is reserved of an expired lot covers an order that it cannot serve."""
        milk = self.product_of("S2")
        lot = self.stock(milk, "A", 10, 5)
        delivery = self.build.open_delivery(milk, 10, self.customer)
        self.assertEqual(delivery.state, "assigned")
        lot.sudo().expiration_date = self.day(-2)
        row = self.supply(milk)
        self.assertEqual(
            (row.to_order, row.to_order_fresh, row.difference), (0, 10, 10)
        )
        missing = self.env["lot.expiry.supply"].search([("difference", ">", 0)])
        self.assertIn(milk, missing.product_id)

    def test_orders_on_their_way(self):
        """Subcontractors count as vendors, other warehouses for themselves."""
        milk = self.product_of("S3")
        self.stock(milk, "A", 20, 50)
        quarantine = self.build.warehouse.lot_quarantine_location_id
        self.stock(milk, "Q", 7, 50, to=quarantine)
        place = self.env.company.subcontracting_location_id
        transit = self.env.company.internal_transit_location_id
        stock = self.build.stock
        for source, dest, quantity in (
            (place, stock, 1),
            (self.build.suppliers, stock, 2),
            (transit, stock, 3),
            (stock, place, 4),
            (stock, transit, 5),
        ):
            move = self.env["stock.move"].create(
                {
                    "product_id": milk.id,
                    "product_uom_qty": quantity,
                    "location_id": source.id,
                    "location_dest_id": dest.id,
                }
            )
            move._action_confirm(merge=False)
        row = self.supply(milk)
        self.assertEqual((row.purchased, row.transferred, row.demand), (3, 3, 9))
        self.assertEqual(row.on_hand, 20)
        moves = self.env["stock.move"].search(row.action_open_orders()["domain"])
        self.assertEqual(sorted(moves.mapped("product_uom_qty")), [1, 2, 3])

    # -- waste ------------------------------------------------------------------
    def test_waste_has_every_way(self):
        """Each way in which goods leave because of their date, once, in value."""
        milk = self.product_of("W1")
        lot = self.stock(milk, "A", 100, 5)
        fresh = self.stock(milk, "F", 100, 50)
        past = self.day(-2)
        lot.sudo().write({"expiration_date": past, "removal_date": past})
        stock, warehouse = self.build.stock, self.build.warehouse
        self.build.scrap(lot, 1)
        self.build.count(lot, 97)
        internal = self.env["stock.picking.type"].search(
            [("code", "=", "outgoing"), ("warehouse_id", "=", warehouse.id)], limit=1
        )
        back = self.env["stock.picking"].create(
            {
                "picking_type_id": internal.id,
                "location_id": stock.id,
                "location_dest_id": self.build.suppliers.id,
                "origin": "Came too late",
            }
        )
        values = self.build._prepare_move_vals(lot, 3, stock, self.build.suppliers)
        values["picking_id"] = back.id
        values["move_line_ids"][0][2]["picking_id"] = back.id
        self.env["stock.move"].create(values)
        back.action_confirm()
        back.move_ids._action_done()
        # fresh goods that are counted away or sold are no waste
        self.build.count(fresh, 90)
        wizard = self.env["lot.clear.out"].create({"warehouse_id": warehouse.id})
        wizard.line_ids.filtered(lambda row: row.lot_id != lot).is_chosen = False
        wizard.action_clear()
        quarantine = warehouse.lot_quarantine_location_id
        self.assertEqual(self.build.on_hand(lot, quarantine), 94)
        # it is cleared out already: scrapped, it is not counted again
        self.build.scrap(lot, 94, source=quarantine)
        self.env.invalidate_all()
        rows = self.env["lot.waste.report"].search([("product_id", "=", milk.id)])
        found = {row.way: (row.quantity, row.value) for row in rows}
        self.assertEqual(
            found,
            {
                "scrap": (1, 2),
                "count": (2, 4),
                "vendor": (3, 6),
                "clear_out": (94, 188),
            },
        )
        self.assertEqual(len(rows), 4)
        self.assertEqual(sum(rows.mapped("value")), 200)
        reasons = {row.way: row.reason for row in rows}
        self.assertEqual(reasons["vendor"], "Came too late")
        self.assertTrue(reasons["clear_out"])

    def test_waste_is_worth_its_own_share(self):
        """Fresh goods, and those of another owner, in the same move take theirs."""
        milk = self.product_of("W2")
        past = self.stock(milk, "A", 100, 5)
        fresh = self.stock(milk, "F", 100, 50)
        past.sudo().write(
            {"expiration_date": self.day(-2), "removal_date": self.day(-2)}
        )
        suppliers, stock = self.build.suppliers, self.build.stock
        own = self.env.company.partner_id
        self.env["stock.quant"]._update_available_quantity(
            milk, stock, 4, lot_id=past, owner_id=self.customer
        )
        values = self.build._prepare_move_vals(past, 10, stock, suppliers)
        line = values["move_line_ids"][0][2]
        values["product_uom_qty"] = 34
        values["move_line_ids"] += [
            (0, 0, {**line, "lot_id": fresh.id, "quantity": 20}),
            (0, 0, {**line, "quantity": 4, "owner_id": self.customer.id}),
        ]
        move = self.env["stock.move"].create(values)
        move._action_confirm()
        move._action_done()
        rows = self.env["lot.waste.report"].search([("product_id", "=", milk.id)])
        self.assertEqual(
            sorted((row.quantity, row.value) for row in rows), [(4, 0), (10, 20)]
        )
        # what is one's own, and says so, has its value
        soon = self.stock(milk, "S", 0, 5)
        self.env["stock.quant"]._update_available_quantity(
            milk, stock, 3, lot_id=soon, owner_id=own
        )
        board = self.env["lot.expiry.board"].search([("lot_id", "=", soon.id)])
        self.assertEqual((board.quantity, board.value), (3, 6))
