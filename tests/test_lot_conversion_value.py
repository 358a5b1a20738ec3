from odoo.fields import Command
from odoo.tests import tagged

from .common import SupplyChainCase


@tagged("post_install", "-at_install")
class TestLotConversionValue(SupplyChainCase):
    """What comes out of a conversion is worth what went in."""

    def valued(self, method, **values):
        category = self.env["product.category"].create(
            {"name": method, "property_cost_method": method}
        )
        return self.build.product(
            f"Valued {method}", categ_id=category.id, standard_price=7.77, **values
        )

    def buy(self, product, number, quantity, price):
        product.seller_ids = [
            Command.clear(),
            Command.create({"partner_id": self.vendor.id, "price": price}),
        ]
        self.build.purchase(self.vendor, {(product, number): quantity})
        return self.build.lot(product, number)

    def value(self, *products):
        self.env.flush_all()
        self.env.invalidate_all()
        return round(sum(product.total_value for product in products), 2)

    def convert(self, kind, sources, targets):
        def line(side, product, quantity, **values):
            return Command.create(
                {
                    "side": side,
                    "product_id": product.id,
                    "quantity": quantity,
                    "location_id": self.build.stock.id,
                    **values,
                }
            )

        conversion = self.env["lot.conversion"].create(
            {
                "kind": kind,
                "reason": "Test",
                "source_line_ids": [
                    line("source", lot.product_id, quantity, lot_id=lot.id)
                    for lot, quantity in sources
                ],
                "target_line_ids": [
                    line("target", product, quantity, number=number)
                    for product, number, quantity in targets
                ],
            }
        )
        conversion.action_done()
        return conversion

    def test_value_is_kept(self):
        for method in ("standard", "average", "fifo"):
            product = self.valued(method)
            one, two = (
                self.buy(product, "A", 3, 10.01),
                self.buy(product, "B", 4, 12.37),
            )
            self.build.deliver(one, 1)
            before, price = self.value(product), product.standard_price
            self.assertGreater(before, 0)
            steps = [
                ("merge", [(one, 2), (two, 4)], [(product, "AB", 6)]),
                ("split", ["AB", 5], [(product, "C", 2), (product, "D", 3)]),
                ("relabel", ["C", 2], [(product, "E", 2)]),
            ]
            for kind, sources, targets in steps:
                if isinstance(sources[0], str):
                    name, quantity = sources
                    sources = [(self.build.lot(product, name), quantity)]
                self.convert(kind, sources, targets)
                # the moves of fifo are rounded to cents
                self.assertAlmostEqual(
                    self.value(product), before, msg=(method, kind), delta=0.011
                )
                if method != "fifo":
                    self.assertAlmostEqual(product.standard_price, price, 2)

    def test_value_goes_into_another_product(self):
        for method in ("average", "fifo"):
            product, box = self.valued(method), self.valued(method)
            big = self.valued(method)
            lot = self.buy(product, "A", 24, 2.5)
            before = self.value(product, box, big)
            self.convert("repack", [(lot, 18)], [(box, "X", 2), (big, "Y", 1)])
            self.assertEqual(self.value(product), 15)
            self.assertEqual((self.value(box), self.value(big)), (30, 15))
            self.assertEqual(self.value(product, box, big), before)

    def test_rest_keeps_its_part(self):
        """100 kg into 10 bags of 9 kg, and 10 kg are left: 180 and 20."""
        kilo = self.env.ref("uom.product_uom_kgm")
        for method in ("average", "fifo"):
            flour = self.valued(method, uom_id=kilo.id)
            bags, lot = self.valued(method), self.buy(flour, "A", 100, 2)
            self.convert("repack", [(lot, 100)], [(bags, "B", 10), (flour, "A2", 10)])
            self.assertEqual((self.value(bags), self.value(flour)), (180, 20))
        # of different packs the weight counts
        small, large = (self.valued("average", weight=kg) for kg in (1, 4))
        flour = self.valued("average", uom_id=kilo.id)
        lot = self.buy(flour, "A", 10, 2)
        self.convert("repack", [(lot, 10)], [(small, "S", 2), (large, "L", 2)])
        self.assertEqual((self.value(small), self.value(large)), (4, 16))

    def test_value_of_lots_valued_apart(self):
        product = self.valued("average", lot_valuated=True)
        one, two = self.buy(product, "A", 2, 10), self.buy(product, "B", 2, 20)
        before = self.value(product)
        self.convert("merge", [(one, 2), (two, 1)], [(product, "AB", 3)])
        self.assertEqual(self.value(product), before)

    def test_expiry_is_that_of_the_oldest(self):
        product = self.build.product("Milk", use_expiration_date=True)
        one = self.build.lot(product, "A", expiration_date="2031-05-01 10:00:00")
        two = self.build.lot(product, "B", expiration_date="2031-03-01 10:00:00")
        self.build.receive(one, 2)
        self.build.receive(two, 2)
        self.convert("merge", [(one, 2), (two, 2)], [(product, "AB", 4)])
        merged = self.build.lot(product, "AB")
        self.assertEqual(merged.expiration_date, two.expiration_date)
