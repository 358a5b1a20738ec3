from odoo.tests import HttpCase, tagged

from .builder import StockBuilder


@tagged("post_install", "-at_install")
class TestFirstStepsTour(HttpCase):
    browser_size = "1366x768"

    def test_guide(self):
        """The first screen, a profile looked at, and the guide to its end."""
        build = StockBuilder(self.env)
        lot = build.lot(build.product("Hazelnuts"), "HZ-ALP-2291")
        build.receive(lot, 5)
        self.start_tour(
            "/odoo/lot-first-steps", "lot_traceability_first_steps", login="admin"
        )
