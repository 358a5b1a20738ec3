"""Whose calendar days count: one answer for dates of lots, documents and numbers."""

from zoneinfo import ZoneInfo

from odoo.api import Environment

from .calendar_days import get_zone


def get_user_zone(env: Environment) -> ZoneInfo:
    """The time zone of whoever reads."""
    return get_zone(str(env.tz))


def get_zone_of_warehouse(warehouse, company=None) -> ZoneInfo:
    """The time zone where goods lie: of the warehouse, else of the company, else of the
    user.

    :param warehouse: ``stock.warehouse``, also none at all
    :param company: counts where there is no warehouse; the current one by default
    """
    # sudo: an address tells the time, whoever asks
    place = warehouse.sudo()
    company = (place.company_id or company or warehouse.env.company).sudo()
    return get_zone(place.partner_id.tz, company.partner_id.tz, str(warehouse.env.tz))


def get_zone_of_lot(lot) -> ZoneInfo:
    """The time zone of the warehouse in which a lot is, as far as it is one: the days
    on its label are those of this place."""
    return get_zone_of_warehouse(lot.sudo().location_id.warehouse_id, lot.company_id)
