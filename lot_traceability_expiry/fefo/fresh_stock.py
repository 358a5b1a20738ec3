"""What is fresh by the day, where Odoo counts by the moment."""

from collections import defaultdict
from datetime import datetime, time, timedelta

from odoo.fields import Date, Datetime, Domain

from odoo.addons.lot_traceability.holds.promise import find_free
from odoo.addons.lot_traceability.tools.calendar_days import is_past, local_date

from ..dates.undated import get_policy, get_undated_level

# a day, and the furthest that two clocks on earth are apart
NEAR = timedelta(days=2, hours=2)
FIELDS = [
    "product_id",
    "location_id",
    "removal_date",
    "expiration_date",
    "quantity",
    "reserved_quantity",
]


def get_correction(products, asked, lot_id, owner_id, package_id) -> dict:
    """What has to be added to Odoo's free and forecast quantities, by product id.

    :param asked: the day or moment (UTC) of the forecast, as core compares with it
    """
    correction = defaultdict(float)
    zone, moment = _get_zones(), _get_moment(asked)
    domain = _get_domain(products, lot_id, owner_id, package_id)
    quants = products.env["stock.quant"].with_context(active_test=False)
    found = quants.search_fetch(domain & _near(moment), FIELDS, order="id")
    if not found:
        return correction
    left_out = found.filtered_domain(Domain("removal_date", "<=", asked))
    for quant in found.sudo():
        tz = zone(quant.location_id)
        dates = filter(None, (quant.removal_date, quant.expiration_date))
        is_gone = any(is_past(date, moment, tz) for date in dates)
        if is_gone != (quant in left_out):
            # what is reserved is counted by the demand for it
            free = quant.quantity - quant.reserved_quantity
            correction[quant.product_id.id] += -free if is_gone else free
    return correction


def _get_moment(asked):
    """A moment (UTC) on the day that is asked for."""
    if isinstance(asked, str):
        kind = Datetime.to_datetime if len(asked) > 10 else Date.to_date
        asked = kind(asked)
    if isinstance(asked, datetime):
        return asked
    # today is now; another day is its noon
    now = Datetime.now()
    return now if asked == now.date() else datetime.combine(asked, time(12))


def _get_domain(products, lot_id, owner_id, package_id):
    """The quants that core counts."""
    domain = Domain("product_id", "in", products._origin.ids)
    domain &= Domain(products._get_domain_locations()[0])
    for name, value in (
        ("lot_id", lot_id),
        ("owner_id", owner_id),
        ("package_id", package_id),
    ):
        if value is not None:
            domain &= Domain(name, "=", value)
    if "owners" in products.env.context:
        owners = products.env.context["owners"]
        domain &= Domain("owner_id", "in", owners or [False])
    return domain


def _near(moment):
    """Where the two can differ: around the day, and what is expired before it was to be
    removed."""
    around = Domain("removal_date", ">=", moment - NEAR) & Domain(
        "removal_date", "<=", moment + NEAR
    )
    stays = Domain("removal_date", "=", False) | Domain("removal_date", ">", moment)
    return around | (stays & Domain("expiration_date", "<", moment))


def _get_zones():
    """The time zone of a place, asked once for each warehouse."""
    known = {}

    def get(place):
        warehouse = place.warehouse_id
        if warehouse not in known:
            known[warehouse] = warehouse._get_expiry_tz()
        return known[warehouse]

    return get


def find_unfit_stock(product, partner, moment: datetime, warehouse) -> dict:
    """``{(lot, place): free quantity}`` of what the dates keep from a customer: too
    little life left, to be retested, or without a date that the company wants.

    :param moment: of the delivery (UTC)
    """
    if not product.use_expiration_date:
        return {}
    company = warehouse.company_id or product.env.company
    rule = product.env["lot.shelf.life.rule"]._find(
        company, "outgoing", partner, product
    )
    tz = warehouse._get_expiry_tz()
    day = local_date(moment, tz)
    lots = Domain("lot_id.retest_date", "<=", day)
    if get_policy(company) == "refuse":
        lots |= Domain("lot_id.expiration_date", "=", False)
    if rule:
        lots = Domain.TRUE
    return {
        (lot, place): quantity
        for (lot, place), quantity in find_free(product, warehouse, lots).items()
        if lot._is_retest_due(day)
        or get_undated_level(lot, company) == "refuse"
        or lot._get_missing_life(rule, day, tz)
    }


def is_gone(lot, moment: datetime, warehouse) -> bool:
    """Whether a lot is past its dates at a moment, and not counted as free any more."""
    tz = warehouse._get_expiry_tz()
    return any(lot._is_past(n, moment, tz) for n in ("expiration_date", "removal_date"))
