from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools.translate import LazyTranslate

from .. import guards
from ..conversions import check, stock
from ..tools import public
from ..tools.arguments import one_of
from ..tools.locking import lock

_lt = LazyTranslate(__name__)

KINDS = [
    ("split", "Split"),
    ("merge", "Merge"),
    ("relabel", "Relabel"),
    ("repack", "Repack"),
]
# undoing one kind is a conversion of another
OPPOSITES = {
    "split": "merge",
    "merge": "split",
    "relabel": "relabel",
    "repack": "repack",
}


class LotConversion(models.Model):
    """Goods that go on under another number: split, merged, relabelled, repacked.

    Done as real stock moves into and out of the production location, which are linked
    as core links those of manufacturing, so that every trace goes through them.
    """

    _name = "lot.conversion"
    _inherit = ["mail.thread", "lot.guarded"]
    _description = "Lot Conversion"
    _order = "date desc, id desc"
    _check_company_auto = True
    _guard_way = _lt("Use Convert, Cancel and Undo.")

    name = fields.Char(
        "Reference",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env._("New"),
        index="trigram",
    )
    kind = fields.Selection(
        KINDS,
        required=True,
        default="split",
        tracking=True,
        help="Split: one lot into several. Merge: several lots into one. Relabel: the "
        "same goods under a new number. Repack: other packs, perhaps another product.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Done"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    reason = fields.Char(
        required=True,
        copy=False,
        tracking=True,
        help="Why the goods get other numbers. It stays in their history.",
    )
    date = fields.Datetime(
        required=True,
        readonly=True,
        copy=False,
        default=fields.Datetime.now,
        help="When it was done",
    )
    user_id = fields.Many2one(
        "res.users", "Responsible", required=True, default=lambda self: self.env.user
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    source_line_ids = fields.One2many(
        "lot.conversion.line",
        "conversion_id",
        "From",
        domain=[("side", "=", "source")],
        context={"default_side": "source"},
        copy=True,
    )
    target_line_ids = fields.One2many(
        "lot.conversion.line",
        "conversion_id",
        "Into",
        domain=[("side", "=", "target")],
        context={"default_side": "target"},
        copy=True,
    )
    # all lines, to search by
    line_ids = fields.One2many("lot.conversion.line", "conversion_id", copy=False)
    product_ids = fields.Many2many(
        "product.product",
        compute="_compute_contents",
        string="Products",
    )
    lots_from = fields.Char("From Lots", compute="_compute_contents")
    lots_into = fields.Char("Into Lots", compute="_compute_contents")
    # what a new target line starts with
    first_product_id = fields.Many2one(
        "product.product", compute="_compute_target_defaults"
    )
    first_location_id = fields.Many2one(
        "stock.location", compute="_compute_target_defaults"
    )
    open_quantity = fields.Float(
        digits="Product Unit", compute="_compute_target_defaults"
    )
    move_ids = fields.One2many(
        "stock.move", "lot_conversion_id", "Stock Moves", readonly=True, copy=False
    )
    undo_of_id = fields.Many2one(
        "lot.conversion", "Undoes", readonly=True, copy=False, index="btree_not_null"
    )
    undone_by_ids = fields.One2many(
        "lot.conversion", "undo_of_id", "Undone by", readonly=True, copy=False
    )
    is_undone = fields.Boolean("Undone", compute="_compute_is_undone")

    @api.depends("line_ids.product_id", "line_ids.lot_id", "line_ids.number")
    def _compute_contents(self):
        for conversion in self:
            sources, targets = conversion.source_line_ids, conversion.target_line_ids
            conversion.product_ids = (sources | targets).product_id
            conversion.lots_from = sources._get_numbers_text()
            conversion.lots_into = targets._get_numbers_text()

    @api.depends(
        "source_line_ids.product_id",
        "source_line_ids.location_id",
        "source_line_ids.product_quantity",
        "target_line_ids.product_quantity",
    )
    def _compute_target_defaults(self):
        for conversion in self:
            sources, targets = conversion.source_line_ids, conversion.target_line_ids
            conversion.first_product_id = sources[:1].product_id
            conversion.first_location_id = sources[:1].location_id
            left = sum(sources.mapped("product_quantity"))
            left -= sum(targets.mapped("product_quantity"))
            conversion.open_quantity = max(left, 0) or 1

    @api.depends("undone_by_ids.state")
    def _compute_is_undone(self):
        for conversion in self:
            states = conversion.undone_by_ids.mapped("state")
            conversion.is_undone = "done" in states

    @api.constrains("state")
    def _check_state(self):
        """What is done has moved goods, and what has moved them is done."""
        for conversion in self:
            if bool(conversion.move_ids) != (conversion.state == "done"):
                raise ValidationError(
                    self.env._(
                        "%s: use the buttons “Convert”, “Cancel” and “Undo”.",
                        conversion.name,
                    )
                )

    def _fill_guarded(self, vals_list):
        for vals in vals_list:
            if not vals.get("name"):
                company_id = vals.get("company_id") or self.env.company.id
                sequence = self.env["ir.sequence"].with_company(company_id)
                vals["name"] = sequence.next_by_code("lot.conversion")
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        done = self._guard_locked()
        if done:
            # not even the system: goods have moved
            raise UserError(done._guard_locked_message(done))

    def _guard_locked(self):
        return self.filtered(lambda conversion: conversion.state == "done")

    def _guard_locked_message(self, locked):
        return self.env._(
            "%(name)s is done and part of the history of its lots. Use “Undo”, which "
            "converts the goods back.",
            name=", ".join(locked.mapped("name")),
        )

    # -- buttons ----------------------------------------------------------
    @public.records()
    def action_done(self):
        """Convert the goods.

        :raise UserError: with everything that is wrong; nothing is moved then
        """
        lock(self)
        for conversion in self:
            check.check_before_done(conversion)
            stock.assign_lots(conversion)
            stock.move_stock(conversion)
            guards.by_button(conversion).write(
                {"state": "done", "date": fields.Datetime.now()}
            )
        return True

    @public.records()
    def action_cancel(self):
        """Give up drafts.

        :raise UserError: for one that is done
        """
        for conversion in self:
            if conversion.state == "done":
                raise UserError(
                    self.env._(
                        "%(name)s is done: its goods have their new numbers and may "
                        "have moved on. Use “Undo”, which converts them back and keeps "
                        "both in the history.",
                        name=conversion.name,
                    )
                )
        self.check_access("write")
        guards.by_button(self).write({"state": "cancelled"})

    @public.records()
    def action_draft(self):
        """Take cancelled ones up again."""
        self.check_access("write")
        cancelled = self.filtered(lambda conversion: conversion.state == "cancelled")
        guards.by_button(cancelled).write({"state": "draft"})

    @public.record()
    def action_undo(self):
        """Prepare the opposite conversion, or open the one that is there.

        :return: action that opens it as a draft
        """
        self.ensure_one()
        undo = self.undone_by_ids.filtered(lambda other: other.state != "cancelled")
        undo = undo[:1] or guards.by_button(self).create(self._prepare_undo())
        return undo._get_form_action()

    def _prepare_undo(self):
        if self.state != "done":
            raise UserError(
                self.env._(
                    "%(name)s is not done, there is nothing to undo. Cancel it.",
                    name=self.name,
                )
            )
        return {
            "kind": OPPOSITES[self.kind],
            "reason": self.env._(
                "Undo of %(name)s: %(reason)s", name=self.name, reason=self.reason
            ),
            "company_id": self.company_id.id,
            "undo_of_id": self.id,
            "source_line_ids": self.target_line_ids._prepare_opposite("source"),
            "target_line_ids": self.source_line_ids._prepare_opposite("target"),
        }

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }

    @api.model
    def _get_draft_action(self, kind, lots):
        """Open a new draft with the stock of the lots filled in."""
        kinds = one_of(lambda env: self._fields["kind"].get_values(env))
        kinds(self.env, "conversion_kind", kind)
        quants = self.env["stock.quant"].search(
            [
                ("lot_id", "in", lots.ids),
                ("location_id.usage", "=", "internal"),
                ("quantity", ">", 0),
                ("company_id", "=", self.env.company.id),
            ]
        )
        lines = self.env["lot.conversion.line"]
        sources = [lines._prepare_from_quant(quant) for quant in quants]
        targets = lines._prepare_targets(kind, sources)
        return {
            "type": "ir.actions.act_window",
            "name": dict(self._fields["kind"]._description_selection(self.env))[kind],
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "current",
            "context": {
                "default_kind": kind,
                "default_source_line_ids": [Command.create(vals) for vals in sources],
                "default_target_line_ids": [Command.create(vals) for vals in targets],
            },
        }
