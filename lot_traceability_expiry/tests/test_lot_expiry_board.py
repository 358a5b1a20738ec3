from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.lot_traceability.tests.builder import StockBuilder

from .common import LotExpiryCase


@tagged("post_install", "-at_install")
class TestLotExpiryBoard(LotExpiryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.board = cls.env["lot.expiry.board"]
        cls.milk.standard_price = 2

    def _lot(self, name, expiration, quantity=1, **values):
        lot = self._create_lot_in_stock(name, quantity, **values)
        lot.expiration_date = expiration
        return lot

    def _rows(self, lots, **values):
        return self.board.with_context(**values).search([("lot_id", "in", lots.ids)])

    def test_buckets_by_calendar_days(self):
        with freeze_time("2026-03-10 12:00:00"):
            cases = {
                "2026-03-09 23:59:00": (-1, "0_expired"),
                "2026-03-10 00:30:00": (0, "1_week"),
                "2026-03-17 23:00:00": (7, "1_week"),
                "2026-03-18 01:00:00": (8, "2_month"),
                "2026-04-09 23:00:00": (30, "2_month"),
                "2026-04-10 01:00:00": (31, "3_quarter"),
                "2026-06-08 23:00:00": (90, "3_quarter"),
                "2026-06-09 01:00:00": (91, "4_later"),
            }
            for moment, (days, bucket) in cases.items():
                row = self._rows(self._lot(moment, moment))
                self.assertEqual((row.days_left, row.bucket), (days, bucket), moment)

    def test_quantity_value_and_places(self):
        shelf = self.build.location("Shelf")
        lot = self._lot("L1", self._in_days(5), 10)
        self.build.move(lot, 4, self.build.stock, shelf)
        self.assertRecordValues(
            self._rows(lot).sorted("quantity"),
            [
                {
                    "location_id": place.id,
                    "warehouse_id": self.build.warehouse.id,
                    "product_categ_id": self.milk.categ_id.id,
                    "user_id": self.keeper.id,
                    "quantity": quantity,
                    "product_uom_id": self.milk.uom_id.id,
                    "value": quantity * 2,
                }
                for place, quantity in ((shelf, 4), (self.build.stock, 6))
            ],
        )

    def test_days_of_the_warehouse_whoever_looks(self):
        east = self.env["stock.warehouse"].create({"name": "East", "code": "EAST"})
        east.partner_id = self.build.partner("East", tz="Pacific/Auckland")
        with freeze_time("2026-03-10 09:00:00"):
            lot = self._lot("L1", "2026-03-10 12:00:00", 10)
            self.build.move(lot, 4, self.build.stock, east.lot_stock_id)
            for zone in ("UTC", "Asia/Tokyo"):
                rows = self._rows(lot, tz=zone).sorted("quantity")
                self.assertEqual(
                    rows.mapped("day"), [date(2026, 3, 11), date(2026, 3, 10)]
                )
                self.assertEqual(rows.mapped("days_left"), [1, 0])

    def test_groups_add_up(self):
        self._lot("L1", self._in_days(-3), 10)
        self._lot("L2", self._in_days(3), 5)
        self._lot("L3", self._in_days(3), 2)
        groups = self.board._read_group(
            [("product_id", "=", self.milk.id)],
            ["bucket"],
            ["quantity:sum", "value:sum"],
        )
        self.assertEqual(groups, [("0_expired", 10, 20), ("1_week", 7, 14)])
        by_person = self.board._read_group(
            [("product_id", "=", self.milk.id)],
            ["user_id", "warehouse_id", "product_categ_id"],
            ["value:sum"],
        )
        self.assertEqual(
            by_person,
            [(self.keeper, self.build.warehouse, self.milk.categ_id, 34)],
        )

    def test_what_is_not_on_the_board(self):
        gone = self._lot("Gone", self._in_days(3), 3)
        self.build.deliver(gone, 3)
        undated = self._lot("Undated", False, 3)
        self.assertFalse(self._rows(gone + undated))
        lot = self._lot("Off", self._in_days(3), 3)
        self.milk.use_expiration_date = False
        self.assertFalse(self._rows(lot))

    def test_value_of_lots_that_have_their_own(self):
        """Only where the valuation by lots is installed; else that of the product."""
        lot = self._lot("L1", self._in_days(3), 10)
        own = "lot_valuated" in self.milk._fields
        if own:
            self.milk.lot_valuated = True
            lot.standard_price = 7
        self.assertEqual(self._rows(lot).value, 70 if own else 20)

    def test_one_click_to_the_lots(self):
        lots = self._lot("L1", self._in_days(3)) + self._lot("L2", self._in_days(4))
        rows = self._rows(lots)
        self.assertEqual(rows[0].action_open_lot()["res_id"], lots[0].id)
        action = rows.action_open_lots()
        self.assertEqual(action["res_model"], "stock.lot")
        self.assertEqual(self.env["stock.lot"].search(action["domain"]), lots)

    def test_company_of_the_reader(self):
        there = self.env["res.company"].create({"name": "There"})
        build = StockBuilder(self.env, there)
        other = self._create_user("other", "stock.group_stock_user", companies=there)
        here, away = self._lot("Here", self._in_days(3)), self._create_lot("Away")
        build.receive(away, 3)
        for user, lot in ((self.keeper, here), (other, away)):
            seen = self.board.with_user(user).search(
                [("lot_id", "in", (here + away).ids)]
            )
            self.assertEqual(seen.lot_id, lot)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_others_do_not_read(self):
        clerk = self._create_user("clerk", "base.group_user")
        for model in ("lot.expiry.board", "lot.waste.report"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(clerk).search([])

    # -- colours --------------------------------------------------------
    def test_lists_of_stock_know_the_state(self):
        self._lot("L1", self._in_days(-3))
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.milk.id), ("location_id.usage", "=", "internal")]
        )
        self.assertEqual(quant.expiry_state, "expired")
        self.assertEqual(quant.expiry_days_left, -3)
        for view in (
            "stock.view_stock_quant_tree",
            "stock.view_stock_quant_tree_editable",
            "stock.view_stock_quant_tree_inventory_editable",
        ):
            arch = self.env["stock.quant"].get_view(self.env.ref(view).id)["arch"]
            self.assertIn("expiry_state == 'expired'", arch.replace('"', "'"), view)
