from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestMissingLot(LotTraceCase):
    """Operation types without lots let tracked goods through."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.type = cls.build.warehouse.in_type_id
        cls.type.write({"use_create_lots": False, "use_existing_lots": False})

    def _receive(self):
        return self.build.receive(self.product, 3, self.vendor)

    def _notes(self, document):
        return [
            body for body in document.message_ids.mapped("body") if "no trace" in body
        ]

    def test_noted_by_default(self):
        self.assertEqual(self.type.lot_missing_policy, "warn")
        (note,) = self._notes(self._receive())
        self.assertIn("3 Units of Raw", note)

    def test_allowed(self):
        self.type.lot_missing_policy = "allow"
        self.assertFalse(self._notes(self._receive()))

    def test_refused_with_document_product_and_way_out(self):
        self.type.lot_missing_policy = "refuse"
        with self.assertRaises(UserError) as error:
            self._receive()
        for text in ("WH/IN/", "3 Units of Raw", "switch on lots", "Receipts"):
            self.assertIn(text, str(error.exception))

    def test_with_a_number_nothing_is_said(self):
        self.type.lot_missing_policy = "refuse"
        receipt = self.build.receive((self.product, "L-1"), 3)
        self.assertFalse(self._notes(receipt))

    def test_untracked_goods_are_no_matter(self):
        self.type.lot_missing_policy = "refuse"
        self.assertEqual(
            self.build.receive(self.build.product("Plain", "none"), 1).state, "done"
        )

    def test_the_form_warns(self):
        self.env.user.group_ids += self.env.ref("stock.group_production_lot")
        with Form(self.type) as form:
            self.assertTrue(form.lots_are_off)
            form.lot_missing_policy = "refuse"
            form.use_existing_lots = True
            self.assertFalse(form.lots_are_off)


@tagged("post_install", "-at_install")
class TestNoLotBelowZero(LotTraceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.build.lot(cls.product, "L-1")
        cls.build.receive(cls.lot, 5)

    def test_off_by_default(self):
        self.assertFalse(self.env.company.lot_no_negative)
        self.build.deliver(self.lot, 7)
        self.assertEqual(self.build.on_hand(self.lot), -2)

    def test_refused_with_all_that_is_needed(self):
        self.env.company.lot_no_negative = True
        with self.assertRaises(UserError) as error:
            self.build.deliver(self.lot, 7)
        for text in ("WH/OUT/", "7 Units of Raw, L-1 from WH/Stock, where 5 are"):
            self.assertIn(text, str(error.exception))

    def test_what_is_there_goes_out(self):
        self.env.company.lot_no_negative = True
        self.build.deliver(self.lot, 5)
        self.assertEqual(self.build.on_hand(self.lot), 0)

    def test_a_delivery_that_was_done_cannot_be_raised(self):
        self.env.company.lot_no_negative = True
        delivery = self.build.deliver(self.lot, 5)
        with self.assertRaisesRegex(UserError, "No lot may go below zero"):
            delivery.move_line_ids.quantity = 6

    def test_a_receipt_that_was_delivered_cannot_be_lowered(self):
        self.env.company.lot_no_negative = True
        receipt = self.build.receive((self.product, "L-2"), 5)
        self.build.deliver((self.product, "L-2"), 5)
        with self.assertRaises(UserError) as error:
            receipt.move_line_ids.quantity = 3
        for text in (receipt.name, "Raw, L-2 would be -2 Units in WH/Stock"):
            self.assertIn(text, str(error.exception))

    def test_a_receipt_that_was_delivered_cannot_change_its_lot(self):
        self.env.company.lot_no_negative = True
        receipt = self.build.receive((self.product, "L-2"), 5)
        self.build.deliver((self.product, "L-2"), 5)
        with self.assertRaisesRegex(UserError, "L-2 would be -5 Units"):
            receipt.move_line_ids.lot_id = self.lot

    def test_a_correction_upwards_heals(self):
        receipt = self.build.receive((self.product, "L-2"), 1)
        self.build.deliver((self.product, "L-2"), 5)
        self.env.company.lot_no_negative = True
        receipt.move_line_ids.quantity = 3
        self.assertEqual(self.build.on_hand(receipt.move_line_ids.lot_id), -2)

    def test_receipts_heal_what_is_below_zero(self):
        self.build.deliver(self.lot, 9)
        self.env.company.lot_no_negative = True
        self.build.receive(self.lot, 1)
        self.assertEqual(self.build.on_hand(self.lot), -3)

    def test_another_company_decides_for_itself(self):
        other = self.env["res.company"].create({"name": "Strict"})
        other.lot_no_negative = True
        self.build.deliver(self.lot, 7)
        self.assertEqual(self.build.on_hand(self.lot), -2)
