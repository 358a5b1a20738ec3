"""What is fresh by the day, where Odoo counts by the moment."""

from collections import defaultdict
from datetime import datetime, time, timedelta

from odoo.fields import Date, Datetime, Domain

from odoo.addons.lot_traceability.tools.calendar_days import is_past, local_date

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


def get_unfit_quantities(product, partner, moment: datetime, warehouse):
    """Free stock that has too little life left for a customer.

    :param moment: of the delivery (UTC)
    :return: what of it is still free today, and on the day of the delivery
    """
    company = warehouse.company_id or product.env.company
    rule = product.use_expiration_date and product.env["lot.shelf.life.rule"]._find(
        company, "outgoing", partner, product
    )
    if not rule:
        return 0.0, 0.0
    tz, now = warehouse._get_expiry_tz(), Datetime.now()
    moment = max(moment, now)
    # sudo: as the forecast itself
    groups = (
        product.env["stock.quant"]
        .sudo()
        ._read_group(
            Domain("product_id", "=", product.id)
            & Domain("location_id", "child_of", warehouse.view_location_id.id)
            & Domain("location_id.usage", "=", "internal")
            & Domain("lot_id", "!=", False)
            & Domain("quantity", ">", 0),
            ["lot_id"],
            ["quantity:sum", "reserved_quantity:sum"],
        )
    )
    today = then = 0.0
    for lot, quantity, reserved in groups:
        if not lot._get_missing_life(rule, local_date(moment, tz), tz):
            continue
        free = max(quantity - reserved, 0)
        # what is past its dates is left out already
        today += 0 if _is_gone(lot, now, tz) else free
        then += 0 if _is_gone(lot, moment, tz) else free
    return today, then


def _is_gone(lot, moment, tz):
    return any(lot._is_past(n, moment, tz) for n in ("expiration_date", "removal_date"))
