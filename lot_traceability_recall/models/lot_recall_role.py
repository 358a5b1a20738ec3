from odoo import models
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
    "extend": ("coordinator", "quality"),
    "close": (),
    "cancel": (),
    "reopen": (),
}


class LotRecall(models.Model):
    """Who may do what in a recall."""

    _name = "lot.recall"
    _inherit = ["lot.recall"]

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
        users = self.env["res.users"]
        separate = self.company_id.sudo().lot_recall_separate_approval
        if not separate or self.assessed_by_id != self.env.user:
            return users
        groups = [
            self.env.ref(f"lot_traceability_recall.group_recall_{role}").id
            for role in (*ROLES[self._get_approval()], "manager")
        ]
        return users.sudo().search(
            [
                ("all_group_ids", "in", groups),
                ("company_ids", "in", self.company_id.ids),
                ("id", "!=", self.env.uid),
                ("share", "=", False),
            ]
        )
