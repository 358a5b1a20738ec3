from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability.tools import public
from odoo.addons.lot_traceability.tools.quantity import format_quantity

from ..case import disposal, receipts, roles

_lt = LazyTranslate(__name__)


class LotRecallDisposition(models.Model):
    """What is to be done with the goods of a lot in one place, and what was done."""

    _name = "lot.recall.disposition"
    _inherit = ["lot.guarded", "lot.recall.named", "lot.unit.totals"]
    _description = "Disposition of Recalled Stock"
    _order = "recall_id desc, id"
    _guard_parents = ("recall_id",)
    _guard_locks_system = True
    _guard_way = _lt("Plan it in the recall by Deal with Stock, or withdraw it.")
    _rec_name = "lot_id"

    recall_id = fields.Many2one(
        "lot.recall", required=True, ondelete="cascade", index=True, readonly=True
    )
    is_mock = fields.Boolean(related="recall_id.is_mock", store=True)
    disposition = fields.Selection(
        [
            ("scrap", "Scrap"),
            ("quarantine", "Move to Quarantine"),
            ("vendor", "Return to Vendor"),
            ("rework", "Move to Rework"),
            ("release", "Release"),
        ],
        "What To Do",
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("done", "Done"),
            ("simulated", "Simulated"),
            ("refused", "Refused"),
        ],
        default="planned",
        required=True,
        index=True,
        readonly=True,
    )
    quant_id = fields.Many2one("stock.quant", index="btree_not_null", readonly=True)
    lot_id = fields.Many2one(
        "stock.lot",
        "Lot/Serial Number",
        required=True,
        ondelete="restrict",
        readonly=True,
    )
    product_id = fields.Many2one(related="lot_id.product_id", store=True)
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    location_id = fields.Many2one(
        "stock.location", required=True, ondelete="restrict", readonly=True
    )
    package_id = fields.Many2one("stock.package", ondelete="set null", readonly=True)
    owner_id = fields.Many2one("res.partner", ondelete="restrict", readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    available = fields.Float(
        "On Hand When Planned",
        digits="Product Unit",
        help="To notice what moved since.",
        readonly=True,
    )
    quantity = fields.Float(digits="Product Unit", required=True, readonly=True)
    message = fields.Char(help="Why it could not be done.", readonly=True)
    scrap_id = fields.Many2one("stock.scrap", index="btree_not_null", readonly=True)
    picking_id = fields.Many2one(
        "stock.picking", "Transfer", index="btree_not_null", readonly=True
    )
    receipt_move_id = fields.Many2one(
        "stock.move",
        "Receipt",
        index="btree_not_null",
        readonly=True,
        help="What the return to the vendor refers to.",
    )
    done_date = fields.Datetime(readonly=True)
    done_by_id = fields.Many2one("res.users", readonly=True)

    # one plan for one place at a time: planning twice does not do it twice
    _planned_uniq = models.UniqueIndex(
        "(quant_id) WHERE state = 'planned' AND is_mock IS NOT TRUE",
        "These goods are planned in a recall already. Carry that out first, or "
        "withdraw it.",
    )

    @api.model
    def _get_dispositions(self):
        """What a dialog offers: the values of the one field that others extend."""
        return self._fields["disposition"].selection

    def _describe(self):
        return self.env._(
            "%(lot)s in %(location)s",
            lot=self.lot_id.name,
            location=self.location_id.display_name,
        )

    @public.records()
    def action_withdraw(self):
        """Take back what is only planned.

        :raise UserError: if it is done
        """
        roles.check(self.recall_id, "dispose")
        self.check_access("read")
        if self.filtered(lambda line: line.state in ("done", "simulated")):
            raise UserError(self.env._("What is done cannot be withdrawn."))
        # sudo: nobody has the right to delete plans by hand
        self.sudo().unlink()

    @public.record()
    def action_open_document(self):
        """Open the scrap order or transfer that was made."""
        self.ensure_one()
        return (self.scrap_id or self.picking_id)._get_records_action()

    # -- carrying out ---------------------------------------------------
    def _carry_out(self):
        """Do these lines; one that cannot be done is refused with its reason.

        :return: sorted names of the documents that lost a reservation
        """
        return disposal.carry_out_lines(self)

    # -- may it be done? ------------------------------------------------
    def _get_problems(self):
        """Why lines cannot be done now, in words: ``{line: text}``."""
        there = set(self.quant_id.exists().ids)
        shares = self.filtered(lambda line: line.disposition == "vendor")
        shares = receipts.share(shares)
        problems = {
            line: line._get_stock_problem(there) or line._get_target_problem(shares)
            for line in self
        }
        return {line: problem for line, problem in problems.items() if problem}

    def _get_stock_problem(self, there):
        if self._is_changed(there):
            return self.env._("The stock changed since it was planned.")
        uom = self.product_uom_id
        if (
            uom.compare(self.quantity, self.available) > 0
            or uom.compare(self.quantity, 0) <= 0
        ):
            return self.env._(
                "More than 0 and up to %(available)s are possible.",
                available=format_quantity(self.env, self.available, uom),
            )
        return ""

    def _get_target_problem(self, shares):
        if self.disposition == "vendor":
            return receipts.get_problem(self, shares[self])
        if self.disposition in ("quarantine", "rework") and not self._get_target():
            return self.env._(
                "No place is set for it. Set one in the settings of Inventory, or on "
                "the warehouse.",
            )
        return ""

    def _is_changed(self, there):
        quant = self.quant_id
        return (
            quant.id not in there
            or quant.lot_id != self.lot_id
            or quant.location_id != self.location_id
            or quant.package_id != self.package_id
            or quant.owner_id != self.owner_id
            or quant.company_id != self.company_id
            or self.product_uom_id.compare(quant.quantity, self.available) != 0
        )

    # -- where to -------------------------------------------------------
    def _get_target(self):
        """Where the goods go to."""
        if self.disposition == "vendor":
            return self.receipt_move_id.location_id
        if self.disposition == "rework":
            return self.company_id.lot_recall_rework_location_id
        return self.location_id.warehouse_id.lot_quarantine_location_id
