from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.lot_traceability.holds.rule import get_current_holds
from odoo.addons.lot_traceability.tools import public

from ..case import approval, disposal, hold, impact, roles, states
from ..tools.scope_path import get_paths


class LotRecallWizard(models.TransientModel):
    """From suspect lots to a recall that is carried out: a thin cover of the case."""

    _name = "lot.recall.wizard"
    _inherit = ["lot.dialog"]
    _description = "Recall Lots"
    # the heading, where it is no dialog
    _rec_name = "reason"

    recall_id = fields.Many2one("lot.recall", readonly=True)
    other_recall_id = fields.Many2one(
        "lot.recall",
        "Active Recall",
        readonly=True,
        help="One of these lots is in this recall already.",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    seed_lot_ids = fields.Many2many("stock.lot", string="Suspect Lots", readonly=True)
    seed_origin = fields.Char(readonly=True)
    reason = fields.Text(
        help="What is wrong with the goods, and how it was found. It stays on the "
        "recall.",
    )
    notice_reason = fields.Text(
        "Reason for Customers",
        help="What is wrong, as the consignees are told, short and plain. Nothing is "
        "sent without it; the reason above stays in the company.",
    )
    notice_hazard = fields.Text(
        "Hazard for Customers",
        help="What it can do to whoever uses the goods, as the consignees are told.",
    )
    kind = fields.Selection(
        lambda self: self.env["lot.recall"]._fields["kind"].selection,
        default="recall",
        required=True,
    )
    recall_class = fields.Selection(
        lambda self: self.env["lot.recall"]._fields["recall_class"].selection, "Class"
    )
    is_mock = fields.Boolean("Mock Recall", help="Exercise only.")
    lot_ids = fields.One2many(
        "lot.recall.wizard.lot", "wizard_id", "Lots in Scope", readonly=True
    )
    all_disposition = fields.Selection(
        lambda self: self.env["lot.recall.disposition"]._get_dispositions(),
        "For All",
        help="Choose the same for all stock.",
    )
    stock_ids = fields.One2many("lot.recall.wizard.stock", "wizard_id")
    delivery_ids = fields.One2many(
        "lot.recall.wizard.delivery", "wizard_id", readonly=True
    )
    lot_count = fields.Integer("Lots", compute="_compute_counts")
    stock_count = fields.Integer("Places in Stock", compute="_compute_counts")
    customer_count = fields.Integer("Customers", compute="_compute_counts")
    delivery_count = fields.Integer("Deliveries Made", compute="_compute_counts")
    chosen_count = fields.Integer(compute="_compute_chosen_count")
    chosen_text = fields.Char(compute="_compute_chosen_count")
    cost = fields.Monetary("Value in Stock", readonly=True)
    share = fields.Float("Share of Production", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    outside_scope = fields.Char(readonly=True)

    @api.depends("lot_ids", "stock_ids", "delivery_ids")
    def _compute_counts(self):
        for wizard in self:
            wizard.lot_count = len(wizard.lot_ids)
            wizard.stock_count = len(wizard.stock_ids)
            wizard.customer_count = len(
                {line.partner_id.id for line in wizard.delivery_ids}
            )
            wizard.delivery_count = len(wizard.delivery_ids)

    @api.depends("stock_ids.disposition", "stock_ids.quantity")
    def _compute_chosen_count(self):
        for wizard in self:
            chosen = wizard.stock_ids.filtered("disposition")
            wizard.chosen_count = len(chosen)
            wizard.chosen_text = disposal.describe_plan(wizard, chosen)

    @api.onchange("all_disposition")
    def _onchange_all_disposition(self):
        # samples are kept, unless somebody says of one what is to be done with it
        others = self.stock_ids.filtered(lambda row: not row.location_id.is_for_samples)
        others.disposition = self.all_disposition

    # -- opening --------------------------------------------------------
    @api.model
    def _open(self, lots, recall=None, origin=False):
        """Show the impact of recalling the lots.

        :param recall: one that exists
        :param origin: how the lots were found, in words
        """
        if not lots:
            raise UserError(self.env._("Choose the suspect lots first."))
        wizard = self.create(self._prepare_wizard_vals(lots, recall, origin))
        names = ", ".join(lots[:3].mapped("name"))
        return {
            "type": "ir.actions.act_window",
            "name": recall.name if recall else self.env._("Recall %s", names),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    @api.model
    def _prepare_wizard_vals(self, lots, recall, origin):
        trace = lots._trace_downstream(["lots", "deliveries"])
        left_out = recall._get_left_out() if recall else self.env["stock.lot"]
        rows = [row for row in trace["lots"] if row["id"] not in left_out.ids]
        scope = self.env["stock.lot"].browse([row["id"] for row in rows])
        return {
            "recall_id": recall.id if recall else False,
            "other_recall_id": False if recall else scope._get_active_recall().id,
            "company_id": (recall.company_id if recall else self.env.company).id,
            "reason": recall.reason if recall else self._get_hold_reasons(lots),
            "notice_reason": recall.notice_reason if recall else False,
            "notice_hazard": recall.notice_hazard if recall else False,
            "kind": recall.kind if recall else "recall",
            "recall_class": recall.recall_class if recall else False,
            "is_mock": recall.is_mock if recall else False,
            "seed_lot_ids": [Command.set(lots.ids)],
            "seed_origin": origin,
            "outside_scope": trace["outside_scope"]["message"],
            "cost": impact.get_stock_value(scope)[1],
            "share": impact.get_share(scope),
            "lot_ids": self._prepare_lots(rows),
            "stock_ids": self._prepare_stock(scope),
            "delivery_ids": self._prepare_deliveries(trace["deliveries"]),
        }

    def _get_hold_reasons(self, lots):
        """Why the lots are on hold: mostly that is why they are recalled."""
        holds = get_current_holds(lots)
        return "\n".join(dict.fromkeys(holds.mapped("reason"))) or False

    def _prepare_lots(self, rows):
        paths = get_paths(rows)
        return [
            Command.create(
                {
                    "lot_id": row["id"],
                    "level": row["level"],
                    "certainty": row["certainty"],
                    "path": paths[row["id"]],
                }
            )
            for row in rows
        ]

    def _prepare_stock(self, lots):
        """Goods that lie in a place of ours; what is in transit cannot be scrapped."""
        quants = self.env["stock.quant"].search(
            [
                ("lot_id", "in", lots.ids),
                ("location_id.usage", "=", "internal"),
                ("quantity", ">", 0),
            ],
            order="lot_id, location_id, id",
        )
        return [
            Command.create(
                {
                    "quant_id": quant.id,
                    "lot_id": quant.lot_id.id,
                    "location_id": quant.location_id.id,
                    "package_id": quant.package_id.id,
                    "owner_id": quant.owner_id.id,
                    "company_id": quant.company_id.id,
                    "available": quant.quantity,
                    "reserved": quant.reserved_quantity,
                    "quantity": quant.quantity,
                }
            )
            for quant in quants
        ]

    def _prepare_deliveries(self, rows):
        names = ("lot_id", "product_id", "partner_id", "document", "date")
        names += ("quantity", "returned")
        return [Command.create({name: row[name] for name in names}) for row in rows]

    # -- buttons --------------------------------------------------------
    @public.record()
    def action_create_recall(self):
        """Create the recall, hold the stock, and note what was chosen for it.

        It goes on as far as no other role stands in between.

        :return: the action that shows the recall
        """
        recall = self._get_recall()
        self._plan(recall)
        return recall._get_records_action()

    @public.record()
    def action_carry_out(self):
        """Create the recall, unless there is one, and do what was chosen.

        What cannot be done is refused with its reason, and does not stop the rest. Much
        stock is dealt with in the background. Where somebody else has to approve,
        everything is held and planned, and the plan is carried out with the approval.

        :return: the action that shows the recall
        :raise UserError: if nothing is chosen, or nothing of it can be done
        """
        if not self.stock_ids.filtered("disposition"):
            raise UserError(self.env._("Choose what to do with the stock."))
        recall = self._get_recall()
        self._plan(recall)
        may = roles.may(recall, "dispose")
        if may and recall.state in states.DISPOSING_STATES:
            recall.action_carry_out()
        elif recall.state == "scoped" and recall.planned_count:
            disposal.ask_for(recall)
        return recall._get_records_action()

    @public.record()
    def action_ask_carry_out(self):
        """Plan what was chosen for a recall that there is, and ask whether to do it.

        :return: the dialog that says what is done, and what it is worth
        :raise UserError: if nothing is chosen
        """
        recall = self.recall_id
        if not recall or recall.state not in states.DISPOSING_STATES:
            return self.action_carry_out()
        if not self.stock_ids.filtered("disposition"):
            raise UserError(self.env._("Choose what to do with the stock."))
        self._plan(recall)
        return recall.action_ask_carry_out()

    @public.record()
    def action_join(self):
        """Add the suspect lots to the active recall that has one of them already.

        :return: the action that shows that recall
        :raise UserError: if it is for a mock recall
        """
        if self.is_mock:
            raise UserError(self.env._("A mock recall does not join a real one."))
        recall = self.other_recall_id
        roles.check(recall, "extend")
        recall._add_seeds(self.seed_lot_ids, self.env._("Joined"), is_scoped_next=True)
        approval.extend(recall, self.reason)
        return recall._get_records_action()

    # -- pieces ---------------------------------------------------------
    def _get_recall(self):
        self.ensure_one()
        if not self.recall_id:
            if not (self.reason or "").strip():
                raise UserError(self.env._("Say why these lots are recalled."))
            recall = self.env["lot.recall"].create(self._prepare_recall_vals())
            recall._add_seeds(
                self.seed_lot_ids,
                self.seed_origin or self.env._("Picked"),
                is_scoped_next=roles.may(recall, "scope"),
            )
            self.recall_id = recall
        self.recall_id._advance("approved")
        # hold first, even where the scope or the approval is somebody else's
        if self.recall_id.state in ("draft", "assessment"):
            hold.hold_first(self.recall_id, self._get_suspect_lots())
        elif self.recall_id.state == "scoped" and roles.may(self.recall_id, "hold"):
            self.recall_id.action_hold()
        return self.recall_id

    def _get_suspect_lots(self):
        """The lots, and all that was made of them, as the user may read it now."""
        self.seed_lot_ids.check_access("read")
        rows = self.seed_lot_ids._trace_downstream(["lots"])["lots"]
        return self.env["stock.lot"].browse([row["id"] for row in rows])

    def _prepare_recall_vals(self):
        return {
            "company_id": self.company_id.id,
            "reason": self.reason,
            "notice_reason": self.notice_reason,
            "notice_hazard": self.notice_hazard,
            "kind": self.kind,
            "recall_class": self.recall_class,
            "is_mock": self.is_mock,
        }

    def _plan(self, recall):
        """Note what was chosen; who may not carry it out proposes it to who may."""
        lines = self.stock_ids.filtered("disposition")
        if not lines:
            return
        values = [line._prepare_disposition_vals() for line in lines]
        if recall.state in ("scoped", *states.DISPOSING_STATES):
            disposal.propose(recall, values)
        else:
            disposal.wish(recall, values)
        lines.disposition = False
