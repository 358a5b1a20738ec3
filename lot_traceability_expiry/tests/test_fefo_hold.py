from odoo.tests import tagged

from .test_lot_fefo import FefoCase


@tagged("post_install", "-at_install")
class TestFefoHold(FefoCase):
    """A lot on hold is not the one that should have gone."""

    def test_lot_on_hold_is_no_better_lot(self):
        self.soon._hold("Smells")
        picking = self._deliver_late()
        self.assertIn("MID", picking.move_line_ids.fefo_note)
        self._validate(picking)
        self.assertEqual(self._picks(picking).better_lot_id, self.mid)
        self.mid._hold("Smells")
        picking = self._deliver_late()
        self.assertIn("on hold", picking.move_line_ids.fefo_note)
        self._validate(picking)
        self.assertFalse(self._picks(picking).is_deviation)

    def test_released_again(self):
        self.soon._hold("Smells")
        self.soon._release("Tested")
        picking = self._deliver_late()
        self._validate(picking)
        self.assertEqual(self._picks(picking).better_lot_id, self.soon)

    def test_quarantine_is_no_pick_area(self):
        warehouse = self.build.warehouse
        place = self.build.location("Quarantine")
        warehouse.lot_quarantine_location_id = place
        self.build.move(self.soon, 10, self.build.stock, place)
        self.build.move(self.mid, 10, self.build.stock, place)
        picking = self._deliver_late()
        self._validate(picking)
        self.assertFalse(self._picks(picking).is_deviation)

    def test_clear_out_goes_to_quarantine(self):
        warehouse = self.build.warehouse
        view = warehouse.view_location_id
        warehouse.lot_quarantine_location_id = self.build.location("Q", parent=view)
        self.soon.removal_date = self._in_days(-1)
        wizard = self.env["lot.clear.out"].create({"warehouse_id": warehouse.id})
        self.assertEqual(wizard.dest_location_id, warehouse.lot_quarantine_location_id)
        wizard.action_clear()
        place = warehouse.lot_quarantine_location_id
        self.assertEqual(self.build.on_hand(self.soon, place), 10)
