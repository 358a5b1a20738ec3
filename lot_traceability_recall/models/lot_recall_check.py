from odoo import fields, models

from odoo.addons.lot_traceability import guards

from ..case import record, roles, states


class LotRecallCheck(models.Model):
    """Did the notice arrive, and was it followed? Asked of drawn consignees."""

    _name = "lot.recall.check"
    _description = "Effectiveness Check of a Recall"
    _inherit = ["lot.guarded", "lot.recall.named", "mail.thread", "mail.activity.mixin"]
    _guard_parents = ("recall_id",)
    _lot_evidence = "all"
    _order = "recall_id desc, id"
    _rec_name = "consignee_id"

    recall_id = fields.Many2one(
        "lot.recall", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="recall_id.company_id", store=True, index=True)
    consignee_id = fields.Many2one(
        "lot.recall.consignee",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    phone = fields.Char(related="consignee_id.phone")
    consignee_state = fields.Selection(
        related="consignee_id.state", string="Notice Status"
    )
    result = fields.Selection(
        [
            ("acted", "Notified, Followed"),
            ("not_acted", "Notified, Not Followed"),
            ("not_notified", "Not Notified"),
            ("not_reached", "Not Reached"),
        ],
        tracking=True,
        index=True,
        help="Not followed and not notified show that the notice has to be repeated.",
    )
    date = fields.Datetime("Asked On", readonly=True, tracking=True)
    user_id = fields.Many2one("res.users", "Asked By", readonly=True)
    note = fields.Text(tracking=True)

    _consignee_uniq = models.Constraint(
        "UNIQUE (recall_id, consignee_id)", "A consignee is drawn once."
    )

    def write(self, vals):
        said = {"result", "note"}.intersection(vals)
        if said and not guards.is_system(self.env):
            self.check_access("write")
            states.check_not_over(self.recall_id)
            roles.check(self.recall_id, "check")
        before = record.read(self, vals, ("result", "note"))
        result = super().write(vals)
        record.note_changes(self, "check", before, reason=lambda one: one.note)
        if "result" in vals:
            # who asked, and when, is not for typing
            guards.by_button(self).write(
                {"date": fields.Datetime.now(), "user_id": self.env.uid}
            )
        return result
