from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .test_lot_fefo import FefoCase


@tagged("post_install", "-at_install")
class TestLotClearOut(FefoCase):
    """SOON and MID are past their removal date, in two places."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shelf = cls.build.location("Shelf")
        view = cls.build.warehouse.view_location_id
        cls.bin = cls.build.location("Expired Goods", parent=view)
        cls.build.move(cls.mid, 4, cls.build.stock, cls.shelf)
        (cls.soon + cls.mid).removal_date = cls._in_days(-1)

    def _open(self, user=None, **values):
        wizard = self.env["lot.clear.out"].with_user(user or self.keeper)
        wizard = wizard.with_company(self.build.company)
        values = {"dest_location_id": self.bin.id} | values
        wizard = wizard.create({"warehouse_id": self.build.warehouse.id} | values)
        wizard.env.flush_all()
        return wizard

    def _listed(self, wizard):
        return {
            (line.lot_id, line.location_id): line.quantity
            for line in wizard.line_ids
            if line.product_id == self.milk
        }

    def test_preview_by_location(self):
        stock = self.build.stock
        everything = {
            (self.soon, stock): 10,
            (self.mid, stock): 6,
            (self.mid, self.shelf): 4,
        }
        self.assertEqual(self._listed(self._open()), everything)
        wizard = self._open(location_id=self.shelf.id)
        self.assertEqual(self._listed(wizard), {(self.mid, self.shelf): 4})
        self.assertEqual(self.build.on_hand(self.mid), 10)

    def test_dates_that_mean_nothing_any_more(self):
        self.milk.use_expiration_date = False
        self.assertEqual(self._listed(self._open()), {})
        self.milk.use_expiration_date = True
        self.assertEqual(len(self._listed(self._open())), 3)

    def test_preview_until_a_day(self):
        wizard = self._open(due_before=self._in_days(-2))
        self.assertEqual(self._listed(wizard), {})
        wizard = self._open(due_before=self._in_days(31))
        self.assertIn((self.late, self.build.stock), self._listed(wizard))

    def test_the_day_itself_counts_in_the_warehouse(self):
        """At noon UTC it is midnight in Auckland, or an hour later in summer."""
        self.build.warehouse.partner_id.tz = "Pacific/Auckland"
        now = fields.Datetime.now()
        self.mid.removal_date = self.late.removal_date = self._in_days(9)
        for hours, is_due in ((-24, True), (-2, True), (1, False), (8, False)):
            self.soon.removal_date = now + timedelta(hours=hours)
            listed = self._listed(self._open())
            self.assertEqual(bool(listed), is_due, hours)

    def test_preview_changes_with_what_is_asked(self):
        with Form(self.env["lot.clear.out"]) as form:
            form.dest_location_id = self.bin
            self.assertEqual(len(form.line_ids), 3)
            form.location_id = self.shelf
            self.assertEqual(len(form.line_ids), 1)

    def test_move(self):
        action = self._open().action_clear()
        picking = self.env["stock.picking"].browse(action["res_id"])
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.picking_type_id, self.build.warehouse.int_type_id)
        self.assertEqual(self.build.on_hand(self.soon, self.bin), 10)
        self.assertEqual(self.build.on_hand(self.mid, self.bin), 10)
        self.assertFalse(self.build.on_hand(self.mid, self.shelf))
        self.assertEqual(self.build.on_hand(self.late, self.build.stock), 10)
        # and the next preview does not list them again
        self.assertEqual(self._listed(self._open()), {})

    def test_move_is_no_pick(self):
        before = self.env["lot.fefo.pick"].search_count([])
        self._open().action_clear()
        self.assertEqual(self.env["lot.fefo.pick"].search_count([]), before)

    def test_move_frees_what_is_reserved(self):
        self.soon.removal_date = self._in_days(5)
        picking = self._open_delivery(3)
        self.assertEqual(picking.move_line_ids.lot_id, self.soon)
        self.soon.removal_date = self._in_days(-1)
        wizard = self._open()
        line = wizard.line_ids.filtered(lambda line: line.lot_id == self.soon)
        self.assertEqual(line.reserved_quantity, 3)
        wizard.action_clear()
        self.assertNotIn(self.soon, picking.move_line_ids.lot_id)
        self.assertEqual(self.build.on_hand(self.soon, self.bin), 10)
        quant = self.env["stock.quant"].search(
            [("lot_id", "=", self.soon.id), ("location_id", "=", self.bin.id)]
        )
        self.assertEqual(quant.reserved_quantity, 0)

    def test_some_of_it(self):
        wizard = self._open()
        wizard.line_ids.filtered(lambda line: line.lot_id == self.soon).is_chosen = 0
        wizard.action_clear()
        self.assertEqual(self.build.on_hand(self.soon, self.build.stock), 10)
        self.assertEqual(self.build.on_hand(self.mid, self.bin), 10)

    def test_owner_and_package(self):
        owner = self.build.partner("Owner")
        package = self.env["stock.package"].create({"name": "PAL-1"})
        self.env["stock.quant"]._update_available_quantity(
            self.milk,
            self.shelf,
            7,
            lot_id=self.soon,
            owner_id=owner,
            package_id=package,
        )
        self._open().action_clear()
        quant = (
            self.env["stock.quant"]
            .search([("lot_id", "=", self.soon.id), ("owner_id", "=", owner.id)])
            .filtered("quantity")
        )
        self.assertEqual(quant.location_id, self.bin)
        self.assertEqual(quant.quantity, 7)

    def test_scrap(self):
        tag = self.env["stock.scrap.reason.tag"].create({"name": "Too old"})
        wizard = self._open(action="scrap", scrap_reason_tag_ids=tag.ids)
        action = wizard.action_clear()
        scraps = self.env["stock.scrap"].search(action["domain"])
        self.assertEqual(sorted(scraps.mapped("scrap_qty")), [4, 6, 10])
        self.assertEqual(scraps.scrap_reason_tag_ids, tag)
        self.assertEqual(set(scraps.mapped("state")), {"done"})
        for lot in (self.soon, self.mid):
            self.assertFalse(self.build.on_hand(lot))

    def test_scrap_what_was_moved_before(self):
        self._open().action_clear()
        self._open(action="scrap", dest_location_id=False).action_clear()
        self.assertFalse(self.build.on_hand(self.soon))

    def test_nothing_chosen_or_nowhere_to_go(self):
        wizard = self._open()
        wizard.line_ids.is_chosen = False
        with self.assertRaisesRegex(UserError, "Tick the lots"):
            wizard.action_clear()
        wizard = self._open(dest_location_id=False)
        with self.assertRaisesRegex(UserError, "Move To"):
            wizard.action_clear()

    def test_stock_has_changed_since(self):
        wizard = self._open()
        self.build.scrap(self.soon, 3)
        with self.assertRaisesRegex(UserError, "SOON .*10 Units was listed, 7 Units"):
            wizard.action_clear()
        self.assertFalse(self.build.on_hand(self.mid, self.bin))

    def test_limit(self):
        self.env["ir.config_parameter"].set_param(
            "lot_traceability_expiry.clear_out_limit", 1
        )
        wizard = self._open(location_id=self.build.stock.id)
        self.assertEqual(len(wizard.line_ids), 1)
        self.assertEqual(wizard.left_out, 2)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_ones_own_list(self):
        wizard = self._open()
        other = self._create_user("other keeper", "stock.group_stock_user")
        with self.assertRaises(AccessError):
            wizard.with_user(other).action_clear()
        nobody = self._create_user("nobody", "base.group_user")
        with self.assertRaises(AccessError):
            self._open(user=nobody)
