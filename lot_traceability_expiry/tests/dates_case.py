from datetime import datetime, timedelta

from freezegun import freeze_time

from .common import LotExpiryCase


class LotDatesCase(LotExpiryCase):
    """Lots whose dates are days where the warehouse is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._create_user("clerk", "stock.group_stock_user")
        cls.manager = cls._create_user("manager", "stock.group_stock_manager")
        cls._set_zone("UTC")

    @classmethod
    def _set_zone(cls, zone, warehouse=None):
        (warehouse or cls.build.warehouse).partner_id.tz = zone

    def _lot_until(self, moment, name="L1", product=None, quantity=10, **values):
        """A lot in stock that expires at a moment in UTC."""
        lot = self.build.lot(
            product or self.milk,
            name,
            expiration_date=datetime.fromisoformat(moment),
            **values,
        )
        if quantity:
            # it came while it was good, or Odoo would ask
            with freeze_time(lot.expiration_date - timedelta(days=30)):
                self.build.receive(lot, quantity)
        return lot

    def _open_delivery(self, lot, quantity=1, dest=None, picking_type=None):
        """A transfer with the lot picked, to be validated."""
        warehouse = self.build.warehouse
        picking_type = picking_type or warehouse.out_type_id
        source, dest = self.build.stock, dest or self.build.customers
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "location_id": source.id,
                "location_dest_id": dest.id,
            }
        )
        values = self.build._prepare_move_vals(lot, quantity, source, dest)
        values["picking_id"] = picking.id
        values["move_line_ids"][0][2]["picking_id"] = picking.id
        self.env["stock.move"].create(values)
        picking.action_confirm()
        return picking

    def _answer(self, picking, user=None, **values):
        """The dialog that the validation of a transfer opens."""
        picking = picking.with_user(user or self.manager)
        action = picking.with_context(skip_sms=True).button_validate()
        self.assertEqual(action["res_model"], "expiry.picking.confirmation")
        wizard = picking.env[action["res_model"]].with_context(**action["context"])
        return wizard.create(values)
