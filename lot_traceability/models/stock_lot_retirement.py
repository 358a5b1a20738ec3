from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, split_every
from odoo.tools.date_utils import subtract

# what is shown of what stands in the way; the rest is counted
SHOWN_PLACES = 10
COMPARISONS = {"<": SQL("<"), "<=": SQL("<="), ">": SQL(">"), ">=": SQL(">=")}


class StockLot(models.Model):
    """Numbers that nobody needs any more: put away, never freed."""

    _name = "stock.lot"
    _inherit = ["stock.lot", "lot.health.listed"]

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

    # -- stock and age ----------------------------------------------------
    @api.model
    def _get_stock_domain(self):
        return Domain("quantity", "!=", 0) & Domain(
            "location_id.usage", "in", ("internal", "transit")
        )

    @api.depends("quant_ids.quantity")
    def _compute_has_stock(self):
        groups = self.env["stock.quant"]._read_group(
            self._get_stock_domain() & Domain("lot_id", "in", self.ids), ["lot_id"]
        )
        in_stock = {lot.id for (lot,) in groups}
        for lot in self:
            lot.has_stock = lot._origin.id in in_stock

    @api.model
    def _search_has_stock(self, operator, value):
        if operator != "in":
            return NotImplemented
        # "any!": stock that the user may not see counts, too
        stocked = Domain("quant_ids", "any!", self._get_stock_domain())
        return stocked if True in value else ~stocked

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
        lines = Domain("state", "=", "done") & Domain("lot_id", "!=", False)
        if operator == "in" and set(value) == {False}:
            query = self.env["stock.move.line"]._search(lines)
            return Domain("id", "not in", query.subselect("lot_id"))
        if operator not in COMPARISONS:
            return NotImplemented
        query = self.env["stock.move.line"]._search(lines)
        date = self.env["stock.move.line"]._field_to_sql(query.table, "date", query)
        query.groupby = SQL.identifier(query.table, "lot_id")
        query.having = SQL("max(%s) %s %s", date, COMPARISONS[operator], value)
        query.order = None
        return Domain("id", "in", SQL("(%s)", query.select("lot_id")))

    @api.model
    def _search_days_since_move(self, operator, value):
        if operator not in COMPARISONS:
            return NotImplemented
        # at least so many days: not used since then
        days = value + (operator in (">", "<="))
        unused = self._get_unused_domain(
            fields.Datetime.now() - timedelta(days=days, microseconds=-1)
        )
        return unused if operator in (">", ">=") else ~unused

    @api.model
    def _get_unused_domain(self, before):
        """Lots that nobody created or moved since ``before``, in any company."""
        self.env["stock.move.line"].flush_model(["lot_id", "state", "date"])
        moved = SQL(
            "(SELECT lot_id FROM stock_move_line WHERE state = 'done' "
            "AND lot_id IS NOT NULL AND date >= %s)",
            before,
        )
        return Domain("create_date", "<", before) & Domain("id", "not in", moved)

    @api.model
    def _get_stale_domain(self, before):
        """Lots out of stock, not archived and not used since ``before``."""
        return (
            self._get_unused_domain(before)
            & Domain("retired_date", "=", False)
            & Domain("has_stock", "=", False)
        )

    # -- archive and bring back ---------------------------------------------
    def action_retire(self):
        """Archive these lots: out of the way, but the number stays taken.

        :raise ValidationError: if some are in stock, with the places
        """
        self.filtered(lambda lot: not lot.retired_date).write(
            {"retired_date": fields.Datetime.now()}
        )
        return True

    def action_bring_back(self):
        """Take these lots out of the archive."""
        self.filtered("retired_date").write({"retired_date": False})
        return True

    @api.constrains("retired_date")
    def _check_retired_without_stock(self):
        retired = self.filtered("retired_date")
        quants = (
            self.env["stock.quant"]
            .sudo()
            .search(
                self._get_stock_domain() & Domain("lot_id", "in", retired.ids),
                order="lot_id, location_id, id",
            )
        )
        if quants:
            raise ValidationError(self._get_in_stock_message(quants))

    def _get_in_stock_message(self, quants):
        readable = quants.sudo(False)._filtered_access("read")[:SHOWN_PLACES]
        rows = [
            self.env._(
                "%(product)s, %(lot)s: %(quantity)s in %(location)s",
                product=quant.product_id.display_name,
                lot=quant.lot_id.name,
                quantity=f"{quant.quantity:g} {quant.product_uom_id.name}",
                location=quant.location_id.display_name,
            )
            for quant in readable
        ]
        if len(quants) > len(readable):
            rows.append(
                self.env._(
                    "and %(count)s more place(s)", count=len(quants) - len(readable)
                )
            )
        return self.env._(
            "Numbers in stock cannot be archived:\n%(rows)s\n\n"
            "Move the goods out, scrap them or count them to zero first.",
            rows="\n".join(f"- {row}" for row in rows),
        )

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        # where a lot is chosen for a product, archived ones are found by their whole
        # number only
        if self.env.context.get("default_product_id"):
            key = self.env["lot.number"]._get_key(name)
            shown = Domain("retired_date", "=", False) | Domain("number_key", "=", key)
            domain = Domain(domain or Domain.TRUE) & shown
        return super().name_search(name, domain, operator, limit)

    # -- scheduled action -----------------------------------------------
    @api.model
    def _cron_retire(self, batch_size=500):
        """Archive what is older than its company's setting, batch by batch."""
        cron, lots = self.env["ir.cron"], self.sudo()._get_lots_to_retire()
        cron._commit_progress(remaining=len(lots))
        for ids in split_every(max(batch_size, 1), lots.ids):
            # others went on working since the search
            self.sudo()._get_lots_to_retire(Domain("id", "in", ids)).action_retire()
            if not cron._commit_progress(len(ids)):
                break

    def _get_lots_to_retire(self, domain=Domain.TRUE):
        ages = self._get_retirement_ages()
        due = Domain.OR(
            Domain("company_id", "=", company_id)
            & self._get_stale_domain(subtract(fields.Datetime.now(), months=months))
            for company_id, months in ages.items()
            if months > 0
        )
        return self.search(due & domain, order="id")

    def _get_retirement_ages(self):
        """Months by company; shared lots go when the last company lets go of them."""
        companies = self.env["res.company"].search(Domain.TRUE)
        ages = {company.id: company.lot_archive_months for company in companies}
        shared = max(ages.values()) if min(ages.values()) > 0 else 0
        return ages | {False: shared}
