from odoo import models
from odoo.exceptions import UserError


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        self._check_shelf_life_rules(partner_ids)
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        # the rules are in memory, by the contact that is gone
        self.env.registry.clear_cache()
        return result

    def _check_shelf_life_rules(self, partner_ids):
        """Which of two rules for the same goods stays is for people to say."""
        # sudo: who merges contacts need not read the rules; their names alone are told
        rules = self.env["lot.shelf.life.rule"].sudo()
        groups = rules._read_group(
            [("partner_id", "in", list(partner_ids))],
            ["direction", "categ_id", "product_id", "company_id"],
            ["id:recordset"],
        )
        doubles = [found for *_key, found in groups if len(found) > 1]
        if doubles:
            raise UserError(
                self.env._(
                    "These contacts have a shelf life rule for the same goods each: "
                    "%(rules)s. Delete all of them but one first.",
                    rules=", ".join(rules.union(*doubles).mapped("display_name")),
                )
            )
