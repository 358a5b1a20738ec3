from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.evidence import facts
from odoo.addons.lot_traceability.tools import public
from odoo.addons.lot_traceability.tools.arguments import (
    check_raw_text,
    check_rows,
    check_some_ids,
    check_text,
    one_of,
)
from odoo.addons.lot_traceability.tools.quantity import format_quantity

from ..case import (
    approval,
    balance,
    changes,
    clock,
    closing,
    counts,
    disposal,
    frozen,
    hold,
    impact,
    job,
    plan_rows,
    record,
    recovered,
    roles,
    scope,
    signing,
    states,
)
from ..consignees import checks, listing, notices
from ..evidence import accounted, consignee_table, figures, kept, pack, sheets

_lt = LazyTranslate(__name__)

# sequence of real recalls, and of exercises
CODES = {False: "lot.recall", True: "lot.recall.mock"}


class LotRecall(models.Model):
    """The case: from suspect lots to its closing report.

    Fields and buttons; what the buttons do is in ``case`` (scope, approval, hold,
    stock, balance, closing), ``consignees`` and ``evidence``.
    """

    _name = "lot.recall"
    _inherit = ["lot.guarded", "lot.recall.named", "mail.thread", "mail.activity.mixin"]
    _description = "Recall"
    _order = "id desc"
    _check_company_auto = True
    _guard_way = _lt("The status of a recall is changed by its buttons only.")
    _guard_locks_system = True
    _lot_evidence = "all"
    _technical = (
        *("job_state", "job_message", "job_user_id", "carry_out_user_id"),
        *("impact_facts", "frozen_facts"),
    )
    _guards = {
        "company_id": guards.Guard(
            way=_lt("Begin a new recall in the other company."), at_creation=True
        ),
        "is_mock": guards.Guard(
            way=_lt("An exercise never becomes a real recall: begin a new one."),
            at_creation=True,
        ),
        **signing.GUARDS,
    }

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
        "Recall Depth",
        tracking=True,
        help="How far down the supply chain the goods are recalled.",
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

    # -- suspect lots and scope --------------------------------------------
    seed_ids = fields.One2many("lot.recall.seed", "recall_id", "How They Were Found")
    seed_lot_ids = fields.Many2many(
        "stock.lot",
        string="Suspect Lots",
        compute="_compute_seed_lot_ids",
        inverse="_inverse_seed_lot_ids",
        search="_search_seed_lot_ids",
        check_company=True,
        help="Where the recall starts; the scope is found from these lots.",
    )
    seed_product_ids = fields.Many2many(
        "product.product",
        string="Suspect Products",
        compute="_compute_seed_product_ids",
        store=True,
        help="The products of the suspect lots.",
    )
    scope_ids = fields.One2many("lot.recall.scope", "recall_id", "Versions of Scope")
    scope_id = fields.Many2one(
        "lot.recall.scope", "Scope Version", readonly=True, copy=False
    )
    line_ids = fields.One2many(
        related="scope_id.line_ids",
        string="Scope",
        readonly=False,
        help="The lots that the latest version of the scope is about.",
    )
    scope_state = fields.Selection(related="scope_id.state")
    line_count = fields.Integer("Lots in Scope", compute="_compute_line_count")
    difference_ids = fields.One2many("lot.recall.difference", "recall_id", "Changes")
    difference_count = fields.Integer(
        "Changes to Decide", compute="_compute_difference_count"
    )
    approvers = fields.Char(
        "Waits for Approval By",
        compute="_compute_approvers",
        help="Who approves the scope, if it is not you.",
    )

    # -- what it means -----------------------------------------------------
    impact_facts = fields.Json(
        "As Traced Last", readonly=True, copy=False, prefetch=False
    )
    impact_lot_count = fields.Integer("Lots", compute="_compute_impact")
    impact_product_count = fields.Integer("Products", compute="_compute_impact")
    impact_stock_count = fields.Integer("Places in Stock", compute="_compute_impact")
    customer_count = fields.Integer("Customers", compute="_compute_impact")
    impact_cost = fields.Monetary(
        "Value in Stock",
        compute="_compute_impact",
        help="What is in stock of these lots, at cost.",
    )
    impact_share = fields.Float(
        "Share of Production",
        compute="_compute_impact",
        help="What was made or received of these lots, against all that was made or "
        "received of the same products: what a blanket recall would be about. "
        "Products count by their cost, where they have one.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    # -- hold and stock ----------------------------------------------------
    mock_hold = fields.Boolean(
        "Really Hold", help="The exercise puts the lots on hold for real."
    )
    mock_scrap = fields.Boolean(
        "Really Move Stock", help="The exercise scraps and moves goods for real."
    )
    date_held = fields.Datetime("On Hold Since", readonly=True, copy=False)
    held_count = fields.Integer(
        "Lots That It Holds", compute="_compute_held_count", compute_sudo=True
    )
    disposition_ids = fields.One2many(
        "lot.recall.disposition", "recall_id", "Stock", readonly=True
    )
    scrap_ids = fields.One2many("stock.scrap", "recall_id", "Scrap Orders", copy=False)
    scrap_count = fields.Integer("Scrapped", compute="_compute_document_counts")
    picking_ids = fields.One2many("stock.picking", "recall_id", copy=False)
    picking_count = fields.Integer("Transfers", compute="_compute_document_counts")
    planned_count = fields.Integer("Planned", compute="_compute_progress")
    disposed_count = fields.Integer("Carried Out", compute="_compute_progress")
    refused_count = fields.Integer("Refused", compute="_compute_progress")
    progress = fields.Float(compute="_compute_progress")
    job_state = fields.Selection(
        [("running", "Running"), ("stopped", "Stopped"), ("failed", "Failed")],
        "Background Job",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    job_message = fields.Char(readonly=True, copy=False)
    job_user_id = fields.Many2one("res.users", readonly=True, copy=False)
    carry_out_user_id = fields.Many2one(
        "res.users",
        "Carries Out",
        readonly=True,
        copy=False,
        help="Who asked that what is planned for the stock is done as soon as the "
        "recall is approved.",
    )

    # -- consignees --------------------------------------------------------
    consignee_ids = fields.One2many(
        "lot.recall.consignee", "recall_id", "Consignees", readonly=True, copy=False
    )
    consignee_line_ids = fields.One2many(
        "lot.recall.consignee.line",
        "recall_id",
        "Lots at Consignees",
        readonly=True,
        copy=False,
    )
    consignee_count = fields.Integer(
        "Number of Consignees", compute="_compute_consignee_figures"
    )
    contacted_count = fields.Integer("Contacted", compute="_compute_consignee_figures")
    answered_count = fields.Integer("Answered", compute="_compute_consignee_figures")
    contacted_percent = fields.Float(
        "Contacted (%)",
        compute="_compute_consignee_percents",
        store=True,
        aggregator="avg",
        help="Consignees that a notice reached or that answered, of all consignees.",
    )
    answered_percent = fields.Float(
        "Answered (%)",
        compute="_compute_consignee_percents",
        store=True,
        aggregator="avg",
        help="Consignees that answered, of all consignees.",
    )
    contact_missing_count = fields.Integer(
        "Contacts to Complete",
        compute="_compute_contact_missing_count",
        help="Consignees without e-mail or phone, or not known at all.",
    )
    notice_reason = fields.Text(
        "Reason and Hazard",
        tracking=True,
        translate=True,
        help="What is wrong with the goods, as the consignees are told. Short and "
        "plain; nothing that makes it sound smaller, and no promotion. Nothing is sent "
        "without it; the internal reason is never shown.",
    )
    notice_hazard = fields.Text(
        "Hazard",
        tracking=True,
        translate=True,
        help="What it can do to whoever uses the goods, as the consignees are told: "
        "without words such as “voluntary”, “precautionary” or “in rare cases”.",
    )
    notice_instructions = fields.Text(
        "What to Do",
        tracking=True,
        translate=True,
        help="What consignees shall do with the goods. Empty: stop using and selling "
        "them, set them aside, tell your own customers, and answer.",
    )
    notice_remedy = fields.Text(
        "Remedy for Consumers",
        tracking=True,
        translate=True,
        help="What consumers get: repair, replacement or their money back, and how.",
    )
    notice_contact = fields.Char(
        "Contact for Questions",
        tracking=True,
        help="Name and phone number in the notice. Empty: those of the coordinator.",
    )
    untold_count = fields.Integer("To Be Told", compute="_compute_notice_counts")
    letter_count = fields.Integer("Letters to Print", compute="_compute_notice_counts")
    check_level = fields.Selection(
        [
            ("A", "A: all consignees"),
            ("B", "B: a share of your choice"),
            ("C", "C: 10 %"),
            ("D", "D: 2 %"),
            ("E", "E: none"),
        ],
        "Effectiveness Checks",
        tracking=True,
        help="How many consignees are asked whether they got and followed it.",
    )
    check_percent = fields.Float(
        "Share Checked (%)",
        default=50,
        help="For level B: between 10 and 100.",
        aggregator=None,
    )
    check_seed = fields.Char(
        readonly=True,
        copy=False,
        help="The draw can be repeated with it: the same consignees come out.",
    )
    check_ids = fields.One2many("lot.recall.check", "recall_id", "Checks", copy=False)
    check_count = fields.Integer("Drawn", compute="_compute_check_figures")
    checked_count = fields.Integer("Checked", compute="_compute_check_figures")
    effective_percent = fields.Float(
        "Effective (%)",
        compute="_compute_check_figures",
        help="Notified and followed, of those checked.",
    )

    # -- balance and evidence ----------------------------------------------
    balance_ids = fields.One2many("lot.recall.balance", "recall_id", "Balances")
    balance_date = fields.Datetime("Balance Of", readonly=True, copy=False)
    gap_count = fields.Integer("Gaps Without Reason", compute="_compute_gap_count")
    shipped_quantity = fields.Float(
        "Shipped",
        readonly=True,
        copy=False,
        digits="Product Unit",
        aggregator=None,
        help="Of a recall of one product; quantities of several are never added.",
    )
    recovered_quantity = fields.Float(
        readonly=True,
        copy=False,
        digits="Product Unit",
        aggregator=None,
        help="Came back, was destroyed on site, or corrected. Of a recall of one "
        "product; quantities of several are never added.",
    )
    recovered_percent = fields.Float(
        "Recovered (%)",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="Recovered against shipped: of one product by quantity, of several by "
        "value at cost.",
    )
    recovered_basis = fields.Selection(
        recovered.BASES,
        "Recovered, How",
        readonly=True,
        copy=False,
        help="Empty: one of several products has no cost, so there is no one figure.",
    )
    recovered_text = fields.Text("Recovered", compute="_compute_recovered_text")
    # what was chosen for the stock before there was a scope
    wishes = fields.Json(readonly=True, copy=False, prefetch=False)
    # the last fact that was written down when it was opened: what came back by then was
    # not recovered by the recall
    fact_mark = fields.Integer(
        readonly=True, copy=False, aggregator=None, export_string_translation=False
    )
    accounted_text = fields.Text("Accounted For", compute="_compute_accounted_text")
    target_hours = fields.Float(
        "Target for the Trace (h)",
        compute="_compute_target_hours",
        store=True,
        readonly=False,
        copy=False,
        aggregator=None,
        help="Of an exercise: within so many hours the lots have to be traced, both "
        "ways. As the plan or the settings say, unless another is given.",
    )
    target_result = fields.Selection(
        [("open", "Running"), ("pass", "Passed"), ("fail", "Failed")],
        "Trace in Time",
        compute="_compute_target_result",
        help="Whether an exercise was traced, both ways, within its target time.",
    )
    # names, addresses and units as they were when it was closed
    frozen_facts = fields.Json(readonly=True, copy=False)
    step_ids = fields.One2many("lot.recall.step", "recall_id", readonly=True)
    signature_ids = fields.One2many(
        "lot.recall.signature", "recall_id", "Signatures", readonly=True, copy=False
    )
    open_point_ids = fields.One2many(
        "lot.recall.open.point",
        "recall_id",
        "Open at the End",
        readonly=True,
        copy=False,
    )
    hours_to_hold = fields.Float(
        compute="_compute_hours",
        store=True,
        aggregator="avg",
        help="From the beginning of the assessment until the stock was on hold.",
    )
    hours_to_trace = fields.Float(
        compute="_compute_hours",
        store=True,
        aggregator="avg",
        help="From the beginning of the assessment until the scope was found.",
    )
    hours_to_full_trace = fields.Float(
        "Hours to Trace Both Ways",
        compute="_compute_hours",
        store=True,
        aggregator="avg",
        help="From the beginning of the assessment until the lots were traced "
        "forward and back.",
    )
    hours_to_close = fields.Float(
        compute="_compute_hours",
        store=True,
        aggregator="avg",
        help="From the beginning of the assessment until it was signed.",
    )
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    finding_ids = fields.One2many("lot.recall.finding", "recall_id", "Findings")
    plan_id = fields.Many2one(
        "lot.recall.plan", readonly=True, copy=False, index="btree_not_null"
    )

    # -- computed ----------------------------------------------------------
    @api.depends("seed_ids.lot_id")
    def _compute_seed_lot_ids(self):
        for recall in self:
            recall.seed_lot_ids = recall.seed_ids.lot_id

    def _inverse_seed_lot_ids(self):
        for recall in self:
            scope.set_seeds(recall, recall.seed_lot_ids)

    def _search_seed_lot_ids(self, operator, value):
        return [("seed_ids.lot_id", operator, value)]

    @api.depends("seed_ids.lot_id")
    def _compute_seed_product_ids(self):
        for recall in self:
            recall.seed_product_ids = recall.seed_ids.lot_id.product_id

    @api.depends("scope_id.line_ids.included")
    def _compute_line_count(self):
        domain = [("scope_id", "in", self.scope_id.ids), ("included", "=", True)]
        counts.set_counts(self, "lot.recall.line", line_count=domain)

    @api.depends("difference_ids.state")
    def _compute_difference_count(self):
        domain = [("state", "=", "proposed")]
        counts.set_counts(self, "lot.recall.difference", difference_count=domain)

    @api.depends("state", "recall_class", "assessed_by_id")
    @api.depends_context("uid")
    def _compute_approvers(self):
        for recall in self:
            others = recall.state == "scoped" and roles.get_approvers_besides(recall)
            names = others[: roles.SHOWN_NAMES].mapped("name") if others else []
            recall.approvers = ", ".join(names)

    @api.depends("seed_lot_ids", "line_ids.included", "impact_facts")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_impact(self):
        for recall in self:
            recall.update(impact.get_impact(recall))

    @api.depends("state")
    def _compute_held_count(self):
        counts.set_held(self)

    @api.depends("scrap_ids", "picking_ids")
    def _compute_document_counts(self):
        counts.set_counts(self, "stock.scrap", scrap_count=[])
        counts.set_counts(self, "stock.picking", picking_count=[])

    @api.depends("disposition_ids.state")
    def _compute_progress(self):
        counts.set_progress(self)

    @api.depends("consignee_ids.state")
    def _compute_consignee_figures(self):
        counts.set_consignees(self)

    @api.depends("consignee_ids.state")
    def _compute_consignee_percents(self):
        counts.set_consignee_percents(self)

    @api.depends("consignee_ids.email", "consignee_ids.phone")
    def _compute_contact_missing_count(self):
        counts.set_missing_contacts(self)

    @api.depends("consignee_ids.state")
    def _compute_notice_counts(self):
        counts.set_notices(self)

    @api.depends("check_ids.result")
    def _compute_check_figures(self):
        counts.set_checks(self)

    @api.depends("balance_ids.state")
    def _compute_gap_count(self):
        domain = [("state", "=", "open")]
        counts.set_counts(self, "lot.recall.balance", gap_count=domain)

    @api.depends("step_ids.date", "step_ids.step", "date_opened")
    def _compute_hours(self):
        for recall in self:
            recall.update(figures.get_clock(recall))

    @api.depends("company_id", "plan_id", "is_mock")
    def _compute_target_hours(self):
        for recall in self:
            # sudo: the target of the company, for who may not read companies
            default = recall.company_id.sudo().recall_target_hours
            target = recall.plan_id.target_hours or default
            recall.target_hours = target if recall.is_mock else 0

    @api.depends(
        "target_hours", "date_opened", "step_ids.date", "step_ids.step", "state"
    )
    def _compute_target_result(self):
        for recall in self:
            recall.target_result = figures.get_target_result(recall)

    @api.depends("balance_ids.made", "balance_ids.gap")
    @api.depends_context("lang")
    def _compute_accounted_text(self):
        for recall in self:
            recall.accounted_text = accounted.get_text(recall)

    @api.depends("date_deadline", "state")
    def _compute_is_overdue(self):
        for recall in self:
            deadline = recall.state not in states.OVER and recall.date_deadline
            today = deadline and clock.get_today(recall.company_id)
            recall.is_overdue = bool(deadline and deadline < today)

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = Domain("state", "not in", states.OVER)
        overdue &= clock.get_past_domain(self.env, "date_deadline")
        return overdue if True in value else ~overdue

    # -- what may be changed -----------------------------------------------
    @api.constrains("user_id", "responsible_id")
    def _check_in_charge(self):
        roles.check_in_charge(self)

    def _fill_guarded(self, vals_list):
        defaults = self.default_get(["company_id", "is_mock"])
        for vals in vals_list:
            company_id = vals.get("company_id") or defaults.get("company_id")
            is_mock = bool(vals.get("is_mock", defaults.get("is_mock")))
            sequence = self.env["ir.sequence"].with_company(company_id)
            vals["name"] = sequence.next_by_code(CODES[is_mock])
        return vals_list

    def write(self, vals):
        approval.check_stays(self, vals)
        found = approval.check_changes(self, vals)
        before = record.read(self, vals, record.CASE_FIELDS)
        result = super().write(vals)
        record.note_changes(self, "case", before)
        for recall, changed in found.items():
            approval.ask_anew(recall, changed)
        return result

    def _guard_locked(self):
        return states.find_over(self)

    def _guard_locked_message(self, locked):
        return states.tell_over(locked)

    def copy_data(self, default=None):
        """A copy starts from the same suspect lots."""
        return [
            dict(vals, seed_lot_ids=[Command.set(recall.seed_lot_ids.ids)])
            for recall, vals in zip(
                self, super().copy_data(default=default), strict=True
            )
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_if_draft(self):
        closing.check_unlink(self)

    # -- from state to state -----------------------------------------------
    @public.records()
    def action_assess(self):
        """Begin: from now on the clock runs. Only of a draft."""
        for recall in self:
            states.start(recall, "assess", "draft")
            states.go(
                recall,
                "assessment",
                date_opened=fields.Datetime.now(),
                fact_mark=facts.get_last_id(self.env),
            )

    @public.records()
    def action_scope(self):
        """Find what the suspect lots went into, or find it anew."""
        for recall in self:
            states.start(recall, "scope", "assessment", "scoped")
            approval.check_assessed(recall)
            scope.find(recall)
            states.go(recall, "scoped", assessed_by_id=self.env.uid)
            disposal.take_wishes(recall)
            approval.ask(recall)

    @public.records()
    def action_open(self):
        """Go on until it is approved, as far as no other role stands in between."""
        self.check_access("write")
        return approval.go_on(self)

    @public.records(password=check_raw_text)
    def action_approve(self, password=None):
        """Freeze the scope, put everything in it on hold, and free what left it.

        :param password: of the user, who signs with it
        :return: the dialog that asks for the password, where it has to be given
        :raise AccessError: if the user assessed it, and somebody else may approve
        :raise UserError: if it has no scope, a lot is in another active recall, or the
            password is wrong
        """
        if signing.is_asked(password):
            return self.env["lot.recall.reason"]._open(self, "approve")
        for recall in self:
            approval.approve(recall, password)
        return None

    @public.records()
    def action_notify(self):
        """Begin to tell the customers, once it is approved."""
        for recall in self:
            states.start(recall, "notify", "approved")
            states.go(recall, "notifying")

    @public.records()
    def action_recover(self):
        """Go on to getting the goods back, once customers are told."""
        for recall in self:
            states.start(recall, "recover", "notifying")
            states.go(recall, "recovery")

    @public.records()
    def action_reconcile(self):
        """Settle: each lot is balanced, or its gap explained."""
        for recall in self:
            states.start(recall, "reconcile", "recovery")
            closing.check_settled(recall)
            states.go(recall, "reconciled")

    @public.records(
        holds=one_of(lambda env: closing.HOLDS),
        reason=check_text,
        reasons=closing.check_reasons,
        password=check_raw_text,
    )
    def action_close(self, holds="keep", reason=False, reasons=None, password=None):
        """Sign and close the recall: from now on it is read-only.

        :param holds: what becomes of the lots that it holds still: ``keep`` (users with
            the right may release them from now on) or ``release``
        :param reason: why, as text; it stays with the lots
        :param reasons: dict of reasons for what is open: ``untold``, ``unanswered``,
            ``stock``, ``checks``, ``holds``
        :param password: of the user, who signs with it
        :return: the dialog that asks for these, where the password has to be given
        :raise UserError: if a recall is not reconciled, a point is open without a
            reason, or the password is wrong
        """
        if signing.is_asked(password):
            return self.action_ask_close()
        for recall in self:
            closing.close(recall, holds, reason, reasons, password)
        return None

    @public.record()
    def action_ask_carry_out(self):
        """Say what is planned and what it is worth, and carry it out if that is meant.

        :return: the dialog that asks
        """
        self.ensure_one()
        roles.check(self, "dispose")
        states.check_state(self, *states.DISPOSING_STATES)
        return self.env["lot.recall.reason"]._open(self, "carry_out")

    @public.record()
    def action_ask_close(self):
        """Go on to its end as far as nothing is open, ask what becomes of the lots that
        are on hold still, and close.

        :return: the dialog that asks
        :raise UserError: naming what has to be settled first
        """
        self.ensure_one()
        roles.check(self, "close")
        if self.state in ("notifying", "recovery"):
            states.advance(self, "reconciled")
        return self.env["lot.recall.reason"]._open(self, "close")

    @public.record()
    def action_cancel(self):
        """Ask why, and cancel."""
        return self.env["lot.recall.reason"]._open(self, "cancel")

    @public.record()
    def action_extend(self):
        """Ask why, and find the scope again as a further version."""
        return self.env["lot.recall.reason"]._open(self, "extend")

    @public.record()
    def action_reopen(self):
        """Ask why, and take up a closed recall again."""
        return self.env["lot.recall.reason"]._open(self, "reopen")

    def _cancel(self, reason):
        closing.cancel(self, reason)

    def _extend(self, reason):
        approval.extend(self, reason)

    def _reopen(self, reason):
        closing.reopen(self, reason)

    def _get_other_approvers(self):
        return roles.get_other_approvers(self)

    def _advance(self, last, reasons=None):
        states.advance(self, last, reasons)

    # -- suspect lots and scope --------------------------------------------
    @public.record()
    def action_find_lots(self):
        """Find more suspect lots."""
        self.ensure_one()
        context = {"default_recall_id": self.id}
        return self._open("action_lot_recall_finder", context=context)

    @public.records()
    def action_check_scope(self):
        """Compare the frozen scope with what is true now, and propose what differs."""
        self.check_access("write")
        for recall in self:
            if recall.state in states.ACTIVE_STATES:
                changes.check(recall)

    @api.model
    def _cron_check_scopes(self):
        """Check the scope of each active recall, a commit for each of them."""
        changes.check_all(self.env)

    @public.record()
    def action_trace_back(self):
        """Trace the suspect lots back to vendors; the clock keeps the time."""
        self.ensure_one()
        roles.check(self, "scope")
        states.check_not_over(self)
        self.seed_lot_ids._trace_upstream(["receipts"])
        states.stamp(self, "traced_back")
        return self.seed_lot_ids.with_context(trace_tab="vendors").action_open_trace()

    @api.readonly
    @public.records()
    def action_view_trace(self):
        """Open the trace of the suspect lots."""
        return self.seed_lot_ids.with_context(trace_tab="customers").action_open_trace()

    @api.readonly
    @public.records()
    def action_view_lines(self):
        """Open the lots in scope."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Scope"),
            "res_model": "lot.recall.line",
            "view_mode": "list",
            "domain": [("scope_id", "in", self.scope_id.ids)],
            "context": {"of_recall": True},
        }

    def _add_seeds(self, lots, origin, is_scoped_next=False):
        scope.add_seeds(self, lots, origin, is_scoped_next)

    def _get_lots(self):
        """The lots that the recall is about."""
        return self.line_ids.filtered("included").lot_id

    def _get_left_out(self):
        """The lots that the trace leads to, and that somebody decided against."""
        return self.line_ids.filtered(lambda line: not line.included).lot_id

    # -- hold and stock ----------------------------------------------------
    @public.records()
    def action_hold(self):
        """Put everything in scope on hold, before it is approved."""
        for recall in self:
            states.start(recall, "hold", "scoped", *states.ACTIVE_STATES)
            hold.hold_scope(recall)

    def _keeps_lots_held(self):
        # asked by what users want to release: it is theirs once the recall is over
        return self.state not in states.OVER

    @public.record()
    def action_open_wizard(self):
        """Choose what to do with what is in stock of this recall's lots."""
        self.ensure_one()
        roles.check(self, "dispose")
        states.check_state(self, "scoped", *states.DISPOSING_STATES)
        return self.env["lot.recall.wizard"]._open(self.seed_lot_ids, self)

    @public.record(rows=check_rows)
    def plan_dispositions(self, rows):
        """Plan what is to be done with goods of lots in scope; nothing is done yet.

        :param rows: list of dicts, one for each place: ``lot_id``, ``location_id``,
            ``disposition`` (``scrap``, ``quarantine``, ``vendor``, ``rework``,
            ``release``, or one of another addon), and perhaps ``quantity`` (all of it
            if left out), ``package_id``, ``owner_id``
        :return: ids of the ``lot.recall.disposition`` records, in the order of the rows
        :raise AccessError: for who may neither deal with the stock nor find the scope
        :raise UserError: naming the row that is wrong; if goods are planned already, or
            are of no lot in scope
        """
        roles.check(self, "dispose" if roles.may(self, "dispose") else "scope")
        states.check_state(self, "scoped", *states.DISPOSING_STATES)
        return disposal.propose(self, plan_rows.read(self, rows)).ids

    @public.record(consignee_ids=check_some_ids)
    def send_notices(self, consignee_ids=None):
        """Tell consignees: the scheduled action sends the notices from now on.

        :param consignee_ids: ids of ``lot.recall.consignee`` records of this recall;
            all that have not been told yet if left out
        :return: ids of the ``lot.recall.notice`` records
        :raise AccessError: for who may not notify
        :raise UserError: if there is nobody to tell, or one is of another recall
        """
        chosen = notices.choose(self, consignee_ids)
        return self._send_notices(chosen).ids

    @public.records()
    def action_carry_out(self):
        """Do what is planned: at once, or in the background where it is much.

        A line that cannot be done is refused with its reason; the others are done.

        :raise UserError: naming the goods that moved since, or cannot be dealt with, if
            nothing can be done at all
        """
        for recall in self:
            disposal.carry_out(recall)

    @public.records()
    def action_stop_job(self):
        """Stop after the batch that runs now; it can go on later."""
        roles.check(self, "dispose")
        self.check_access("write")
        job.stop(self)

    @api.model
    def _cron_carry_out(self):
        """Go on with the recalls that are running, a commit for each batch."""
        for recall in self.search([("job_state", "=", "running")], order="id"):
            if not job.run(recall):
                break

    def _run_batch(self):
        return job.run_batch(self)

    def _get_planned(self, limit=None):
        return disposal.get_planned(self, limit)

    def _plan(self, vals_list):
        return disposal.plan(self, vals_list)

    def _get_origin(self):
        """What stands on the documents that are made for the recall."""
        return f"RECALL: {self.name}"

    @api.readonly
    @public.records()
    def action_view_scraps(self):
        """Open the scrap orders of this recall."""
        return self._open_parts("stock.action_stock_scrap", {})

    @api.readonly
    @public.records()
    def action_view_pickings(self):
        """Open the transfers of this recall."""
        return self._open_parts("stock.action_picking_tree_all", {})

    @api.readonly
    @public.records()
    def action_view_dispositions(self):
        """Open what is planned for the stock, and what was done."""
        return self._open_parts("action_lot_recall_disposition")

    # -- consignees --------------------------------------------------------
    @public.record()
    def action_refresh_consignees(self):
        """Bring consignees and shipped quantities up to the stock ledger.

        New ones are added; notices and replies stay as they are.

        :return: a notification that says what is new
        :raise UserError: if the recall is over or has no scope
        """
        self.ensure_one()
        self.check_access("write")
        states.check_not_over(self)
        return listing.refresh_and_tell(self)

    @public.record()
    def action_open_notices(self):
        """Look at the notices before they are sent."""
        self.ensure_one()
        return self.env["lot.recall.notice.wizard"]._open(self)

    @public.records()
    def action_print_letters(self):
        """Print the letters that wait."""
        self.check_access("write")
        self.check_access("read")
        letters = self.env["lot.recall.notice"].search(notices.get_letter_domain(self))
        if not letters:
            raise UserError(self.env._("There is no letter to print."))
        report = self.env.ref("lot_traceability_recall.action_report_recall_notice")
        return report.report_action(letters.consignee_id)

    @public.records()
    def action_draw_checks(self):
        """Draw the consignees to ask. What was drawn or asked before stays."""
        for recall in self:
            checks.draw(recall)

    @api.readonly
    @public.records()
    def action_view_consignees(self):
        """Open the consignees of this recall."""
        return self._open_parts("action_lot_recall_consignee")

    @api.readonly
    @public.records()
    def action_view_consignee_lines(self):
        """Open what each consignee has of each lot."""
        return self._open_parts("action_lot_recall_consignee_line")

    @api.readonly
    @public.records()
    def action_view_notices(self):
        """Open the notices of this recall."""
        return self._open_parts("action_lot_recall_notice")

    @api.readonly
    @public.records()
    def action_view_checks(self):
        """Open the effectiveness checks of this recall."""
        return self._open_parts("action_lot_recall_check")

    def _send_notices(self, consignees):
        return notices.send(self, consignees)

    def _get_consignees_to_notify(self):
        """Those with a lot, or more of one, of which no notice has told them yet."""
        lines = self.env["lot.recall.consignee.line"].search(
            notices.get_untold_domain(self)
        )
        return lines.consignee_id

    def _is_rehearsal(self):
        """Whether this is a mock recall: nobody is told for real."""
        return self.is_mock

    # the words of the notice, as templates ask for them
    def _get_notice_title(self):
        return notices.get_title(self)

    def _get_notice_reason(self):
        """What customers read. Never the internal reason, which can name others."""
        return notices.get_reason(self)

    def _get_notice_hazard(self):
        return notices.get_hazard(self)

    def _get_notice_opening(self):
        return notices.get_opening(self)

    def _get_notice_instructions(self):
        return notices.get_instructions(self)

    def _get_notice_contact(self):
        return notices.get_contact(self)

    def _get_answer_days(self):
        return notices.get_answer_days(self)

    # -- balance, claim and evidence ---------------------------------------
    @public.records()
    def action_balance(self):
        """Work out the balance of each lot in scope; reasons given are kept."""
        for recall in self:
            states.start(recall, "reconcile", *states.ACTIVE_STATES)
            balance.update(recall)

    @public.record()
    def action_claim(self):
        """Claim from a vendor what its lots have cost."""
        self.ensure_one()
        return self.env["lot.recall.claim"]._open(self)

    @api.readonly
    @public.record()
    def action_evidence(self):
        """Download all that is on record, in one file."""
        return self._download("evidence.zip")

    @api.readonly
    @public.record()
    def action_consignee_list(self):
        """Download the list of who got the recalled lots."""
        return self._download("consignees.xlsx")

    def _download(self, name):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/lot_traceability_recall/{self.id}/{name}",
            "target": "download",
        }

    def _get_file_name(self):
        return self.name.replace("/", "-")

    def _get_evidence(self):
        """The file that was kept when the recall was closed; one of now while it is
        open, which says so."""
        return pack.get_kept(self) or pack.get_zip(self)

    def _keep_evidence(self, signature):
        pack.keep(self, signature)

    def _get_evidence_files(self):
        """Content by file name; extend it to add a file to the evidence."""
        return pack.get_files(self)

    @api.depends(
        "consignee_line_ids.shipped",
        "consignee_line_ids.returned",
        "consignee_line_ids.returned_before",
        "consignee_line_ids.destroyed",
        "consignee_line_ids.corrected",
        "balance_ids.shipped_total",
        "balance_ids.returned",
    )
    @api.depends_context("lang")
    def _compute_recovered_text(self):
        for recall in self:
            recall.recovered_text = recovered.get_text(recall)

    def _get_told(self, name):
        """What papers say, as it was when the recall was closed: see ``kept``."""
        return kept.get(self, name)

    def _get_consignee_xlsx(self):
        return consignee_table.get_xlsx(self)

    def _get_report_figures(self):
        return figures.get_report_figures(self)

    def _name_of(self, record):
        return frozen.get_name(self, record)

    def _format_quantity(self, value, uom=None):
        return format_quantity(self.env, value, uom)

    def _get_recovered_rows(self):
        return recovered.get_rows(self)

    def _get_sheet(self, name):
        return sheets.get_sheet(self, name)

    def _get_balance_totals(self):
        return kept.get_totals(self)

    # -- opening -----------------------------------------------------------
    def _open_parts(self, xml_id, context=None):
        context = {"of_recall": True} if context is None else context
        domain = [("recall_id", "in", self.ids)]
        return self._open(xml_id, domain=domain, context=context)

    def _open(self, xml_id, **values):
        self.check_access("read")
        if "." not in xml_id:
            xml_id = f"lot_traceability_recall.{xml_id}"
        action = self.env["ir.actions.actions"]._for_xml_id(xml_id)
        return dict(action, **values)
