"""Changes of the dates of lots: rounded, checked and kept in the history."""

from datetime import datetime

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.evidence import log
from odoo.addons.lot_traceability.tools.calendar_days import (
    day_end,
    last_day,
    local_date,
)

LOGGED_DATES = (
    "expiration_date",
    "use_date",
    "removal_date",
    "alert_date",
    "made_on",
    "retest_date",
    "opened_on",
)
# they go with the expiration date
FOLLOWING_DATES = ("use_date", "removal_date", "alert_date")
EXTEND_GROUP = "lot_traceability_expiry.group_expiry_extend"


def touches_dates(vals: dict) -> bool:
    """Whether values change what is rounded, checked or kept."""
    return not vals.keys().isdisjoint((*LOGGED_DATES, "expiry_precision"))


# ----------------------------------------------------------------------
# Values of all dates of a lot
# ----------------------------------------------------------------------
def get_rounded(lots) -> dict:
    """``{lot: values}`` of those whose label names a month or a year, which counts
    until its last day, but whose date is another day."""
    rounded = {}
    for lot in lots.filtered("expiration_date"):
        if (lot.expiry_precision or "day") == "day":
            continue
        tz = lot._get_expiry_tz()
        day = local_date(lot.expiration_date, tz)
        end = last_day(day, lot.expiry_precision)
        if day != end:
            rounded[lot] = shift_dates(lot, day_end(end, tz))
    return rounded


def shift_dates(lot, expiration: datetime) -> dict:
    """Values of all dates, each as far from the expiration date (UTC) as before."""
    vals = {"expiration_date": expiration}
    for name in FOLLOWING_DATES:
        if lot[name] and lot.expiration_date:
            vals[name] = expiration - (lot.expiration_date - lot[name])
    return vals


def cap_dates(lot, expiration: datetime) -> dict:
    """Values of all dates, none of them later than the expiration date (UTC)."""
    vals = {"expiration_date": expiration}
    for name in FOLLOWING_DATES:
        if lot[name] and lot[name] > expiration:
            vals[name] = expiration
    return vals


# ----------------------------------------------------------------------
# One change
# ----------------------------------------------------------------------
class DateChanges:
    """What a ``write`` does to the dates of lots: made before it, asked after it."""

    def __init__(self, lots, reason: str | None = None):
        self.lots, self.env = lots, lots.env
        self.reason = (reason or "").strip()
        self.before = {lot: _get_dates(lot) for lot in lots}

    def check(self) -> None:
        """Refuse what makes goods look fresher than they are allowed to be.

        :raise UserError: naming product, lot and the date that is allowed
        """
        for lot, dates in self.before.items():
            old, new = dates["expiration_date"], lot.expiration_date
            limit = lot.expiry_limit_date
            if limit and old != new and (not new or new > max(limit, old or limit)):
                self._check_extension(lot, limit)
            _check_retest_date(lot, dates["retest_date"])

    def log(self) -> None:
        """Keep what changed in the history of the lots, and be reminded again."""
        changes = {
            lot: changed
            for lot, dates in self.before.items()
            if (changed := _get_changed(lot, dates))
        }
        self._keep(changes)
        # Odoo reminds of a lot once for ever, also if its date moves
        moved = [lot.id for lot, dates in changes.items() if "alert_date" in dates]
        reminded = self.lots.browse(moved).filtered("product_expiry_reminded")
        reminded.product_expiry_reminded = False

    def _check_extension(self, lot, limit):
        may_extend = self.reason and self.env.user.has_group(EXTEND_GROUP)
        if guards.is_system(self.env) or may_extend:
            return
        raise UserError(
            self.env._(
                "%(product)s, %(lot)s is good until %(date)s at most, as what it is "
                "made of or its being opened allows no more. Somebody with the right "
                "“Extend expiration dates” can set a later date, with a reason.",
                product=lot.product_id.display_name,
                lot=lot.name,
                date=format_date(self.env, local_date(limit, lot._get_expiry_tz())),
            )
        )

    def _keep(self, changes):
        now = fields.Datetime.now()
        rows = [
            _prepare_row(lot, name, *values, self.reason, now)
            for lot, dates in changes.items()
            for name, values in dates.items()
        ]
        # sudo: nobody may write the history by hand
        records = self.env["lot.date.change"].sudo().create(rows)
        titles = dict(records._fields["name"]._description_selection(self.env))
        log.note(
            records,
            "date",
            old=lambda row: row._get_log_text(titles, "old"),
            new=lambda row: row._get_log_text(titles, "new"),
            reason=lambda row: row.reason,
        )
        bodies = {
            lot.id: found._get_note()
            for lot, found in records.sudo(False).grouped("lot_id").items()
        }
        self.lots.browse(bodies)._message_log_batch(bodies=bodies)


def _get_dates(lot):
    return {name: lot[name] for name in LOGGED_DATES}


def _get_changed(lot, before):
    """``{field: (old, new)}`` of the dates that are not as they were."""
    return {name: (old, lot[name]) for name, old in before.items() if old != lot[name]}


def _check_retest_date(lot, old):
    """Refuse a new retest date after the expiration date."""
    new, expiration = lot.retest_date, lot.expiration_date
    if not new or new == old or not expiration:
        return
    env, end = lot.env, local_date(expiration, lot._get_expiry_tz())
    if new > end:
        raise ValidationError(
            env._(
                "%(product)s, %(lot)s expires on %(end)s: it cannot be retested "
                "on %(date)s. Choose a day before.",
                product=lot.product_id.display_name,
                lot=lot.name,
                end=format_date(env, end),
                date=format_date(env, new),
            )
        )


def _prepare_row(lot, name, old, new, reason, now):
    tz = lot._get_expiry_tz()
    is_day = lot._fields[name].type == "date"

    def get_day(value):
        return value if is_day or not value else local_date(value, tz)

    return {
        "lot_id": lot.id,
        "name": name,
        "old_date": get_day(old),
        "new_date": get_day(new),
        "old_moment": not is_day and old,
        "new_moment": not is_day and new,
        "reason": reason or False,
        "user_id": lot.env.uid,
        "date": now,
    }
