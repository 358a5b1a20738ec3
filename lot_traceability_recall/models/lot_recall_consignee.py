import secrets
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import consteq, hash_sign, verify_hash_signed
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.tools import public

from ..case import clock, frozen, roles, states
from ..consignees import follow_up, remedy

_lt = LazyTranslate(__name__)

TOKEN_SCOPE = "lot_traceability_recall.reply"
# whom a notice goes to, and by when it is answered
ADDRESS_FIELDS = {"partner_id", "email", "deadline"}


class LotRecallConsignee(models.Model):
    _name = "lot.recall.consignee"
    _inherit = [
        "lot.guarded",
        "lot.recall.named",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _description = "Consignee of a Recall"
    _rec_names_search = ["partner_id", "document"]
    _order = "recall_id desc, partner_id, id"
    _mail_post_access = "read"
    _guard_parents = ("recall_id",)
    _lot_evidence = "all"
    _guard_way = _lt(
        "Notices and replies change the status of a consignee; it cannot be written by "
        "hand."
    )
    _guards = {
        "partner_id": guards.Guard(
            way=_lt("Who was told, or has answered, stays the one."),
            when=lambda consignee: consignee.notice_ids or consignee.reply_ids,
        ),
    }

    recall_id = fields.Many2one(
        "lot.recall", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="recall_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Consignee",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Who got the goods. Empty: the delivery names nobody; find out who it was "
        "and fill it in.",
    )
    partner_name = fields.Char(
        "Name",
        compute="_compute_partner_name",
        help="As it was when the recall was closed; until then that of the contact.",
    )
    address = fields.Text(
        compute="_compute_partner_name",
        help="As it was when the recall was closed; until then that of the contact.",
    )
    document = fields.Char(
        readonly=True,
        help="The delivery, where it did not say to whom the goods went.",
    )
    email = fields.Char(
        compute="_compute_email",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Where the notice goes to: the address of the contact or of its company. "
        "You may type another one; a later change of the contact replaces it.",
    )
    lang = fields.Char(compute="_compute_lang")
    phone = fields.Char(compute="_compute_phone")
    state = fields.Selection(
        [
            ("unknown", "Unknown"),
            ("to_notify", "To Notify"),
            ("queued", "Being Notified"),
            ("failed", "Not Reached"),
            ("notified", "Notified"),
            ("answered", "Answered"),
        ],
        "Status",
        compute="_compute_state",
        store=True,
        index=True,
    )
    line_ids = fields.One2many(
        "lot.recall.consignee.line", "consignee_id", "Lots", readonly=True
    )
    notice_ids = fields.One2many(
        "lot.recall.notice", "consignee_id", "Notices", readonly=True
    )
    reply_ids = fields.One2many(
        "lot.recall.reply", "consignee_id", "Replies", readonly=True
    )
    return_ids = fields.Many2many(
        "stock.picking", string="Returns", readonly=True, copy=False
    )
    can_replace = fields.Boolean(compute="_compute_can_remedy")
    can_credit = fields.Boolean(compute="_compute_can_remedy")
    deadline = fields.Date(
        tracking=True, help="By when an answer is due. Set with the notice."
    )
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    reminder_count = fields.Integer("Reminders", readonly=True)
    is_escalated = fields.Boolean(
        "Escalated",
        readonly=True,
        help="No answer after all reminders: a person has to call.",
    )
    note = fields.Text()
    access_key = fields.Char(
        default=lambda self: secrets.token_urlsafe(16),
        required=True,
        copy=False,
        groups=fields.NO_ACCESS,
    )
    reply_url = fields.Char(
        "Reply Page",
        compute="_compute_reply_url",
        groups="lot_traceability_recall.group_recall_user",
    )

    _recall_partner_uniq = models.UniqueIndex(
        "(recall_id, COALESCE(partner_id, 0), COALESCE(document, ''))",
        "This consignee is in the recall already.",
    )

    # -- computed -------------------------------------------------------
    @api.depends("partner_id.email", "partner_id.commercial_partner_id.email")
    def _compute_email(self):
        # what is closed stays as it was
        for consignee in self - states.find_over(self.recall_id).consignee_ids:
            partner = consignee.partner_id
            consignee.email = partner.email or partner.commercial_partner_id.email

    @api.depends("partner_id.lang", "company_id")
    def _compute_lang(self):
        for consignee in self:
            # sudo: the language of the company, for who may not read its contact
            firm = consignee.company_id.sudo().partner_id
            consignee.lang = consignee.partner_id.lang or firm.lang

    @api.depends("partner_id")
    def _compute_phone(self):
        for consignee in self:
            if consignee.recall_id.frozen_facts:
                consignee.phone = frozen.get_fact(consignee, "phone")
                continue
            partner = consignee.partner_id
            consignee.phone = partner.phone or partner.commercial_partner_id.phone

    @api.depends("partner_id.display_name", "recall_id.frozen_facts")
    def _compute_partner_name(self):
        for consignee in self:
            name = frozen.get_consignee_name(consignee)
            consignee.partner_name = name
            consignee.address = frozen.get_fact(consignee, "address")

    @api.depends("partner_id", "document", "recall_id.frozen_facts")
    def _compute_display_name(self):
        for consignee in self:
            name = frozen.get_consignee_name(consignee)
            consignee.display_name = name or self.env._(
                "Unknown (%(document)s)", document=consignee.document or "?"
            )

    @api.depends("partner_id", "notice_ids.state", "notice_ids.kind", "reply_ids")
    def _compute_state(self):
        for consignee in self:
            consignee.state = consignee._get_state()

    def _get_state(self):
        notices = self.notice_ids
        if self.reply_ids:
            # told of further lots since: that is not answered yet
            mark = max(self.reply_ids.mapped("notice_mark"))
            notices = notices.filtered(
                lambda notice: notice.kind == "notice" and mark and notice.id > mark
            )
            if not notices:
                return "answered"
        states = set(notices.mapped("state"))
        for notice_states, state in (
            ({"sent", "rehearsed"}, "notified"),
            ({"to_send", "queued"}, "queued"),
            ({"failed", "bounced"}, "failed"),
        ):
            if states & notice_states:
                return state
        return "to_notify" if self.partner_id else "unknown"

    @api.depends("state", "deadline")
    def _compute_is_overdue(self):
        for consignee in self:
            due = consignee.state == "notified" and consignee.deadline
            today = due and clock.get_today(consignee.company_id)
            consignee.is_overdue = due and consignee.deadline < today

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = clock.get_past_domain(self.env, "deadline")
        return late & Domain("state", "=", "notified")

    # -- the link -------------------------------------------------------
    @api.depends("partner_id")
    def _compute_reply_url(self):
        for consignee in self:
            token = consignee.id and consignee._get_reply_token()
            base = consignee.recall_id.get_base_url()
            consignee.reply_url = token and f"{base}/recall/reply/{token}"

    def _get_reply_token(self):
        """A signed key to the reply page of this consignee, good for some days: one
        for each notice, so that it can be withdrawn alone.

        :raise AccessError: for who only reads; whoever has the key answers
        """
        self.check_access("write")
        # sudo: the key, and the days of the company, for who may ask for the link
        days = self.company_id.sudo().recall_link_days
        return hash_sign(
            self.sudo().env,
            TOKEN_SCOPE,
            [
                *(self._origin.id, self.sudo().access_key),
                self.sudo().notice_ids.filtered(lambda one: not one.is_revoked)[:1].id
                or 0,
            ],
            expiration=timedelta(days=days),
        )

    @api.model
    def _get_by_token(self, token):
        """The consignee that a link was made for, with all rights; empty if the link
        is forged, expired or withdrawn."""
        # sudo: the link is the right
        nobody = self.sudo().browse()
        try:
            values = verify_hash_signed(nobody.env, TOKEN_SCOPE, token)
        except ValueError:
            return nobody
        kinds = isinstance(values, list) and [type(one) for one in values]
        if kinds == [int, str]:
            # of a notice that was sent before each had a link of its own
            values = [*values, 0]
        elif kinds != [int, str, int]:
            return nobody
        consignee_id, key, notice_id = values
        consignee = nobody.browse(consignee_id).exists()
        notice = consignee.notice_ids.filtered(lambda one: one.id == notice_id)
        if notice_id and (not notice or notice.is_revoked):
            return nobody
        return consignee.filtered(lambda one: consteq(one.access_key, key))

    @public.records()
    def action_renew_link(self):
        """Withdraw all links sent so far, as when one fell into wrong hands."""
        self.check_access("write")
        roles.check(self.recall_id, "notify")
        for consignee in self:
            # sudo: the key is for nobody's eyes
            consignee.sudo().access_key = secrets.token_urlsafe(16)
            consignee._message_log(
                body=self.env._("The links to the reply page were withdrawn.")
            )

    # -- buttons --------------------------------------------------------
    @api.depends_context("uid")
    def _compute_can_remedy(self):
        for consignee in self:
            consignee.can_replace = remedy.may_create(self.env, "sale.order")
            consignee.can_credit = remedy.may_create(self.env, "account.move")

    @public.record()
    def action_enter_reply(self):
        """Open a form for what the consignee said, with its lots.

        :return: the action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reply of %(name)s", name=self.display_name),
            "res_model": "lot.recall.reply",
            "view_mode": "form",
            "target": "new",
            "context": {"default_consignee_id": self.id},
        }

    @public.record()
    def action_start_return(self):
        """Create the return transfers for what the consignee still has.

        What an open return brings back already is left out.

        :return: the action that shows them
        :raise UserError: if there is nothing to return
        """
        return remedy.start_return(self)

    @public.record()
    def action_start_replacement(self):
        """Create a quotation that replaces what came back, or will, or was destroyed.

        :return: the action that shows it
        :raise UserError: without the Sales app, or if there is nothing to replace
        """
        return remedy.start_replacement(self)

    @public.record()
    def action_start_credit(self):
        """Create a draft credit note for what came back, or will, or was destroyed.

        :return: the action that shows it
        :raise UserError: without the Invoicing app, or if there is nothing to credit
        """
        return remedy.start_credit(self)

    # -- notices and answers ----------------------------------------------
    def _get_notice_deadline(self):
        return follow_up.get_deadline(self)

    def _set_deadline(self):
        for consignee in self:
            consignee.deadline = follow_up.get_deadline(consignee)

    def _get_told_lines(self):
        """The lots that a notice names."""
        return self.line_ids.filtered("shipped")

    def _is_reply_closed(self):
        return self.recall_id.state in states.OVER

    @api.model
    def _cron_follow_up(self, batch_size=200):
        """Remind those who are late, batch by batch; escalate what stays unanswered."""
        follow_up.run(self.env, batch_size)

    # -- integrity ------------------------------------------------------
    def write(self, vals):
        if ADDRESS_FIELDS.intersection(vals) and not guards.is_system(self.env):
            self.check_access("write")
            states.check_not_over(self.recall_id)
            roles.check(self.recall_id, "notify")
        return super().write(vals)

    def _guard_locked(self):
        # asked by what belongs to a consignee
        return self.filtered(lambda one: states.find_over(one.recall_id))

    def _guard_locked_message(self, locked):
        return states.tell_over(locked.recall_id)

    def _ask_who_it_was(self):
        """A delivery without a partner is a task, not a loss."""
        for consignee in self:
            consignee._ask_coordinator(
                self.env._(
                    "Find out who got %(document)s", document=consignee.document
                ),
                self.env._(
                    "The delivery names no partner. Fill in the consignee, so that it "
                    "can be notified."
                ),
            )

    def _ask_coordinator(self, summary, note="", kind="todo"):
        """Give the coordinator something to do for a consignee."""
        self.activity_schedule(
            f"mail.mail_activity_data_{kind}",
            summary=summary,
            note=Markup("<p>%s</p>") % note,
            user_id=roles.find_in_charge(self.recall_id).id,
        )

    # -- mail -----------------------------------------------------------
    def _message_receive_bounce(self, email, partner):
        # the mail server says that the notice did not arrive
        result = super()._message_receive_bounce(email, partner)
        self.notice_ids._on_bounce(email)
        return result

    def message_update(self, msg_dict, update_vals=None):
        # an answer by mail has no quantities: a person takes them down
        for consignee in self:
            consignee._ask_coordinator(self.env._("Wrote an e-mail: enter the reply"))
        return super().message_update(msg_dict, update_vals)

    def _get_kept_name(self, names, field):
        if field == "partner_id" and (kept := names.get(self._name)):
            return kept.get(str(self.id))
        return super()._get_kept_name(names, field)

    def _mail_get_partner_fields(self, introspect_fields=False):
        return ["partner_id"]
