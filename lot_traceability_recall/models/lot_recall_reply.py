from collections import Counter

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.evidence import log

from ..case import record, roles, states

_lt = LazyTranslate(__name__)


class LotRecallReply(models.Model):
    """What a consignee said. A later answer is a new version next to it."""

    _name = "lot.recall.reply"
    _inherit = ["lot.guarded", "lot.recall.named"]
    _description = "Reply of a Consignee to a Recall"
    _order = "id desc"
    _rec_name = "consignee_id"
    _guard_parents = ("consignee_id",)
    _guard_way = _lt("Who answered, when and from where is recorded automatically.")

    consignee_id = fields.Many2one(
        "lot.recall.consignee", required=True, ondelete="cascade", index=True
    )
    recall_id = fields.Many2one(
        related="consignee_id.recall_id", store=True, index=True
    )
    company_id = fields.Many2one(related="recall_id.company_id", store=True, index=True)
    version = fields.Integer(
        readonly=True, help="An answer is kept when a later one comes.", aggregator=None
    )
    source = fields.Selection(
        [
            ("web", "Reply Page"),
            ("phone", "Phone"),
            ("email", "E-mail"),
            ("letter", "Letter"),
            ("visit", "Visit"),
        ],
        default="phone",
        required=True,
    )
    date = fields.Datetime(
        "Answered On", default=fields.Datetime.now, readonly=True, required=True
    )
    user_id = fields.Many2one("res.users", "Entered By", readonly=True)
    ip_address = fields.Char("IP Address", readonly=True)
    answered_by = fields.Char(
        required=True, help="The person at the consignee who answered."
    )
    received = fields.Boolean("Goods Received", default=True)
    customers_told = fields.Boolean("Own Customers Told")
    has_injury = fields.Boolean("Injuries or Complaints")
    injury_note = fields.Text("What Happened")
    comment = fields.Text()
    # the last notice that it can be an answer to; below zero: there was none
    notice_mark = fields.Integer(
        readonly=True, aggregator=None, export_string_translation=False
    )
    line_ids = fields.One2many("lot.recall.reply.line", "reply_id", "Lots")
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Proofs", help="Such as a record of destruction."
    )

    @api.model
    def default_get(self, fields_list):
        # someone who takes down a call finds the lots of the consignee in the form
        values = super().default_get(fields_list)
        consignee = self.env["lot.recall.consignee"].browse(values.get("consignee_id"))
        if consignee and "line_ids" in fields_list:
            values["line_ids"] = [
                fields.Command.create({"consignee_line_id": line.id})
                for line in consignee.line_ids
            ]
        return values

    @api.model_create_multi
    def create(self, vals_list):
        # who and whether, then the guards; then what the answer changes
        defaults = self.default_get(["consignee_id", "source"])
        vals_list = [defaults | vals for vals in vals_list]
        self._check_may_enter(vals_list)
        # the lines pass with it; none is added to an answer later on
        model = guards.hand_on(self, is_entering_reply=True)
        replies = super(LotRecallReply, model).create(vals_list).with_env(self.env)
        # sudo: the balance of a consignee is written by its replies alone
        replies.sudo()._take_effect()
        log.note(replies, "reply", new=record.tell_reply)
        return replies

    def _check_may_enter(self, vals_list):
        ids = [vals["consignee_id"] for vals in vals_list if vals.get("consignee_id")]
        consignees = self.env["lot.recall.consignee"].browse(ids)
        states.check_not_over(consignees.recall_id)
        if guards.is_system(self.env):
            return
        consignees.check_access("read")
        roles.check(consignees.recall_id, "notify")
        if any(vals.get("source") == "web" for vals in vals_list):
            raise UserError(
                self.env._(
                    "Consignees themselves answer on the reply page. Say how this "
                    "answer came to you: by phone, e-mail, letter or a visit."
                )
            )

    def _fill_guarded(self, vals_list):
        return self._stamp(vals_list)

    def _stamp(self, vals_list):
        """Who and when, and which of the consignee's answers it is."""
        ids = [vals.get("consignee_id") for vals in vals_list]
        # sudo: the versions of all answers count
        groups = self.sudo()._read_group(
            [("consignee_id", "in", ids)], ["consignee_id"], ["version:max"]
        )
        versions = Counter({consignee.id: last for consignee, last in groups})
        marks = {
            consignee.id: last
            for consignee, last in self.env["lot.recall.notice"]
            .sudo()
            ._read_group([("consignee_id", "in", ids)], ["consignee_id"], ["id:max"])
        }
        stamp = {"date": fields.Datetime.now()}
        if not self.env.su:
            stamp.update(user_id=self.env.uid, ip_address=False)
        stamped = []
        for vals in vals_list:
            consignee_id = vals.get("consignee_id")
            versions[consignee_id] += 1
            mark = marks.get(consignee_id) or -1
            stamped.append(
                vals | stamp | {"version": versions[consignee_id], "notice_mark": mark}
            )
        return stamped

    def _take_effect(self):
        for reply in self:
            for line in reply.line_ids:
                line.consignee_line_id.reply_line_id = line
            if reply.has_injury:
                reply._alert_quality()
            if not reply.received:
                reply.consignee_id._ask_coordinator(
                    self.env._("Says that it did not get the goods")
                )

    def _alert_quality(self):
        recall = self.recall_id
        recall.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=self.env._(
                "Injury or complaint reported by %(consignee)s",
                consignee=self.consignee_id.display_name,
            ),
            note=Markup("<p>%s</p>") % (self.injury_note or ""),
            user_id=roles.find_in_charge(recall).id,
        )

    def write(self, vals):
        # the right to write is there for the form alone, which is read-only without it
        if vals:
            raise UserError(
                self.env._(
                    "A reply is kept as it was given. Enter a new one if there is "
                    "something to correct."
                )
            )
        return super().write(vals)
