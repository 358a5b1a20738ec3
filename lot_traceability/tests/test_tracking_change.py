from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged

from .builder import StockBuilder
from .common import LotTraceCase


class TrackingChangeCase(LotTraceCase):
    def change(self, product, tracking, numbers=(), env=None):
        """The wizard as the button on the product opens it."""
        template = product.product_tmpl_id.with_env(env or self.env)
        action = template.action_change_tracking()
        change = template.env["lot.tracking.change"].browse(action["res_id"])
        form = Form(change)
        form.tracking_to = tracking
        for position, text in enumerate(numbers):
            with form.line_ids.edit(position) as line:
                line.numbers = text
        return form.save()

    def stock(self, product):
        """(location, number, quantity) of what is in stock."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("location_id.usage", "=", "internal"),
                ("quantity", "!=", 0),
            ]
        )
        return sorted(
            (quant.location_id.name, quant.lot_id.name or "", quant.quantity)
            for quant in quants
        )


@tagged("post_install", "-at_install")
class TestTrackingChange(TrackingChangeCase):
    """Tracking and stock changed together."""

    def setUp(self):
        super().setUp()
        self.plain = self.build.product("Plain", "none")
        self.shelf = self.build.location("Shelf")
        self.numbering = self.env["lot.numbering"].create(
            {"name": "N", "pattern": "N{3 digits}"}
        )
        self.plain.lot_numbering_id = self.numbering

    def test_untracked_to_lots(self):
        self.build.receive(self.plain, 5)
        self.build.receive(self.plain, 3, to=self.shelf)
        change = self.change(self.plain, "lot")
        self.assertEqual(change.number_count, 2)
        change.action_apply()
        self.assertEqual(self.plain.tracking, "lot")
        self.assertEqual(
            self.stock(self.plain), [("Shelf", "N002", 3), ("Stock", "N001", 5)]
        )

    def test_untracked_to_serials_with_an_expression(self):
        self.build.receive(self.plain, 4)
        change = self.change(self.plain, "serial", ["SN-01-SN-03, ~"])
        self.assertEqual(change.line_ids.preview, "SN-01, SN-02, SN-03, N001")
        change.action_apply()
        self.assertEqual(
            self.stock(self.plain),
            [("Stock", name, 1) for name in ("N001", "SN-01", "SN-02", "SN-03")],
        )

    def test_serials_to_lots_to_nothing(self):
        product = self.serial_product
        product.lot_numbering_id = self.numbering
        for name in ("S1", "S2"):
            self.build.receive((product, name), 1)
        self.change(product, "lot", ["L1", "L1"]).action_apply()
        self.assertEqual(self.stock(product), [("Stock", "L1", 2)])
        self.change(product, "none").action_apply()
        self.assertEqual(product.tracking, "none")
        self.assertEqual(self.stock(product), [("Stock", "", 2)])

    def test_the_same_lot_in_several_places(self):
        self.build.receive(self.plain, 5)
        self.build.receive(self.plain, 3, to=self.shelf)
        self.change(self.plain, "lot", ["L1", "L1"]).action_apply()
        self.assertEqual(
            self.stock(self.plain), [("Shelf", "L1", 3), ("Stock", "L1", 5)]
        )

    def test_in_two_warehouses(self):
        other = self.env["stock.warehouse"].create({"name": "East", "code": "EAST"})
        self.build.receive(self.plain, 1)
        self.build.receive(self.plain, 2, to=other.lot_stock_id)
        self.build.receive(self.plain, 3, to=self.shelf)
        self.change(self.plain, "lot", ["A", "B", "C"]).action_apply()
        self.assertEqual(
            sorted(quantity for _place, _name, quantity in self.stock(self.plain)),
            [1, 2, 3],
        )

    def test_package_owner_and_date_stay(self):
        package = self.env["stock.package"].create({"name": "BOX-1"})
        owner = self.build.partner("Owner")
        quants = self.env["stock.quant"]
        quants._update_available_quantity(
            self.plain,
            self.build.stock,
            2,
            package_id=package,
            owner_id=owner,
            in_date=datetime(2026, 1, 5, 8),
        )
        self.change(self.plain, "serial").action_apply()
        found = quants.search(
            [("product_id", "=", self.plain.id), ("location_id.usage", "=", "internal")]
        ).filtered("quantity")
        self.assertEqual(len(found), 2)
        self.assertEqual(found.package_id, package)
        self.assertEqual(found.owner_id, owner)
        self.assertEqual(set(found.mapped("in_date")), {datetime(2026, 1, 5, 8)})

    def test_what_the_old_lot_knew_is_kept(self):
        lot = self.build.lot(
            self.product, "L1", supplier_number="V-1", batch_code="B-1"
        )
        self.build.receive(lot, 2)
        self.change(self.product, "serial", ["S1, S2"]).action_apply()
        serials = self.env["stock.lot"].search([("name", "in", ("S1", "S2"))])
        self.assertEqual(set(serials.mapped("supplier_number")), {"V-1"})
        self.assertEqual(set(serials.mapped("batch_code")), {"B-1"})

    def test_numbers_that_are_wrong_are_said_before(self):
        self.build.receive(self.plain, 3)
        self.build.receive(self.plain, 1, to=self.shelf)
        self.build.lot(self.plain, "S1")
        for numbers, message in (
            (["S1-S3", "S9"], "S1 of Plain exists already"),
            (["S2, S3", "S9"], "3 numbers are needed, these are 2"),
            (["S2, TBD, S3", "S9"], "placeholder"),
            (["S2-S4", "S4"], "S4 is there twice"),
            (["", "N001"], "N001 is there twice|N001"),
        ):
            change = self.change(self.plain, "serial", numbers)
            self.assertRegex(change.number_problems or "", message)
            with self.assertRaises(UserError):
                change.action_apply()
        self.assertEqual(self.plain.tracking, "none")
        self.assertEqual(self.stock(self.plain), [("Shelf", "", 1), ("Stock", "", 3)])

    def test_parts_of_a_unit_cannot_be_serials(self):
        self.build.receive(self.plain, 2.5)
        change = self.change(self.plain, "serial")
        self.assertIn("2.5 Units cannot have serial", change.number_problems)

    def test_reservations_are_in_the_way_and_can_be_freed(self):
        self.build.receive(self.plain, 5)
        delivery = self.env["stock.picking"].create(
            {
                "picking_type_id": self.build.warehouse.out_type_id.id,
                "location_id": self.build.stock.id,
                "location_dest_id": self.build.customers.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.plain.id,
                            "product_uom_qty": 2,
                            "location_id": self.build.stock.id,
                            "location_dest_id": self.build.customers.id,
                        },
                    )
                ],
            }
        )
        delivery.action_confirm()
        delivery.action_assign()
        change = self.change(self.plain, "lot")
        self.assertEqual(change.open_line_ids.picking_id, delivery)
        with self.assertRaisesRegex(UserError, "Free the reservations"):
            change.action_apply()
        change.action_free_reservations()
        change.invalidate_recordset()
        self.assertFalse(change.obstacles)
        change.action_apply()
        delivery.action_assign()
        self.assertEqual(delivery.move_line_ids.lot_id.name, "N001")

    def test_what_is_picked_cannot_be_freed(self):
        receipt = self.build.open_receipt(self.plain, 2)
        receipt.move_ids.write({"quantity": 2, "picked": True})
        change = self.change(self.plain, "lot")
        self.assertFalse(change.has_reservations)
        self.assertIn("do or cancel what is left", change.obstacles)

    def test_below_zero_is_in_the_way(self):
        self.build.deliver(self.plain, 2)
        change = self.change(self.plain, "lot")
        self.assertIn("below zero", change.obstacles)
        with self.assertRaisesRegex(UserError, "below zero"):
            change.action_apply()

    def test_stock_of_another_company_is_in_the_way(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.env.user.company_ids += other
        StockBuilder(self.env, other).receive(self.plain, 1)
        self.build.receive(self.plain, 2)
        change = self.change(self.plain, "lot", env=self.build.env)
        self.assertIn("company that you do not work in", change.obstacles)
        both = self.env(
            context=dict(
                self.env.context,
                allowed_company_ids=[self.env.company.id, other.id],
            )
        )
        change = self.change(self.plain, "lot", env=both)
        self.assertFalse(change.obstacles)
        change.action_apply()
        lots = self.env["stock.lot"].search([("product_id", "=", self.plain.id)])
        self.assertEqual(len(lots), 2)

    def test_stock_that_changed_meanwhile(self):
        self.build.receive(self.plain, 5)
        change = self.change(self.plain, "lot")
        self.build.deliver(self.plain, 1)
        with self.assertRaisesRegex(UserError, "changed meanwhile"):
            change.action_apply()

    def test_numbers_for_stock_that_has_none(self):
        """odoo#188365: tracking was switched on with stock on the shelf, and stock
        without numbers went wrong for ever."""
        self.build.receive(self.plain, 5, self.vendor)
        self.plain.tracking = "lot"
        template = self.plain.product_tmpl_id
        self.assertEqual(template.unnumbered_quantity, 5)
        self.change(self.plain, "lot").action_apply()
        template.invalidate_recordset()
        self.assertFalse(template.unnumbered_quantity)
        lot = self.env["stock.lot"].search([("product_id", "=", self.plain.id)])
        delivery = self.build.deliver(lot, 3, self.customer)
        self.build.return_picking(delivery, {self.plain: 1})
        self.assertEqual(self.stock(self.plain), [("Stock", "N001", 3)])

    def test_rights(self):
        self.build.receive(self.plain, 1)
        user = self._create_user("stocker", "stock.group_stock_user")
        template = self.plain.product_tmpl_id
        with self.assertRaises(AccessError):
            template.with_user(user).action_change_tracking()

    def test_the_product_remembers(self):
        self.build.receive(self.plain, 2)
        self.change(self.plain, "serial").action_apply()
        note = self.plain.product_tmpl_id.message_ids[:1].body
        self.assertIn("N001, N002", note)
        moves = self.env["stock.move"].search(
            [("product_id", "=", self.plain.id), ("is_inventory", "=", True)]
        )
        self.assertEqual(set(moves.mapped("reference")), {"Change of tracking: Plain"})


@tagged("post_install", "-at_install")
class TestTrackingChangeTour(HttpCase):
    def test_from_the_product_form(self):
        build = StockBuilder(self.env)
        self.env.ref("base.user_admin").group_ids += self.env.ref(
            "stock.group_production_lot"
        )
        product = build.product("Tour Sensor", "none")
        product.lot_numbering_id = self.env["lot.numbering"].create(
            {"name": "Tour", "pattern": "TOUR-{3 digits}"}
        )
        build.receive(product, 3)
        self.start_tour(
            f"/odoo/action-stock.product_template_action_product/{product.product_tmpl_id.id}",
            "lot_traceability_tracking_change",
            login="admin",
        )
        self.assertEqual(product.tracking, "serial")
        lots = self.env["stock.lot"].search([("product_id", "=", product.id)])
        self.assertEqual(lots.mapped("name"), ["A-1", "A-2", "TOUR-001"])
