from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _pre_action_done_hook(self):
        # the last question before the transfers are done
        answer = super()._pre_action_done_hook()
        if answer is not True:
            return answer
        return self.env["lot.serial.conflict"]._ask(self) or True
