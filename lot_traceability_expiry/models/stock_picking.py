from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _pre_action_done_hook(self):
        # after the questions of others: they may change the lines
        answer = super()._pre_action_done_hook()
        if answer is not True:
            return answer
        return self.env["lot.pick.question"]._ask(self) or True
