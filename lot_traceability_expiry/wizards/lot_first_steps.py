from odoo import api, models
from odoo.fields import Domain

from odoo.addons.lot_traceability.adoption.step import Step

from ..fefo import scope

ADMIN = "base.group_system"
SETTINGS = "stock.action_stock_config_settings"


class LotFirstSteps(models.TransientModel):
    _inherit = "lot.first.steps"

    @api.model
    def _get_steps(self, company):
        return [
            *super()._get_steps(company),
            self._get_step_alerts(company),
            self._get_step_fefo(),
        ]

    def _get_step_alerts(self, company):
        # sudo: that somebody is there is no secret
        user = company.sudo().lot_expiry_responsible_id.filtered("active")
        products = self.env["product.template"].search_count(
            Domain("use_expiration_date", "=", True), limit=1
        )
        text = user.name or self.env._("Nobody, if a product names nobody.")
        if not products:
            text = self.env._("%s No product has an expiration date yet.", text)
        return Step(
            "alerts",
            self.env._("Say who is alerted before lots expire"),
            bool(user),
            text,
            SETTINGS,
            ADMIN,
            setting="lot_expiry_alerts",
        )

    def _get_step_fefo(self):
        # sudo: the setting counts for everybody
        chosen = self.env["ir.config_parameter"].sudo().get_param(scope.PARAMETER)
        categories = scope.get_categories(self.env)
        texts = {"all": self.env._("All goods are reserved by their removal date.")}
        text = self.env._("As each category and location says.")
        if categories:
            names = categories[:3].mapped("display_name")
            text = self.env._("By removal date: %s", ", ".join(names))
        return Step(
            "fefo",
            self.env._("Decide what goes out first expired, first out"),
            bool(chosen or categories),
            texts.get(chosen, text),
            SETTINGS,
            ADMIN,
            setting="lot_fefo_scope",
        )
