from odoo import fields
from odoo.tests import tagged

from odoo.addons.lot_traceability_recall.tests.common import REASONS

from .common import SupplyChainCase


@tagged("post_install", "-at_install")
class TestRecallManufacturing(SupplyChainCase):
    """A purchased lot that went into what was made and sold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        build = cls.build
        cls.env.company.lot_recall_separate_approval = False
        cls.cake = build.product("Cake")
        cls.purchase = build.purchase(cls.vendor, {(cls.product, "NUT-1"): 20})
        cls.nut = build.lot(cls.product, "NUT-1")
        cls.order = build.produce(cls.cake, {"CAKE-1": 5}, {cls.nut: 5})
        cls.cake_lot = build.lot(cls.cake, "CAKE-1")
        cls.sale = build.sell(cls.customer, {cls.cake_lot: 2})
        cls.open_sale = build.sell(cls.customer, {cls.cake_lot: 1}, deliver=False)

    def recall(self, lots):
        recall = self.env["lot.recall"].create(
            {
                "reason": "Salmonella",
                "recall_class": "1",
                "seed_lot_ids": [(6, 0, lots.ids)],
            }
        )
        recall._advance("approved")
        return recall

    def choose(self, recall, disposition, lot):
        wizard = self.env["lot.recall.wizard"].browse(
            recall.action_open_wizard()["res_id"]
        )
        lines = wizard.stock_ids.filtered(lambda line: line.lot_id == lot)
        lines.disposition = disposition
        wizard.action_carry_out()
        return recall.disposition_ids

    def test_what_was_made_of_it_is_in_scope_with_its_way(self):
        recall = self.recall(self.nut)
        self.assertEqual(
            {line.lot_id.name: line.path for line in recall.line_ids},
            {"NUT-1": "NUT-1", "CAKE-1": "NUT-1 → CAKE-1"},
        )
        self.assertTrue(self.nut.on_hold and self.cake_lot.on_hold)
        self.assertIn(self.open_sale.name, "".join(recall.message_ids.mapped("body")))

    def test_back_to_the_vendor_by_the_purchase(self):
        recall = self.recall(self.nut)
        self.assertEqual(self.purchase.order_line.qty_received, 20)
        lines = self.choose(recall, "vendor", self.nut)
        self.assertEqual(lines.picking_id.partner_id, self.vendor)
        self.assertEqual(self.purchase.order_line.qty_received, 5)

    def test_suspect_lots_of_a_manufacturing_order(self):
        finder = self.env["lot.recall.finder"].create(
            {"method": "production", "document": self.order.name}
        )
        self.assertEqual(finder.lot_ids, self.cake_lot)

    def test_from_the_complaint_up_and_down_again(self):
        other = self.build.produce(self.cake, {"CAKE-2": 1}, {self.nut: 1})
        finder = self.env["lot.recall.finder"].create(
            {"method": "upstream", "complaint_lot_ids": [(6, 0, self.cake_lot.ids)]}
        )
        self.assertEqual(finder.lot_ids, self.nut)
        recall = self.recall(finder.lot_ids)
        self.assertIn(other.lot_producing_ids, recall.line_ids.lot_id)

    def test_what_is_made_later_is_proposed(self):
        recall = self.recall(self.nut)
        recall.scope_id.frozen_date = fields.Datetime.subtract(
            fields.Datetime.now(), days=1
        )
        self.nut._release("By mistake", holder=recall)
        self.build.produce(self.cake, {"CAKE-9": 1}, {self.nut: 1})
        recall.action_check_scope()
        new = recall.difference_ids.filtered(lambda line: line.kind == "new")
        self.assertEqual((new.lot_id.name, new.text), ("CAKE-9", "NUT-1 → CAKE-9"))
        self.assertNotIn(new.lot_id, recall.line_ids.lot_id)

    def test_more_of_a_recalled_lot_is_held(self):
        recall = self.recall(self.cake_lot)
        self.choose(recall, "release", self.cake_lot)
        self.assertFalse(self.cake_lot.on_hold)
        self.build.produce(self.cake, {"CAKE-1": 2}, {self.nut: 2})
        self.assertTrue(self.cake_lot.on_hold)

    def test_scrapped_to_zero_and_balanced(self):
        recall = self.recall(self.nut)
        for lot in (self.nut, self.cake_lot):
            self.choose(recall, "scrap", lot)
            self.assertEqual(self.build.on_hand(lot), 0)
        recall.consignee_line_ids.reason = "Eaten at the party"
        recall._advance("closed", REASONS)
        self.assertEqual(recall.state, "closed")
        self.assertEqual(
            {
                line.lot_id.name: (
                    line.made,
                    line.consumed,
                    line.shipped,
                    line.scrapped,
                )
                for line in recall.balance_ids
            },
            {"NUT-1": (20, 5, 0, 15), "CAKE-1": (5, 0, 2, 3)},
        )
