from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError

BACKGROUND_PARAMETER = "lot_traceability_recall.background_from"
SHOWN_LINES = 50


class LotRecall(models.Model):
    """Plans what is to be done with the stock, and carries it out."""

    _name = "lot.recall"
    _inherit = ["lot.recall"]

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
    mock_scrap = fields.Boolean(
        "Really Move Stock", help="The exercise scraps and moves goods for real."
    )

    @api.depends("scrap_ids", "picking_ids")
    def _compute_document_counts(self):
        for name in ("scrap", "picking"):
            counts = dict(
                self.env[f"stock.{name}"]._read_group(
                    [("recall_id", "in", self.ids)], ["recall_id"], ["__count"]
                )
            )
            for recall in self:
                recall[f"{name}_count"] = counts.get(recall._origin, 0)

    @api.depends("disposition_ids.state")
    def _compute_progress(self):
        counts = {
            (recall.id, state): count
            for recall, state, count in self.env["lot.recall.disposition"]._read_group(
                [("recall_id", "in", self.ids)], ["recall_id", "state"], ["__count"]
            )
        }
        for recall in self:
            states = ("planned", "done", "simulated", "refused")
            planned, done, simulated, refused = (
                counts.get((recall._origin.id, state), 0) for state in states
            )
            recall.planned_count = planned
            recall.disposed_count = done + simulated
            recall.refused_count = refused
            total = planned + done + simulated + refused
            recall.progress = 100 * (total - planned) / total if total else 0

    def _get_origin(self):
        return f"RECALL: {self.name}"

    # -- planning -------------------------------------------------------
    def _plan(self, vals_list):
        """Note what is to be done with the stock.

        :raise UserError: if goods are planned already
        """
        self._check_role("dispose")
        self._check_not_over()
        lines = self.env["lot.recall.disposition"].sudo()
        quants = [vals["quant_id"] for vals in vals_list]
        taken = lines.search(
            [
                ("quant_id", "in", quants),
                ("state", "=", "planned"),
                ("is_mock", "=", self.is_mock),
            ]
        )
        if taken:
            raise UserError(
                self.env._(
                    "%(goods)s: planned in %(recall)s already. Carry that out "
                    "first, or withdraw it.",
                    goods=taken[0]._describe(),
                    recall=taken[0].recall_id.name,
                )
            )
        return lines.create([dict(vals, recall_id=self.id) for vals in vals_list])

    # -- carrying out ---------------------------------------------------
    def action_carry_out(self):
        """Do what is planned: at once, or in the background where it is much.

        At once, all of it happens or nothing.

        :raise UserError: naming the goods that moved since, or cannot be dealt with
        """
        for recall in self:
            recall._start("dispose", "approved", "notifying", "recovery")
            if recall.planned_count > recall._get_limit(BACKGROUND_PARAMETER, 500):
                recall._start_job()
            else:
                recall._carry_out_now()

    def _get_limit(self, name, default):
        return int(self.env["ir.config_parameter"].sudo().get_param(name, default))

    def _get_planned(self, limit=None):
        return self.env["lot.recall.disposition"].search(
            [("recall_id", "=", self.id), ("state", "=", "planned")],
            order="id",
            limit=limit,
        )

    def _carry_out_now(self):
        lines = self._get_planned()
        if not lines:
            raise UserError(self.env._("Nothing is planned for the stock."))
        self._lock_goods(lines)
        problems = [
            f"- {line._describe()}: {problem}"
            for line, problem in lines._get_problems().items()
        ]
        if problems:
            raise UserError(
                self.env._(
                    "Look at the stock again:\n%(lines)s", lines="\n".join(problems)
                )
            )
        freed = lines._carry_out()
        self._finish_disposing(lines, freed)

    def _lock_goods(self, lines):
        """Nobody moves these goods until we are through."""
        try:
            lines.quant_id.exists().lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._(
                    "Someone is moving these goods at this moment. "
                    "Try again in a few seconds."
                )
            ) from error

    def _finish_disposing(self, lines, freed):
        self.message_post(body=self._describe_disposed(lines, freed))
        self._stamp("disposed")
        self._pass_on()

    def _describe_disposed(self, lines, freed):
        names = dict(lines._fields["disposition"]._description_selection(self.env))
        texts = [
            self.env._(
                "%(what)s: %(goods)s, %(quantity)s %(uom)s",
                what=names[line.disposition],
                goods=line._describe(),
                quantity=f"{line.quantity:.12g}",
                uom=line.product_uom_id.name,
            )
            for line in lines[:SHOWN_LINES]
        ]
        if len(lines) > SHOWN_LINES:
            texts.append(
                self.env._("and %(count)s more", count=len(lines) - SHOWN_LINES)
            )
        body = self._as_list(self.env._("Stock dealt with:"), texts)
        if freed:
            body += self._as_list(
                self.env._("These lost what was reserved for them:"), freed
            )
        return body

    def _as_list(self, title, texts):
        items = Markup().join(Markup("<li>%s</li>") % text for text in texts)
        return Markup("<p>%s</p><ul>%s</ul>") % (title, items)

    def _pass_on(self):
        """Pass by itself what nobody has to wait for: no customer got anything."""
        if self.state == "approved" and not self.customer_count:
            self._advance("recovery")

    # -- buttons --------------------------------------------------------
    def action_open_wizard(self):
        """Choose what to do with what is in stock of this recall's lots."""
        self.ensure_one()
        self._check_role("dispose")
        self._check_state("scoped", "approved", "notifying", "recovery")
        return self.env["lot.recall.wizard"]._open(self.seed_lot_ids, self)

    @api.readonly
    def action_view_scraps(self):
        """Open the scrap orders of this recall."""
        action = self.env["ir.actions.actions"]._for_xml_id("stock.action_stock_scrap")
        return dict(action, domain=[("recall_id", "in", self.ids)], context={})

    @api.readonly
    def action_view_pickings(self):
        """Open the transfers of this recall."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "stock.action_picking_tree_all"
        )
        return dict(action, domain=[("recall_id", "in", self.ids)], context={})

    @api.readonly
    def action_view_dispositions(self):
        """Open what is planned for the stock, and what was done."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability_recall.action_lot_recall_disposition"
        )
        context = {"of_recall": True}
        return dict(action, domain=[("recall_id", "in", self.ids)], context=context)
