from functools import wraps

from odoo import models

from .. import guards
from ..numbers import generator


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
        purpose = generator.get_purpose(self, self.product_id)
        order = guards.hand_on(
            self.with_context(lot_number_origin="generated"), lot_number_purpose=purpose
        )
        answer = method(order, *args, **kwargs)
        if isinstance(answer, dict) and "name" in answer:
            # the values of a lot that the order creates itself
            answer["number_origin"] = "manufacturing"
        return answer

    return ask


def _expanding(method):
    """The list of serials of an order may hold number expressions."""

    def apply(self, *args, **kwargs):
        order = self.production_id
        number = self.env["lot.number"]._for_document(order)
        self.serial_numbers = number._expand_lines(
            order.product_id, self.serial_numbers, draw=True
        )
        wizard = self.with_context(lot_number_origin="manufacturing")
        return method(wizard, *args, **kwargs)

    return apply


HOOKS = (
    ("mrp.production", "_prepare_stock_lot_values", _asking),
    ("repair.order", "action_generate_serial", _asking),
    ("mrp.production.serials", "action_apply", _expanding),
)
