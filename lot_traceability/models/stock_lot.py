from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import genealogy


class StockLot(models.Model):
    _inherit = "stock.lot"

    lot_import_id = fields.Many2one(
        "lot.import",
        "Imported by File",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="stock.group_stock_manager",
        help="The import that created this number",
    )
    trace_upstream_count = fields.Integer("Made of", compute="_compute_trace_counts")
    trace_downstream_count = fields.Integer(
        "Went into", compute="_compute_trace_counts"
    )
    trace_customer_count = fields.Integer("Customers", compute="_compute_trace_counts")
    trace_vendor_count = fields.Integer("Vendors", compute="_compute_trace_counts")

    @api.constrains("name")
    def _check_number(self):
        number = self.env["lot.number"]
        problems = [
            problem
            for lot in self
            for problem in number._get_name_problems(
                lot.name, lot.product_id, lot.company_id or self.env.company
            )
        ]
        if problems:
            raise ValidationError("\n".join(problems))

    @api.model
    def generate_lot_names(self, first_lot, count):
        # overridden to take number expressions wherever a first number is asked for
        numbers = self.env.context.get("lot_numbers")
        if numbers is None and not self.env.context.get("lot_number_is_plain"):
            numbers = self.env["lot.number"]._read_first_number(
                self._get_product_in_context(), first_lot, count
            )
        if numbers:
            return [{"lot_name": number} for number in numbers]
        return super().generate_lot_names(first_lot, count)

    @api.model
    def _get_product_in_context(self):
        """The product whose order is open, for the dialogs that do not name it."""
        if self.env.context.get("active_model") == "mrp.production":
            order = self.env["mrp.production"].browse(self.env.context["active_id"])
            return order.product_id
        return self.env["product.product"]

    @api.model
    def _get_next_serial(self, company, product):
        # counts on from a number that exists, whatever characters it is made of
        plain = self.with_context(lot_number_is_plain=True)
        return super(StockLot, plain)._get_next_serial(company, product)

    @api.readonly
    def trace_downstream(self):
        """Tell what these lots went into, who got it, and what is left.

        Follows manufacturing, subcontracting, repair and unbuild through all levels.
        Time counts: a lot that took material from another one at a time ``t`` hands on
        only what left it at or after ``t``. Record rules of the asking user apply.

        :return: dict of plain values (it survives JSON), the same for both directions:

            - ``direction``: ``"downstream"`` or ``"upstream"``
            - ``roots``: ids of the lots asked for
            - ``lots``: each lot once, roots included, by level: ``id``, ``name``,
              ``product_id``, ``product``, ``tracking``, ``uom``, ``company_id``,
              ``level`` (0 for a root), ``certainty`` (``material``: its material is in
              there; ``possible``: cannot be excluded; ``broken``: the chain is cut),
              ``via_lot_id``: the lot one level nearer to the roots by which it came in
            - ``links``: ``from_lot_id``, ``to_lot_id``, ``kind`` (``production``,
              ``unbuild``, ``removal``, or that of another addon), ``certainty``,
              ``document``, ``document_model``, ``document_id``, ``date``,
              ``quantity_consumed`` and ``quantity_produced``, each in the unit of its
              lot's product
            - ``deliveries``: ``lot_id``, ``picking_id``, ``document``, ``partner_id``,
              ``partner``, ``date``, ``quantity``, ``returned``; downstream those of all
              lots while the material was in them, upstream those of the roots
            - ``receipts``: the same for vendors; upstream those of all lots that the
              roots can be made of, downstream those of the roots
            - ``stock``: ``lot_id``, ``location_id``, ``location``, ``usage``
              (``internal`` or ``transit``), ``quantity``, ``reserved``
            - ``outside_scope``: ``count`` and ``message``: how often the trace goes on
              where the user may not read, in words

            Quantities are in the unit of measure of the lot's product (``uom``), dates
            are UTC as ``YYYY-MM-DD HH:MM:SS``. What is absent is ``False``; no key is
            ever missing. Lists are sorted, so equal data gives equal results.
        :raise AccessError: if the user may not read a lot or stock moves at all
        """
        return self.env["lot.trace"]._trace(self, genealogy.DOWNSTREAM)

    @api.readonly
    def trace_upstream(self):
        """Tell what these lots are made of and which vendors it came from.

        :return: the dict described at :meth:`trace_downstream`
        :raise AccessError: if the user may not read a lot or stock moves at all
        """
        return self.env["lot.trace"]._trace(self, genealogy.UPSTREAM)

    def _compute_trace_counts(self):
        self.trace_upstream_count = self.trace_downstream_count = 0
        self.trace_customer_count = self.trace_vendor_count = 0
        for lot in self.filtered("id"):
            upstream, downstream = lot.trace_upstream(), lot.trace_downstream()
            lot.trace_upstream_count = len(upstream["lots"]) - 1
            lot.trace_downstream_count = len(downstream["lots"]) - 1
            lot.trace_customer_count = len(
                {row["partner_id"] for row in downstream["deliveries"]}
            )
            lot.trace_vendor_count = len(
                {row["partner_id"] for row in upstream["receipts"]}
            )

    def action_open_trace(self):
        """Open the trace of these lots.

        :return: the client action; the context key ``trace_tab`` names the tab that is
            shown first (``customers``, ``vendors``, ``stock`` or ``links``)
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
