from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import hmac


class LotRecallVisit(models.TransientModel):
    """How often somebody knocked at the reply page: for all workers, and not for long.

    Rows are only added, so that two visits never wait for each other.
    """

    _name = "lot.recall.visit"
    _description = "Visit of the Reply Page of a Recall"

    key = fields.Char(required=True, readonly=True)

    _key_date_idx = models.Index("(key, create_date)")

    @api.model
    def _is_over(self, key, limit, seconds):
        """Count a visit; say whether it is one too many.

        :param str key: who knocks; kept as a digest, not as an address
        """
        visits = self.sudo()
        # sudo: the secret of the database
        key = hmac(visits.env, self._name, key)
        # the clock by which rows are dated
        since = self.env.cr.now() - timedelta(seconds=seconds)
        domain = [("key", "=", key), ("create_date", ">", since)]
        if visits.search_count(domain, limit=limit or None) >= limit:
            return True
        visits.create({"key": key})
        return False
