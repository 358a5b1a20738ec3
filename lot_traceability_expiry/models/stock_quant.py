from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability import guards

from ..dates.label import get_core_gs1

_lt = LazyTranslate(__name__)

# reservation and FEFO go by them
OF_LOT = guards.Guard(way=_lt("It is the date of the lot, and is changed there."))


class StockQuant(models.Model):
    """Stock that is past its dates, by the day."""

    _inherit = "stock.quant"

    _guards = {"removal_date": OF_LOT, "expiration_date": OF_LOT}

    expiry_state = fields.Selection(related="lot_id.expiry_state")
    expiry_days_left = fields.Integer(related="lot_id.expiry_days_left")

    @api.model
    def _get_gather_domain(self, *args, **kwargs):
        wanted = guards.handed(self.env, "reservation_dates")
        domain = super()._get_gather_domain(*args, **kwargs)
        # days count instead of moments
        return Domain(domain) & wanted.get_domain() if wanted else domain

    @api.depends("lot_id.expiration_date")
    def _compute_available_quantity(self):
        # core takes what is past at this moment for gone, and by its removal date alone
        result = super()._compute_available_quantity()
        for quant in self:
            lot = quant.lot_id
            if not lot.use_expiration_date:
                continue
            if lot._is_past("expiration_date"):
                quant.available_quantity = 0
            elif lot.removal_date and not lot._is_past("removal_date"):
                quant.available_quantity = quant.quantity - quant.reserved_quantity
        return result

    def _get_gs1_barcode(self, gs1_quantity_rules_ai_by_uom=False):
        barcode = super()._get_gs1_barcode(gs1_quantity_rules_ai_by_uom)
        lot = self.lot_id
        if not self.use_expiration_date or not lot.expiration_date:
            return barcode
        # core writes its dates in front: the one that counts instead, as on the label
        return lot._get_expiry_gs1() + barcode.removeprefix(get_core_gs1(lot))
