from datetime import timedelta
from types import SimpleNamespace

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.lot_traceability import apps

from .common import SupplyChainCase


class TestExpirySale(SupplyChainCase):
    """An order line promises what this customer can get, whichever way it goes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._create_user("clerk", "stock.group_stock_user")

    def test_the_minimum_of_the_customer_at_a_dropshipment(self):
        """The vendor's rule and the customer's both count."""
        dropship = self.env.ref("stock_dropshipping.route_drop_shipping")
        vendor = self.build.partner("Dairy")
        milk = self.build.product(
            "Milk",
            use_expiration_date=True,
            route_ids=[Command.set(dropship.ids)],
            seller_ids=[Command.create({"partner_id": vendor.id})],
        )
        picky = self.build.partner("Picky")
        rules = self.env["lot.shelf.life.rule"].create(
            [
                {"minimum": 20, "partner_id": picky.id},
                {"minimum": 5, "partner_id": vendor.id, "direction": "incoming"},
            ]
        )
        rules.policy = "refuse"
        for partner, days, problem in (
            (picky, 9, "too short for Picky.*missing: 11"),
            (picky, 3, "too short for Picky.*missing: 17"),
            (self.customer, 3, "too short for Dairy.*missing: 2"),
            (self.customer, 9, ""),
            (picky, 25, ""),
        ):
            with self.subTest(partner=partner.name, days=days):
                order = self.build.sell(partner, {milk: 1}, deliver=False)
                order.order_line.purchase_line_ids.order_id.button_confirm()
                transfer = order.picking_ids
                end = fields.Datetime.now() + timedelta(days=days)
                number = f"{partner.name} {days}"
                lot = self.build.lot(milk, number, expiration_date=end)
                self.build._set_lots(transfer.move_ids, {lot: 1})
                done = transfer.with_user(self.clerk).with_context(skip_sms=True)
                if not problem:
                    done.button_validate()
                    self.assertEqual(transfer.state, "done")
                    continue
                with self.assertRaisesRegex(UserError, f"(?s){problem}"):
                    done.button_validate()

    def test_the_line_promises_what_the_customer_may_get(self):
        milk = self.build.product("Milk", use_expiration_date=True)
        end = fields.Datetime.now() + timedelta(days=9)
        lot = self.build.lot(milk, "M1", expiration_date=end)
        self.build.count(lot, 10)
        picky = self.build.partner("Picky")
        self.env["lot.shelf.life.rule"].create(
            {"minimum": 20, "partner_id": picky.id, "product_id": milk.id}
        )
        for partner, expected in ((picky, 0), (self.customer, 10)):
            with self.subTest(partner.name):
                order = self.env["sale.order"].create(
                    {
                        "partner_id": partner.id,
                        "order_line": [
                            (0, 0, {"product_id": milk.id, "product_uom_qty": 10})
                        ],
                    }
                )
                line = order.order_line
                self.assertEqual(line.free_qty_today, expected)
                self.assertEqual(line.virtual_available_at_date, expected)
                order.action_confirm()
                line.invalidate_recordset()
                self.assertEqual(line.free_qty_today, expected)
                order._action_cancel()

    def test_the_line_promises_nothing_that_does_not_go(self):
        """What is on hold, to be retested or without a date is free for nobody."""
        self.env.company.lot_undated_policy = "refuse"
        milk = self.build.product("Milk", use_expiration_date=True)
        today = fields.Datetime.now()
        end = today + timedelta(days=90)
        lots = [self.build.lot(milk, f"M{n}", expiration_date=end) for n in range(4)]
        for lot in lots:
            self.build.count(lot, 10)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": milk.id, "product_uom_qty": 1})
                ],
            }
        )

        def promised():
            self.env.invalidate_all()
            line = order.order_line
            self.assertEqual(line.free_qty_today, line.virtual_available_at_date)
            return line.free_qty_today

        self.assertEqual(promised(), 40)
        lots[0].action_hold("Metal found")
        self.assertEqual(promised(), 30)
        lots[1].retest_date = today
        self.assertEqual(promised(), 20)
        lots[2].sudo().expiration_date = False
        self.assertEqual(promised(), 10)
        # counted once, whatever is against it, and not if it is expired anyway
        lots[1].action_hold("Wet")
        self.assertEqual(promised(), 10)
        lots[0].sudo().expiration_date = today - timedelta(days=2)
        self.assertEqual(promised(), 10)
        # of a lot that is held in one place, the rest is free
        shelf = self.build.location("Shelf")
        self.build.move(lots[3], 4, self.build.stock, shelf)
        lots[3].action_hold("Torn", shelf.ids)
        self.assertEqual(promised(), 6)

    def test_a_shop_offers_what_its_customer_may_get(self):
        """As an order line: 40 in stock, of which a lot each is held, to be retested
        and too old for whom wants 20 days."""
        milk = self.build.product("Milk", use_expiration_date=True)
        today = fields.Datetime.now()
        for number, days in ((1, 90), (2, 90), (3, 9), (4, 90)):
            end = today + timedelta(days=days)
            lot = self.build.lot(milk, f"M{number}", expiration_date=end)
            self.build.count(lot, 10)
        picky = self.build.partner("Picky")
        self.env["lot.shelf.life.rule"].create({"minimum": 20, "partner_id": picky.id})
        warehouse = self.build.warehouse

        def offered(partner, place=warehouse):
            self.env.invalidate_all()
            ask = apps._shopping(lambda shop, product: product.free_qty)
            cart = SimpleNamespace(
                _name="sale.order",
                partner_shipping_id=partner,
                _get_shop_warehouse_id=lambda: place.id,
            )
            return ask(cart, milk)

        self.assertEqual([offered(picky), offered(self.customer)], [30, 40])
        self.env["stock.lot"].search([("name", "=", "M1")])._hold("Complaint")
        self.env["stock.lot"].search([("name", "=", "M2")]).retest_date = today.date()
        self.assertEqual([offered(picky), offered(self.customer)], [10, 20])
        # a site without a warehouse looks at all of them
        self.assertEqual(offered(self.customer, warehouse.browse()), 20)
        ask = apps._shopping(lambda site, product: product.free_qty)
        site = SimpleNamespace(_name="website", env=self.env, warehouse_id=warehouse)
        self.assertEqual(ask(site, milk), 20)
