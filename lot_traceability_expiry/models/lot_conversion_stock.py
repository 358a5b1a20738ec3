from odoo import models


class LotConversionStock(models.AbstractModel):
    _inherit = "lot.conversion.stock"

    def _age_existing_lots(self, lines):
        # the history of the lots tells which conversion it was
        conversion = self.with_context(lot_date_reason=f"{self.name}: {self.reason}")
        return super(LotConversionStock, conversion)._age_existing_lots(
            lines and {line.with_env(conversion.env) for line in lines}
        )
