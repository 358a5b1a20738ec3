from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tests import tagged

from ..dates.undated import get_reservable_domain
from .dates_case import LotDatesCase


@tagged("post_install", "-at_install")
class TestUndated(LotDatesCase):
    """Lots without a date of products that want one."""

    def test_policy_of_the_company(self):
        """One question for reservation, delivery and till."""
        lot = self.build.lot(self.milk, "No date", expiration_date=False)
        self.build.receive(lot, 10)
        quants = self.env["stock.quant"]
        for policy, level, free in (
            ("allow", None, True),
            ("ask", "override", True),
            ("refuse", "refuse", False),
        ):
            self.env.company.lot_undated_policy = policy
            with self.subTest(policy):
                self.assertEqual(lot._get_shipping_block().get("level"), level)
                domain = get_reservable_domain(self.env.company)
                found = quants.search(domain & self._of(lot))
                self.assertEqual(bool(found), free)
                delivery = self._open_delivery(lot)
                if policy == "allow":
                    delivery._action_done()
                    continue
                with self.assertRaisesRegex(UserError, "has no expiration date"):
                    delivery._action_done()
                if policy == "ask":
                    line = delivery.move_line_ids
                    line.expiry_override_reason = "Made this morning"
                    delivery._action_done()
                    self.assertEqual(delivery.state, "done")

    def _of(self, lot):
        return Domain(
            [("lot_id", "=", lot.id), ("location_id", "=", self.build.stock.id)]
        )
