"""A hold where components are used and orders are sold."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .common import SupplyChainCase


class TestLotHoldManufacturing(SupplyChainCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finished = cls.build.product("Finished")
        for name in ("R1", "R2"):
            cls.build.receive((cls.product, name), 10, cls.vendor)
        cls.lot = cls.build.lot(cls.product, "R1")
        cls.other = cls.build.lot(cls.product, "R2")

    def order(self):
        order = self.env["mrp.production"].create(
            {"product_id": self.finished.id, "product_qty": 1}
        )
        order.move_raw_ids = [
            Command.create(
                order._get_move_raw_values(self.product, 5, self.product.uom_id)
            )
        ]
        order.action_confirm()
        order.action_assign()
        return order

    def test_why_is_not_for_a_subcontractor(self):
        """Odoo lets subcontractors read in the portal which lots they work with."""
        user = self._create_user("sub", "base.group_portal")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.finished.product_tmpl_id.id,
                "type": "subcontract",
                "subcontractor_ids": [Command.set(user.partner_id.ids)],
                "bom_line_ids": [Command.create({"product_id": self.product.id})],
            }
        )
        self.lot.action_hold("Complaint of City Hospital")
        lot = self.lot.with_user(user)
        self.assertTrue(lot.read(["on_hold"]))
        with self.assertRaises(AccessError):
            lot.read(["hold_text"])

    def test_not_used(self):
        order = self.order()
        self.assertEqual(order.move_raw_ids.move_line_ids.lot_id, self.lot)
        impact = self.lot.hold_impact()
        self.assertEqual([row["document"] for row in impact["orders"]], [order.name])
        self.assertEqual(impact["orders"][0]["state"], "Confirmed")
        self.lot.action_hold("Metal found")
        self.assertFalse(order.move_raw_ids.move_line_ids)
        self.assertIn(order.name, self.lot.hold_ids.freed)
        order.action_assign()
        self.assertEqual(order.move_raw_ids.move_line_ids.lot_id, self.other)

    def test_refused_when_used(self):
        self.lot.action_hold("Metal found")
        with self.assertRaisesRegex(UserError, "R1"):
            self.build.produce(self.finished, {"F1": 1}, {self.lot: 1})

    def test_an_order_of_somebody_without_rights_in_stock(self):
        maker = self._create_user("maker", "mrp.group_mrp_user")
        build = type(self.build)(self.env(user=maker))
        order = build.produce(self.finished, {"F9": 2}, {self.lot: 1})
        self.assertEqual(order.state, "done")
        with self.assertRaisesRegex(AccessError, "Ask a manager"):
            order.action_toggle_is_locked()
        # in manufacturing, not in stock
        maker.group_ids += self.env.ref("mrp.group_mrp_manager")
        order.action_toggle_is_locked()
        order.move_raw_ids.quantity = 2
        self.assertEqual(self.build.on_hand(self.lot), 8)

    def test_what_is_made_of_it(self):
        self.build.produce(self.finished, {"F1": 4}, {self.lot: 1})
        made = self.build.lot(self.finished, "F1")
        sale = self.build.sell(self.customer, {made: 2}, deliver=False)
        wizard = self.env["lot.hold.wizard"].create(
            {"lot_ids": [Command.set(self.lot.ids)], "reason": "Metal found"}
        )
        self.assertEqual(wizard.downstream_ids, made)
        self.assertNotIn(sale.name, wizard.impact)
        wizard.with_downstream = True
        self.assertIn(sale.name, wizard.impact)
        wizard.action_apply()
        self.assertTrue(self.lot.on_hold and made.on_hold)
        self.assertFalse(sale.picking_ids.move_line_ids)

    # -- hold on receipt ---------------------------------------------------------
    def test_received_on_hold_whatever_the_receipt_says(self):
        """The vendor of the order counts, whoever the receipt names instead."""
        self.vendor.hold_on_receipt = True
        clerk = self._create_user("clerk", "stock.group_stock_user")
        for number, named in enumerate((False, self.customer.id)):
            line = {"product_id": self.product.id, "product_qty": 5}
            order = self.env["purchase.order"].create(
                {"partner_id": self.vendor.id, "order_line": [Command.create(line)]}
            )
            order.button_confirm()
            receipt = order.picking_ids.with_user(clerk)
            receipt.partner_id = named
            lot = self.build.lot(self.product, f"P{number}")
            self.build._set_lots(receipt.sudo().move_ids, {lot: 5})
            receipt.button_validate()
            self.assertTrue(lot.on_hold)

    def test_received_on_hold_from_another_company(self):
        self.product.hold_on_receipt = True
        transit = self.env.ref("stock.stock_location_inter_company")
        transit.active = True
        self.other.company_id = False
        self.build.move(self.other, 3, self.build.stock, transit)
        self.assertFalse(self.other.on_hold)
        shelf = self.build.location("Shelf")
        self.build.move(self.other, 3, transit, shelf)
        held = self.other.quant_ids.filtered("lot_on_hold")
        self.assertEqual(held.location_id, shelf)

    def test_received_on_hold_from_a_subcontractor(self):
        sub = self.build.partner("Subcontractor")
        self.build.bom(
            self.finished,
            {self.product: 1},
            type="subcontract",
            subcontractor_ids=[Command.link(sub.id)],
        )
        self.build.move(
            self.other, 5, self.build.stock, sub.property_stock_subcontractor
        )
        outside, stock = self.build.suppliers, self.build.stock
        for name, flagged in (("M1", sub), ("M2", self.finished)):
            flagged.hold_on_receipt = True
            line = {
                "product_id": self.finished.id,
                "product_uom_qty": 2,
                "location_id": outside.id,
                "location_dest_id": stock.id,
            }
            receipt = self.env["stock.picking"].create(
                {
                    "picking_type_id": self.build.warehouse.in_type_id.id,
                    "partner_id": sub.id,
                    "location_id": outside.id,
                    "location_dest_id": stock.id,
                    "move_ids": [Command.create(line)],
                }
            )
            receipt.action_confirm()
            lot = self.build.lot(self.finished, name)
            self.build._set_lots(receipt.move_ids, {lot: 2})
            receipt.button_validate()
            self.assertEqual(receipt.state, "done")
            held = lot.quant_ids.filtered("lot_on_hold")
            self.assertIn(stock, held.location_id)
            flagged.hold_on_receipt = False
