from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import TransactionCase

from ..trace.links import Links
from .builder import StockBuilder


class LotTraceCase(TransactionCase):
    """Own products, partners and a builder, independent of demo data."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(cls.env.context, tracking_disable=True, no_reset_password=True)
        )
        cls.build = cls._get_builder()
        cls.vendor = cls.build.partner("Vendor")
        cls.customer = cls.build.partner("Customer")
        cls.product = cls.build.product("Raw")
        cls.serial_product = cls.build.product("Device", tracking="serial")

    @classmethod
    def _get_builder(cls):
        return StockBuilder(cls.env)

    @classmethod
    def _create_user(cls, login, *groups, companies=None):
        companies = companies or cls.env.company
        return cls.env["res.users"].create(
            {
                "name": login,
                "login": login,
                "email": f"{login}@example.com",
                "company_id": companies[0].id,
                "company_ids": companies.ids,
                "group_ids": [(6, 0, [cls.env.ref(group).id for group in groups])],
            }
        )

    @contextmanager
    def count_walks(self):
        """A list of the directions in which a trace is walked in the meantime."""
        walked, read = [], Links.read_links

        def count(links, nodes):
            walked.append(links.direction)
            return read(links, nodes)

        with patch.object(Links, "read_links", count):
            yield walked

    def lot_names(self, trace):
        """Names in the order of the result."""
        return [lot["name"] for lot in trace["lots"]]

    def certainties(self, trace):
        """Certainty by lot name, without the roots."""
        return {lot["name"]: lot["certainty"] for lot in trace["lots"] if lot["level"]}

    def shipments(self, rows):
        """(partner, quantity, returned) of deliveries or receipts."""
        return [(row["partner"], row["quantity"], row["returned"]) for row in rows]
