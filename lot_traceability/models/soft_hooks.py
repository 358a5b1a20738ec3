from functools import wraps

from odoo import models

# methods of apps that we do not depend on, which ask a product's sequence for a number
ASKING = (
    ("mrp.production", "_prepare_stock_lot_values"),
    ("repair.order", "action_generate_serial"),
)


class LotNumberSoftHooks(models.AbstractModel):
    """Where other apps are installed, their orders say for which product and operation
    they ask for a number. The one place that touches models we do not depend on."""

    _name = "lot.number.soft.hooks"
    _description = "Hooks into apps that may be installed"

    def _register_hook(self):
        for model, name in ASKING:
            method = getattr(self.env.registry.get(model), name, None)
            if method and not hasattr(method, "asks_for_number"):
                setattr(self.env.registry[model], name, _asking(method))
        return super()._register_hook()


def _asking(method):
    @wraps(method)
    def ask(self, *args, **kwargs):
        number = self.env["lot.number"]._for_document(self)
        order = self.with_context(
            number.env.context, lot_number_product=self.product_id.id
        )
        return method(order, *args, **kwargs)

    ask.asks_for_number = True
    return ask
