from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.sql import column_exists, create_column

from ..trace import DOWNSTREAM, UPSTREAM, Story
from ..trace.movements import get_page
from ..trace.partners import find_lots_of_customers, find_lots_of_vendors

NUMBER_ORIGINS = [
    ("generated", "Generated"),
    ("supplier", "Supplier Label"),
    ("manufacturing", "Manufacturing Batch"),
    ("typed", "Typed"),
    ("imported", "Imported"),
]


class StockLot(models.Model):
    _inherit = "stock.lot"

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
        compute="_compute_trace_customers",
        search="_search_trace_customer_ids",
        help="Who got this lot, or something made of it.",
    )
    trace_vendor_ids = fields.Many2many(
        "res.partner",
        string="Vendors, All Levels",
        compute="_compute_trace_vendors",
        search="_search_trace_vendor_ids",
        help="Who this lot, or something it is made of, came from.",
    )
    supplier_number = fields.Char(
        "Supplier's Number",
        index="trigram",
        prefetch="lot_traceability",
        copy=False,
        help="The lot or serial number under which the supplier knows the goods, where "
        "it is another one than yours. Searches for a number find it, too.",
    )
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
    batch_code = fields.Char(
        index="trigram",
        prefetch="lot_traceability",
        help="Shared by what was made together, over several products: the batch of "
        "units with serial numbers, an oven load, a shift.",
    )

    @api.model
    def _get_number_origin(self):
        is_import = self.env.context.get("import_file")
        return self.env.context.get("lot_number_origin") or (
            "imported" if is_import else "typed"
        )

    @api.model
    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        # only where people look for a number: an import names the lot exactly
        if operator in ("ilike", "=ilike", "like", "=like"):
            domain |= Domain("supplier_number", operator, value)
        return domain

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
            f"{location.display_name} ({quantity:.12g} {self.product_uom_id.name})"
            for location, quantity in groups
        ]

    place_now = fields.Char("Where Now", compute="_compute_place_now")
    place_state = fields.Char(compute="_compute_place_now")
    place_since = fields.Datetime("There Since", compute="_compute_place_now")

    number_key = fields.Char(
        compute="_compute_number_key",
        store=True,
        index=True,
        prefetch=False,
        help="The form in which the number is compared: without regard to letter case, "
        "blanks and look-alike characters",
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

    def _auto_init(self):
        # the columns first, or each lot would be reckoned one by one
        for column in ("number_key", "number_scope_key"):
            if not column_exists(self.env.cr, self._table, column):
                create_column(self.env.cr, self._table, column, "varchar")
        return super()._auto_init()

    @api.depends("name")
    def _compute_number_key(self):
        for lot in self:
            lot.number_key = self.env["lot.number.scope"]._get_key(lot.name)

    @api.depends("number_key", "product_id", "company_id")
    def _compute_number_scope_key(self):
        for lot in self:
            lot.number_scope_key = self.env["lot.number.scope"]._get_scope_key(
                lot.product_id, lot.company_id, lot.number_key
            )

    @api.constrains("name", "product_id", "company_id")
    def _check_number(self):
        problems = self.env["lot.number"]._get_lot_problems(self)
        if problems:
            raise ValidationError("\n".join(problems))

    @api.model_create_multi
    def create(self, vals_list):
        """Create lots. Those without a name get the next numbers; the context key
        ``lot_number_origin`` says where the others have theirs from (``generated``,
        ``supplier``, ``manufacturing``, ``imported``)."""
        named = [dict(vals) for vals in vals_list]
        self._number_those_without_name(named)
        origin = self._get_number_origin()
        return super().create([{"number_origin": origin} | vals for vals in named])

    def _number_those_without_name(self, vals_list):
        """Draw the missing numbers, a block for each product."""
        default = self.env.context.get("default_product_id")
        unnamed = defaultdict(list)
        for vals in vals_list:
            product_id = vals.get("product_id", default)
            if product_id and not vals.get("name") and not self._default_name():
                unnamed[product_id].append(vals)
        for product in self.env["product.product"].browse(unnamed):
            rows = unnamed[product.id]
            numbers = self.env["lot.number"]._generate(product, len(rows))
            for vals, number in zip(rows, numbers, strict=True):
                vals.update(name=number, number_origin="generated")

    def _default_name(self):
        return self.env.context.get("default_name")

    @api.depends("product_id")
    def _compute_name(self):
        # overridden to show the next number in a new form and not to use it up: what
        # is created without a name has got one before
        for lot in self:
            if not lot.name:
                numbers = self.env["lot.number"]._generate(
                    lot.product_id, bool(lot.product_id), draw=False
                )
                lot.name = numbers[0] if numbers else False

    @api.model
    def generate_lot_names(self, first_lot, count):
        # overridden to take number expressions wherever a first number is asked for
        numbers = self.env.context.get("lot_numbers")
        if numbers is None and not self.env.context.get("lot_number_is_plain"):
            numbers = self._read_first_number_in_context(first_lot, count)
        if numbers:
            return [{"lot_name": number} for number in numbers]
        return super().generate_lot_names(first_lot, count)

    def _read_first_number_in_context(self, first_lot, count):
        """For the dialogs that name neither product nor order."""
        number = self.env["lot.number"]
        product = self.env["product.product"]
        if self.env.context.get("active_model") == "mrp.production":
            order = self.env["mrp.production"].browse(self.env.context["active_id"])
            product, number = order.product_id, number._for_document(order)
        return number._read_first_number(product, first_lot, count, draw=True)

    @api.model
    def _get_next_serial(self, company, product):
        # counts on from a number that exists, whatever characters it is made of
        plain = self.with_context(lot_number_is_plain=True)
        return super(StockLot, plain)._get_next_serial(company, product)

    @api.readonly
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
              ``quantity_produced``, each in the unit of its lot's product
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
              in it: ``share`` (proportional), ``share_low`` and ``share_high``
            - ``suspect``: downstream, per product of the roots, where their goods are
              by proportional share: ``product_id``, ``product``, ``uom``,
              ``quantity`` (all that came in) = ``at_customers`` + ``on_hand`` +
              ``scrapped`` + ``returned_to_vendor`` + ``lost`` + ``reworked`` (went
              back into the roots) + ``unaccounted``
            - ``stock``: ``lot_id``, ``location_id``, ``location``, ``usage``
              (``internal`` or ``transit``), ``quantity``, ``reserved``
            - ``balances``: for each lot ``received``, ``produced``, ``found``,
              ``returned`` (by customers), ``consumed``, ``shipped``,
              ``returned_to_vendor``, ``scrapped``, ``lost``, ``on_hand`` and
              ``unaccounted``: what came in less what went out less what is there
            - ``gaps``: where the trace is not sure, or cut: ``kind`` (``untracked``,
              ``no_number``, ``found``, ``lost``, ``unaccounted``), ``lot_id``,
              ``product``, ``quantity``, ``uom``, ``certainty``, ``message``
            - ``outside_scope``: ``count`` and ``message``: how often the trace goes on
              where the user may not read, in words

            Quantities are in the unit of measure of the lot's product (``uom``), dates
            are UTC as ``YYYY-MM-DD HH:MM:SS``. What is absent is ``False``; no key is
            ever missing. Lists are sorted, so equal data gives equal results.
        :raise AccessError: if the user may not read a lot or stock moves at all
        :raise UserError: if a part does not exist, or if there are more links than the
            system parameter ``lot_traceability.trace_limit`` allows (500,000); nothing
            is ever cut off in silence
        """
        return Story(self.env, self.ids, DOWNSTREAM, parts).get_result()

    @api.readonly
    def trace_upstream(self, parts=None):
        """Tell what these lots are made of and which vendors it came from.

        :param parts: as for :meth:`trace_downstream`
        :return: the dict described at :meth:`trace_downstream`
        :raise AccessError: if the user may not read a lot or stock moves at all
        """
        return Story(self.env, self.ids, UPSTREAM, parts).get_result()

    @api.readonly
    def trace_balance(self):
        """Tell where the goods of these lots are, and who holds how much of them.

        :return: dict with ``balances``, ``holders``, ``suspect``, ``stock`` and
            ``outside_scope`` as described at :meth:`trace_downstream`, and ``roots``
        :raise AccessError: if the user may not read a lot or stock moves at all
        """
        return self.trace_downstream(["balances", "holders", "suspect", "stock"])

    @api.readonly
    def trace_movements(self, direction="downstream", offset=0, limit=80):
        """Tell what was done, and what is about to be done, with the lots of a trace
        while they carried the material: one page of move lines, the oldest first.

        :param direction: ``downstream`` or ``upstream``
        :param offset: how many to leave out
        :param limit: how many at most (the system parameter
            ``lot_traceability.trace_page`` says how large a page may be: 5,000)
        :return: dict with ``total``, ``offset``, ``outside_scope`` and ``movements``:
            list of ``id`` (of the move line), ``date``, ``reference``,
            ``document_model``, ``document_id``, ``product_id``, ``product``,
            ``lot_id``, ``lot``, ``location_id``, ``location``, ``location_dest_id``,
            ``location_dest``, ``quantity`` (in the unit of the product, ``uom``),
            ``partner_id``, ``partner``, ``state`` (``done``, or that of what is
            planned); dates as in :meth:`trace_downstream`
        :raise AccessError: if the user may not read a lot or stock moves at all
        :raise UserError: if there is no such page, or the trace is too large
        """
        return get_page(self, direction, offset, limit)

    def _compute_trace_customers(self):
        partners = self.env["res.partner"]
        for lot in self:
            rows = lot.trace_downstream(["deliveries"])["deliveries"] if lot.id else []
            lot.trace_customer_ids = partners.browse(_get_partner_ids(rows))

    def _compute_trace_vendors(self):
        partners = self.env["res.partner"]
        for lot in self:
            rows = lot.trace_upstream(["receipts"])["receipts"] if lot.id else []
            lot.trace_vendor_ids = partners.browse(_get_partner_ids(rows))

    @api.model
    def _search_trace_customer_ids(self, operator, value):
        return self._search_trace_partners(operator, value, find_lots_of_customers)

    @api.model
    def _search_trace_vendor_ids(self, operator, value):
        return self._search_trace_partners(operator, value, find_lots_of_vendors)

    def _search_trace_partners(self, operator, value, find):
        if operator not in ("in", "any"):
            return NotImplemented
        domain = value if operator == "any" else [("id", "in", value)]
        partners = self.env["res.partner"].with_context(active_test=False)
        return Domain("id", "in", find(self.env, partners.search(domain)))

    def _compute_trace_upstream(self):
        self.trace_upstream_count = self.trace_vendor_count = 0
        for lot in self.filtered("id"):
            trace = lot.trace_upstream(["lots", "receipts"])
            lot.trace_upstream_count = len(trace["lots"]) - 1
            lot.trace_vendor_count = _count_partners(trace["receipts"])

    def _compute_trace_downstream(self):
        self.trace_downstream_count = self.trace_customer_count = 0
        for lot in self.filtered("id"):
            trace = lot.trace_downstream(["lots", "deliveries"])
            lot.trace_downstream_count = len(trace["lots"]) - 1
            lot.trace_customer_count = _count_partners(trace["deliveries"])

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
        text = self.env["lot.place"]._describe(rows[0])
        if len(rows) == 1:
            return text
        return self.env._(
            "%(place)s, and %(count)s more", place=text, count=len(rows) - 1
        )

    def action_open_place(self):
        """Open the screen that says where everything with this number is."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability.action_number_place"
        )
        return dict(action, params={"number": self.name})

    def action_export_trace(self):
        """Download the trace of these lots, both ways.

        :return: the action; the context key ``trace_format`` is ``xlsx``, ``json``,
            ``epcis``, ``fsma`` or ``pdf``
        """
        file_type = self.env.context.get("trace_format", "xlsx")
        if file_type == "pdf":
            report = self.env.ref("lot_traceability.action_report_lot_trace")
            return report.report_action(self, config=False)
        ids = ",".join(map(str, self.ids))
        return {
            "type": "ir.actions.act_url",
            "url": f"/lot_traceability/trace.{file_type}?lots={ids}",
            "target": "download",
        }

    def action_open_trace(self):
        """Open the trace of these lots.

        :return: the client action; the context key ``trace_tab`` names the tab that is
            shown first (``customers``, ``vendors``, ``stock``, ``links``,
            ``movements``, ``balance`` or ``gaps``)
        """
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


def _get_partner_ids(rows):
    return list({row["partner_id"]: None for row in rows if row["partner_id"]})


def _count_partners(rows):
    """Partners, those that are not known as one."""
    return len({row["partner_id"] for row in rows})
