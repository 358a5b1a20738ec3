from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools.misc import clean_context

from odoo.addons.lot_traceability.tools import public

from ..case import approval, closing, disposal, roles


class LotRecallReason(models.TransientModel):
    """Asks why, before what cannot be done without a reason."""

    _name = "lot.recall.reason"
    _inherit = ["lot.dialog"]
    _description = "Reason of a Step of a Recall"

    recall_id = fields.Many2one("lot.recall", required=True, ondelete="cascade")
    action = fields.Selection(
        [
            ("cancel", "Cancel"),
            ("extend", "Extend"),
            ("reopen", "Reopen"),
            ("close", "Close"),
            ("approve", "Approve"),
            ("carry_out", "Carry Out"),
        ],
        required=True,
    )
    held_count = fields.Integer(related="recall_id.held_count")
    holds = fields.Selection(
        [("keep", "Keep Them on Hold"), ("release", "Release Them")],
        "Lots on Hold",
        default="keep",
        required=True,
        help="Kept: users with the right to release lots may do so later, lot by lot.",
    )
    reason = fields.Text()
    line_ids = fields.One2many("lot.recall.reason.line", "wizard_id", "Open at the End")
    plan_text = fields.Char(compute="_compute_plan_text")
    carry_out = fields.Boolean(
        "Carry Out at Once",
        help="What is planned for the stock is done together with the approval.",
    )
    # never stored: it comes with the button alone
    password = fields.Char(store=False)

    @api.depends("recall_id", "action")
    def _compute_plan_text(self):
        for wizard in self:
            recall = wizard.recall_id
            # with the approval only what one of the two may do then
            may = wizard.action == "carry_out" or disposal.find_who_may(recall)
            lines = disposal.get_planned(recall) if may else recall.disposition_ids[:0]
            wizard.plan_text = disposal.describe_plan(recall, lines)

    @api.model
    def _open(self, recall, action):
        """The dialog for a step of a recall.

        :raise AccessError: if the user's roles do not allow the step
        """
        recall.ensure_one()
        recall.check_access("read")
        needed = {"approve": roles.get_approval(recall), "carry_out": "dispose"}
        needed = needed.get(action, action)
        roles.check(recall, needed)
        titles = {
            "close": self.env._("Sign and Close"),
            "approve": self.env._("Sign the Approval"),
            "cancel": self.env._("Cancel the Recall"),
            "extend": self.env._("Extend the Recall"),
            "reopen": self.env._("Reopen the Recall"),
            "carry_out": self.env._("Carry Out the Plan"),
        }
        context = {"default_recall_id": recall.id, "default_action": action}
        context["default_carry_out"] = bool(recall.carry_out_user_id)
        if action == "close":
            points = closing.get_open_points(recall)
            # of what is gone nobody has to say why it stays on hold
            known = {} if "stock" in points else {"holds": self._get_nothing_left()}
            context["default_line_ids"] = [
                Command.create(
                    {"point": point, "text": text, "reason": known.get(point)}
                )
                for point, text in points.items()
            ]
        return {
            "type": "ir.actions.act_window",
            "name": titles[action],
            "res_model": self._name,
            # the password is not stored: a dialog that is only created when its button
            # is pressed would lose it
            "res_id": self.with_context(**context).create({}).id,
            "view_mode": "form",
            "target": "new",
            "context": context,
        }

    def _get_nothing_left(self):
        return self.env._("Nothing of them is left in stock.")

    @public.record()
    def action_confirm(self):
        """Do it, with the reason given.

        :raise UserError: if the recall is not in a state for it
        """
        self.ensure_one()
        recall, reason = self.recall_id, self.reason
        password = self.env.context.get("password")
        # the defaults of this dialog are none of the documents that are made
        context = clean_context(self.env.context) | {"password": None}
        recall = recall.with_env(self.env(context=context))
        match self.action:
            case "cancel":
                closing.cancel(recall, reason)
            case "extend":
                approval.extend(recall, reason)
            case "reopen":
                closing.reopen(recall, reason)
            case "close":
                reasons = {line.point: line.reason for line in self.line_ids}
                closing.close(recall, self.holds, reason, reasons, password)
            case "approve":
                approval.approve(recall, password, carry_out=self.carry_out)
            case "carry_out":
                recall.action_carry_out()
