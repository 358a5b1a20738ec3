"""Numbers that nobody needs any more: which they are, and to put them away."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.date_utils import subtract

from .tools.batch_job import run_in_batches
from .tools.quantity import format_quantity

# what is shown of what stands in the way; the rest is counted
SHOWN_PLACES = 10
COMPARISONS = {"<": SQL("<"), "<=": SQL("<="), ">": SQL(">"), ">=": SQL(">=")}
# of quants
IN_STOCK = Domain("quantity", "!=", 0) & Domain(
    "location_id.usage", "in", ("internal", "transit")
)


# -- stock and age --------------------------------------------------------
def get_ids_in_stock(lots):
    """Ids of those lots that are in a warehouse or on the way."""
    groups = lots.env["stock.quant"]._read_group(
        IN_STOCK & Domain("lot_id", "in", lots.ids), ["lot_id"]
    )
    return {lot.id for (lot,) in groups}


def search_last_move(env, operator, value):
    """The domain on lots for a comparison with the date of their last move."""
    lines = Domain("state", "=", "done") & Domain("lot_id", "!=", False)
    if operator == "in" and set(value) == {False}:
        query = env["stock.move.line"]._search(lines)
        return Domain("id", "not in", query.subselect("lot_id"))
    if operator not in COMPARISONS:
        return NotImplemented
    query = env["stock.move.line"]._search(lines)
    date = env["stock.move.line"]._field_to_sql(query.table, "date", query)
    query.groupby = SQL.identifier(query.table, "lot_id")
    query.having = SQL("max(%s) %s %s", date, COMPARISONS[operator], value)
    query.order = None
    return Domain("id", "in", SQL("(%s)", query.select("lot_id")))


def search_days_since_move(env, operator, value):
    """The domain on lots for a comparison with the days since their last move."""
    if operator not in COMPARISONS:
        return NotImplemented
    # at least so many days: not used since then
    days = value + (operator in (">", "<="))
    unused = get_unused_domain(
        env, fields.Datetime.now() - timedelta(days=days, microseconds=-1)
    )
    return unused if operator in (">", ">=") else ~unused


def get_unused_domain(env, before):
    """Lots that nobody created or moved since ``before`` (UTC), in any company."""
    env["stock.move.line"].flush_model(["lot_id", "state", "date"])
    moved = SQL(
        "(SELECT lot_id FROM stock_move_line WHERE state = 'done' "
        "AND lot_id IS NOT NULL AND date >= %s)",
        before,
    )
    return Domain("create_date", "<", before) & Domain("id", "not in", moved)


def get_stale_domain(env, before):
    """Lots out of stock, not archived and not used since ``before`` (UTC)."""
    return (
        get_unused_domain(env, before)
        & Domain("retired_date", "=", False)
        & Domain("has_stock", "=", False)
        & Domain("on_hold", "=", False)
    )


# -- archive --------------------------------------------------------------
def refuse_held(lots):
    """:raise ValidationError: if some of the lots are on hold"""
    held = lots.filtered("on_hold")
    if held:
        raise ValidationError(
            lots.env._(
                "Lots on hold cannot be archived: %(lots)s. Release them first.",
                lots=", ".join(held[:SHOWN_PLACES].mapped("display_name")),
            )
        )


def refuse_in_stock(lots):
    """:raise ValidationError: if some of the lots are in stock, with the places"""
    # sudo: the number is needed wherever its goods are
    quants = (
        lots.env["stock.quant"]
        .sudo()
        .search(
            IN_STOCK & Domain("lot_id", "in", lots.ids),
            order="lot_id, location_id, id",
        )
    )
    if quants:
        raise ValidationError(_get_in_stock_message(quants))


def _get_in_stock_message(quants):
    readable = quants.sudo(False)._filtered_access("read")[:SHOWN_PLACES]
    rows = [
        quants.env._(
            "%(product)s, %(lot)s: %(quantity)s in %(location)s",
            product=quant.product_id.display_name,
            lot=quant.lot_id.name,
            quantity=format_quantity(quant.env, quant.quantity, quant.product_uom_id),
            location=quant.location_id.display_name,
        )
        for quant in readable
    ]
    if len(quants) > len(readable):
        rows.append(
            quants.env._(
                "and more places: %(count)s", count=len(quants) - len(readable)
            )
        )
    return quants.env._(
        "Numbers in stock cannot be archived:\n%(rows)s\n\n"
        "Move the goods out, scrap them or count them to zero first.",
        rows="\n".join(f"- {row}" for row in rows),
    )


def retire_old(model, batch_size):
    """Archive what is older than its company's setting, batch by batch."""
    run_in_batches(
        model.env,
        _get_lots_to_retire(model).ids,
        batch_size,
        # others went on working since the search
        lambda ids: _get_lots_to_retire(model, Domain("id", "in", ids)).action_retire(),
    )


def _get_lots_to_retire(model, domain=Domain.TRUE):
    now = fields.Datetime.now()
    due = Domain.OR(
        Domain("company_id", "=", company_id)
        & get_stale_domain(model.env, subtract(now, months=months))
        for company_id, months in _get_ages(model.env).items()
        if months > 0
    )
    return model.search(due & domain, order="id")


def _get_ages(env):
    """Months by company; shared lots go when the last company lets go of them."""
    companies = env["res.company"].search(Domain.TRUE)
    ages = {company.id: company.lot_archive_months for company in companies}
    shared = max(ages.values()) if min(ages.values()) > 0 else 0
    return ages | {False: shared}
