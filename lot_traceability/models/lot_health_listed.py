from odoo import api, fields, models
from odoo.fields import Domain


class LotHealthListed(models.AbstractModel):
    """For the models whose records Traceability Health counts and lists."""

    _name = "lot.health.listed"
    _description = "Counted by Traceability Health"

    # for searching only: one definition serves the count and the list
    lot_health_check_id = fields.Many2one(
        "lot.health.check",
        "Traceability Health",
        store=False,
        search="_search_lot_health_check_id",
        exportable=False,
    )

    @api.model
    def _search_lot_health_check_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        checks = self.env["lot.health.check"].browse(value).exists()
        return Domain.OR(
            check._get_domain() for check in checks if check.model == self._name
        )
