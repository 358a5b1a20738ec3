"""Kilograms and pieces are never added."""

import re

from odoo.tests import tagged

from .builder import SupplyChainBuilder
from .common import SupplyChainCase
from .rights.walk import ADDONS

# what may be added up, whatever the goods are: how many there are
COUNTS = ("count", "_count", "lines")
MODELS = (
    *(
        "lot.expiry.alert",
        "lot.expiry.forecast",
        "lot.expiry.board",
        "lot.expiry.supply",
    ),
    *("lot.waste.report", "lot.fefo.pick", "lot.recall.balance"),
    *("lot.recall.consignee.line", "lot.recall.disposition", "lot.recall.line"),
)


@tagged("post_install", "-at_install")
class TestUnitTotals(SupplyChainCase):
    def test_groups(self):
        kilo = self.env.ref("uom.product_uom_kgm")
        milk = self.build.product("Milk", use_expiration_date=True, uom_id=kilo.id)
        cake = self.build.product("Cake", use_expiration_date=True)
        for product, quantity in ((milk, 10), (cake, 300)):
            lot = self.build.lot(product, "A", expiration_date="2031-01-01 10:00:00")
            self.build.receive(lot, quantity)
        board = self.env["lot.expiry.board"]
        domain = [("product_id", "in", (milk | cake).ids)]
        [row] = board.formatted_read_group(domain, [], ["quantity:sum"])
        self.assertFalse(row["quantity:sum"])
        rows = board.formatted_read_group(domain, ["product_id"], ["quantity:sum"])
        self.assertEqual(sorted(row["quantity:sum"] for row in rows), [10, 300])

    def test_currencies(self):
        """Values of companies with different currencies have no total together."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        other = self.env["res.company"].create(
            {"name": "Elsewhere", "currency_id": euro.id}
        )
        mine = self.env.company
        self.assertNotEqual(mine.currency_id, other.currency_id)
        cake = self.build.product("Cake", use_expiration_date=True)
        for company in (mine, other):
            cake.with_company(company).standard_price = 2
            build = SupplyChainBuilder(self.env, company)
            lot = build.env["stock.lot"].create(
                {
                    "product_id": cake.id,
                    "name": f"Lot of {company.name}",
                    "company_id": company.id,
                    "expiration_date": "2031-01-01 10:00:00",
                }
            )
            build.receive(lot, 10)
        board = self.env["lot.expiry.board"].with_context(
            allowed_company_ids=(mine | other).ids
        )
        domain = [("product_id", "=", cake.id)]
        [row] = board.formatted_read_group(domain, [], ["value:sum", "quantity:sum"])
        self.assertEqual((row["value:sum"], row["quantity:sum"]), (False, 20))
        rows = board.formatted_read_group(domain, ["company_id"], ["value:sum"])
        self.assertEqual([row["value:sum"] for row in rows], [20, 20])

    def test_all_that_is_in_units_of_products(self):
        for name in MODELS:
            model = self.env[name]
            self.assertTrue(any(map(model._is_in_unit_of_product, model._fields)), name)
            model.formatted_read_group(
                [],
                ["product_id"],
                [
                    f"{field}:sum"
                    for field in model._fields
                    if model._is_in_unit_of_product(field)
                    and model._fields[field].store
                ],
            )

    def test_nothing_else_is_added_up(self):
        """A list adds up whatever has an aggregator, as soon as it is grouped: neither
        quantities of several units, nor percents, days, levels or versions."""
        totals = type(self.env["lot.unit.totals"])
        for model_name, field in get_numbers(self.env):
            if isinstance(self.env[model_name], totals) and self.env[
                model_name
            ]._is_in_unit_of_product(field.name):
                continue
            is_count = field.type == "integer" and field.name.endswith(COUNTS)
            is_value = field.type == "monetary" or field.name == "value_at_risk"
            with self.subTest(model=model_name, field=field.name):
                self.assertTrue(
                    is_count or is_value or field.aggregator in (None, "avg", "min")
                )

    def test_no_footer_adds_units(self):
        """Neither in a view of a model nor in a list within a form."""
        views = self.env["ir.ui.view"].search([("arch_db", "like", 'sum="')])
        names = views.get_external_id()
        for view in views:
            if not names[view.id].startswith("lot_traceability"):
                continue
            model = self.env[view.model]
            for field in re.findall(r'<field name="(\w+)"[^>]*\bsum="', view.arch):
                digits = getattr(model._fields.get(field), "_digits", None)
                self.assertNotEqual(digits, "Product Unit", (names[view.id], field))


def get_numbers(env):
    """Stored numbers that we add, but those of settings and of the order of rows."""
    for name in sorted(env.registry):
        model = env[name]
        if model._abstract or model._transient or name == "res.company":
            continue
        for field in model._fields.values():
            is_number = field.type in ("integer", "float", "monetary") and field.store
            is_ours = field._modules and field._modules[0] in ADDONS
            if is_number and is_ours and field.name not in ("id", "sequence"):
                yield name, field
