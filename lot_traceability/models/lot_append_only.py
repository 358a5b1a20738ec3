from odoo import api, models
from odoo.exceptions import AccessError

from ..tools import technical


class LotAppendOnly(models.AbstractModel):
    """Rows that an engine adds in SQL, and that nobody changes or deletes."""

    _name = "lot.append.only"
    _description = "Rows that are only ever added"

    # stored fields that no screen offers to group or filter by
    _technical = ()

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        return technical.hide(
            super().fields_get(allfields, attributes), self._technical
        )

    # pylint: disable=method-required-super,no-raise-unlink
    @api.model_create_multi
    def create(self, vals_list):
        raise self._get_refusal()

    def write(self, vals):
        raise self._get_refusal()

    def unlink(self):
        raise self._get_refusal()

    def _get_refusal(self):
        # who may not read the rows at all is told no more
        self.browse().check_access("read")
        return AccessError(self._get_refusal_text())

    def _get_refusal_text(self):
        """Why, and what happens instead."""
        raise NotImplementedError
