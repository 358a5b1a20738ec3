"""The one place that knows apps which may be installed or not: ``mrp``, ``repair``,
``sale``, ``purchase``, ``point_of_sale``. Nothing here needs one of them.

``HOOKS`` are methods of their models that do something more while this addon is
installed. Odoo has no extension point for a model that an addon does not depend on, so
they are laid over the methods when the registry is ready, and taken off before it is
built anew.
"""

from collections.abc import Callable
from functools import wraps

from . import guards
from .numbers import generator

# moves know by these fields what they are for, in the order in which they say most
ORDER_FIELDS = ("raw_material_production_id", "repair_id", "sale_line_id")
# fields of moves that lead to the document they were done by, the surest first
DOCUMENT_FIELDS = (
    "lot_conversion_id",
    "unbuild_id",
    "production_id",
    "raw_material_production_id",
    "repair_id",
    "scrap_id",
    "picking_id",
)
# (kind, model, fields) of what leads to lots, where its app is there
DOCUMENTS = (
    ("transfer", "stock.picking", ("name", "origin")),
    ("manufacturing", "mrp.production", ("name", "origin")),
    ("repair", "repair.order", ("name",)),
    ("scrap", "stock.scrap", ("name", "origin")),
    ("unbuild", "mrp.unbuild", ("name",)),
    ("conversion", "lot.conversion", ("name",)),
    ("sale", "sale.order", ("name", "client_order_ref")),
    ("purchase", "purchase.order", ("name", "partner_ref")),
)
# how the move lines of a document are found, by its model
LINE_PATHS = {
    "stock.picking": ("picking_id",),
    "mrp.production": (
        "move_id.production_id",
        "move_id.raw_material_production_id",
    ),
    "repair.order": ("move_id.repair_id",),
    "stock.scrap": ("move_id.scrap_id",),
    "mrp.unbuild": ("move_id.unbuild_id",),
    "lot.conversion": ("move_id.lot_conversion_id",),
    "sale.order": ("move_id.sale_line_id.order_id",),
    "purchase.order": ("move_id.purchase_line_id.order_id",),
}
# what a manufacturing order made says more than what it used
MADE_PATHS = {"mrp.production": "move_id.production_id"}


def install_hooks(registry) -> None:
    """Lay the hooks over the methods of those models that there are."""
    for model, name, make in HOOKS:
        method = getattr(registry.get(model), name, None)
        if method and not _is_ours(method):
            hooked = wraps(method)(make(method))
            hooked.knows_lot_numbers = True
            setattr(registry[model], name, hooked)


def remove_hooks(registry) -> None:
    """Take off what :func:`install_hooks` laid over; nothing else."""
    for model, name, _make in HOOKS:
        if model in registry and _is_ours(vars(registry[model]).get(name)):
            delattr(registry[model], name)


def _is_ours(method) -> bool:
    return hasattr(method, "knows_lot_numbers")


def _asking(method: Callable) -> Callable:
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


def _expanding(method: Callable) -> Callable:
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
