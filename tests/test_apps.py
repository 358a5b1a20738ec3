from odoo.tests import tagged

from odoo.addons.lot_traceability import apps

from .common import SupplyChainCase


@tagged("post_install", "-at_install")
class TestApps(SupplyChainCase):
    """What is laid over methods of other apps is taken off again."""

    def test_hooks_come_and_go(self):
        registry = self.env.registry
        self.addCleanup(apps.install_hooks, registry)
        for _time in range(2):
            for model, name, _make in apps.HOOKS:
                if model in registry and hasattr(registry[model], name):
                    method = getattr(registry[model], name)
                    self.assertTrue(hasattr(method, "knows_lot_numbers"), name)
            apps.remove_hooks(registry)
            for model, name, _make in apps.HOOKS:
                method = getattr(registry.get(model), name, None)
                self.assertFalse(hasattr(method, "knows_lot_numbers"), name)
            apps.install_hooks(registry)
