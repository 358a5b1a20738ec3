from functools import wraps

from odoo import models


class LotNumberSoftHooks(models.AbstractModel):
    """The one place that touches models of apps that we do not depend on."""

    _name = "lot.number.soft.hooks"
    _description = "Hooks into apps that may be installed"

    def _register_hook(self):
        for model, name, wrapper in HOOKS:
            method = getattr(self.env.registry.get(model), name, None)
            if method and not hasattr(method, "knows_lot_numbers"):
                hooked = wraps(method)(wrapper(method))
                hooked.knows_lot_numbers = True
                setattr(self.env.registry[model], name, hooked)
        return super()._register_hook()


def _asking(method):
    """Orders that ask a product's sequence for a number say for which product and
    operation; ``next_by_id`` of ``ir.sequence`` then asks the numbering."""

    def ask(self, *args, **kwargs):
        number = self.env["lot.number"]._for_document(self)
        order = self.with_context(
            number.env.context, lot_number_product=self.product_id.id
        )
        return method(order, *args, **kwargs)

    return ask


def _expanding(method):
    """The list of serials of an order may hold number expressions."""

    def apply(self, *args, **kwargs):
        order = self.production_id
        self.serial_numbers = (
            self.env["lot.number"]
            ._for_document(order)
            ._expand_lines(order.product_id, self.serial_numbers, draw=True)
        )
        return method(self, *args, **kwargs)

    return apply


HOOKS = (
    ("mrp.production", "_prepare_stock_lot_values", _asking),
    ("repair.order", "action_generate_serial", _asking),
    ("mrp.production.serials", "action_apply", _expanding),
)
