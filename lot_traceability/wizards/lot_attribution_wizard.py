from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools.translate import LazyTranslate

from .. import guards
from ..tools import public

_lt = LazyTranslate(__name__)


class LotAttributionWizard(models.TransientModel):
    """Say which serial component of an order went into which of its units."""

    _name = "lot.attribution.wizard"
    _inherit = ["lot.dialog", "lot.guarded"]
    _description = "Components in Units"
    _guard_way = _lt("Open the screen from the order.")

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    produced_lot_ids = fields.Many2many("stock.lot", readonly=True, string="Units")
    line_ids = fields.One2many("lot.attribution.wizard.line", "wizard_id", "Components")
    reason = fields.Char(help="Why what was said before is corrected. It is kept.")
    is_correction = fields.Boolean(compute="_compute_is_correction")

    @api.depends("line_ids.produced_lot_id", "line_ids.known_lot_id")
    def _compute_is_correction(self):
        for wizard in self:
            wizard.is_correction = any(
                line.was_said and line.produced_lot_id != line.known_lot_id
                for line in wizard.line_ids
            )

    @api.model
    def _create_for(self, order):
        attribution = self.env["lot.attribution"]
        lines, produced = attribution._get_sides(order)
        current = attribution._get_current(order)
        return (
            guards.by_button(self)
            .create(
                {
                    "res_model": order._name,
                    "res_id": order.id,
                    "produced_lot_ids": [Command.set(produced.ids)],
                    "line_ids": [
                        Command.create(self._prepare_line(key, current.get(key)))
                        for key in dict.fromkeys(
                            (line.move_id, line.lot_id) for line in lines
                        )
                    ],
                }
            )
            .with_env(self.env)
        )

    def _prepare_line(self, key, row):
        move, component = key
        unit = row.produced_lot_id.id if row else False
        return {
            "consumed_move_id": move.id,
            "consumed_lot_id": component.id,
            "known_lot_id": unit,
            "produced_lot_id": unit,
            "was_said": bool(row),
        }

    def _get_order(self):
        order = self.env[self.res_model].browse(self.res_id)
        order.check_access("write")
        return order

    @public.record()
    def action_fill(self):
        """Fill what is still open, in the order of the numbers: each unit gets the same
        share of each component, what was said before counts.

        :return: action that keeps the screen open
        """
        units = self.env["lot.attribution"]._get_units(self._get_order())
        for lines in self.line_ids.grouped("product_id").values():
            # what is said to be elsewhere is not for these units
            mine = lines.filtered(lambda line: not line.produced_lot_id - units)
            share = -(-len(mine) // len(units)) if units else 0
            room = [
                unit
                for unit in units
                for _open in range(
                    share
                    - len(
                        mine.filtered(
                            lambda line, unit=unit: line.produced_lot_id == unit
                        )
                    )
                )
            ]
            still_open = mine.sorted("id").filtered(
                lambda line: not line.produced_lot_id
            )
            for line, unit in zip(still_open, room, strict=False):
                line.produced_lot_id = unit
        return self._reopen()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "Components in Units of %s", self._get_order().display_name
            ),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @public.record()
    def action_apply(self):
        """Write down what was chosen.

        :raise UserError: if something is corrected without a reason
        """
        units = {
            (line.consumed_move_id, line.consumed_lot_id): line.produced_lot_id
            for line in self.line_ids
        }
        self.env["lot.attribution"]._assign(self._get_order(), units, self.reason)
        return {"type": "ir.actions.act_window_close"}

    @public.record()
    def action_open_history(self):
        """Open all that was ever said about the order.

        :return: window action
        """
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability.action_lot_attribution"
        )
        domain = [("res_model", "=", self.res_model), ("res_id", "=", self.res_id)]
        return dict(action, domain=domain, target="new")
