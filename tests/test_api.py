import json
from datetime import datetime, timedelta

from odoo.tests import HttpCase, new_test_user

from .builder import SupplyChainBuilder


class TestApi(HttpCase):
    """What an integrator gets over JSON-2 with an API key."""

    def setUp(self):
        super().setUp()
        build = SupplyChainBuilder(self.env)
        product = build.product("Api Flour")
        build.receive((product, "API-1"), 10, build.partner("Api Mill"))
        self.lot = build.lot(product, "API-1")
        build.deliver(self.lot, 4, build.partner("Api Bakery"))

    def call(self, user, method, **values):
        key = (
            self.env["res.users.apikeys"]
            .with_user(user)
            ._generate("rpc", "test", datetime.now() + timedelta(days=1))
        )
        return self.url_open(
            f"/json/2/stock.lot/{method}",
            data=json.dumps(values),
            headers={
                "Authorization": f"Bearer {key}",
                "Content-Type": "application/json",
            },
        )

    def test_trace(self):
        clerk = new_test_user(self.env, "api_clerk", groups="stock.group_stock_user")
        answer = self.call(clerk, "trace_downstream", ids=self.lot.ids)
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.json(), self.lot.trace_downstream())

    def test_without_rights(self):
        nobody = new_test_user(self.env, "api_nobody", groups="base.group_user")
        with self.assertLogs("odoo.http", "WARNING"):
            answer = self.call(nobody, "trace_upstream", ids=self.lot.ids)
        self.assertEqual(answer.status_code, 403)

    def test_engine_is_not_public(self):
        clerk = new_test_user(self.env, "api_clerk", groups="stock.group_stock_user")
        with self.assertLogs("odoo.http", "WARNING"):
            answer = self.call(clerk, "_trace", ids=self.lot.ids)
        self.assertNotEqual(answer.status_code, 200)
