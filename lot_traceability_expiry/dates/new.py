"""Dates that a new lot gets beside those that are given."""

from zoneinfo import ZoneInfo

from odoo import fields

from odoo.addons.lot_traceability.tools.calendar_days import (
    day_end,
    in_days,
    local_date,
)


def prepare_dates(lots, vals: dict, tz: ZoneInfo) -> dict:
    """The values of a new lot with the dates that its product gives it.

    Made on a day, it is good for the days of the product from then. A retest that is
    not asked for is no later than the end.

    :param lots: ``stock.lot``, for what is given as default
    :param vals: moments in UTC, not changed
    :param tz: whose days count
    """
    product_id = vals.get("product_id") or lots.env.context.get("default_product_id")
    product = lots.env["product.product"].browse(product_id)
    if not product.use_expiration_date:
        return vals
    vals = dict(vals)
    vals.setdefault("expiry_precision", product.expiry_precision)
    made_on = fields.Date.to_date(vals.get("made_on"))
    if made_on and product.expiration_time and "expiration_date" not in vals:
        day = in_days(made_on, product.expiration_time)
        vals["expiration_date"] = day_end(day, tz)
    if product.expiry_retest_days and "retest_date" not in vals:
        start = made_on or local_date(fields.Datetime.now(), tz)
        vals["retest_date"] = _get_first_retest(product, start, vals, tz)
    return vals


def _get_first_retest(product, start, vals, tz):
    retest = in_days(start, product.expiry_retest_days)
    expiration = fields.Datetime.to_datetime(vals.get("expiration_date"))
    return min(retest, local_date(expiration, tz)) if expiration else retest
