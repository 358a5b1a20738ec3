from odoo import fields, models
from odoo.exceptions import UserError

# state: the action that leads out of it
NEXT_ACTIONS = {
    "draft": "assess",
    "assessment": "scope",
    "scoped": "approve",
    "approved": "notify",
    "notifying": "recover",
    "recovery": "reconcile",
    "reconciled": "close",
}
APPROVAL_ACTIVITY = "lot_traceability_recall.mail_activity_approval"
ACTIVE_STATES = ("approved", "notifying", "recovery", "reconciled")


class LotRecall(models.Model):
    """The states of a recall, and the stamp of each."""

    _name = "lot.recall"
    _inherit = ["lot.recall"]

    step_ids = fields.One2many("lot.recall.step", "recall_id", readonly=True)

    # -- from state to state --------------------------------------------
    def action_assess(self):
        """Begin: from now on the clock runs.

        :raise UserError: if a recall is not a draft
        """
        for recall in self:
            recall._start("assess", "draft")
            recall._go("assessment", date_opened=fields.Datetime.now())

    def action_scope(self):
        """Find what the suspect lots went into, or find it anew.

        :raise UserError: if it is not being assessed, has no suspect lot or no class
        """
        for recall in self:
            recall._start("scope", "assessment", "scoped")
            recall._check_assessed()
            recall._find_scope()
            recall._go("scoped", assessed_by_id=self.env.uid)
            recall._ask_for_approval()

    def action_approve(self):
        """Freeze the scope and put everything in it on hold.

        :raise AccessError: if the user assessed it, and somebody else may approve
        :raise UserError: if it has no scope, or a lot is in another active recall
        """
        for recall in self:
            recall._start(recall._get_approval(), "scoped")
            recall._check_approver()
            recall.scope_id._freeze()
            recall._go("approved", approved_by_id=self.env.uid)
            recall._hold_lots()
            recall._on_approved()

    def action_notify(self):
        """Begin to tell the customers.

        :raise UserError: if a recall is not approved
        """
        for recall in self:
            recall._start("notify", "approved")
            recall._go("notifying")

    def action_recover(self):
        """Go on to getting the goods back.

        :raise UserError: if a recall is not notifying
        """
        for recall in self:
            recall._start("recover", "notifying")
            recall._go("recovery")

    def action_reconcile(self):
        """Settle: each lot is balanced or its gap explained.

        :raise UserError: if a gap has no reason, naming the lots
        """
        for recall in self:
            recall._start("reconcile", "recovery")
            recall._check_balanced()
            recall._go("reconciled")

    def action_close(self):
        """Sign and close the recall: from now on it is read-only.

        :raise UserError: if a recall is not reconciled
        """
        for recall in self:
            recall._start("close", "reconciled")
            recall._check_balanced()
            recall._leave_force()
            recall._go(
                "closed", date_closed=fields.Datetime.now(), signed_by_id=self.env.uid
            )

    def _cancel(self, reason):
        """Cancel before anybody was told, and free what was on hold."""
        self._start("cancel", "draft", "assessment", "scoped", "approved")
        self._check_given(reason)
        self._release_lots(reason)
        self._leave_force()
        self._go("cancelled", note=reason, cancel_reason=reason)
        self.activity_unlink([APPROVAL_ACTIVITY])

    def _extend(self, reason):
        """Find the scope anew, as a new version; the old one is kept."""
        self._start("extend", *ACTIVE_STATES)
        self._check_given(reason)
        self._find_scope()
        self._stamp("extended", reason)
        self._go("scoped", assessed_by_id=self.env.uid)
        self._ask_for_approval()

    def _reopen(self, reason):
        """Take up a closed recall again, with a new version of its scope."""
        self._start("reopen", "closed")
        self._check_given(reason)
        self._go("assessment", date_closed=False, signed_by_id=False)
        self._find_scope()
        self._stamp("reopened", reason)
        self._go("scoped", assessed_by_id=self.env.uid)

    def _advance(self, last):
        """Go on up to a state, as far as no other role stands in between."""
        states = [*NEXT_ACTIONS, "closed"]
        while self.state in states[: states.index(last)]:
            action = NEXT_ACTIONS[self.state]
            needed = self._get_approval() if action == "approve" else action
            if not self._may(needed):
                break
            if action == "approve" and self._get_other_approvers():
                break
            getattr(self, f"action_{action}")()

    # -- pieces ---------------------------------------------------------
    def _start(self, action, *states):
        self.ensure_one()
        self._check_role(action)
        self.check_access("write")
        self.lock_for_update()
        self._check_state(*states)

    def _go(self, state, note=False, **values):
        self._write_by_button(dict(values, state=state))
        self._stamp(state, note)

    def _stamp(self, step, note=False):
        """Keep the moment of the first time, and of each that is said why."""
        self.env["lot.recall.step"].sudo().create(
            {
                "recall_id": self.id,
                "step": step,
                "note": note,
                "user_id": self.env.uid,
                "date": fields.Datetime.now(),
            }
        )

    def _check_given(self, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Say why. It stays on the record."))

    def _check_assessed(self):
        if self.kind == "recall" and not self.recall_class:
            raise UserError(
                self.env._("Set the class of %(recall)s first.", recall=self.name)
            )

    def _check_state(self, *states):
        if self.state in states:
            return
        names = dict(self._fields["state"]._description_selection(self.env))
        raise UserError(
            self.env._(
                "%(recall)s is %(state)s. Only a recall that is %(needed)s can do "
                "this.",
                recall=self.name,
                state=names[self.state],
                needed=" / ".join(names[state] for state in states),
            )
        )

    def _on_approved(self):
        """Nobody is asked for the approval any more."""
        self.activity_feedback([APPROVAL_ACTIVITY])

    def _ask_for_approval(self):
        others = self._get_other_approvers()
        if others:
            self.activity_schedule(
                APPROVAL_ACTIVITY,
                summary=self.env._("Approve the recall"),
                user_id=(self.responsible_id & others or others[:1]).id,
            )
