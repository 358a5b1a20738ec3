from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.orm.models import NO_ACCESS
from odoo.tools.sql import column_exists, create_column
from odoo.tools.translate import LazyTranslate

from .. import apps, guards, retirement
from ..documents import labels
from ..documents.export import get_action
from ..done_lines import sold
from ..evidence import log
from ..holds import holding
from ..holds.impact import get_impact
from ..holds.rule import HeldPlaces, get_current_holds
from ..imports.new_stock import get_different
from ..lot_company import check_company
from ..numbers import generator, reader, rules, scope, written
from ..numbers.form import trim_name
from ..numbers.provenance import NUMBER_ORIGINS, get_origin
from ..places.shown import describe
from ..scanning import labelled
from ..tools.quantity import format_quantity
from ..trace import DOWNSTREAM, UPSTREAM, Story
from ..trace.counts import (
    Count,
    count,
    get_readable_deliveries,
    get_readable_partners,
)
from ..trace.graph import get_graph
from ..trace.movements import get_page
from ..trace.partners import (
    find_lots_of_customers,
    find_lots_of_vendors,
    search_partners,
)
from ..trace.search import find, get_lots, get_records
from ..trace.size import get_answer

_lt = LazyTranslate(__name__)

_HOLD_WAY = _lt("Use Hold and Release on the lot.")
_NUMBER_WAY = _lt("It follows from the number.")
_ORIGIN_WAY = _lt("It is written down when the number is created.")
_HELD_WAY = _lt(
    "The lot is on hold: have it released first, or ask somebody who may hold and "
    "release lots."
)
_FIXED_WHILE_HELD = guards.Guard(
    way=_HELD_WAY,
    group=holding.GROUP,
    when=lambda lot: lot.on_hold,
    at_creation=True,
)
from ..tools import public, technical
from ..tools.arguments import (
    check_bool,
    check_some_ids,
    check_text,
    check_whole,
)

# who got goods is told also when it is a contact of the past
SHOW_ARCHIVED = {"active_test": False}
# what no screen offers to group or filter by
TECHNICAL = ("number_key", "number_scope_key", "supplier_number_key", "place_state")
# what a lot is called, and what it belongs to
LOGGED_FIELDS = ("name", "supplier_number", "product_id", "company_id")
LOGGED_FIELDS += ("lot_tlc", "lot_tlc_source_id", "lot_tlc_source_reference")


class StockLot(models.Model):
    _name = "stock.lot"
    _inherit = ["stock.lot", "lot.health.listed"]
    # who held it and why stands in notes of the system
    _lot_evidence = "notes"

    _guards = {
        **dict.fromkeys(
            ("on_hold", "is_rejected"), guards.Guard(way=_HOLD_WAY, binds_system=True)
        ),
        "hold_ids": guards.Guard(way=_HOLD_WAY),
        **dict.fromkeys(
            ("number_key", "number_scope_key", "supplier_number_key"),
            guards.Guard(way=_NUMBER_WAY),
        ),
        **dict.fromkeys(
            ("number_origin", "lot_import_id", "origin_lot_id"),
            guards.Guard(way=_ORIGIN_WAY),
        ),
        "retired_date": guards.Guard(way=_lt("Use Archive and Bring Back.")),
        **dict.fromkeys((*LOGGED_FIELDS, "batch_code"), _FIXED_WHILE_HELD),
    }

    # -- numbers ---------------------------------------------------------------
    number_origin = fields.Selection(
        NUMBER_ORIGINS,
        "Origin of Number",
        readonly=True,
        prefetch="lot_traceability",
        copy=False,
        help="Generated: by a sequence or a dialog. Supplier Label: scanned from it at "
        "the receipt. Manufacturing Batch: that of the order it was made by. Empty: "
        "the number is older than this record of origins.",
    )
    supplier_number = fields.Char(
        "Supplier's Number",
        index="trigram",
        prefetch="lot_traceability",
        copy=False,
        help="The lot or serial number under which the supplier knows the goods, where "
        "it is another one than yours. Searches for a number find it, too.",
    )
    batch_code = fields.Char(
        index="trigram",
        prefetch="lot_traceability",
        help="Shared by what was made together, over several products: the batch of "
        "units with serial numbers, an oven load, a shift.",
    )
    lot_import_id = fields.Many2one(
        "lot.import",
        "Imported by File",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        prefetch="lot_traceability",
        groups="stock.group_stock_manager",
        help="The import that created this number",
    )
    number_key = fields.Char(
        compute="_compute_number_key",
        store=True,
        index=True,
        prefetch=False,
        help="The form in which the number is compared: without regard to letter case, "
        "blanks and look-alike characters",
    )
    supplier_number_key = fields.Char(
        compute="_compute_supplier_number_key",
        store=True,
        index="btree_not_null",
        prefetch=False,
        help="The same form of the supplier's number",
    )
    # the database's word on uniqueness, also between parallel transactions
    number_scope_key = fields.Char(
        compute="_compute_number_scope_key", store=True, prefetch=False
    )

    _number_scope_key_unique = models.UniqueIndex(
        "(number_scope_key)",
        "This lot or serial number exists already. Generate the next one, or choose "
        "the lot that exists.",
    )
    # -- holds -----------------------------------------------------------------
    hold_ids = fields.One2many("lot.hold", "lot_id", "Lot Holds", copy=False)
    on_hold = fields.Boolean(
        compute="_compute_on_hold",
        store=True,
        copy=False,
        help="Something of it is on hold: not reserved, not used and not delivered, "
        "until it is released. It can be moved into quarantine, scrapped, counted and "
        "returned to the vendor. A hold is for the whole lot, or for one place.",
    )
    is_rejected = fields.Boolean(
        "Rejected",
        compute="_compute_on_hold",
        store=True,
        copy=False,
        help="Something of it was judged unfit for use. It stays out of use, as if on "
        "hold.",
    )
    # subcontractors read lots in the portal: why is not for them
    hold_text = fields.Text(compute="_compute_hold_text", groups="base.group_user")
    hold_count = fields.Integer(compute="_compute_hold_count")
    held_by_users = fields.Boolean(
        compute="_compute_hold_text",
        help="Something of it is held by a user, who may release it; or by a recall "
        "that is over.",
    )
    held_whole = fields.Boolean(
        compute="_compute_hold_text", help="All of it is on hold, wherever it is."
    )
    _on_hold_idx = models.Index("(product_id) WHERE on_hold")
    # -- archive ---------------------------------------------------------------
    # neither "active" nor "is_archived": the lot stays in every search and trace, and
    # other addons use those names
    retired_date = fields.Datetime(
        "Archived On",
        index="btree_not_null",
        prefetch="lot_traceability",
        copy=False,
        readonly=True,
        tracking=True,
        help="Since when the number is out of the way. It stays taken and is still "
        "traced; a new move brings it back.",
    )

    has_stock = fields.Boolean(
        "In Stock",
        compute="_compute_has_stock",
        search="_search_has_stock",
        compute_sudo=True,
        help="Whether there is something of it in a warehouse or on the way, in any "
        "company.",
    )
    last_move_date = fields.Datetime(
        "Last Move",
        compute="_compute_last_move_date",
        search="_search_last_move_date",
        help="When something of it was moved the last time, as far as you may see it.",
    )
    days_since_move = fields.Integer(
        "Age (Days)",
        compute="_compute_last_move_date",
        search="_search_days_since_move",
        aggregator=None,
        help="Days since the last move; since the number was created if it was never "
        "moved.",
    )
    # -- food rules ------------------------------------------------------------
    lot_is_ftl = fields.Boolean(related="product_id.lot_is_ftl")
    lot_tlc = fields.Char(
        "Traceability Lot Code",
        copy=False,
        help="By the US food traceability rule: the code that was given where the food "
        "was first packed, made, repacked or relabelled. Empty: the supplier's number, "
        "else our own.",
    )
    lot_tlc_source_id = fields.Many2one(
        "res.partner",
        "Code Source",
        ondelete="restrict",
        copy=False,
        help="The place where the traceability lot code was given. Empty: as the "
        "product says, or our own place if the lot was made here.",
    )
    lot_tlc_source_reference = fields.Char(
        "Code Source Reference",
        copy=False,
        help="Instead of the address: what leads to it, such as a registration number "
        "of the FDA, a GLN or a web address.",
    )
    # -- other companies -------------------------------------------------------
    # Odoo shows the name of any record that is linked to, so only code may read it
    origin_lot_id = fields.Many2one(
        "stock.lot",
        "Origin in Another Company",
        index="btree_not_null",
        copy=False,
        ondelete="set null",
        prefetch="lot_traceability",
        groups=NO_ACCESS,
        help="The lot of the other company that this one is a copy of.",
    )

    visible_origin_lot_id = fields.Many2one(
        "stock.lot",
        "Came From Lot",
        compute="_compute_visible_origin_lot_id",
        help="The lot of the other company that these goods were delivered as, if you "
        "may see it.",
    )
    # -- conversions -----------------------------------------------------------
    conversion_line_ids = fields.One2many("lot.conversion.line", "lot_id")
    conversion_count = fields.Integer(
        "Conversions",
        compute="_compute_conversions",
        groups="stock.group_stock_user",
    )
    converted_from_ids = fields.Many2many(
        "stock.lot",
        compute="_compute_conversions",
        groups="stock.group_stock_user",
        help="The lots that this one was split off, merged or repacked from",
    )
    # -- trace and place -------------------------------------------------------
    trace_upstream_count = fields.Integer("Made of", compute="_compute_trace_upstream")
    trace_downstream_count = fields.Integer(
        "Went into", compute="_compute_trace_downstream"
    )
    trace_customer_count = fields.Integer(
        "Customers", compute="_compute_trace_downstream"
    )
    trace_vendor_count = fields.Integer("Vendors", compute="_compute_trace_upstream")
    trace_customer_ids = fields.Many2many(
        "res.partner",
        string="Customers, All Levels",
        compute="_compute_trace_downstream",
        search="_search_trace_customer_ids",
        context=SHOW_ARCHIVED,
        help="Who got this lot, or something made of it.",
    )
    trace_vendor_ids = fields.Many2many(
        "res.partner",
        string="Vendors, All Levels",
        compute="_compute_trace_upstream",
        search="_search_trace_vendor_ids",
        context=SHOW_ARCHIVED,
        help="Who this lot, or something it is made of, came from.",
    )
    # Odoo's own, by the same walk: right, and as fast
    delivery_ids = fields.Many2many(compute="_compute_trace_downstream")
    delivery_count = fields.Integer(compute="_compute_trace_downstream")
    partner_ids = fields.Many2many(
        compute="_compute_trace_downstream", context=SHOW_ARCHIVED
    )
    place_now = fields.Char("Where Now", compute="_compute_place_now")
    place_state = fields.Char(compute="_compute_place_now")
    place_since = fields.Datetime("There Since", compute="_compute_place_now")

    # -- hooks of Odoo ---------------------------------------------------------
    @api.model
    def fields_get(self, allfields=None, attributes=None):
        return technical.hide(super().fields_get(allfields, attributes), TECHNICAL)

    def _register_hook(self):
        apps.install_hooks(self.env.registry)
        return super()._register_hook()

    def _unregister_hook(self):
        apps.remove_hooks(self.env.registry)
        return super()._unregister_hook()

    def _auto_init(self):
        # the columns first, or each lot would be computed one by one
        for column in ("number_key", "number_scope_key", "supplier_number_key"):
            if not column_exists(self.env.cr, self._table, column):
                create_column(self.env.cr, self._table, column, "varchar")
        # no lot is held or rejected yet
        for column in ("on_hold", "is_rejected"):
            if not column_exists(self.env.cr, self._table, column):
                create_column(self.env.cr, self._table, column, "bool")
        return super()._auto_init()

    @api.model_create_multi
    def create(self, vals_list):
        """Create lots. Those without a name get the next numbers."""
        guards.check_create(self, vals_list)
        named = [trim_name(vals) for vals in vals_list]
        self._number_those_without_name(named)
        self._check_numbers_usable(named)
        known = {"number_origin": get_origin(self.env)}
        document = guards.handed(self.env, "lot_import_id")
        if document:
            known["lot_import_id"] = document
        return super().create([known | vals for vals in named])

    def write(self, vals):
        vals = written.get_news(self, vals)
        guards.check_write(self, vals)
        self._check_numbers_usable([vals])
        self._check_company_change(vals)
        before = self._get_logged(vals)
        given_up = []
        if vals.keys() & {"name", "product_id", "company_id"}:
            given_up = self.mapped("number_key")
        lots = self
        if vals.get("name"):
            number = self.env["lot.number"]
            if back := scope.find_returning(number, self, vals["name"]):
                lots = guards.hand_on(self, lot_numbers_taken_back=set(back.ids))
        result = super(StockLot, lots).write(vals)
        if lots is not self:
            lots.flush_recordset(["number_scope_key"])
        self._log_changes(before)
        if given_up:
            scope.hand_over(self.env["lot.number"], given_up)
        return result

    def unlink(self):
        given_up = self.mapped("number_key")
        result = super().unlink()
        scope.hand_over(self.env["lot.number"], given_up)
        return result

    def _check_company(self, fnames=None):
        # overridden as the lots of a product that an import makes differ in texts alone
        return super(StockLot, get_different(self))._check_company(fnames)

    def _check_company_change(self, vals):
        company = self.env["res.company"].browse(vals.get("company_id") or ())
        if company:
            changing = self.filtered(lambda lot: lot.company_id != company)
            check_company(changing, company)

    def _get_logged(self, vals):
        """What lots are called and belong to, as far as the values may change it."""
        names = [name for name in LOGGED_FIELDS if name in vals]
        return {name: {lot.id: lot[name] for lot in self} for name in names}

    def _log_changes(self, before):
        for name, olds in before.items():
            changed = self.filtered(lambda lot, n=name, o=olds: lot[n] != o[lot.id])
            # the number itself needs no label
            label = "" if name == "name" else f"{self._fields[name].string}: "
            log.note(
                changed,
                "number",
                old=lambda lot, o=olds, b=label: b + (log.to_text(o[lot.id]) or "–"),
                new=lambda lot, n=name, b=label: b + (log.to_text(lot[n]) or "–"),
            )

    def _check_numbers_usable(self, vals_list):
        names = ("name", "supplier_number", "batch_code")
        texts = [vals.get(name) for vals in vals_list for name in names]
        self.env["lot.number"]._check_usable(texts)

    @api.model
    def load(self, fields, data):
        imported = guards.hand_on(self, number_origin="imported")
        return super(StockLot, imported).load(fields, data)

    @api.model
    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        # only where people look for a number: an import names the lot exactly
        if operator in ("ilike", "=ilike", "like", "=like"):
            domain |= Domain("supplier_number", operator, value)
            # a whole number in any spelling
            key = self.env["lot.number"]._get_key(labelled.unescape(str(value or "")))
            domain |= Domain("number_key", "=", key) if key else Domain.FALSE
        return domain

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        # where a lot is chosen for a product, archived ones are found by their whole
        # number only
        if self.env.context.get("default_product_id"):
            key = self.env["lot.number"]._get_key(name)
            shown = Domain("retired_date", "=", False) | Domain("number_key", "=", key)
            domain = Domain(domain or Domain.TRUE) & shown
        plain = labelled.escape(name, operator)
        rows = super().name_search(plain, domain, operator, limit)
        return labelled.propose(self, rows, name, domain, operator, limit)

    @api.depends("product_id")
    def _compute_name(self):
        # overridden to show the next number in a new form and not to use it up: what
        # is created without a name has got one before; core names what is left
        for lot in self:
            if not lot.name:
                numbers = self.env["lot.number"]._generate(
                    lot.product_id, bool(lot.product_id), draw=False
                )
                lot.name = numbers[0] if numbers else False
        return super()._compute_name()

    @api.model
    def generate_lot_names(self, first_lot, count):
        # overridden to take number expressions wherever a first number is asked for
        if not guards.handed(self.env, "lot_number_is_plain"):
            first_lot = reader.unwrap_head(first_lot or "")
            if numbers := self._read_first_number_in_context(first_lot, count):
                return [{"lot_name": number} for number in numbers]
        return super().generate_lot_names(first_lot, count)

    @api.model
    def _get_next_serial(self, company, product):
        # counts on from a number that exists, whatever characters it is made of
        plain = guards.hand_on(self, lot_number_is_plain=True)
        return super(StockLot, plain)._get_next_serial(company, product)

    # -- numbers ---------------------------------------------------------------
    @api.depends("name")
    def _compute_number_key(self):
        for lot in self:
            lot.number_key = self.env["lot.number"]._get_key(lot.name)

    @api.depends("supplier_number")
    def _compute_supplier_number_key(self):
        for lot in self:
            key = self.env["lot.number"]._get_key(lot.supplier_number)
            lot.supplier_number_key = key or False

    @api.depends("number_key", "product_id", "company_id")
    def _compute_number_scope_key(self):
        # a double that takes its number back leaves the key to the other
        back = guards.handed(self.env, "lot_numbers_taken_back", ())
        for lot in self:
            lot.number_scope_key = lot.id not in back and scope.get_scope_key(
                self.env["lot.number"], lot.product_id, lot.company_id, lot.number_key
            )

    @api.constrains("name", "product_id", "company_id")
    def _check_number(self):
        problems = rules.get_lot_problems(self.env["lot.number"], self)
        if problems:
            # what is sold under such a number is known by it
            sold.refuse(self.env, ValidationError("\n".join(problems)))

    @api.constrains("name", "product_id", "company_id")
    def _check_unique_lot(self):
        # Odoo looks for a thousand names by an index of their parts: seconds each time
        return super(StockLot, scope.find_written_alike(self))._check_unique_lot()

    def _number_those_without_name(self, vals_list):
        """Draw the missing numbers, a block for each product."""
        if not self._default_name():
            generator.number_lots(self.env["lot.number"], vals_list)

    def _default_name(self):
        return self.env.context.get("default_name")

    def _read_first_number_in_context(self, first_lot, count):
        """For the dialogs that name neither product nor order."""
        number = self.env["lot.number"]
        product = self.env["product.product"]
        if self.env.context.get("active_model") == "mrp.production":
            order = self.env["mrp.production"].browse(self.env.context["active_id"])
            product, number = order.product_id, number._for_document(order)
        return number._read_first_number(product, first_lot, count, draw=True)

    # -- hold and release ------------------------------------------------------
    @api.depends("hold_ids.state")
    def _compute_on_hold(self):
        holds = get_current_holds(self)
        held = set(holds.lot_id.ids)
        rejected = set(holds.filtered(lambda hold: hold.state == "rejected").lot_id.ids)
        for lot in self:
            lot.on_hold = lot.id in held
            lot.is_rejected = lot.id in rejected

    @api.depends("hold_ids.state")
    def _compute_hold_text(self):
        holds = get_current_holds(self._origin).grouped("lot_id")
        places = HeldPlaces(self._origin)
        for lot in self:
            lot.held_whole = places.holds_whole(lot._origin)
            lot.held_by_users = any(
                hold._is_of_users() for hold in holds.get(lot._origin, ())
            )
            lot.hold_text = "\n".join(
                hold._get_text() for hold in holds.get(lot._origin, ())
            )

    @api.depends("hold_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_hold_count(self):
        counts = dict(
            self.env["lot.hold"]._read_group(
                [("lot_id", "in", self.ids)], ["lot_id"], ["__count"]
            )
        )
        for lot in self:
            lot.hold_count = counts.get(lot._origin, 0)

    @public.records(reason=check_text, location_ids=check_some_ids)
    def action_hold(self, reason, location_ids=None):
        """Put the lots on hold: they are not reserved, used or delivered any more.

        What is reserved of them is freed in the same step, and kept on the hold.

        :param reason: why, as text; it stays with the lot for good
        :param location_ids: ids of locations, to hold only what lies there and in the
            locations inside; not an empty list
        :return: ids of the ``lot.hold`` records; none for lots that users hold
        :raise AccessError: without the right to hold lots
        :raise UserError: without a reason, or if a location is not in a warehouse
        """
        return self._hold(reason, locations=self._read_locations(location_ids)).ids

    @public.records(reason=check_text, location_ids=check_some_ids)
    def action_release(self, reason, location_ids=None):
        """Release lots that users put on hold.

        What something else than a user, such as a recall, holds as well stays on hold
        by that.

        :param reason: why, as text
        :param location_ids: ids of locations, to release only what lies there and in
            the locations inside: the hold goes on elsewhere; not an empty list
        :return: ids of the ``lot.hold`` records that end by this
        :raise AccessError: without the right to release lots
        :raise UserError: without a reason, or if only something else than a user holds
            one of the lots
        """
        return self._release(reason, locations=self._read_locations(location_ids)).ids

    @public.records(reason=check_text, location_ids=check_some_ids)
    def action_reject(self, reason, location_ids=None):
        """Judge the lots unfit for use, as the outcome of a hold: they stay out of use
        as before. Those that are not on hold are put on hold by it.

        :param reason: why, as text; it stays with the lot for good
        :param location_ids: ids of locations, to reject only what lies there and in the
            locations inside; not an empty list
        :return: ids of the ``lot.hold`` records that are rejected by this
        :raise AccessError: without the right to hold lots
        :raise UserError: without a reason, or if a location is not in a warehouse
        """
        locations = self._read_locations(location_ids)
        return holding.reject(self, reason, locations).ids

    def _read_locations(self, location_ids):
        locations = self.env["stock.location"].browse(location_ids)
        public.check_exist(locations)
        locations.check_access("read")
        if any(place.usage in ("supplier", "customer") for place in locations):
            raise UserError(
                self.env._("Only places in a warehouse or on the way can be held.")
            )
        return locations

    def _hold(self, reason, origin=False, holder=None, locations=None):
        """Hold the lots for a user, or for a record that holds them (a recall).

        A holder says by ``_keeps_lots_held()`` whether it still does; once it is over,
        users may release what it left on hold.

        :param locations: ``stock.location`` records, to hold only what is there
        :return: a ``lot.hold`` for each lot (and place) that this holder did not hold
        """
        return holding.hold(self, reason, origin, holder, locations)

    def _release(self, reason, holder=None, locations=None):
        """End the holds of this holder; others that there are go on.

        :param locations: ``stock.location`` records, to release only what is there
        :return: the ``lot.hold`` records that ended
        """
        return holding.release(self, reason, holder, locations)

    @api.readonly
    @public.records()
    def hold_impact(self):
        """Tell what a hold on these lots would touch; nothing is changed.

        :return: dict of lists of dicts, quantities in the product's unit (``uom``):

            - ``lots``: the lots and all that was made of them, as ``lots`` of
              :meth:`trace_downstream`, with ``on_hold``
            - ``stock``, ``in_transit``: ``lot_id``, ``lot``, ``product``,
              ``location_id``, ``location``, ``quantity``, ``reserved``, ``uom``
            - ``reservations``: what would be freed: ``lot_id``, ``lot``, ``product``,
              ``quantity``, ``uom``, ``document``, ``document_model``, ``document_id``,
              ``state``
            - ``orders``: ``document``, ``document_model``, ``document_id``, ``state``,
              ``partner`` of the orders that these reservations are for

        :raise AccessError: if the user may not read a lot
        """
        return get_impact(self)

    @public.records()
    def action_open_hold(self):
        """Open the dialog with the impact, before anything is held."""
        self.check_access("read")
        return self._open_hold_wizard("hold")

    @public.records()
    def action_open_release(self):
        """Open the dialog to release the lots."""
        self.check_access("read")
        return self._open_hold_wizard("release")

    @public.records()
    def action_open_reject(self):
        """Open the dialog to reject the lots."""
        self.check_access("read")
        return self._open_hold_wizard("reject")

    def _open_hold_wizard(self, mode):
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability.action_lot_hold_wizard"
        )
        if mode == "release":
            action["name"] = self.env._("Release")
        elif mode == "reject":
            action["name"] = self.env._("Reject")
        context = {"default_lot_ids": [(6, 0, self.ids)], "default_mode": mode}
        return dict(action, context=context)

    @public.records()
    def action_open_holds(self):
        """List who held and released these lots, when and why."""
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability.action_lot_hold"
        )
        return dict(action, domain=[("lot_id", "in", self.ids)], context={})

    # -- archive ---------------------------------------------------------------
    @api.depends("quant_ids.quantity")
    def _compute_has_stock(self):
        in_stock = retirement.get_ids_in_stock(self)
        for lot in self:
            lot.has_stock = lot._origin.id in in_stock

    @api.model
    def _search_has_stock(self, operator, value):
        if operator != "in":
            return NotImplemented
        # "any!": stock that the user may not see counts, too
        stocked = Domain("quant_ids", "any!", retirement.IN_STOCK)
        return stocked if True in value else ~stocked

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_last_move_date(self):
        groups = self.env["stock.move.line"]._read_group(
            [("lot_id", "in", self.ids), ("state", "=", "done")],
            ["lot_id"],
            ["date:max"],
        )
        dates, now = {lot.id: date for lot, date in groups}, fields.Datetime.now()
        for lot in self:
            lot.last_move_date = dates.get(lot._origin.id, False)
            since = lot.last_move_date or lot.create_date or now
            lot.days_since_move = (now - since).days

    @api.model
    def _search_last_move_date(self, operator, value):
        return retirement.search_last_move(self.env, operator, value)

    @api.model
    def _search_days_since_move(self, operator, value):
        return retirement.search_days_since_move(self.env, operator, value)

    @public.records()
    def action_retire(self):
        """Archive these lots: out of the way, but the number stays taken.

        :raise ValidationError: if some are in stock, with the places, or on hold
        """
        self.check_access("write")
        lots = guards.by_button(self.filtered(lambda lot: not lot.retired_date))
        lots.write({"retired_date": fields.Datetime.now()})
        return True

    @public.records()
    def action_bring_back(self):
        """Take these lots out of the archive."""
        self.check_access("write")
        self._bring_back()
        return True

    def _bring_back(self):
        guards.by_button(self.filtered("retired_date")).write({"retired_date": False})

    def _filter_expired(self):
        """Those whose expiration date is over; another addon counts it by days."""
        if "expiration_date" not in self._fields:
            return self.browse()
        now, dated = fields.Datetime.now(), self.filtered("use_expiration_date")
        return dated.filtered(lambda lot: (lot.expiration_date or now) < now)

    def _filter_not_offered(self):
        """Those that the till offers to nobody; another addon says more about it."""
        return self._filter_expired()

    @api.constrains("retired_date")
    def _check_retired_without_stock(self):
        retired = self.filtered("retired_date")
        retirement.refuse_held(retired)
        retirement.refuse_in_stock(retired)

    @api.model
    def _cron_retire(self, batch_size=500):
        """Archive what is older than its company's setting, batch by batch."""
        retirement.retire_old(self.sudo(), batch_size)

    # -- other companies -------------------------------------------------------
    @api.depends("origin_lot_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_visible_origin_lot_id(self):
        origins = self.sudo().origin_lot_id.sudo(False)._filtered_access("read")
        for lot in self:
            origin = lot.sudo().origin_lot_id.sudo(False)
            lot.visible_origin_lot_id = origin if origin in origins else False

    @public.record()
    def action_open_company_wizard(self):
        """Open the guided correction of the company.

        :return: the window action
        """
        self.check_access("read")
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability.action_lot_company_wizard"
        )
        return dict(action, context={"default_lot_id": self.id})

    # -- conversions -----------------------------------------------------------
    @api.depends("conversion_line_ids.state")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_conversions(self):
        for lot in self:
            lines = lot.conversion_line_ids.filtered(lambda ln: ln.state == "done")
            made = lines.filtered(lambda ln: ln.side == "target")
            lot.conversion_count = len(lines.conversion_id)
            origins = lines.browse().union(*(line._get_origins() for line in made))
            lot.converted_from_ids = origins.lot_id

    @public.records()
    def action_open_conversions(self):
        """Open the conversions that these lots went into or came out of.

        :return: window action
        """
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability.action_lot_conversion"
        )
        return dict(action, domain=[("line_ids.lot_id", "in", self.ids)], context={})

    @public.records()
    def action_convert(self):
        """Open a new conversion of these lots, with their stock filled in.

        :return: window action; the context key ``conversion_kind`` says which kind
        """
        self.check_access("read")
        kind = self.env.context.get("conversion_kind", "split")
        if kind == "split" and len(self) > 1:
            raise UserError(
                self.env._(
                    "A split starts from one lot. Choose one, not %s.", len(self)
                )
            )
        return self.env["lot.conversion"]._get_draft_action(kind, self)

    # -- places ----------------------------------------------------------------
    def _get_places(self, usages):
        """Where a lot is, by kind of location: names with quantities."""
        groups = self.env["stock.quant"]._read_group(
            Domain("lot_id", "=", self.id)
            & Domain("quantity", ">", 0)
            & Domain("location_id.usage", "in", usages),
            ["location_id"],
            ["quantity:sum"],
        )
        return [
            f"{location.display_name} "
            f"({format_quantity(self.env, quantity, self.product_uom_id)})"
            for location, quantity in groups
        ]

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_place_now(self):
        place = self.env["lot.place"]
        places = place._get_places(self.filtered("id"))
        for lot in self:
            rows = places.get(lot.id) or []
            # of a lot in many places, what can be gone to see comes first
            rows = sorted(rows, key=lambda row: row["state"] != "stock")
            first = rows[0] if rows else {}
            lot.place_now = bool(rows) and self._describe_places(rows)
            lot.place_state = first.get("state")
            lot.place_since = len(rows) == 1 and first["since"]

    def _describe_places(self, rows):
        text = describe(rows[0])
        if len(rows) == 1:
            return text
        return self.env._(
            "%(place)s, and %(count)s more", place=text, count=len(rows) - 1
        )

    @public.record()
    def action_open_place(self):
        """Open the screen that says where everything with this number is."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability.action_number_place"
        )
        return dict(action, params={"number": self.name})

    @public.records()
    def action_open_log(self):
        """Open what is on record of the lots.

        :return: the action
        """
        self.check_access("read")
        self.env["lot.trace.log"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "lot_traceability.action_lot_trace_log"
        )
        return dict(action, domain=[("lot_ref", "in", self.ids)])

    # -- trace -----------------------------------------------------------------
    @api.readonly
    @public.records()
    def trace_downstream(self, parts=None):
        """Tell what these lots went into, who got it, and what is left.

        Follows manufacturing, subcontracting, repair and unbuild through all levels.
        Time counts: a lot that took material from another one at a time ``t`` hands on
        only what left it at or after ``t``. Record rules of the asking user apply.

        :param parts: list of the keys wanted, of ``lots`` to ``gaps`` below (all of
            them by default): what is not asked for is not computed
        :return: dict of plain values (it survives JSON), the same for both directions:

            - ``direction``: ``"downstream"`` or ``"upstream"``
            - ``roots``: ids of the lots asked for
            - ``lots``: each lot once, roots included, by level: ``id``, ``name``,
              ``product_id``, ``product``, ``tracking``, ``uom``, ``company_id``,
              ``level`` (0 for a root), ``certainty`` (``material``: its material is in
              there; ``possible``: cannot be excluded; ``broken``: the chain is cut),
              ``via_lot_id``: the lot one level nearer to the roots by which it came in
            - ``unnumbered``: goods without a number that the trace goes through (an
              untracked product in between, or tracked goods without a number):
              ``id`` (negative), ``product_id``, ``product``, ``tracking``, ``uom``,
              ``company_id``, ``level``, ``certainty``, ``via_lot_id``
            - ``links``: ``from_lot_id``, ``to_lot_id`` (ids of lots or ``unnumbered``),
              ``kind`` (``production``, ``unbuild``, ``removal``, ``conversion``, or one
              of another addon), ``certainty``, ``document``, ``document_model``,
              ``document_id``, ``date``, ``quantity_consumed`` and
              ``quantity_produced``, each in the unit of its lot's product and of the
              whole document: what one lot gave for several others, by-products too,
              comes again in the link to each, and is not to be added up
            - ``deliveries``: ``lot_id`` (False for goods without a number, whose ``id``
              is then in ``unnumbered_id``), ``product_id``, ``product``, ``uom``,
              ``picking_id``, ``document``, ``partner_id``, ``partner``, ``date``,
              ``quantity``, ``returned``; downstream those of all lots while the
              material was in them, upstream those of the roots
            - ``receipts``: the same for vendors; upstream those of all lots that the
              roots can be made of, downstream those of the roots
            - ``holders``: downstream, per customer, product and product of the roots:
              ``partner_id``, ``partner``, ``product_id``, ``product``, ``uom``,
              ``shipped``, ``returned``, ``holds``, ``suspect_id``, ``suspect`` (the
              roots' product), ``suspect_uom``, and how much of the roots' goods can be
              in it: ``share`` (proportional), ``share_low`` and ``share_high``; of
              several products made of the same goods nobody says which took how much
            - ``suspect``: downstream, per product of the roots, where their goods are
              by proportional share: ``product_id``, ``product``, ``uom``,
              ``quantity`` (all that came in) = ``at_customers`` + ``on_hand`` +
              ``scrapped`` + ``returned_to_vendor`` + ``lost`` + ``reworked`` (back
              into the roots) + ``other_companies`` (not readable) + ``unaccounted``
            - ``stock``: ``lot_id``, ``location_id``, ``location``, ``usage``
              (``internal`` or ``transit``), ``is_sample``, ``quantity``, ``reserved``
            - ``balances``: for each lot ``received``, ``produced``, ``found``,
              ``returned`` (by customers), ``consumed``, ``shipped``,
              ``returned_to_vendor``, ``scrapped``, ``lost``, ``on_hand``, ``samples``
              (retained ones, of what is on hand) and ``unaccounted``: what came in less
              what went out less what is there; nothing is there of a lot below zero
            - ``gaps``: where the trace is not sure, or cut: ``kind`` (``untracked``,
              ``no_number``, ``found``, ``lost``, ``unaccounted``; ``below_zero``: in
              a location; ``no_origin``: went out, but never came in;
              ``unknown_partner``: a delivery or receipt that names none;
              ``unmatched_return``: from a customer, without a delivery; ``no_result``:
              nothing made of it; ``no_input``: made of nothing; ``two_lives``: a serial
              number for two units), ``lot_id``, ``product``, ``quantity``, ``uom``,
              ``certainty``, ``message``
            - ``outside_scope``: ``count`` and ``message``: how often the trace goes on
              where the user may not read, in words

            Quantities are in the unit of measure of the lot's product (``uom``), dates
            are UTC as ``YYYY-MM-DD HH:MM:SS``. What is absent is ``False``; no key is
            ever missing. Lists are sorted, so equal data gives equal results.
        :raise AccessError: if the user may not read a lot or stock moves at all
        :raise UserError: if a part does not exist, or if there are more links than the
            system parameter ``lot_traceability.trace_limit`` allows (500,000), or more
            rows than ``lot_traceability.trace_rows``; nothing is ever cut off in
            silence
        """
        return get_answer(self.env, self.ids, DOWNSTREAM, parts)

    @api.readonly
    @public.records()
    def trace_upstream(self, parts=None):
        """Tell what these lots are made of and which vendors it came from.

        :param parts: as for :meth:`trace_downstream`
        :return: the dict described at :meth:`trace_downstream`
        :raise AccessError: if the user may not read a lot or stock moves at all
        """
        return get_answer(self.env, self.ids, UPSTREAM, parts)

    def _trace_downstream(self, parts=None):
        """The same for code, of any size, and also of no lots."""
        return Story(self.env, self.ids, DOWNSTREAM, parts).get_result()

    def _trace_upstream(self, parts=None):
        return Story(self.env, self.ids, UPSTREAM, parts).get_result()

    @api.readonly
    @public.records()
    def trace_balance(self):
        """Tell where the goods of these lots are, and who holds how much of them.

        :return: dict with ``balances``, ``holders``, ``suspect``, ``stock``,
            ``gaps`` and ``outside_scope`` as described at :meth:`trace_downstream`, and
            ``roots``
        :raise AccessError: if the user may not read a lot or stock moves at all
        """
        parts = ["balances", "holders", "suspect", "stock", "gaps"]
        return self.trace_downstream(parts)

    @api.readonly
    @public.records()
    def trace_movements(self, direction="downstream", offset=0, limit=80):
        """Tell what was done, and what is about to be done, with the lots of a trace
        while they carried the material: one page of move lines, the oldest first.

        :param direction: ``downstream`` or ``upstream``
        :param offset: how many to leave out
        :param limit: how many at most (the system parameter
            ``lot_traceability.trace_page`` says how large a page may be: 5,000)
        :return: dict with ``direction``, ``total``, ``offset``, ``outside_scope`` and
            ``movements``: list of ``id`` (of the move line), ``date``, ``reference``,
            ``document_model``, ``document_id``, ``product_id``, ``product``,
            ``lot_id``, ``lot``, ``location_id``, ``location``, ``location_dest_id``,
            ``location_dest``, ``quantity`` (in the unit of the product, ``uom``),
            ``partner_id``, ``partner``, ``state`` (``done``, or that of what is
            planned); dates as in :meth:`trace_downstream`
        :raise AccessError: if the user may not read a lot or stock moves at all
        :raise UserError: if there is no such page, or the trace is too large
        """
        return get_page(self, direction, offset, limit)

    @api.model
    def _search_trace_customer_ids(self, operator, value):
        return search_partners(self.env, operator, value, find_lots_of_customers)

    @api.model
    def _search_trace_vendor_ids(self, operator, value):
        return search_partners(self.env, operator, value, find_lots_of_vendors)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_trace_upstream(self):
        counts = count(self.env, self.filtered("id").ids, UPSTREAM)
        readable = get_readable_partners(self.env, counts)
        for lot in self:
            found = counts.get(lot.id, Count())
            lot.trace_upstream_count = found.lots
            lot.trace_vendor_count = len(found.partners)
            lot.trace_vendor_ids = [id_ for id_ in found.partners if id_ in readable]

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_trace_downstream(self):
        counts = count(self.env, self.filtered("id").ids, DOWNSTREAM)
        readable = get_readable_partners(self.env, counts)
        deliveries = get_readable_deliveries(self.env, counts)
        for lot in self:
            found = counts.get(lot.id, Count())
            partners = [id_ for id_ in found.partners if id_ in readable]
            pickings = [id_ for id_ in found.pickings if id_ in deliveries]
            lot.trace_downstream_count = found.lots
            lot.trace_customer_count = len(found.partners)
            lot.trace_customer_ids = partners
            lot.delivery_ids = pickings
            lot.delivery_count = len(pickings)
            # as Odoo has them: whom it went to last comes first
            lot.partner_ids = partners[::-1]

    def _find_delivery_ids_by_lot(self, lot_path=None, delivery_by_lot=None):
        # overridden like the fields, for addons that call it
        return self._find_delivery_ids_by_lot_iterative()

    def _find_delivery_ids_by_lot_iterative(self):
        # overridden since Odoo's own walk knows neither time nor unbuild, takes what
        # went back to a vendor for a delivery, and reads the whole database
        counts = count(self.env, self.filtered("id").ids, DOWNSTREAM)
        return {lot.id: counts[lot.id].pickings for lot in self if lot.id in counts}

    @public.records(missing=_lt("Choose the lots to trace: ids is missing."))
    def action_export_trace(self):
        """Download the trace of these lots, both ways.

        :return: the action; the context key ``trace_format`` is ``xlsx``, ``json``,
            ``epcis``, ``fsma`` or ``pdf``
        :raise UserError: if it is another one
        """
        self.check_access("read")
        return get_action(self, self.env.context.get("trace_format", "xlsx"))

    @public.records()
    def action_open_trace(self):
        """Open the trace of these lots.

        :return: the client action; the context key ``trace_tab`` names the tab that is
            shown first (``customers``, ``vendors``, ``stock``, ``links``,
            ``movements``, ``balance`` or ``gaps``)
        """
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability.action_lot_trace"
        )
        title = self.env._("Trace of %(lots)s", lots=", ".join(self.mapped("name")[:3]))
        return dict(
            action,
            name=title,
            display_name=title,
            context={"active_model": self._name, "active_ids": self.ids},
            params={
                "lot_ids": self.ids,
                "tab": self.env.context.get("trace_tab", "customers"),
            },
        )

    @api.readonly
    @public.records(partners=check_bool)
    def get_trace_graph(self, opened=None, partners=False):
        """The trace of these lots, both ways, as a picture.

        Many lots of a product on one level are folded into one node.

        :param opened: ``{key of a folded node: how many of its lots are shown}``
        :param partners: whether customers and vendors are nodes, too, and what there
            is to know of the lots stands on them as ``badges``: list of ``kind``
            (``rejected``, ``held``, ``expired``, ``stock``, ``customers``), the last
            two with ``quantity`` and ``uom``
        :return: dict of ``nodes`` and ``edges``, described at ``trace.graph.get_graph``
        :raise AccessError: if the user may not read a lot
        :raise UserError: if the trace is too large
        """
        return get_graph(self, opened, partners)

    @api.model
    @api.readonly
    @public.model(text=check_text, limit=check_whole)
    def search_any_number(self, text, limit=10):
        """Find where a trace can start: by number, supplier's number, batch code,
        product, document (transfer, order, repair, scrap ...), partner or package.

        :param text: what is written on the goods or on the paper, or a part of it; or
            what a scanner read of a GS1 label
        :param limit: rows of each kind, at most 100
        :return: list of dicts, exact numbers first: ``kind`` (``lot``, ``transfer``,
            ``manufacturing``, ``repair``, ``scrap``, ``unbuild``, ``conversion``,
            ``sale``, ``purchase``, ``product``, ``partner``), ``model``, ``id``,
            ``name``, ``detail`` (product of a lot, partner of a document), ``exact``:
            a lot whose number this is
        :raise AccessError: if the user may not read lots
        """
        self.check_access("read")
        return find(self.env, text, limit)

    @api.model
    @api.readonly
    @public.model()
    def get_story_lots(self, model, record_ids=None, ids=None):
        """The lots of some records, with which their trace starts.

        :param model: ``stock.lot``, ``stock.picking``, ``mrp.production``,
            ``repair.order``, ``stock.scrap``, ``mrp.unbuild``, ``lot.conversion``,
            ``sale.order``, ``purchase.order``, ``product.product``,
            ``product.template`` or ``res.partner``
        :param record_ids: ids of the records; ``ids`` is the same, for XML-RPC (a
            client of JSON-2 can give no parameter of that name)
        :return: ids of lots; of a manufacturing order those that it made, if any
        :raise AccessError: if the user may not read the records
        :raise UserError: if these are more lots than one trace starts from
        """
        return get_lots(self.env, model, record_ids if ids is None else ids).ids

    @api.model
    @public.model()
    def action_open_story(self, model, record_ids=None, ids=None):
        """Open the trace of the lots of some records, see :meth:`get_story_lots`.

        :raise UserError: if they have no lots
        """
        chosen = record_ids if ids is None else ids
        lots = get_lots(self.env, model, chosen)
        if not lots:
            records = get_records(self.env, model, chosen)
            raise UserError(
                self.env._(
                    "Nothing to trace: %(names)s has no lots or serial numbers.",
                    names=", ".join(records[:3].mapped("display_name")),
                )
            )
        return lots.action_open_trace()

    # -- food rules --------------------------------------------------------
    def _get_tlc(self):
        """The traceability lot code: whoever assigned it first."""
        return self.lot_tlc or self.supplier_number or self.name

    def _get_tlc_source(self):
        """Where that was, as the lot or its product says: an address and a text."""
        own = self if self.lot_tlc_source_id or self.lot_tlc_source_reference else None
        teller = own or self.product_id
        return teller.lot_tlc_source_id, teller.lot_tlc_source_reference

    # -- on labels --------------------------------------------------------
    def _get_label_elements(self):
        """The code on the label, as (GS1 identifier, value); other addons add to it."""
        return labels.get_elements(self)

    def _get_label_lines(self):
        """What the lot's label tells people besides number and product."""
        return labels.get_lines(self)

    def _get_date_label(self):
        """Until when the goods are good, in words; lots of this addon have no date."""
        return ""
