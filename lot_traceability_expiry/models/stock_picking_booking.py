from odoo import api, fields, models
from odoo.exceptions import ValidationError


class StockPicking(models.Model):
    """What is booked late is judged by the day on which the goods moved."""

    _name = "stock.picking"
    _inherit = ["stock.picking"]

    expiry_left_on = fields.Datetime(
        "Really Left On",
        copy=False,
        tracking=True,
        groups="lot_traceability_expiry.group_expiry_override",
        help="If the goods moved before this is booked: when that was. Lots are judged "
        "by their dates at that time, and it becomes the effective date of the "
        "transfer. Empty: they move now.",
    )

    @api.constrains("expiry_left_on")
    def _check_expiry_left_on(self):
        for picking in self:
            if picking.expiry_left_on and (
                picking.expiry_left_on > fields.Datetime.now()
            ):
                raise ValidationError(
                    self.env._(
                        "%(document)s: goods cannot have moved in the future. Leave "
                        "“Really Left On” empty if they move now.",
                        document=picking.name,
                    )
                )

    def _action_done(self):
        result = super()._action_done()
        # sudo: whoever validates books on the day that was written there
        late = self.sudo().filtered(
            lambda picking: picking.expiry_left_on and picking.state == "done"
        )
        for moment, pickings in late.grouped("expiry_left_on").items():
            # Odoo hands it on to the moves and their lines
            pickings.date_done = moment
        return result
