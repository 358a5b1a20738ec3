"""Scrap orders: the one place to change where Odoo changes its scrap model."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.done_lines.arrivals import Arrivals
from odoo.addons.lot_traceability.models.stock_scrap import StockScrap as LotScrap
from odoo.addons.stock.models.stock_scrap import StockScrap

TAG = "lot_traceability_recall.scrap_reason_recall"
# what Odoo does with one order; another addon may have a say in it
ONE_BY_ONE = {"action_validate", "do_scrap"}


def create(lines) -> None:
    """Scrap goods by orders that are done.

    :raise UserError: if not enough is left
    """
    # the recall keeps the log: thousands of orders need no message each
    orders = lines.env["stock.scrap"].with_context(tracking_disable=True)
    tag = lines.env.ref(TAG, raise_if_not_found=False)
    tags = [Command.set(tag.ids)] if tag else []
    scraps = orders.create(
        [dict(_prepare(line), scrap_reason_tag_ids=tags) for line in lines]
    )
    # sudo: which recall an order was made for is not for writing by hand
    scraps.sudo().recall_id = lines.recall_id
    if _is_core(lines.env):
        _scrap_at_once(scraps)
    else:
        _scrap_one_by_one(scraps)
    unfinished = scraps.filtered(lambda scrap: scrap.state != "done")
    if unfinished:
        raise UserError(
            lines.env._(
                "Not enough stock is left to scrap %(lots)s.",
                lots=", ".join(unfinished.lot_id.mapped("name")),
            )
        )
    # sudo: nobody has the right to write plans by hand
    for line, scrap in zip(lines.sudo(), scraps, strict=True):
        line.scrap_id = scrap


def _is_core(env):
    """Whether an order does what Odoo made it for, and nothing more."""
    return all(
        made in (StockScrap, LotScrap)
        for made in env.registry["stock.scrap"].__mro__
        if vars(made).keys() & ONE_BY_ONE
    )


def _scrap_one_by_one(scraps):
    for scrap in scraps:
        scrap.action_validate()
        # manufacturing recomputes only the first of several, and sets the rest to 1
        scrap.flush_recordset(["scrap_qty"])


def _scrap_at_once(scraps):
    """The moves of all orders are done together; what is there was checked."""
    scraps._check_company()
    _number(scraps)
    quantity = scraps._fields["scrap_qty"]
    # the quantities stand: manufacturing would recompute only one of them
    with scraps.env.protecting([quantity], scraps):
        moves = guards.hand_on(scraps.move_ids, recall_scraps=True)
        vals_list = [scrap._prepare_move_values() for scrap in scraps]
        moves = Arrivals().hand_on(moves).create(vals_list)
        # as lines that reserve something would make them
        moves.state = "assigned"
        done = moves.with_context(is_scrap=True)._action_done()
    scraps = guards.hand_on(done.scrap_id, books_now=True)
    scraps.write({"state": "done", "date_done": fields.Datetime.now()})


def _number(scraps):
    """Numbers from the sequence of each company, drawn in one go."""
    for company, orders in scraps.grouped("company_id").items():
        sequence = scraps.env["ir.sequence"].search(
            [
                ("code", "=", "stock.scrap"),
                ("company_id", "in", [company.id, False]),
            ],
            order="company_id",
            limit=1,
        )
        if not sequence:
            continue
        today = fields.Date.context_today(scraps)
        values = sequence._draw_block(len(orders), today)
        for scrap, value in zip(orders, values, strict=True):
            scrap.name = sequence.get_next_char(value)


def _prepare(line):
    return {
        "origin": line.recall_id._get_origin(),
        "company_id": line.company_id.id,
        "product_id": line.product_id.id,
        "product_uom_id": line.product_uom_id.id,
        "lot_id": line.lot_id.id,
        "scrap_qty": line.quantity,
        "location_id": line.location_id.id,
        "package_id": line.package_id.id,
        "owner_id": line.owner_id.id,
    }
