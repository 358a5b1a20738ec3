from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

# what a recall says once it is over may not be changed any more
LOCKED_FIELDS = {
    "name",
    "reason",
    "recall_class",
    "company_id",
    "user_id",
    "seed_lot_ids",
    "line_ids",
}
# what only the buttons change; a client cannot forge the object in the context
BUTTON_FIELDS = {"state", "date_opened", "date_closed"}
BY_BUTTON = object()


class LotRecall(models.Model):
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
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("in_progress", "In Progress"),
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
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Coordinator",
        default=lambda self: self.env.user,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    date_opened = fields.Datetime("Opened On", readonly=True, copy=False)
    date_closed = fields.Datetime("Closed On", readonly=True, copy=False)
    seed_lot_ids = fields.Many2many(
        "stock.lot",
        string="Suspect Lots",
        check_company=True,
        help="The lots that the recall starts from. What they went into is found by "
        "itself when the recall is opened.",
    )
    line_ids = fields.One2many(
        "lot.recall.line",
        "recall_id",
        "Scope",
        readonly=True,
        copy=False,
        help="The lots that were in scope when the recall was opened.",
    )
    line_count = fields.Integer("Lots in Scope", compute="_compute_line_count")
    scrap_ids = fields.One2many("stock.scrap", "recall_id", "Scrap Orders", copy=False)
    scrap_count = fields.Integer("Scrapped", compute="_compute_scrap_count")
    customer_count = fields.Integer("Customers", compute="_compute_customer_count")

    @api.depends("line_ids")
    def _compute_line_count(self):
        self._compute_count("line_count", "lot.recall.line")

    @api.depends("scrap_ids")
    def _compute_scrap_count(self):
        self._compute_count("scrap_count", "stock.scrap")

    def _compute_count(self, field_name, model_name):
        counts = dict(
            self.env[model_name]._read_group(
                [("recall_id", "in", self.ids)], ["recall_id"], ["__count"]
            )
        )
        for recall in self:
            recall[field_name] = counts.get(recall._origin, 0)

    @api.depends("seed_lot_ids")
    def _compute_customer_count(self):
        for recall in self:
            lots = recall.seed_lot_ids._origin
            deliveries = lots.trace_downstream()["deliveries"] if lots else []
            recall.customer_count = len({row["partner_id"] for row in deliveries})

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"]
        for vals in vals_list:
            self._check_by_button(vals)
            company_id = vals.get("company_id") or self.env.company.id
            vals["name"] = sequence.with_company(company_id).next_by_code("lot.recall")
        return super().create(vals_list)

    def write(self, vals):
        self._check_by_button(vals)
        if LOCKED_FIELDS.intersection(vals):
            self._check_not_over()
        return super().write(vals)

    def _check_by_button(self, vals):
        by_button = self.env.context.get("lot_recall_write") is BY_BUTTON
        if BUTTON_FIELDS.intersection(vals) and not by_button:
            raise UserError(
                self.env._("The status of a recall is changed by its buttons only.")
            )

    def _write_by_button(self, vals):
        self.with_context(lot_recall_write=BY_BUTTON).write(vals)

    def _check_not_over(self):
        over = self.filtered(lambda recall: recall.state in ("closed", "cancelled"))
        if over:
            raise UserError(
                self.env._(
                    "%(recalls)s is over and cannot be changed any more. "
                    "Start a new recall if there is more to do.",
                    recalls=", ".join(over.mapped("name")),
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

    # -- states ---------------------------------------------------------
    def action_open(self):
        """Find what the suspect lots went into and freeze it as the scope.

        :raise UserError: if a recall is not a draft or has no suspect lot
        """
        for recall in self:
            recall._check_state("draft")
            if not recall.seed_lot_ids:
                raise UserError(
                    self.env._(
                        "Add the suspect lots of %(recall)s before you open it.",
                        recall=recall.name,
                    )
                )
            recall._freeze_scope(recall.seed_lot_ids.trace_downstream())

    def action_close(self):
        """Close the recall: from now on it is read-only.

        :raise UserError: if a recall is not in progress
        """
        self._check_manager()
        for recall in self:
            recall._check_state("in_progress")
        self._write_by_button({"state": "closed", "date_closed": fields.Datetime.now()})

    def action_cancel(self):
        """Cancel a draft.

        :raise UserError: if a recall is not a draft
        """
        self._check_manager()
        for recall in self:
            recall._check_state("draft")
        self._write_by_button({"state": "cancelled"})

    def _check_manager(self):
        if not self.env.user.has_group("lot_traceability_recall.group_recall_manager"):
            raise UserError(
                self.env._("Only a recall manager can close or cancel a recall.")
            )

    def _check_state(self, state):
        if self.state != state:
            names = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(recall)s is %(state)s. Only a recall that is %(needed)s can do "
                    "this.",
                    recall=self.name,
                    state=names[self.state],
                    needed=names[state],
                )
            )

    def _freeze_scope(self, trace):
        """Keep the lots of a trace as the scope of this recall."""
        self.check_access("write")
        # nobody has the right to write the scope by hand
        self.sudo().line_ids = [
            Command.create(self._prepare_line_vals(row)) for row in trace["lots"]
        ]
        self._write_by_button(
            {"state": "in_progress", "date_opened": fields.Datetime.now()}
        )

    def _prepare_line_vals(self, row):
        return {
            "lot_id": row["id"],
            "level": row["level"],
            "certainty": row["certainty"],
            "via_lot_id": row["via_lot_id"],
        }

    # -- buttons --------------------------------------------------------
    def action_open_wizard(self):
        """Open the wizard to scrap what is in stock of this recall's lots."""
        self.ensure_one()
        self._check_state("in_progress")
        return self.env["lot.recall.wizard"]._open(self.seed_lot_ids, self)

    def action_view_lines(self):
        """Open the lots in scope."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Scope"),
            "res_model": "lot.recall.line",
            "view_mode": "list",
            "domain": [("recall_id", "in", self.ids)],
        }

    def action_view_scraps(self):
        """Open the scrap orders of this recall."""
        action = self.env["ir.actions.actions"]._for_xml_id("stock.action_stock_scrap")
        return dict(action, domain=[("recall_id", "in", self.ids)], context={})

    def action_view_trace(self):
        """Open the trace of the suspect lots."""
        return self.seed_lot_ids.with_context(trace_tab="customers").action_open_trace()
