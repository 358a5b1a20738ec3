from odoo.tests import HttpCase, no_retry, tagged

SUITE = "@lot_traceability"
BUNDLE = "web.assets_unit_tests"
# of all addons that are installed, what the components are tried with
OURS = "lot_traceability"


@tagged("post_install", "-at_install")
class TestComponents(HttpCase):
    """Our components by Odoo's own JavaScript test framework, and no others."""

    def setUp(self):
        super().setUp()
        self._leave_out_other_suites()

    def _leave_out_other_suites(self):
        """Thousands of Odoo's tests would be loaded to run a few of ours."""
        assets = self.env["ir.asset"]
        paths = [row[0] for row in assets._get_asset_paths(BUNDLE, {})]
        others = {
            path.strip("/").split("/")[0]
            for path in paths
            if path.endswith(".test.js") and not path.strip("/").startswith(OURS)
        }
        self.assertIn("web", others)
        assets.create(
            [
                {
                    "name": f"without the tests of {addon}",
                    "bundle": BUNDLE,
                    "directive": "remove",
                    "path": f"{addon}/static/**/*.test.js",
                }
                for addon in sorted(others)
            ]
        )

    @no_retry
    def test_components(self):
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=60000&id={_hash(SUITE)}",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )


def _hash(text):
    """By which Hoot finds a suite."""
    number = 0
    for char in text:
        number = (number * 31 + ord(char)) & 0xFFFFFFFF
    return f"{number:08x}"
