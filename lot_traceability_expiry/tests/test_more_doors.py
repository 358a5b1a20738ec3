from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_doors import DoorsCase


class UseByCase(DoorsCase):
    """Lots of a product with use-by dates: SOON and LATE end, OLD is over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.milk.expiry_kind = "use_by"
        cls.soon = cls._create_lot_in_stock("SOON", expiration=4)
        cls.late = cls._create_lot_in_stock("LATE", expiration=20)
        for lot, days in ((cls.soon, 2), (cls.late, 18)):
            lot.sudo().removal_date = cls._in_days(days)
        cls.old = cls._create_lot_in_stock("OLD", expiration=9)
        cls.old.sudo().write(
            {
                name: cls._in_days(-10)
                for name in ("expiration_date", "use_date", "removal_date")
            }
            | {"alert_date": cls._in_days(-12)}
        )
        cls.env.flush_all()

    def validate(self, picking):
        return self.as_user(picking, skip_sms=True, skip_expired=True).button_validate()

    def send_old(self, place):
        picking = self.deliver(self.old)
        for records in (picking, picking.move_ids, picking.move_line_ids):
            records.location_dest_id = place
        return picking


@tagged("post_install", "-at_install")
class TestMoreDateDoors(UseByCase):
    def test_dates_of_the_stock(self):
        """What is reserved, and what FEFO compares, are the dates of the lots."""
        for user in (self.keeper, self.boss):
            for name in ("removal_date", "expiration_date"):
                for context in ({}, {"inventory_mode": True}):
                    with self.refused("changed there"):
                        self.as_user(self.old.quant_ids, user, **context).write(
                            {name: self._in_days(99)}
                        )
        quants = self.as_user(self.env["stock.quant"], self.boss, inventory_mode=True)
        with self.refused("changed there"):
            quants.create(
                {
                    "product_id": self.milk.id,
                    "lot_id": self.old.id,
                    "location_id": self.build.location("Shelf").id,
                    "inventory_quantity": 1,
                    "removal_date": self._in_days(99),
                }
            )

    def test_dialogs_tell_nothing_of_another_company(self):
        """Not of its lots, and not what it has of a lot that all share."""
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        place = self.env["stock.warehouse"].search(
            [("company_id", "=", elsewhere.id)], limit=1
        )
        lots = self.env["stock.lot"]
        theirs, shared = (
            lots.create(
                {"name": name, "product_id": self.milk.id, "company_id": company}
            )
            for name, company in (("THEIRS", elsewhere.id), ("SHARED", False))
        )
        for lot in theirs, shared:
            self.env["stock.quant"]._update_available_quantity(
                self.milk, place.lot_stock_id, 7, lot_id=lot
            )
        for name, text in (
            ("lot.open", "reason"),
            ("lot.retest.record", "note"),
            ("lot.date.extend", "reason"),
        ):
            with self.subTest(dialog=name), self.assertRaises(AccessError):
                self.as_user(self.env[name], self.boss).create(
                    {"lot_id": theirs.id, text: "x"}
                )
        with self.assertRaises(AccessError):
            self.as_user(self.env["lot.clear.out"], self.boss).create(
                {"warehouse_id": place.id}
            )
        dialog = self.as_user(self.env["lot.open"], self.boss)
        dialog = dialog.create({"lot_id": shared.id})
        self.assertFalse(dialog.quant_id)
        self.assertEqual((dialog.quantity, dialog.on_hand), (0, 0))

    def test_removal_date_by_hand(self):
        """What was to leave the stock stays there by hand no longer than before."""
        lot = self.as_user(self.soon)
        before = lot.removal_date
        for value in (False, before + timedelta(days=1)):
            with self.refused("only become earlier"):
                lot.removal_date = value
        lot.removal_date = before - timedelta(days=1)
        wizard = self.as_user(self.env["lot.date.extend"], self.boss).create(
            {
                "lot_id": self.soon.id,
                "name": "removal_date",
                "new_date": before.date(),
                "reason": "The shelf is empty",
            }
        )
        wizard.action_extend()
        self.assertEqual(self.soon.removal_date.date(), before.date())

    def test_when_goods_left(self):
        """A use-by lot gets on no delivery by the day that somebody writes on it."""
        self.env.company.lot_done_edit_policy = "allow"
        delivery = self.deliver(self.late)
        self.validate(delivery)
        self.assertEqual(delivery.state, "done")
        delivery.with_user(self.boss).action_toggle_is_locked()
        past, line = self._in_days(-20), delivery.move_line_ids
        values = {
            "move_id": delivery.move_ids.id,
            "picking_id": delivery.id,
            "product_id": self.milk.id,
            "lot_id": self.old.id,
            "quantity": 1,
            "location_id": line.location_id.id,
            "location_dest_id": line.location_dest_id.id,
        }
        lines = self.as_user(self.env["stock.move.line"])
        with self.assertRaisesRegex(AccessError, "Override expiration dates"):
            lines.create(values | {"date": past})
        with self.refused("must not leave"):
            lines.create(values)
        for records, name in (
            (line, "date"),
            (delivery.move_ids, "date"),
            (delivery, "date_done"),
        ):
            with (
                self.subTest(model=records._name),
                self.assertRaisesRegex(AccessError, "Override expiration dates"),
            ):
                self.as_user(records).write({name: past})

    def test_steps_and_returns_that_were_none(self):
        """FEFO asks whatever other move is named as the one before."""
        self.build.warehouse.out_type_id.fefo_policy = "refuse"
        sent = self.build.open_delivery(self.milk, 1)
        sent.move_line_ids.lot_id = self.soon
        sent.move_ids.picked = True
        self.validate(sent)
        back = self.build.return_picking(sent)
        self.assertEqual(back.state, "done")
        receipt = self.env["stock.move"].search(
            [("move_line_ids.lot_id", "=", self.soon.id), ("state", "=", "done")],
            order="id",
            limit=1,
        )
        for name, value in (
            ("move_orig_ids", sent.move_ids.ids),
            ("move_orig_ids", receipt.ids),
            ("origin_returned_move_id", back.move_ids.id),
        ):
            with self.subTest(name=name):
                picking = self.deliver(self.late)
                self.as_user(picking.move_ids)[name] = value
                with self.refused("SOON"):
                    self.validate(picking)
                picking.action_cancel()

    def test_another_company_is_given_nothing_that_a_customer_is_not(self):
        """What is sent to a company of the same group leaves as well; it goes between
        own warehouses as before."""
        place = self.env.ref("stock.stock_location_inter_company")
        with self.refused("must not leave"):
            self.validate(self.send_old(place))
        own = self.send_old(self.env.company.internal_transit_location_id)
        self.validate(own)
        self.assertEqual(own.state, "done")
