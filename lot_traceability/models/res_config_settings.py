from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lot_forbidden_names = fields.Char(
        related="company_id.lot_forbidden_names", readonly=False
    )
    lot_identifier_domain = fields.Char(
        related="company_id.lot_identifier_domain", readonly=False
    )
    lot_gs1_prefix = fields.Char(related="company_id.lot_gs1_prefix", readonly=False)
    lot_identifier_form = fields.Selection(
        related="company_id.lot_identifier_form", readonly=False
    )
    lot_company_gln = fields.Char(
        related="company_id.partner_id.global_location_number", readonly=False
    )
    lot_number_scope = fields.Selection(
        related="company_id.lot_number_scope", readonly=False
    )
    lot_numbering_id = fields.Many2one(
        related="company_id.lot_numbering_id", readonly=False
    )
    lot_share_prefix_counter = fields.Boolean(
        related="company_id.lot_share_prefix_counter", readonly=False
    )
    lot_serial_conflict_policy = fields.Selection(
        related="company_id.lot_serial_conflict_policy", readonly=False
    )
    lot_stale_months = fields.Integer(
        related="company_id.lot_stale_months", readonly=False
    )
    lot_archive_months = fields.Integer(
        related="company_id.lot_archive_months", readonly=False
    )
    lot_done_edit_policy = fields.Selection(
        related="company_id.lot_done_edit_policy", readonly=False
    )
    lot_no_negative = fields.Boolean(
        related="company_id.lot_no_negative", readonly=False
    )
    lot_scan_separators = fields.Char(
        related="company_id.lot_scan_separators", readonly=False
    )

    # what the dry run says beside the switch of a rule
    lot_trial_below_zero = fields.Char(compute="_compute_lot_trials")
    lot_trial_corrections = fields.Char(compute="_compute_lot_trials")
    lot_trial_serials_elsewhere = fields.Char(compute="_compute_lot_trials")

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_lot_trials(self):
        prefix = "lot_trial_"
        names = [name for name in self._fields if name.startswith(prefix)]
        for settings in self:
            company = settings.company_id or self.env.company
            texts = self.env["lot.rule.trial"]._get_texts(company)
            for name in names:
                settings[name] = texts(name.removeprefix(prefix))
