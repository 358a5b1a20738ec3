from datetime import date, timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from odoo.addons.base.models.ir_sequence import _update_nogap

from .. import guards

_lt = LazyTranslate(__name__)


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    _guards = dict.fromkeys(
        ("lot_numbering_id", "lot_product_id", "lot_category_id"),
        guards.Guard(way=_lt("The numbering of the product makes its counters.")),
    )

    lot_numbering_id = fields.Many2one(
        "lot.numbering",
        ondelete="cascade",
        index="btree_not_null",
        readonly=True,
        copy=False,
    )
    lot_product_id = fields.Many2one(
        "product.product",
        ondelete="cascade",
        index="btree_not_null",
        readonly=True,
        copy=False,
    )
    lot_category_id = fields.Many2one(
        "product.category",
        ondelete="cascade",
        index="btree_not_null",
        readonly=True,
        copy=False,
    )

    _lot_counter_unique = models.UniqueIndex(
        "(lot_numbering_id, COALESCE(lot_product_id, 0), COALESCE(lot_category_id, 0))"
        " WHERE lot_numbering_id IS NOT NULL"
    )

    @api.model_create_multi
    def create(self, vals_list):
        guards.check_create(self, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        guards.check_write(self, vals)
        return super().write(vals)

    @api.model
    def _find_lot_counter(self, numbering, product):
        """The counter of the product in a numbering; empty if it never counted."""
        keys = self._prepare_lot_counter_keys(numbering, product)
        return self.sudo().search([(key, "=", value) for key, value in keys.items()])

    @api.model
    def _get_lot_counter(self, numbering, product):
        """Find or create the counter; sudo, as it is not the user's to set up."""
        counter = self._find_lot_counter(numbering, product)
        if not counter:
            self._take_turns(numbering)
            values = self._prepare_lot_counter_vals(numbering, product)
            counter = self.sudo().create(values)
        return counter

    def _prepare_lot_counter_keys(self, numbering, product):
        by = numbering.counter
        return {
            "lot_numbering_id": numbering.id,
            "lot_product_id": product.id if by == "product" else False,
            "lot_category_id": product.categ_id.id if by == "category" else False,
        }

    def _prepare_lot_counter_vals(self, numbering, product):
        return {
            **self._prepare_lot_counter_keys(numbering, product),
            "name": numbering.name,
            "company_id": False,
            **self._prepare_lot_counter_mode(numbering),
        }

    def _prepare_lot_counter_mode(self, numbering):
        return {
            "implementation": "no_gap" if numbering.is_no_gap else "standard",
            "use_date_range": numbering.restart != "never",
        }

    def _take_turns(self, numbering):
        """Let one transaction at a time add to a numbering: the other one begins
        anew, and then sees what was added."""
        self.env.cr.execute(
            SQL("UPDATE lot_numbering SET id = id WHERE id = %s", numbering.id)
        )

    # -- drawing --------------------------------------------------------
    def _draw_block(self, count, day=None):
        """Draw the next ``count`` values of the counter at once.

        :param day: local date, for a sequence that restarts
        :return: list of integers; they are used up, whatever becomes of them
        """
        self.ensure_one()
        counter = self
        if self.use_date_range:
            counter = self._find_range(day) or self._create_date_range_seq(day)
        if self.implementation == "standard":
            name = f"ir_sequence_{self.id:03d}"
            if self.use_date_range:
                name += f"_{counter.id:03d}"
            rows = self.env.execute_query(
                SQL("SELECT nextval(%s) FROM generate_series(1, %s)", name, count)
            )
            return [row[0] for row in rows]
        step = self.number_increment
        first = _update_nogap(counter.sudo(), count * step)
        return list(range(first, first + count * step, step))

    def _peek_block(self, count, day=None):
        """The values that would be drawn next; nothing is used up."""
        self.ensure_one()
        counter = self._find_range(day) if self.use_date_range else self
        # PostgreSQL counts on behind the cache
        counter.invalidate_recordset(["number_next_actual"])
        first = counter.number_next_actual if counter else 1
        step = self.number_increment
        return list(range(first, first + count * step, step))

    def _find_range(self, day):
        domain = [
            ("sequence_id", "=", self.id),
            ("date_from", "<=", day),
            ("date_to", ">=", day),
        ]
        return self.env["ir.sequence.date_range"].search(domain, limit=1)

    # overridden for counters that restart each month or day
    def _create_date_range_seq(self, date):
        numbering = self.lot_numbering_id
        if not numbering or numbering.restart == "never":
            return super()._create_date_range_seq(date)
        self._take_turns(numbering)
        first, last = _get_period(fields.Date.to_date(date), numbering.restart)
        return (
            self.env["ir.sequence.date_range"]
            .sudo()
            .create({"sequence_id": self.id, "date_from": first, "date_to": last})
        )

    def next_by_id(self, sequence_date=None):
        # an order may ask for a number of its product
        number = self.env["lot.number"]._draw_for(self)
        return number or super().next_by_id(sequence_date=sequence_date)


def _get_period(day, restart):
    if restart == "year":
        return date(day.year, 1, 1), date(day.year, 12, 31)
    if restart == "month":
        first = day.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return day, day
