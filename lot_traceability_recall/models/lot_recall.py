from odoo import api, fields, models
from odoo.exceptions import UserError

# what only the buttons change; a client cannot forge the object in the context
BUTTON_FIELDS = {
    "state",
    "date_opened",
    "date_closed",
    "assessed_by_id",
    "approved_by_id",
    "signed_by_id",
    "scope_id",
    "cancel_reason",
    "job_state",
    "job_message",
    "job_user_id",
    "date_held",
    "balance_date",
    "shipped_quantity",
    "recovered_quantity",
    "recovered_percent",
}
# what people may still do when it is over: write notes and plan activities
OPEN_FIELDS = ("message_", "activity_", "website_message_")
BY_BUTTON = object()
OVER = ("closed", "cancelled")


class LotRecall(models.Model):
    """The case: what it is about. Its states and steps are in files of their own."""

    _name = "lot.recall"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Recall"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        "Number",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env._("New"),
        index="trigram",
    )
    kind = fields.Selection(
        [
            ("recall", "Recall"),
            ("correction", "Correction"),
            ("withdrawal", "Market Withdrawal"),
            ("stock_recovery", "Stock Recovery"),
            ("hold", "Internal Hold"),
        ],
        default="recall",
        required=True,
        tracking=True,
        help="Recall: violative goods that are in the market; in EU words a recall "
        "takes them back from consumers.\n"
        "Correction: repaired or relabelled where they are.\n"
        "Market withdrawal: minor or no violation; in EU words a withdrawal stops "
        "goods before they reach the consumer.\n"
        "Stock recovery: the goods never left your control.\n"
        "Internal hold: blocked until you know more.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("assessment", "Assessment"),
            ("scoped", "Scoped"),
            ("approved", "Approved"),
            ("notifying", "Notifying"),
            ("recovery", "Recovery"),
            ("reconciled", "Reconciled"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        "Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand=True,
    )
    is_mock = fields.Boolean(
        "Mock Recall",
        help="An exercise: the same path with a clock, but no mail, no hold and no "
        "scrap unless asked. It never counts among real recalls.",
    )
    reason = fields.Text(
        required=True,
        tracking=True,
        help="What is wrong with the goods, and how it was found.",
    )
    recall_class = fields.Selection(
        [
            ("1", "I: serious harm or death is likely"),
            ("2", "II: harm is temporary, or serious harm is remote"),
            ("3", "III: harm is unlikely"),
        ],
        "Class",
        tracking=True,
        help="How dangerous the goods are. It may be left open until it is assessed.",
    )
    depth = fields.Selection(
        [
            ("consumer", "Consumer or User"),
            ("retail", "Retail"),
            ("wholesale", "Wholesale"),
            ("internal", "Own Stock Only"),
        ],
        tracking=True,
        help="Down to whom the goods are called back.",
    )
    hazard_assessment = fields.Text(
        tracking=True,
        help="Who can be harmed, how, how likely, and how serious it would be.",
    )
    source = fields.Selection(
        [
            ("supplier", "Supplier Notice"),
            ("complaint", "Complaint"),
            ("inspection", "Inspection"),
            ("authority", "Authority"),
            ("other", "Other"),
        ],
        help="How you learnt of it.",
    )
    source_reference = fields.Char(
        help="Number of the notice, complaint or inspection report."
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Coordinator",
        default=lambda self: self.env.user,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Runs the recall from day to day.",
    )
    responsible_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Answers for it towards authorities and the management.",
    )
    date_opened = fields.Datetime(
        "Opened On",
        readonly=True,
        copy=False,
        help="When the assessment began: from then on the clock runs.",
    )
    date_closed = fields.Datetime("Closed On", readonly=True, copy=False)
    date_deadline = fields.Date(
        "Deadline", copy=False, tracking=True, help="By when the recall has to be over."
    )
    date_answer_deadline = fields.Date(
        "Answers Until",
        copy=False,
        help="By when customers have to answer. Empty: so many days after the notice "
        "as the settings say for the class.",
    )
    assessed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    signed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    cancel_reason = fields.Text(readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"]
        for vals in vals_list:
            self._check_by_button(vals)
            company_id = vals.get("company_id") or self.env.company.id
            is_mock = vals.get("is_mock", self.env.context.get("default_is_mock"))
            code = "lot.recall.mock" if is_mock else "lot.recall"
            vals["name"] = sequence.with_company(company_id).next_by_code(code)
        return super().create(vals_list)

    def write(self, vals):
        self._check_by_button(vals)
        by_button = self._is_by_button()
        if not by_button and not all(name.startswith(OPEN_FIELDS) for name in vals):
            self._check_not_over()
        if "is_mock" in vals:
            self._check_stays(vals["is_mock"])
        return super().write(vals)

    def _is_by_button(self):
        return self.env.context.get("lot_recall_write") is BY_BUTTON

    def _check_by_button(self, vals):
        if BUTTON_FIELDS.intersection(vals) and not self._is_by_button():
            raise UserError(
                self.env._("The status of a recall is changed by its buttons only.")
            )

    def _write_by_button(self, vals):
        self.with_context(lot_recall_write=BY_BUTTON).write(vals)

    def _check_not_over(self):
        over = self.filtered(lambda recall: recall.state in OVER)
        if over:
            raise UserError(
                self.env._(
                    "%(recalls)s is over and cannot be changed any more. "
                    "A recall manager can reopen it if there is more to do.",
                    recalls=", ".join(over.mapped("name")),
                )
            )

    def _check_stays(self, is_mock):
        changed = self.filtered(lambda recall: recall.is_mock != is_mock)
        if changed:
            raise UserError(
                self.env._(
                    "%(recalls)s cannot be changed from an exercise to a real recall, "
                    "or back. Begin a new one.",
                    recalls=", ".join(changed.mapped("name")),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_if_draft(self):
        kept = self.filtered(lambda recall: recall.state != "draft")
        if kept:
            raise UserError(
                self.env._(
                    "Only a draft can be deleted. %(recalls)s stays on record.",
                    recalls=", ".join(kept.mapped("name")),
                )
            )
