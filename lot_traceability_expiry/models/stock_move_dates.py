from odoo import fields, models

from ..tools.calendar_days import day_start

# goods that go into production and come out under their own dates again
NOT_CONSUMED = ("lot_conversion_id", "consume_unbuild_id", "unbuild_id")


class StockMove(models.Model):
    """Which moves give goods away, and the day by which they are judged."""

    _name = "stock.move"
    _inherit = ["stock.move"]

    def _get_expiry_tz(self):
        """The time zone whose days count: of the warehouse that has the goods."""
        warehouse = (
            self.location_id.warehouse_id
            or self.location_dest_id.warehouse_id
            or self.picking_type_id.warehouse_id
        )
        return warehouse._get_expiry_tz()

    def _get_booking_moment(self):
        """When the goods really left, as far as somebody said so; else now."""
        # sudo: what was written there counts for whoever validates
        return self.picking_id.sudo().expiry_left_on or fields.Datetime.now()

    def _get_refusing_levels(self):
        """Which levels of a block stop this move; none for what does not give away.

        Quarantine, inspection, scrap and return to the vendor are always possible.
        """
        usage = self.location_dest_id.usage
        if usage == "customer":
            return ("refuse", "override")
        is_other = any(name in self._fields and self[name] for name in NOT_CONSUMED)
        return ("refuse",) if usage == "production" and not is_other else ()

    # -- reservation ------------------------------------------------------
    def _with_dates(self):
        """Let the stock that is gathered be judged by its dates, in one context."""
        if not self.product_id.use_expiration_date:
            return self
        tz = self._get_expiry_tz()
        day = self._get_shelf_life_date(tz)
        context = self._get_day_context(day, tz) | self._get_life_context(day, tz)
        return self.with_context(**context)

    def _get_day_context(self, day, tz):
        """Days count instead of moments, and none for what may go at any date."""
        is_free = self.location_dest_id.usage in ("supplier", "inventory")
        start = not is_free and day_start(day, tz)
        context = {"lot_expiry_from": start}
        if self.env.context.get("with_expiration"):
            # now, as another context for each search of stock costs time
            context["with_expiration"] = start
        if start and self.product_id.expiry_retest_days:
            context["lot_retest_day"] = day
        return context

    def _get_available_quantity(self, *args, **kwargs):
        return super(StockMove, self._with_dates())._get_available_quantity(
            *args, **kwargs
        )

    def _update_reserved_quantity_vals(self, *args, **kwargs):
        return super(StockMove, self._with_dates())._update_reserved_quantity_vals(
            *args, **kwargs
        )
