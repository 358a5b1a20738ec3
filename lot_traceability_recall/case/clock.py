"""One clock: the days of a recall are those where its company is, whoever looks, and
also for the scheduled actions, which have no zone of their own."""

from collections import defaultdict
from datetime import date, datetime

from odoo import fields
from odoo.api import Environment
from odoo.fields import Domain

from odoo.addons.lot_traceability.tools.calendar_days import local_date
from odoo.addons.lot_traceability.tools.zone import get_zone_of_warehouse


def get_zone(company):
    return get_zone_of_warehouse(company.env["stock.warehouse"], company)


def get_day(company, moment: datetime | str | bool) -> date | bool:
    """The day of a moment (UTC); False of none."""
    if not moment:
        return False
    return local_date(fields.Datetime.to_datetime(moment), get_zone(company))


def get_today(company) -> date:
    return get_day(company, fields.Datetime.now())


def get_past_domain(env: Environment, name: str, is_today_past: bool = False) -> Domain:
    """What has a day before today, each by the clock of its company.

    :param name: of the field with the day
    :param is_today_past: whether today is meant as well
    """
    # sudo: what day it is does not depend on which companies the user may see
    days = defaultdict(list)
    for company in env["res.company"].sudo().search([]):
        days[get_today(company)].append(company.id)
    operator = "<=" if is_today_past else "<"
    return Domain.OR(
        Domain("company_id", "in", ids) & Domain(name, operator, day)
        for day, ids in days.items()
    )
