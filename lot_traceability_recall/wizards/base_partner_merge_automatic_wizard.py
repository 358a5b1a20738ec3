from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        self._check_recalls(partner_ids)
        return super()._merge(partner_ids, dst_partner, extra_checks)

    def _check_recalls(self, partner_ids):
        """Each of them was told, and has answered, by itself: two consignees of one
        recall do not become one."""
        self.env["lot.recall.consignee"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT recall_id FROM lot_recall_consignee
                WHERE partner_id = ANY(%s)
                GROUP BY recall_id, COALESCE(document, '') HAVING count(*) > 1""",
                list(partner_ids),
            )
        )
        if not rows:
            return
        # sudo: who merges contacts need not read recalls; the name alone is told
        recalls = self.env["lot.recall"].sudo().browse(recall for (recall,) in rows)
        raise UserError(
            self.env._(
                "%(contacts)s are consignees of %(recalls)s, each with notices and "
                "answers of its own. Archive the contact that is not needed any more.",
                contacts=", ".join(
                    self.env["res.partner"].browse(partner_ids).mapped("display_name")
                ),
                recalls=", ".join(recalls.mapped("name")),
            )
        )
