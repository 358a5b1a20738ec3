from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.calendar_days import day_start, in_days, local_date


class StockLot(models.Model):
    """Lots by what their dates mean today, each in its own time zone."""

    _name = "stock.lot"
    _inherit = ["stock.lot"]

    @api.model
    def _search_expiry_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        parts = []
        for tz, place in self._get_places_by_zone():
            parts.append(place & self._get_states_domain(value, tz))
        found = Domain.OR(parts) & Domain("product_id.use_expiration_date", "=", True)
        if False not in value:
            return found
        names = ("expiration_date", "removal_date", "alert_date")
        return (
            found
            | Domain("product_id.use_expiration_date", "=", False)
            | Domain.AND([Domain(name, "=", False) for name in names])
        )

    @api.model
    def _get_places_by_zone(self):
        """``[(time zone, domain of the lots whose days it counts)]``."""
        # sudo: where a lot is says what day it is there
        warehouses = self.env["stock.warehouse"].sudo()
        default, others = warehouses._get_expiry_tz(), warehouses
        parts = []
        zones = warehouses.search(Domain("active", "in", (True, False)))
        for tz, group in zones.grouped(lambda place: place._get_expiry_tz()).items():
            if tz != default:
                others |= group
                place = Domain("warehouse_id", "in", group.ids)
                parts.append((tz, Domain("location_id", "any", place)))
        elsewhere = Domain("warehouse_id", "in", others.ids)
        rest = ~Domain("location_id", "any", elsewhere) if others else Domain.TRUE
        return [*parts, (default, rest)]

    @api.model
    def _get_states_domain(self, states, tz):
        today = local_date(fields.Datetime.now(), tz)
        start, tomorrow = day_start(today, tz), day_start(in_days(today, 1), tz)
        expired = Domain("expiration_date", "<", start)
        removal = Domain("removal_date", "<", start)
        soon = Domain("alert_date", "<", tomorrow)
        good = self._not_before("expiration_date", start)
        stays = good & self._not_before("removal_date", start)
        known = Domain("expiration_date", "!=", False)
        known |= Domain("removal_date", "!=", False) | Domain("alert_date", "!=", False)
        domains = {
            "expired": expired,
            "removal": good & removal,
            "soon": stays & soon,
            "ok": stays & known & self._not_before("alert_date", tomorrow),
        }
        return Domain.OR([domain for key, domain in domains.items() if key in states])

    def _not_before(self, name, moment):
        return Domain(name, ">=", moment) | Domain(name, "=", False)
