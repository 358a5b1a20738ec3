from odoo.addons.lot_traceability.tests.common import LotTraceCase


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
        cls.user = cls._create_role("user")
        cls.manager = cls._create_role("manager")
        cls.auditor = cls._create_role("auditor")

    @classmethod
    def _create_role(cls, role, companies=None):
        return cls._create_user(
            f"recall_{role}_{len(companies or cls.env.company)}",
            f"lot_traceability_recall.group_recall_{role}",
            companies=companies,
        )

    def open_wizard(self, lots=None, user=None):
        """The wizard as a recall user opens it from the lots."""
        lots = (lots or self.lot).with_user(user or self.user)
        action = lots.action_recall()
        wizard = lots.env[action["res_model"]].browse(action["res_id"])
        wizard.reason = "Glass found"
        return wizard

    def tick(self, wizard, location=None, quantity=None):
        """Tick the stock in a location, or all of it."""
        lines = wizard.stock_ids
        if location:
            lines = lines.filtered(lambda line: line.location_id == location)
        lines.selected = True
        if quantity is not None:
            lines.quantity = quantity
        return lines

    def recall_of(self, action):
        return self.env["lot.recall"].browse(action["res_id"])
