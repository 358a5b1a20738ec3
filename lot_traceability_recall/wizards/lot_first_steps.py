from odoo import api, models

from odoo.addons.lot_traceability.adoption.step import Step

# who begins a recall, and somebody else who approves it
BEGIN = "lot_traceability_recall.group_recall_coordinator"
APPROVE = (
    "lot_traceability_recall.group_recall_quality",
    "lot_traceability_recall.group_recall_manager",
)


class LotFirstSteps(models.TransientModel):
    _inherit = "lot.first.steps"

    @api.model
    def _get_steps(self, company):
        return [*super()._get_steps(company), self._get_step_roles(company)]

    def _get_step_roles(self, company):
        starters = self._get_people(company, BEGIN)
        approvers = starters.browse()
        for group in APPROVE:
            approvers |= self._get_people(company, group)
        is_done = any(
            starter != approver for starter in starters for approver in approvers
        )
        text = self.env._("Nobody begins recalls yet.")
        if starters:
            text = self.env._("Nobody else approves recalls yet.")
        if is_done:
            text = self.env._(
                "Begin: %(starters)s. Approve: %(approvers)s",
                starters=", ".join(starters[:3].mapped("name")),
                approvers=", ".join(approvers[:3].mapped("name")),
            )
        return Step(
            "recall_roles",
            self.env._("Give two people the roles to begin and to approve a recall"),
            is_done,
            text,
            "base.action_res_users",
            "base.group_erp_manager",
        )

    def _get_people(self, company, group):
        # sudo: who has a role is shown to inventory managers
        return (
            self.env.ref(group)
            .sudo()
            .all_user_ids.filtered(
                lambda user: (
                    user.active and not user.share and company in user.company_ids
                )
            )
        )
