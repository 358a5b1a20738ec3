from unittest.mock import patch

from .common import RecallCase


class ConsigneeCase(RecallCase):
    """An open recall with two customers, a delivery without partner, and notices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        build = cls.build
        cls.customer.write({"email": "shop@example.com", "phone": "+1 555 0100"})
        cls.other = build.partner("Other Shop", email="other@example.com")
        cls.letter = build.partner("Letter Only")
        cls.delivery_2 = build.deliver(cls.lot, 3, cls.other)
        cls.recall = cls.env["lot.recall"].create(
            {
                "reason": "Complaint 118 of Corner Grocery",
                "notice_reason": "Pieces of glass",
                "seed_lot_ids": [(6, 0, cls.lot.ids)],
                "user_id": cls.user.id,
                "recall_class": "1",
            }
        )
        cls.recall.action_open()
        # some of what these tests deliver is booked late
        cls.lot._release("Booked late", holder=cls.recall)
        cls.recall = cls.recall.with_user(cls.user)

    def refresh(self):
        self.recall.action_refresh_consignees()
        return self.recall.consignee_ids

    def consignee(self, partner=None):
        partner = partner or self.customer
        if not self.recall.consignee_ids:
            self.refresh()
        return self.recall.consignee_ids.filtered(lambda one: one.partner_id == partner)

    def line(self, partner=None):
        return self.consignee(partner).line_ids

    def send(self, batches=100):
        """Send what waits, as the button and the scheduled action do."""
        wizard = self.env["lot.recall.notice.wizard"].with_user(self.user)
        wizard.create({"recall_id": self.recall.id}).action_send()
        return self.run_cron("lot.recall.notice", "_cron_send", batches)

    def run_cron(self, model, method, batches=100):
        """Run a scheduled action until its time is over, after so many batches."""
        left = iter([1] * batches + [0] * 100)
        progress = []

        def commit(_self, processed=0, *, remaining=None, deactivate=False):
            self.env.flush_all()
            progress.append((processed, remaining))
            return next(left)

        # a test has one transaction
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", commit):
            root = self.env.ref("base.user_root")
            getattr(self.env[model].with_user(root), method)()
        self.env.invalidate_all()
        return progress

    def reply(self, consignee=None, user=None, **quantities):
        """Enter a reply for all lots of a consignee, as by phone."""
        consignee = consignee or self.consignee()
        return (
            self.env["lot.recall.reply"]
            .with_user(user or self.user)
            .create(
                {
                    "consignee_id": consignee.id,
                    "answered_by": "Ann",
                    "line_ids": [
                        (0, 0, dict(quantities, consignee_line_id=line.id))
                        for line in consignee.line_ids
                    ],
                }
            )
        )
