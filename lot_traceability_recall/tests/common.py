from odoo.addons.lot_traceability.tests.common import LotTraceCase

# why a recall is closed although something is open
REASONS = dict.fromkeys(
    ("untold", "unanswered", "stock", "checks", "holds"), "So be it"
)


class RecallCase(LotTraceCase):
    """A suspect lot in two places, partly delivered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        build = cls.build
        cls.shelf = build.location("Shelf")
        cls.lot = build.lot(cls.product, "BAD-1")
        build.receive(cls.lot, 20, cls.vendor)
        build.move(cls.lot, 5, build.stock, cls.shelf)
        cls.delivery = build.deliver(cls.lot, 4, cls.customer)
        cls.user = cls._create_role("coordinator", "quality", "logistics")
        cls.manager = cls._create_role("manager")
        cls.auditor = cls._create_role("auditor")
        # one firm, one head; the tests of the approval switch it on
        cls.env.company.lot_recall_separate_approval = False

    @classmethod
    def _create_role(cls, *roles, companies=None):
        return cls._create_user(
            "_".join(["recall", *roles, *map(str, (companies or cls.env.company).ids)]),
            *(f"lot_traceability_recall.group_recall_{role}" for role in roles),
            companies=companies,
        )

    @classmethod
    def create_recall(cls, lots=None, **values):
        """A draft about a lot; nobody outside has to answer for the goods."""
        return cls.env["lot.recall"].create(
            {
                "reason": "Glass found",
                "recall_class": "2",
                "depth": "internal",
                "seed_lot_ids": [(6, 0, (lots or cls.lot).ids)],
            }
            | values
        )

    @classmethod
    def create_approved(cls, lots=None, **values):
        """A recall with a frozen scope."""
        recall = cls.create_recall(lots, **values)
        recall._advance("approved")
        return recall

    def open_wizard(self, lots=None, user=None):
        """The wizard as a recall user opens it from the lots."""
        lots = (lots or self.lot).with_user(user or self.user)
        action = lots.action_recall()
        wizard = lots.env[action["res_model"]].browse(action["res_id"])
        wizard.write({"reason": "Glass found", "recall_class": "2"})
        return wizard

    def tick(self, wizard, location=None, quantity=None, disposition="scrap"):
        """Choose what to do with the stock in a location, or with all of it."""
        lines = wizard.stock_ids
        if location:
            lines = lines.filtered(lambda line: line.location_id == location)
        lines.disposition = disposition
        if quantity is not None:
            lines.quantity = quantity
        return lines

    def recall_of(self, action):
        return self.env["lot.recall"].browse(action["res_id"])
