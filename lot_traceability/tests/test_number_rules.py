from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from ..numbers import rules
from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestNumberRules(LotTraceCase):
    """Placeholders are no numbers, wherever they come from."""

    def test_placeholders_are_refused(self):
        for name in ("TBD", "tbd", " N/A ", "xxx", "ＴＢＤ"):
            with self.assertRaisesRegex(ValidationError, "is a placeholder"):
                self.build.lot(self.product, name)

    def test_message_names_number_and_product(self):
        with self.assertRaisesRegex(ValidationError, "“TBD”.*Raw"):
            self.build.lot(self.product, "TBD")

    def test_at_receipt(self):
        receipt = self.build.open_receipt(self.product, number="tbd")
        with self.assertRaisesRegex(ValidationError, "is a placeholder"):
            receipt.button_validate()

    def test_renaming(self):
        lot = self.build.lot(self.product, "L1")
        with self.assertRaises(ValidationError):
            lot.name = "xxx"

    def test_all_of_them_are_named_at_once(self):
        with self.assertRaisesRegex(ValidationError, "TBD(.|\n)*XXX"):
            self.env["stock.lot"].create(
                [
                    {"product_id": self.product.id, "name": name}
                    for name in ("TBD", "L1", "XXX")
                ]
            )

    def test_each_is_asked_about_once(self):
        # the company of a lot, which is computed, asks as well
        names = ["L1", "L2", "L3"]
        with patch.object(
            rules, "get_name_problems", wraps=rules.get_name_problems
        ) as asked:
            self.env["stock.lot"].create(
                [{"product_id": self.product.id, "name": name} for name in names]
            )
        self.assertEqual([call.args[1] for call in asked.call_args_list], names)

    def test_the_list_is_a_setting(self):
        with Form(self.env["res.config.settings"]) as settings:
            settings.group_stock_production_lot = True
            settings.lot_forbidden_names = "lorem, ipsum"
        self.assertEqual(self.env.company.lot_forbidden_names, "lorem, ipsum")
        self.build.lot(self.product, "TBD")
        with self.assertRaises(ValidationError):
            self.build.lot(self.product, "Ipsum")
        self.env.company.lot_forbidden_names = False
        self.build.lot(self.product, "ipsum")

    def test_each_company_has_its_own(self):
        other = self.env["res.company"].create(
            {"name": "Other", "lot_forbidden_names": False}
        )
        self.build.lot(self.product, "TBD", company_id=other.id)

    def test_existing_ones_stay_usable(self):
        self.env.company.lot_forbidden_names = False
        lot = self.build.lot(self.product, "TBD")
        self.env.company.lot_forbidden_names = "TBD"
        self.build.receive(lot, 5)
        lot.ref = "found"
        self.assertEqual(self.build.on_hand(lot), 5)

    def test_the_counter_skips_what_may_not_be_given(self):
        self.env.company.lot_forbidden_names = "123, 124"
        self.serial_product.lot_sequence_id = self.env["ir.sequence"].create(
            {"name": "Plain", "number_next": 122}
        )
        number = self.env["lot.number"]
        self.assertEqual(
            number._generate(self.serial_product, 3), ["122", "125", "126"]
        )
        self.assertEqual(number._generate(self.serial_product, 1), ["127"])
        # by default, these are good first numbers
        names = self.env["res.company"].default_get(["lot_forbidden_names"])
        self.env.company.lot_forbidden_names = names["lot_forbidden_names"]
        self.assertFalse(number._get_problems(self.product, ["123", "000"]))
        # rules that no number keeps are said, and not searched for ever
        self.serial_product.lot_numbering_id = self.env["lot.numbering"].create(
            {"name": "Long", "min_length": 50}
        )
        with self.assertRaisesRegex(UserError, "50 to"):
            number._generate(self.serial_product, 1)
