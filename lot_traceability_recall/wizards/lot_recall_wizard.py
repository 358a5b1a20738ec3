from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Command


class LotRecallWizard(models.TransientModel):
    _name = "lot.recall.wizard"
    _description = "Recall Lots"

    recall_id = fields.Many2one("lot.recall", readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    seed_lot_ids = fields.Many2many("stock.lot", string="Suspect Lots", readonly=True)
    reason = fields.Text(
        help="What is wrong with the goods, and how it was found. It stays on the "
        "recall.",
    )
    recall_class = fields.Selection(
        lambda self: self.env["lot.recall"]._fields["recall_class"].selection, "Class"
    )
    # the one trace that everything here comes from
    trace = fields.Json(readonly=True)
    lot_ids = fields.One2many(
        "lot.recall.wizard.lot", "wizard_id", "Lots in Scope", readonly=True
    )
    select_all = fields.Boolean("Scrap Everything", help="Tick all stock, or none.")
    stock_ids = fields.One2many("lot.recall.wizard.stock", "wizard_id")
    delivery_ids = fields.One2many(
        "lot.recall.wizard.delivery", "wizard_id", readonly=True
    )
    lot_count = fields.Integer("Lots", compute="_compute_counts")
    stock_count = fields.Integer("Places in Stock", compute="_compute_counts")
    customer_count = fields.Integer("Customers", compute="_compute_counts")
    delivery_count = fields.Integer("Deliveries Made", compute="_compute_counts")
    selected_count = fields.Integer(compute="_compute_selected_count")
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

    @api.depends("stock_ids.selected")
    def _compute_selected_count(self):
        for wizard in self:
            wizard.selected_count = len(wizard.stock_ids.filtered("selected"))

    # -- opening --------------------------------------------------------
    @api.model
    def _open(self, lots, recall=None):
        """Show the impact of recalling the lots; ``recall``: one that exists."""
        if not lots:
            raise UserError(self.env._("Choose the suspect lots first."))
        wizard = self.create(self._prepare_wizard_vals(lots, recall))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Recall %(lots)s", lots=", ".join(lots.mapped("name"))),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    @api.model
    def _prepare_wizard_vals(self, lots, recall):
        trace = lots.trace_downstream()
        quants = self._get_quants([row["id"] for row in trace["lots"]])
        return {
            "recall_id": recall.id if recall else False,
            "company_id": (recall.company_id if recall else self.env.company).id,
            "reason": recall.reason if recall else False,
            "recall_class": recall.recall_class if recall else False,
            "seed_lot_ids": [Command.set(lots.ids)],
            "trace": trace,
            "outside_scope": trace["outside_scope"]["message"],
            "lot_ids": [
                Command.create(
                    {
                        "lot_id": row["id"],
                        "level": row["level"],
                        "certainty": row["certainty"],
                        "via_lot_id": row["via_lot_id"],
                    }
                )
                for row in trace["lots"]
            ],
            "stock_ids": [
                Command.create(self._prepare_stock_vals(quant)) for quant in quants
            ],
            "delivery_ids": [
                Command.create(
                    {
                        "lot_id": row["lot_id"],
                        "product_id": row["product_id"],
                        "partner_id": row["partner_id"],
                        "document": row["document"],
                        "date": row["date"],
                        "quantity": row["quantity"],
                        "returned": row["returned"],
                    }
                )
                for row in trace["deliveries"]
            ],
        }

    def _get_quants(self, lot_ids):
        """Goods that lie in a place of ours; what is in transit cannot be scrapped."""
        return self.env["stock.quant"].search(
            [
                ("lot_id", "in", lot_ids),
                ("location_id.usage", "=", "internal"),
                ("quantity", ">", 0),
            ],
            order="lot_id, location_id, id",
        )

    def _prepare_stock_vals(self, quant):
        return {
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

    # -- buttons --------------------------------------------------------
    def action_create_recall(self):
        """Create the recall with its scope, and scrap nothing yet.

        :return: the action that shows the recall
        """
        return self._get_recall()._get_records_action()

    def action_scrap(self):
        """Create the recall, unless there is one, and scrap the ticked stock.

        The scrap orders are created and validated in one go: if one of them fails,
        nothing has happened.

        :return: the action that shows the recall
        :raise UserError: if nothing is ticked, a quantity is not possible, or the stock
            changed since the wizard was opened
        """
        lines = self.stock_ids.filtered("selected")
        if not lines:
            raise UserError(self.env._("Tick the stock that you want to scrap."))
        self._lock(lines)
        lines._check_unchanged()
        lines._check_quantity()
        recall = self._get_recall()
        freed = lines._free_reservations()
        scraps = self._create_scraps(
            [line._prepare_scrap_vals(recall) for line in lines]
        )
        recall.message_post(body=self._get_scrap_message(scraps, freed))
        return recall._get_records_action()

    def _lock(self, lines):
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

    def _get_recall(self):
        self.ensure_one()
        if not self.recall_id:
            if not (self.reason or "").strip():
                raise UserError(self.env._("Say why these lots are recalled."))
            self.recall_id = self.env["lot.recall"].create(self._prepare_recall_vals())
            self.recall_id._freeze_scope(self.trace)
        self.recall_id._check_state("in_progress")
        return self.recall_id

    def _prepare_recall_vals(self):
        return {
            "company_id": self.company_id.id,
            "reason": self.reason,
            "recall_class": self.recall_class,
            "seed_lot_ids": [Command.set(self.seed_lot_ids.ids)],
        }

    def _create_scraps(self, vals_list):
        """Scrap goods; the one place to change where Odoo changes its scrap model."""
        scraps = self.env["stock.scrap"].create(vals_list)
        for scrap in scraps:
            scrap.action_validate()
            # manufacturing recomputes only the first of several, and sets the rest to 1
            scrap.flush_recordset(["scrap_qty"])
        unfinished = scraps.filtered(lambda scrap: scrap.state != "done")
        if unfinished:
            raise UserError(
                self.env._(
                    "Not enough stock is left to scrap %(lots)s. "
                    "Open the recall again to see what is there now.",
                    lots=", ".join(unfinished.lot_id.mapped("name")),
                )
            )
        return scraps

    def _get_scrap_message(self, scraps, freed):
        rows = Markup().join(
            Markup("<li>%s: %s %s %s, %s</li>")
            % (
                scrap._get_html_link(),
                scrap.lot_id.name,
                scrap.scrap_qty,
                scrap.product_uom_id.name,
                scrap.location_id.display_name,
            )
            for scrap in scraps
        )
        body = Markup("<p>%s</p><ul>%s</ul>") % (
            self.env._("Scrapped %(count)s stock line(s):", count=len(scraps)),
            rows,
        )
        if freed:
            body += Markup("<p>%s</p><ul>%s</ul>") % (
                self.env._("These lost what was reserved for them:"),
                Markup().join(Markup("<li>%s</li>") % name for name in freed),
            )
        return body
