from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from .. import guards
from ..done_lines import counts
from ..evidence import log
from ..holds.rule import HeldPlaces, get_free_domain
from ..tools.quantity import plain_quantity

_lt = LazyTranslate(__name__)

# stock that no operation brought or took would contradict every trace
_BY_OPERATIONS = guards.Guard(
    way=_lt(
        "Stock with a number changes by an operation: receive it, transfer it, scrap "
        "it, or count it."
    ),
    when=lambda quant: quant.lot_id or quant.product_id.tracking != "none",
    at_creation=True,
)


class StockQuant(models.Model):
    _name = "stock.quant"
    _inherit = ["stock.quant", "lot.health.listed"]

    _guards = dict.fromkeys(
        (
            "product_id",
            "lot_id",
            "location_id",
            "package_id",
            "owner_id",
            "company_id",
            "quantity",
            "reserved_quantity",
            "in_date",
        ),
        _BY_OPERATIONS,
    )

    lot_on_hold = fields.Boolean(
        "On Hold",
        compute="_compute_lot_on_hold",
        search="_search_lot_on_hold",
        compute_sudo=True,
        help="The lot is on hold in this place.",
    )

    @api.depends("lot_id.on_hold", "location_id", "lot_id.hold_ids.state")
    def _compute_lot_on_hold(self):
        places = HeldPlaces(self.lot_id)
        for quant in self:
            quant.lot_on_hold = places.holds(quant.lot_id, quant.location_id)

    @api.model
    def _search_lot_on_hold(self, operator, value):
        if operator != "in":
            return NotImplemented
        quants = self.sudo().search([("lot_id.on_hold", "=", True)])
        held = Domain("id", "in", quants.filtered("lot_on_hold").ids)
        return held if True in value else ~held

    serial_conflict_reason = fields.Char(
        "Reason for Serial Conflict",
        copy=False,
        help="Why this count is right although the unit with that number is known to "
        "be elsewhere. Needed, and read, only where the policy of the product category "
        "is to ask for a reason.",
    )

    # -- hooks of Odoo ---------------------------------------------------------
    @api.model
    def load(self, fields, data):
        imported = guards.hand_on(self, number_origin="imported")
        return super(StockQuant, imported).load(fields, data)

    @api.model_create_multi
    def create(self, vals_list):
        guards.check_create(self, vals_list)
        self._check_without_quantity(vals_list)
        return super().create(vals_list)

    def _check_without_quantity(self, vals_list):
        """Refuse numbered stock that is written instead of moved or counted."""
        if guards.is_system(self.env):
            return
        # with the defaults, or one of them would bring the quantity or the product
        filled = [self._add_missing_default_values(vals) for vals in vals_list]
        products = self.env["product.product"].browse(
            {vals.get("product_id") for vals in filled if vals.get("quantity")}
            - {None, False}
        )
        tracked = products.filtered(lambda product: product.tracking != "none")
        if tracked:
            raise UserError(
                self.env._(
                    "Stock of %(products)s cannot be written by hand. %(way)s",
                    products=", ".join(tracked.mapped("display_name")),
                    way=self.env._(_BY_OPERATIONS.way),
                )
            )

    def write(self, vals):
        guards.check_write(self, vals)
        return super().write(vals)

    def _apply_inventory(self, date=None):
        # overridden to keep what was counted against what was expected
        counts.refuse_outside(self)
        date = counts.check_date(self.env, date)
        # the day that the dialog asks for is no correction of what is done
        booking = guards.hand_on(self, books_now=True, counted_on=date)
        counted = [
            (quant, quant.quantity, quant.inventory_quantity)
            for quant in self
            if quant.lot_id and quant.inventory_diff_quantity
        ]
        result = super(StockQuant, booking if date else self)._apply_inventory(date)
        olds = {quant.id: quantity for quant, quantity, _counted in counted}
        news = {quant.id: quantity for quant, _quantity, quantity in counted}
        quants = self.browse(list(olds)).exists()
        log.note(
            quants,
            "count",
            old=olds,
            new=lambda quant: (
                f"{plain_quantity(news[quant.id])} {quant.location_id.display_name}"
            ),
        )
        return result

    def check_quantity(self):
        # overridden as what the policy lets through was judged line by line
        alike = self.grouped(lambda quant: (quant.product_id, quant.company_id))
        core = (quants for quants in alike.values() if quants[0]._is_one_forbidden())
        return super(StockQuant, self.browse().union(*core)).check_quantity()

    def _is_one_forbidden(self):
        """Whether no second unit may have a serial number, whoever says so."""
        if self.product_id.tracking != "serial":
            return True
        company = self.company_id or self.env.company
        category = self.product_id.categ_id
        return category._get_serial_conflict_policy(company) == "forbid"

    # -- counts ----------------------------------------------------------------
    @api.model
    def _get_inventory_fields_write(self):
        return [*super()._get_inventory_fields_write(), "serial_conflict_reason"]

    def _get_inventory_move_values(self, *args, **kwargs):
        values = super()._get_inventory_move_values(*args, **kwargs)
        if self.serial_conflict_reason:
            for _command, _id, line in values["move_line_ids"]:
                line["serial_conflict_reason"] = self.serial_conflict_reason
        return values

    def action_clear_inventory_quantity(self):
        self.serial_conflict_reason = False
        return super().action_clear_inventory_quantity()

    def action_apply_inventory(self, date=None):
        # overridden so that one count that is refused does not stop the others
        if len(self) < 2 or any(quant.is_outdated for quant in self):
            return super().action_apply_inventory(date)
        refused = counts.apply_what_is_right(
            self,
            lambda quants: super().action_apply_inventory(date),
        )
        return counts.get_answer(self, refused)

    def _get_gather_domain(self, product_id, *args, **kwargs):
        domain = super()._get_gather_domain(product_id, *args, **kwargs)
        if not guards.handed(self.env, "without_held_lots"):
            return domain
        return Domain(domain) & get_free_domain(self.env, product_id)

    def _gather(self, product_id, *args, **kwargs):
        quants = super()._gather(product_id, *args, **kwargs)
        if self.env.context.get("quants_cache") is not None and guards.handed(
            self.env, "without_held_lots"
        ):
            # what is kept for a whole transfer was not searched with the domain
            return quants.filtered(lambda quant: not quant.lot_on_hold)
        return quants

    def _get_line_key(self):
        """What a move line has to say to take from this quant."""
        return {
            "lot_id": self.lot_id.id,
            "location_id": self.location_id.id,
            "package_id": self.package_id.id,
            "owner_id": self.owner_id.id,
        }
