from odoo.addons.lot_traceability.tests.common import LotTraceCase

from .builder import SupplyChainBuilder


class SupplyChainCase(LotTraceCase):
    """A whole supply chain: manufacturing, purchase, sale and repair installed."""

    @classmethod
    def _get_builder(cls):
        return SupplyChainBuilder(cls.env)
