"""The one place that knows apps which may be installed or not: ``mrp``, ``repair``,
``sale``, ``purchase``, ``point_of_sale``, ``website_sale_stock``. Nothing here needs
one of them.

``HOOKS`` are methods of their models that do something more while this addon is
installed. Odoo has no extension point for a model that an addon does not depend on, so
they are laid over the methods when the registry is ready, and taken off before it is
built anew.
"""

from collections.abc import Callable
from functools import wraps

from odoo import fields

from . import guards
from .done_lines import documents, sold, wholes
from .numbers import finder, generator, reader
from .numbers.form import MAX_LENGTH, is_too_long
from .numbers.provenance import Origin
from .tools.zone import get_zone_of_warehouse

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
    ("transfer", "stock.picking", ("name", "origin", "carrier_tracking_ref")),
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
# what a move is besides its kind, by a field that is set then
HOWS = {
    "picking_id.pos_session_id": "retail",
    "unbuild_id": "unbuild",
    "repair_id": "repair",
}
# documents of moves that can be locked and unlocked; the others are always locked
LOCKABLE_FIELDS = ("picking_id", "raw_material_production_id", "production_id")


def is_at_subcontractor(place) -> bool:
    """Whether a location stands for goods that a subcontractor has."""
    return hasattr(place, "is_subcontract") and bool(place.is_subcontract())


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
            self, number_origin="generated", lot_number_purpose=purpose
        )
        answer = method(order, *args, **kwargs)
        if isinstance(answer, dict) and "name" in answer:
            # the values of a lot that the order creates itself
            answer["number_origin"] = Origin("manufacturing")
        return answer

    return ask


def _placing(method: Callable) -> Callable:
    """Days of a lot that an order creates are those of the place where it is made."""

    def create(self, *args, **kwargs):
        zone = get_zone_of_warehouse(self.picking_type_id.warehouse_id)
        return method(guards.hand_on(self, zone_of_new_lots=zone), *args, **kwargs)

    return create


def _expanding(method: Callable) -> Callable:
    """The list of serials of an order may hold number expressions."""

    def apply(self, *args, **kwargs):
        order = self.production_id
        number = self.env["lot.number"]._for_document(order)
        self.serial_numbers = reader.read_serials(
            number,
            order.product_id,
            self.serial_numbers or "",
            int(order.product_uom_qty),
        )
        zone = get_zone_of_warehouse(order.picking_type_id.warehouse_id)
        wizard = guards.hand_on(
            self, number_origin="manufacturing", zone_of_new_lots=zone
        )
        return method(wizard, *args, **kwargs)

    return apply


def _assigning(method: Callable) -> Callable:
    """An order whose availability is checked does not keep what does not fit."""

    def assign(self, *args, **kwargs):
        moves = self.move_ids if self._name == "repair.order" else self.move_raw_ids
        moves._free_unfit_reservations()
        result = method(self, *args, **kwargs)
        moves._settle_reservations()
        return result

    return assign


def _splitting(method: Callable) -> Callable:
    """What is wrong with a reservation is told on each part of an order."""

    def split(self, *args, **kwargs):
        orders = method(self, *args, **kwargs)
        orders.move_raw_ids._tell_unfit_reservations()
        return orders

    return split


def _asking_why(method: Callable) -> Callable:
    """An order asks about all components that go only with a reason."""

    def check(self, *args, **kwargs):
        answer = method(self, *args, **kwargs)
        if answer or self.env.context.get("skip_expired"):
            return answer
        lots = self.move_raw_ids._get_lots_to_ask_about()
        if not lots:
            return answer
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Confirmation"),
            "res_model": "expiry.picking.confirmation",
            "views": [(False, "form")],
            "target": "new",
            "context": self._get_expired_context(lots.ids),
        }

    return check


def _judging_by_policy(method: Callable) -> Callable:
    """A serial that was made or used before is a matter of the policy: the check of
    the lines judges it, with the reason."""

    def check(self, *args, **kwargs):
        moves = self.move_raw_ids | self.move_finished_ids
        products = moves.product_id.filtered(lambda p: p.tracking == "serial")
        categories = products.categ_id
        company = self.company_id[:1]
        policies = {c._get_serial_conflict_policy(company) for c in categories}
        if policies and "forbid" not in policies:
            return None
        return method(self, *args, **kwargs)

    return check


def _making_wholes(method: Callable) -> Callable:
    """Of half a serial, Odoo would use up the components and make nothing."""

    def check(self, *args, **kwargs):
        for order in self.filtered(lambda order: order.product_tracking == "serial"):
            wholes.refuse_part_of_order(order)
        return method(self, *args, **kwargs)

    return check


def _keeping_why(method: Callable) -> Callable:
    """What is confirmed of expired components is kept with who and why."""

    def confirm(self, *args, **kwargs):
        if hasattr(self, "_record_override"):
            self._record_override()
        return method(self, *args, **kwargs)

    return confirm


def _promising(method: Callable) -> Callable:
    """A line of an order promises what its customer may get, and no more."""

    def compute(self):
        method(self)
        for line in self.filtered(lambda line: line.product_id and line.scheduled_date):
            unfit = line.product_id._get_unfit_quantities(
                line.order_id.partner_shipping_id,
                line.scheduled_date,
                line.warehouse_id,
            )
            if not any(unfit):
                continue
            uom, own = line.product_uom_id, line.product_id.uom_id
            now, then = (own._compute_quantity(less, uom) for less in unfit)
            if line.state == "sale":
                # what is reserved for it is fit
                reserved = line.qty_available_today
                free = own._compute_quantity(line.product_id.free_qty, uom) - now
                if not line.forecast_expected_date:
                    line.free_qty_today = min(
                        line.free_qty_today, reserved + max(free, 0)
                    )
                continue
            line.free_qty_today -= now
            line.virtual_available_at_date -= then

    return compute


def _shopping(method: Callable) -> Callable:
    """A web shop, or a cart in it, offers what its customer may get, and no more."""

    def get(self, product, **kwargs):
        free = method(self, product, **kwargs)
        if free <= 0:
            return free
        if self._name == "website":
            customer, warehouse_id = self.env.user.partner_id, self.warehouse_id.id
        else:
            customer = self.partner_shipping_id
            warehouse_id = self._get_shop_warehouse_id()
        # sudo: what is free does not depend on who visits the shop
        product = product.sudo()
        unfit = product._get_unfit_in_shop(customer.sudo(), warehouse_id)
        return max(free - unfit, 0)

    return get


# -- the till -------------------------------------------------------------
# who may unlock an order that is done
UNLOCKERS = ("stock.group_stock_manager", "mrp.group_mrp_manager")


def _joining(method: Callable) -> Callable:
    """An order says what it made of what, and when its goods are done."""

    def book(self, *args, **kwargs):
        if not self:
            # each transfer calls it for the orders of a subcontractor, mostly none
            return guards.keep_back(method(self, *args, **kwargs))
        orders = guards.hand_on(self, joins_lines=True, books_now=True)
        return guards.keep_back(method(orders, *args, **kwargs))

    return book


def _keeping(method: Callable) -> Callable:
    """An order that is done is corrected as its lines are."""

    def write(self, vals):
        order = documents.Order(self, vals, UNLOCKERS)
        result = method(order.get_writer(self, vals), vals)
        order.settle()
        return result

    return write


def _booking(method: Callable) -> Callable:
    """A button of an order, which books its goods."""

    def book(self, *args, **kwargs):
        return guards.keep_back(
            method(guards.hand_on(self, books_now=True), *args, **kwargs)
        )

    return book


def _staying(method: Callable) -> Callable:
    """What an order that is done says of its goods stays."""

    def write(self, vals):
        documents.refuse_rewriting(self, vals)
        return method(self, vals)

    return write


def _beginning(method: Callable) -> Callable:
    """No order begins as done."""

    def create(self, vals_list):
        orders = method(self, vals_list)
        documents.refuse_made_done(orders)
        return orders

    return create


def _offering(method: Callable) -> Callable:
    """The till offers no lot that is held or expired where it sells from."""

    def get(self, company_id, config_id, product_id):
        rows = method(self, company_id, config_id, product_id)
        # sudo: as in Odoo's method, which says what there is to whoever may sell
        env = self.sudo().env
        lots = env["stock.lot"].browse([row["id"] for row in rows])
        held, expired = lots.filtered("on_hold"), lots._filter_not_offered()
        source = env["pos.config"].browse(config_id).picking_type_id
        places = source.default_location_src_id.child_internal_location_ids
        quants = env["stock.quant"].search(
            [
                ("lot_id", "in", held.ids),
                ("location_id", "in", places.ids),
                ("company_id", "in", [company_id, False]),
                ("quantity", ">", 0),
            ]
        )
        free = dict.fromkeys(held.ids, 0.0)
        for quant in quants.filtered(lambda quant: not quant.lot_on_hold):
            free[quant.lot_id.id] += quant.quantity
        return [
            row | {"product_qty": free.get(row["id"], row["product_qty"])}
            for row in rows
            if row["id"] not in expired.ids and free.get(row["id"], 1) > 0
        ]

    return get


def _selling(method: Callable) -> Callable:
    """What is paid is gone: its delivery is booked, and what is wrong with it is
    written on it."""

    def sell(self, location_dest_id, lines, *args, **kwargs):
        now = fields.Datetime.now()
        # no till sells tomorrow
        moments = [min(order.date_order or now, now) for order in lines.order_id]
        sale = sold.Sale(max(moments, default=now))
        seller = sale.hand_on(self)
        pickings = method(seller, location_dest_id, lines, *args, **kwargs)
        pickings = pickings.with_env(self.env)
        sale.flag(pickings)
        return pickings

    return sell


def _knowing(method: Callable) -> Callable:
    """A number that is sold in another spelling is the lot that there is; one that
    there is not yet is created."""

    def find_lots(self, lines):
        sale = sold.get_sale(self.env)
        moves = self.filtered("picking_type_id.use_existing_lots")
        if not moves or sale is None:
            return method(self, lines)
        packs = lines.pack_lot_ids.filtered(
            lambda pack: pack.lot_name and pack.product_id in moves.product_id
        )
        _cut(packs, sale)
        _correct_spelling(packs, moves.picking_type_id.company_id, sale)
        found = method(self, lines)
        known = {(lot.product_id, lot.name) for lot in found}
        missing = {(pack.product_id, pack.lot_name) for pack in packs} - known
        # sudo: goods that are gone are booked, whoever sold them
        created = self.env["stock.lot"].sudo()
        created = created.create(
            [
                {
                    "product_id": product.id,
                    "name": name,
                    "company_id": moves.company_id[:1].id,
                }
                for product, name in missing
            ]
        )
        for lot in created:
            text = self.env._("“%s” was sold, and was unknown before.", lot.name)
            sale.note(text)
        return found | created.sudo(self.env.su)

    return find_lots


def _cut(packs, sale):
    """What is too long for a number is kept as far as it goes: it is sold already."""
    for pack in packs:
        if is_too_long(pack.lot_name, ""):
            short = pack.lot_name[:MAX_LENGTH]
            sale.note(packs.env._("“%s” was cut: too long for a number.", short))
            pack.sudo().lot_name = short


def _correct_spelling(packs, companies, sale):
    for product, rows in packs.grouped("product_id").items():
        # sudo: which lot a number is does not depend on who sells it
        found = finder.find(
            packs.sudo().env,
            rows.mapped("lot_name"),
            products=product,
            companies=companies,
        )
        for pack in rows:
            lots = found[pack.lot_name].lots
            if len(lots) == 1 and lots.name != pack.lot_name:
                sale.note(
                    packs.env._(
                        "“%(typed)s” is %(lot)s.", typed=pack.lot_name, lot=lots.name
                    )
                )
                pack.sudo().lot_name = lots.name


HOOKS = (
    ("mrp.production", "write", _keeping),
    ("mrp.production", "button_mark_done", _joining),
    ("mrp.production", "_post_inventory", _joining),
    ("mrp.unbuild", "action_unbuild", _joining),
    ("mrp.production", "create", _beginning),
    *(
        hook
        for model in ("mrp.unbuild", "repair.order")
        for hook in ((model, "write", _staying), (model, "create", _beginning))
    ),
    ("repair.order", "action_repair_done", _booking),
    ("mrp.production", "_prepare_stock_lot_values", _asking),
    ("mrp.production", "action_generate_serial", _placing),
    ("repair.order", "action_generate_serial", _asking),
    ("mrp.production", "action_assign", _assigning),
    ("repair.order", "action_assign", _assigning),
    ("mrp.production", "_split_productions", _splitting),
    ("mrp.production", "_check_expired_lots", _asking_why),
    ("expiry.picking.confirmation", "confirm_produce", _keeping_why),
    ("expiry.picking.confirmation", "confirm_workorder", _keeping_why),
    ("mrp.production.serials", "action_apply", _expanding),
    ("sale.order.line", "_compute_qty_at_date", _promising),
    ("website", "_get_product_available_qty", _shopping),
    ("sale.order", "_get_free_qty", _shopping),
    ("mrp.production", "_check_sn_uniqueness", _judging_by_policy),
    ("mrp.production", "_button_mark_done_sanity_checks", _making_wholes),
    ("pos.order.line", "get_existing_lots", _offering),
    ("stock.picking", "_create_picking_from_pos_order_lines", _selling),
    ("stock.move", "_create_production_lots_for_pos_order", _knowing),
)
