from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.tools import public

from ..consignees.notices import TEMPLATES, check_may_notify

WORDS = ("notice_reason", "notice_hazard")


class LotRecallNoticeWizard(models.TransientModel):
    _name = "lot.recall.notice.wizard"
    _inherit = ["lot.dialog"]
    _description = "Look at the notices of a recall, then send them"

    recall_id = fields.Many2one("lot.recall", required=True, readonly=True)
    is_rehearsal = fields.Boolean(compute="_compute_is_rehearsal")
    notice_reason = fields.Text(
        "Reason for Customers",
        compute="_compute_words",
        store=True,
        readonly=False,
        help="What is wrong with the goods, as the consignees are told. Nothing is "
        "sent without it; the internal reason is never shown.",
    )
    notice_hazard = fields.Text(
        "Hazard for Customers",
        compute="_compute_words",
        store=True,
        readonly=False,
        help="What it can do to whoever uses the goods, as the consignees are told.",
    )
    consignee_ids = fields.Many2many(
        "lot.recall.consignee",
        compute="_compute_consignee_ids",
        store=True,
        readonly=False,
        domain="[('recall_id', '=', recall_id), ('partner_id', '!=', False)]",
    )
    letter_ids = fields.Many2many(
        "lot.recall.consignee", string="Without Address", compute="_compute_counts"
    )
    email_count = fields.Integer("By E-mail", compute="_compute_counts")
    letter_count = fields.Integer("By Letter", compute="_compute_counts")
    unknown_count = fields.Integer("Unknown", compute="_compute_counts")
    preview_id = fields.Many2one(
        "lot.recall.consignee",
        "Preview for",
        compute="_compute_preview_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', consignee_ids)]",
    )
    preview_subject = fields.Char("Subject", compute="_compute_preview")
    preview_body = fields.Html("Notice", compute="_compute_preview", sanitize=False)

    @api.model
    def _open(self, recall):
        """The dialog for a recall.

        :raise AccessError: if the user's roles do not allow to tell consignees
        :raise UserError: before the approval, or if there is nobody to notify
        """
        check_may_notify(recall)
        if not recall._get_consignees_to_notify():
            raise UserError(
                self.env._(
                    "%(recall)s has nobody to notify: refresh its consignees, or see "
                    "which notices are under way.",
                    recall=recall.name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send Notices"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {"default_recall_id": recall.id},
        }

    @api.depends("recall_id")
    def _compute_is_rehearsal(self):
        for wizard in self:
            wizard.is_rehearsal = wizard.recall_id._is_rehearsal()

    @api.depends("recall_id")
    def _compute_consignee_ids(self):
        for wizard in self:
            wizard.consignee_ids = wizard.recall_id._get_consignees_to_notify()

    @api.depends("consignee_ids.email", "recall_id.consignee_ids.partner_id")
    def _compute_counts(self):
        for wizard in self:
            chosen = wizard.consignee_ids._origin
            letters = chosen.filtered(lambda consignee: not consignee.email)
            wizard.letter_ids = letters
            wizard.letter_count = len(letters)
            wizard.email_count = len(chosen - letters)
            known = wizard.recall_id.consignee_ids.filtered("partner_id")
            wizard.unknown_count = len(wizard.recall_id.consignee_ids - known)

    @api.depends("consignee_ids")
    def _compute_preview_id(self):
        for wizard in self:
            chosen = wizard.consignee_ids._origin
            if wizard.preview_id not in chosen:
                wizard.preview_id = chosen[:1]

    @api.depends("recall_id")
    def _compute_words(self):
        for wizard in self:
            wizard.notice_reason = wizard.recall_id.notice_reason
            wizard.notice_hazard = wizard.recall_id.notice_hazard

    @api.depends("preview_id", "notice_reason", "notice_hazard")
    def _compute_preview(self):
        for wizard in self:
            # also what is typed, and not kept yet
            template = guards.hand_on(
                self.env.ref(TEMPLATES["notice"]),
                notice_words={name: wizard[name] for name in WORDS},
            )
            consignee = wizard.preview_id._origin
            values = (
                consignee
                and template._generate_template(
                    consignee.ids, ("subject", "body_html")
                )[consignee.id]
            )
            wizard.preview_subject = values and values["subject"]
            wizard.preview_body = values and values["body_html"]

    @public.record()
    def action_send(self):
        """Send the notices, and prepare the letters.

        :return: the notices
        :raise UserError: if nobody is chosen, or somebody is told already
        """
        self.ensure_one()
        recall = self.recall_id
        told = self.consignee_ids - recall._get_consignees_to_notify()
        if told or not self.consignee_ids:
            raise UserError(
                self.env._(
                    "These consignees do not wait for a notice: %(consignees)s",
                    consignees=", ".join(told.mapped("display_name")),
                )
                if told
                else self.env._("Choose at least one consignee.")
            )
        self._take_words()
        recall._send_notices(self.consignee_ids)
        return recall.action_view_notices()

    def _take_words(self):
        """What was typed here is what the recall tells its customers."""
        typed = {
            name: self[name]
            for name in WORDS
            if (self[name] or "") != (self.recall_id[name] or "")
        }
        if typed:
            self.recall_id.write(typed)
