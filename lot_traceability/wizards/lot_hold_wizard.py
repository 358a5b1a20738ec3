from functools import partial

from odoo import api, fields, models

from ..holds.rule import IN_STOCK
from ..tools import public
from ..tools.quantity import format_quantity

SHOWN_LOTS = 10


class LotHoldWizard(models.TransientModel):
    """Shows what a hold would touch, then holds; or releases."""

    _name = "lot.hold.wizard"
    _inherit = ["lot.dialog"]
    _description = "Hold or Release Lots"

    mode = fields.Selection(
        [("hold", "Hold"), ("release", "Release"), ("reject", "Reject")],
        required=True,
        default="hold",
    )
    lot_ids = fields.Many2many("stock.lot", string="Lots", required=True)
    location_ids = fields.Many2many(
        "stock.location",
        string="Only in These Places",
        domain="[('id', 'in', possible_location_ids)]",
        help="Hold or release only what is in these places. Empty: all of the lots.",
    )
    possible_location_ids = fields.Many2many(
        "stock.location", compute="_compute_possible_location_ids"
    )
    with_downstream = fields.Boolean(
        "Hold what was made of them, too",
        help="All lots that these went into, through all levels.",
    )
    downstream_ids = fields.Many2many(
        "stock.lot", string="Made of Them", compute="_compute_impact"
    )
    downstream_count = fields.Integer(compute="_compute_impact")
    reason = fields.Char(
        required=True, help="It stays with the lots for good, with your name."
    )
    impact = fields.Html(compute="_compute_impact", sanitize=False)

    @api.depends("lot_ids", "with_downstream", "mode")
    def _compute_impact(self):
        for wizard in self:
            lots = wizard.lot_ids._origin
            impact = lots.hold_impact() if lots and wizard.mode == "hold" else {}
            made = lots.browse(
                [row["id"] for row in impact.get("lots", ()) if row["level"]]
            )
            wizard.downstream_ids, wizard.downstream_count = made, len(made)
            if wizard.with_downstream and made:
                impact = (lots | made).hold_impact()
            wizard.impact = wizard._render_impact(impact)

    @api.depends("lot_ids")
    def _compute_possible_location_ids(self):
        for wizard in self:
            quants = self.env["stock.quant"].search(
                [
                    ("lot_id", "in", wizard.lot_ids._origin.ids),
                    ("location_id.usage", "in", IN_STOCK),
                    ("quantity", ">", 0),
                ]
            )
            wizard.possible_location_ids = quants.location_id

    def _render_impact(self, impact):
        """The template escapes whatever stands in names."""
        return self.env["ir.qweb"]._render(
            "lot_traceability.lot_hold_impact",
            {"impact": impact, "format_quantity": partial(format_quantity, self.env)},
        )

    @public.record()
    def action_apply(self):
        """Hold or release the lots.

        :raise AccessError: without the right to do so
        :raise UserError: if something else holds a lot that is to be released
        """
        self.ensure_one()
        if self.mode == "release":
            self.lot_ids.action_release(self.reason, self.location_ids.ids or None)
        elif self.mode == "reject":
            self.lot_ids.action_reject(self.reason, self.location_ids.ids or None)
        else:
            lots = self.lot_ids
            if self.with_downstream:
                lots |= self.downstream_ids
            lots.action_hold(self.reason, self.location_ids.ids or None)
            if not self.env.context.get("default_lot_ids"):
                # nothing of it is on the screen behind the dialog
                return self._tell_held(lots)
        return {"type": "ir.actions.act_window_close"}

    def _tell_held(self, lots):
        names = ", ".join(lots.mapped("name")[:SHOWN_LOTS])
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._("On hold: %(lots)s", lots=names),
                "type": "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
