from odoo import fields, models

from ..fefo import scope


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lot_expiry_responsible_id = fields.Many2one(
        related="company_id.lot_expiry_responsible_id", readonly=False
    )
    lot_past_policy = fields.Selection(
        related="company_id.lot_past_policy", readonly=False, required=True
    )
    lot_undated_policy = fields.Selection(
        related="company_id.lot_undated_policy", readonly=False, required=True
    )
    lot_ask_for_dates = fields.Boolean(
        related="company_id.lot_ask_for_dates", readonly=False
    )
    lot_trial_past_dates = fields.Char(compute="_compute_lot_trials")
    lot_trial_undated = fields.Char(compute="_compute_lot_trials")
    lot_trial_ask_for_dates = fields.Char(compute="_compute_lot_trials")
    lot_trial_fefo = fields.Char(compute="_compute_lot_trials")
    lot_extend_group_id = fields.Many2one(
        related="company_id.lot_extend_group_id", readonly=False
    )
    lot_retest_group_id = fields.Many2one(
        related="company_id.lot_retest_group_id", readonly=False
    )
    lot_extend_by_two = fields.Boolean(
        related="company_id.lot_extend_by_two", readonly=False
    )
    lot_forecast_days = fields.Integer(
        related="company_id.lot_forecast_days", readonly=False
    )
    lot_fefo_scope = fields.Selection(
        [
            ("all", "Every category and location"),
            ("chosen", "Chosen categories"),
        ],
        "FEFO",
        config_parameter=scope.PARAMETER,
        help="“Every” makes FEFO the removal strategy of all categories and locations, "
        "also of those to come. “Chosen” makes it the strategy of these categories and "
        "takes it from the others. Empty: each category and location says its own.",
    )
    lot_fefo_categ_ids = fields.Many2many(
        "product.category",
        string="Categories under FEFO",
        default=lambda self: scope.get_categories(self.env),
        help="Goods of these categories are reserved by their removal date.",
    )

    def set_values(self):
        """Write the strategies with the setting, where that says something."""
        result = super().set_values()
        if self.lot_fefo_scope == "all":
            scope.apply_to_all(self.env)
        elif self.lot_fefo_scope == "chosen":
            scope.apply_to_categories(self.lot_fefo_categ_ids)
        return result
