from odoo import api, fields, models
from odoo.exceptions import UserError


class StockLot(models.Model):
    """The conversions of a lot."""

    _name = "stock.lot"
    _inherit = ["stock.lot"]

    conversion_line_ids = fields.One2many("lot.conversion.line", "lot_id")
    conversion_count = fields.Integer(
        "Conversions",
        compute="_compute_conversions",
        groups="stock.group_stock_user",
    )
    converted_from_ids = fields.Many2many(
        "stock.lot",
        compute="_compute_conversions",
        groups="stock.group_stock_user",
        help="The lots that this one was split off, merged or repacked from",
    )

    @api.depends("conversion_line_ids.state")
    def _compute_conversions(self):
        for lot in self:
            lines = lot.conversion_line_ids.filtered(lambda ln: ln.state == "done")
            made = lines.filtered(lambda ln: ln.side == "target")
            lot.conversion_count = len(lines.conversion_id)
            origins = lines.browse().union(*(line._get_origins() for line in made))
            lot.converted_from_ids = origins.lot_id

    def action_open_conversions(self):
        """Open the conversions that these lots went into or came out of.

        :return: window action
        """
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability.action_lot_conversion"
        )
        return dict(action, domain=[("line_ids.lot_id", "in", self.ids)], context={})

    def action_convert(self):
        """Open a new conversion of these lots, with their stock filled in.

        :return: window action; the context key ``conversion_kind`` says which kind
        """
        kind = self.env.context.get("conversion_kind", "split")
        if kind == "split" and len(self) > 1:
            raise UserError(
                self.env._(
                    "A split starts from one lot. Choose one, not %s.", len(self)
                )
            )
        return self.env["lot.conversion"]._get_draft_action(kind, self)
