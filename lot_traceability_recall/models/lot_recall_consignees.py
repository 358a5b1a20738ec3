from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError


class LotRecall(models.Model):
    _name = "lot.recall"
    _inherit = ["lot.recall"]

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

    @api.depends("consignee_ids.state")
    def _compute_consignee_figures(self):
        counts = defaultdict(dict)
        for recall, state, count in self.env["lot.recall.consignee"]._read_group(
            [("recall_id", "in", self.ids)], ["recall_id", "state"], ["__count"]
        ):
            counts[recall][state] = count
        for recall in self:
            states = counts[recall._origin]
            total = sum(states.values())
            answered = states.get("answered", 0)
            contacted = answered + states.get("notified", 0)
            recall.consignee_count = total
            recall.contacted_count = contacted
            recall.answered_count = answered

    @api.depends("consignee_ids.state")
    def _compute_consignee_percents(self):
        for recall in self:
            total = recall.consignee_count
            contacted, answered = recall.contacted_count, recall.answered_count
            recall.contacted_percent = 100 * contacted / total if total else 0
            recall.answered_percent = 100 * answered / total if total else 0

    # -- what the case says ---------------------------------------------
    def _get_notified_lots(self):
        """The lots whose consignees are told: those in scope."""
        return self._get_lots()

    def _get_recovered_on_site(self):
        """What customers destroyed or corrected where it was."""
        lines = self.consignee_line_ids
        return (
            super()._get_recovered_on_site()
            + sum(lines.mapped("destroyed"))
            + sum(lines.mapped("corrected"))
        )

    def _is_rehearsal(self):
        """Whether this is a mock recall: nobody is told for real."""
        return self.is_mock

    def _is_urgent(self):
        """Class I and II are marked as urgent; so is what has no class yet."""
        return self.recall_class not in ("3", "III")

    def _trace_deliveries(self):
        """Deliveries of the lots in scope, while suspect material was in them; and how
        many there are that the user may not see."""
        lots = self._get_notified_lots()
        if not lots:
            raise UserError(
                self.env._(
                    "%(recall)s has no lots in scope yet. Open it first, then look for "
                    "its consignees.",
                    recall=self.name,
                )
            )
        trace = self.seed_lot_ids.trace_downstream(["deliveries"])
        rows = [
            row
            for row in trace["deliveries"]
            if not row["lot_id"] or row["lot_id"] in lots._ids
        ]
        return rows, trace["outside_scope"]

    # -- refresh --------------------------------------------------------
    def _on_approved(self):
        """From now on it is known who has to be told."""
        result = super()._on_approved()
        rows, _hidden = self._trace_deliveries()
        self.sudo()._refresh_consignees(rows)
        return result

    def _book_returns(self, move_lines):
        """What came back is no longer with the consignee."""
        result = super()._book_returns(move_lines)
        self.sudo()._update_consignees()
        return result

    def _reckon_balance(self):
        self.sudo()._update_consignees()
        return super()._reckon_balance()

    def _update_consignees(self):
        """Bring the lots at known consignees up to the stock ledger; new ones are
        found by somebody who may see them."""
        if not self.consignee_line_ids:
            return
        rows = defaultdict(list)
        for row in self._trace_deliveries()[0]:
            key = self._get_consignee_key(row)
            rows[key, row["lot_id"], row["product_id"]].append(row)
        for key, consignee in self._get_known_consignees().items():
            for line in consignee.line_ids:
                group = rows.get((key, line.lot_id.id, line.product_id.id))
                if group:
                    line._update_from_trace(self._prepare_consignee_line_vals(group))

    def action_refresh_consignees(self):
        """Bring consignees and shipped quantities up to the stock ledger.

        New ones are added; notices and replies stay as they are.

        :return: a notification that says what is new
        :raise UserError: if the recall is over or has no scope
        """
        self.ensure_one()
        self.check_access("write")
        self._check_not_over()
        before = self.consignee_ids
        rows, hidden = self._trace_deliveries()
        # nobody has the right to write deliveries by hand
        self.sudo()._refresh_consignees(rows)
        message = self.env._(
            "%(count)s consignees, %(new)s of them new.",
            count=len(self.consignee_ids),
            new=len(self.consignee_ids - before),
        )
        if hidden["count"]:
            message += " " + hidden["message"]
        self.message_post(body=message)
        return self._notify_user(message, "warning" if hidden["count"] else "success")

    def _notify_user(self, message, kind="success"):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": kind,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _refresh_consignees(self, rows):
        groups = defaultdict(list)
        for row in rows:
            groups[self._get_consignee_key(row)].append(row)
        consignees = self._find_or_create_consignees(groups)
        lines = {
            (line.consignee_id, line.lot_id.id, line.product_id.id): line
            for line in self.consignee_line_ids
        }
        wanted = {}
        for key, group in groups.items():
            for row in group:
                line_key = (consignees[key], row["lot_id"], row["product_id"])
                wanted.setdefault(line_key, []).append(row)
        self._write_consignee_lines(lines, wanted)

    def _get_consignee_key(self, row):
        """A delivery that names nobody is a consignee by itself, to be found out."""
        if row["partner_id"]:
            return row["partner_id"], ""
        return False, row["document"] or "?"

    def _get_known_consignees(self):
        """The consignees by the partner, or the delivery that named nobody."""
        known = {}
        for consignee in self.consignee_ids:
            document = consignee.document or ""
            partner_id = not document and consignee.partner_id.id
            known[partner_id, document] = consignee
        return known

    def _find_or_create_consignees(self, keys):
        known = self._get_known_consignees()
        new = [key for key in keys if key not in known]
        created = self.env["lot.recall.consignee"].create(
            [
                {"recall_id": self.id, "partner_id": partner_id, "document": document}
                for partner_id, document in new
            ]
        )
        created.filtered(lambda one: not one.partner_id)._ask_who_it_was()
        return known | dict(zip(new, created, strict=True))

    def _write_consignee_lines(self, lines, wanted):
        new = []
        for (consignee, lot_id, product_id), rows in wanted.items():
            vals = self._prepare_consignee_line_vals(rows)
            line = lines.pop((consignee, lot_id, product_id), None)
            if line:
                line._update_from_trace(vals)
            else:
                new.append(
                    dict(
                        vals,
                        consignee_id=consignee.id,
                        lot_id=lot_id,
                        product_id=product_id,
                    )
                )
        self.env["lot.recall.consignee.line"].create(new)
        # what is traced no longer, as after a corrected delivery, stays with nothing
        for line in lines.values():
            line._update_from_trace({"shipped": 0, "returned": 0})

    def _prepare_consignee_line_vals(self, rows):
        pickings = {row["picking_id"]: None for row in rows if row["picking_id"]}
        documents = {row["document"]: None for row in rows if row["document"]}
        return {
            "shipped": sum(row["quantity"] for row in rows),
            "returned": sum(row["returned"] for row in rows),
            "date_first": min(row["date"] for row in rows),
            "documents": ", ".join(documents),
            "picking_ids": [fields.Command.set(list(pickings))],
        }
