from odoo import api, fields, models
from odoo.exceptions import ValidationError


class StockPicking(models.Model):
    """What is booked late is judged by the day on which the goods moved."""

    _name = "stock.picking"
    _inherit = ["stock.picking"]

    goods_moved_on = fields.Datetime(
        copy=False,
        help="If the goods moved before this is booked: when that was. Lots are judged "
        "by their dates at that time, and it becomes the effective date of the "
        "transfer. Empty: they move now.",
    )

    @api.constrains("goods_moved_on")
    def _check_goods_moved_on(self):
        for picking in self:
            if picking.goods_moved_on and (
                picking.goods_moved_on > fields.Datetime.now()
            ):
                raise ValidationError(
                    self.env._(
                        "%(document)s: goods cannot have moved in the future. Leave "
                        "“Goods Moved On” empty if they move now.",
                        document=picking.name,
                    )
                )

    def _action_done(self):
        result = super()._action_done()
        late = self.filtered("goods_moved_on")
        for moment, pickings in late.grouped("goods_moved_on").items():
            # Odoo hands it on to the moves and their lines
            pickings.date_done = moment
        return result

    def _check_expired_lots(self):
        found = super()._check_expired_lots()
        return found.filtered(
            lambda picking: not picking.goods_moved_on or picking._had_expired_lots()
        )

    def _had_expired_lots(self):
        moment = self.goods_moved_on
        return any(
            line.removal_date and line.removal_date <= moment
            for line in self.move_line_ids
        )
