from datetime import date, datetime
from zoneinfo import ZoneInfo

from odoo.tests import BaseCase, tagged

from ..fefo.shelf_life import (
    Rule,
    choose_rule,
    get_first_moment,
    get_required_days,
    get_shortfall,
)

BERLIN = ZoneInfo("Europe/Berlin")
AUCKLAND = ZoneInfo("Pacific/Auckland")


@tagged("post_install", "-at_install")
class TestShelfLifeRules(BaseCase):
    def choose(self, *rules, partners=(1, 2), categories=(10, 20), product=100):
        rule = choose_rule(rules, partners, categories, product)
        return rule and rule.id

    def test_no_rule_fits(self):
        self.assertIsNone(self.choose())
        self.assertIsNone(self.choose(Rule(1, 5, partner=9)))
        self.assertIsNone(self.choose(Rule(1, 5, category=9)))
        self.assertIsNone(self.choose(Rule(1, 5, product=9)))

    def test_all_is_the_last(self):
        self.assertEqual(self.choose(Rule(1, 5)), 1)
        self.assertEqual(self.choose(Rule(1, 5), Rule(2, 5, category=20)), 2)

    def test_ship_to_over_its_company(self):
        company, ship_to = Rule(1, 5, partner=2), Rule(2, 5, partner=1)
        self.assertEqual(self.choose(company, ship_to), 2)
        self.assertEqual(self.choose(company), 1)

    def test_nearest_category(self):
        parent, own = Rule(1, 5, category=20), Rule(2, 5, category=10)
        self.assertEqual(self.choose(parent, own), 2)

    def test_product_over_category(self):
        product, category = Rule(1, 5, product=100), Rule(2, 5, category=10)
        self.assertEqual(self.choose(category, product), 1)

    def test_customer_over_product(self):
        product, customer = Rule(1, 5, product=100), Rule(2, 5, partner=2)
        self.assertEqual(self.choose(product, customer), 2)
        both = Rule(3, 5, product=100, partner=2)
        self.assertEqual(self.choose(product, customer, both), 3)

    def test_required_days(self):
        self.assertEqual(get_required_days(30, "days"), 30)
        self.assertEqual(get_required_days(50, "percent", 31), 16)
        self.assertEqual(get_required_days(10, "percent", 30), 3)
        self.assertIsNone(get_required_days(50, "percent"))
        self.assertIsNone(get_required_days(50, "percent", 0))

    def test_shortfall(self):
        day = date(2026, 3, 1)
        self.assertEqual(get_shortfall(date(2026, 3, 11), day, 10), 0)
        self.assertEqual(get_shortfall(date(2026, 3, 10), day, 10), 1)
        self.assertEqual(get_shortfall(date(2026, 2, 28), day, 0), 1)

    def test_first_moment_is_midnight_there(self):
        self.assertEqual(
            get_first_moment(date(2026, 3, 27), 2, BERLIN), datetime(2026, 3, 28, 23)
        )
        # the clocks go forward on the 29th
        self.assertEqual(
            get_first_moment(date(2026, 3, 27), 3, BERLIN), datetime(2026, 3, 29, 22)
        )
        self.assertEqual(
            get_first_moment(date(2026, 7, 1), 0, AUCKLAND), datetime(2026, 6, 30, 12)
        )
