from odoo.tests import HttpCase, tagged

from .recall_reply_common import ConsigneeCase


@tagged("post_install", "-at_install")
class TestConsigneesTour(ConsigneeCase, HttpCase):
    def test_from_refresh_to_a_reply_by_phone(self):
        self.build.deliver(self.lot, 1, self.letter)
        self.env.ref("base.user_admin").group_ids += self.env.ref(
            "stock.group_production_lot"
        )
        self.start_tour(
            f"/odoo/recalls/{self.recall.id}", "lot_recall_consignees", login="admin"
        )
        self.assertEqual(self.line(self.other).reported, 3)
        self.assertEqual(self.consignee(self.other).reply_ids.answered_by, "Bob")
        self.assertEqual(self.consignee().state, "queued")
