from types import SimpleNamespace

from odoo.tests import BaseCase, tagged

from ..trace.parts import Measure, Parts

KILOGRAM, GRAM = Measure(1.0, 1, 1.0), Measure(0.001, 1, 0.001)
PIECE, DOZEN = Measure(0.0, 2, 1.0), Measure(0.0, 2, 12.0)


@tagged("post_install", "-at_install")
class TestParts(BaseCase):
    """100 of product 0 that became other goods, numbered from 1."""

    def parts(self, *made, measures=None):
        """``made``: (product, quantity)"""
        links = [
            SimpleNamespace(
                line_out=0,
                line_in=number,
                product_out=0,
                product_in=product,
                quantity_in=quantity,
            )
            for number, (product, quantity) in enumerate(made, 1)
        ]
        found = Parts(links, {0: 100}, {}, measures or {})
        known = {found.get(link)[1] for link in links}
        return [round(found.get(link)[0], 6) for link in links], known

    def test_all_of_it_is_in_one(self):
        self.assertEqual(self.parts((1, 7)), ([1], {True}))

    def test_units_of_one_product(self):
        self.assertEqual(self.parts((1, 3), (1, 1)), ([0.75, 0.25], {True}))

    def test_a_rest_keeps_its_own(self):
        """Ten bags, and 10 kg of 100 kg are left."""
        self.assertEqual(self.parts((1, 10), (0, 10)), ([0.9, 0.1], {True}))
        # a split, with some lost
        self.assertEqual(self.parts((0, 60), (0, 20)), ([0.75, 0.25], {True}))

    def test_more_than_went_in(self):
        self.assertEqual(self.parts((0, 150), (0, 50)), ([0.75, 0.25], {True}))

    def test_by_products_go_by_weight(self):
        """3 kg and 1,000 g; nobody says which took how much."""
        measures = {1: KILOGRAM, 2: GRAM}
        found = self.parts((1, 3), (2, 1000), measures=measures)
        self.assertEqual(found, ([0.75, 0.25], {False}))

    def test_by_a_unit_in_common(self):
        found = self.parts((1, 1), (2, 4), measures={1: DOZEN, 2: PIECE})
        self.assertEqual(found, ([0.75, 0.25], {False}))

    def test_nothing_in_common(self):
        found = self.parts((1, 3), (2, 1), measures={1: KILOGRAM, 2: PIECE})
        self.assertEqual(found, ([0.75, 0.25], {False}))
