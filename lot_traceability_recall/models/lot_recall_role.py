from odoo import api, fields, models
from odoo.exceptions import AccessError

# who may do what besides the managers, who may do everything
ROLES = {
    "assess": ("coordinator", "quality"),
    "scope": ("coordinator", "quality"),
    "approve": ("quality",),
    "approve_class_1": (),
    "hold": ("coordinator", "quality", "logistics"),
    "dispose": ("logistics",),
    "notify": ("coordinator", "sales"),
    "recover": ("coordinator",),
    "reconcile": ("coordinator", "quality"),
    "claim": ("coordinator", "quality"),
    "extend": ("coordinator", "quality"),
    "close": (),
    "cancel": (),
    "reopen": (),
}


class LotRecall(models.Model):
    """Who may do what in a recall."""

    _name = "lot.recall"
    _inherit = ["lot.recall"]

    approvers = fields.Char(
        "Waits for Approval By",
        compute="_compute_approvers",
        help="Who approves the scope, if it is not you.",
    )

    @api.depends("state", "recall_class", "assessed_by_id")
    @api.depends_context("uid")
    def _compute_approvers(self):
        for recall in self:
            others = recall.state == "scoped" and recall._get_approvers_besides()
            names = others[:5].mapped("name") if others else []
            recall.approvers = ", ".join(names)

    def _get_approvers_besides(self):
        """Who approves, where the user may not."""
        if self._may(self._get_approval()):
            return self._get_other_approvers()
        return self._search_approvers()

    def _may(self, action):
        user = self.env.user
        return any(
            user.has_group(f"lot_traceability_recall.group_recall_{role}")
            for role in (*ROLES[action], "manager")
        )

    def _check_role(self, action):
        """:raise AccessError: if the user's roles do not allow the action"""
        if self._may(action):
            return
        groups = [
            self.env.ref(f"lot_traceability_recall.group_recall_{role}").sudo().name
            for role in (*ROLES[action], "manager")
        ]
        raise AccessError(
            self.env._(
                "You may not do this with %(recall)s. Who may: %(roles)s.",
                recall=", ".join(self.mapped("name")),
                roles=", ".join(groups),
            )
        )

    def _get_approval(self):
        return "approve_class_1" if self.recall_class == "1" else "approve"

    def _check_approver(self):
        """Who assessed does not approve, where there is somebody else who may."""
        self._check_role(self._get_approval())
        others = self._get_other_approvers()
        if others:
            raise AccessError(
                self.env._(
                    "You assessed %(recall)s, so somebody else approves it: %(users)s.",
                    recall=self.name,
                    users=", ".join(others[:5].mapped("name")),
                )
            )

    def _get_other_approvers(self):
        """Who has to approve instead of the user, because the user assessed it."""
        separate = self.company_id.sudo().lot_recall_separate_approval
        if not separate or self.assessed_by_id != self.env.user:
            return self.env["res.users"]
        return self._search_approvers()

    def _search_approvers(self):
        """The other users with the right to approve."""
        groups = [
            self.env.ref(f"lot_traceability_recall.group_recall_{role}").id
            for role in (*ROLES[self._get_approval()], "manager")
        ]
        # sudo: names alone; whoever works here may see who has to be asked
        return (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("all_group_ids", "in", groups),
                    ("company_ids", "in", self.company_id.ids),
                    ("id", "!=", self.env.uid),
                    ("share", "=", False),
                ]
            )
        )
