from odoo import api, fields, models
from odoo.exceptions import ValidationError


class StockPicking(models.Model):
    """Asks about lots that are past their dates, by the day on which they left."""

    _name = "stock.picking"
    _inherit = ["stock.picking"]

    expiry_left_on = fields.Datetime(
        "Really Left On",
        copy=False,
        tracking=True,
        groups="lot_traceability_expiry.group_expiry_override",
        help="For a transfer that is booked late: its lots are judged by this moment, "
        "not by today. Empty: now.",
    )

    @api.constrains("expiry_left_on")
    def _check_expiry_left_on(self):
        for picking in self:
            moment = picking.expiry_left_on
            if moment and moment > fields.Datetime.now():
                raise ValidationError(
                    self.env._(
                        "%(document)s: goods cannot have moved in the future. Leave "
                        "“Really Left On” empty if they move now.",
                        document=picking.display_name,
                    )
                )

    def _action_done(self):
        result = super()._action_done()
        # sudo: whoever validates books on the day that was written there
        for picking in self.sudo().filtered("expiry_left_on"):
            if picking.state == "done":
                picking.date_done = picking.expiry_left_on
        return result

    def _scan(self, text, meant):
        # a date on a label is a day where the goods are, not where the user is
        tz = str(self.picking_type_id.warehouse_id._get_expiry_tz())
        return super(StockPicking, self.with_context(tz=tz))._scan(text, meant)

    # -- Odoo's question --------------------------------------------------
    def _get_lines_past_dates(self):
        """The lines whose lot was expired or to be removed on the day they left."""
        return self.move_line_ids.filtered(lambda line: line._is_past_dates())

    def _check_expired_lots(self):
        # core compares moments; what is past by the day is past for it as well
        return super()._check_expired_lots() & self._get_lines_past_dates().picking_id

    def _action_generate_expired_wizard(self):
        action = super()._action_generate_expired_wizard()
        lots = self._get_lines_past_dates().lot_id
        context = dict(action["context"], default_lot_ids=[(6, 0, lots.ids)])
        return dict(action, context=context)
