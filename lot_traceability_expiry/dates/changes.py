"""Changes of the dates of lots: rounded, checked and kept in the history."""

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

from .extension import EXTEND_GROUP, check_by_hand, get_day, get_label
from .following import shift_dates
from .log import note_changes
from .order import DERIVED, PAIRS, find_disorder, find_insane, settle

LOGGED_DATES = (
    "expiration_date",
    "use_date",
    "removal_date",
    "alert_date",
    "made_on",
    "retest_date",
    "opened_on",
)
# those that follow each other in time
ORDERED_DATES = tuple(dict.fromkeys(name for pair in PAIRS for name in pair))


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


def get_settled(lot, given) -> dict:
    """What Odoo computed of the dates of a lot and has to be earlier.

    :param given: names of the dates that somebody typed
    """
    names = ("expiration_date", *DERIVED)
    if not lot["expiration_date"] and set(names).isdisjoint(given):
        # most lots of an import have no dates
        return {}
    return settle({name: lot[name] for name in names}, given)


# ----------------------------------------------------------------------
# Order
# ----------------------------------------------------------------------
def check_order(lot, changed) -> None:
    """Refuse dates that nobody can mean: out of their order, of a year far away, or
    made on a day to come.

    :param changed: names of the dates that somebody has typed
    :raise ValidationError: naming product, lot and the dates
    """
    env = lot.env
    changed = [name for name in (*ORDERED_DATES, "retest_date") if name in changed]
    # sudo is the system itself; what a button writes was typed by somebody
    if not lot.use_expiration_date:
        # what never expires was made on a day all the same
        changed = [name for name in changed if name == "made_on"]
    if not changed or env.su:
        return
    names = ORDERED_DATES if lot.use_expiration_date else changed
    days = {name: get_day(lot, name, lot[name]) for name in names}
    days["retest_date"] = lot.retest_date
    today, problem = lot._get_today(), False
    if name := find_insane(days, changed, today):
        problem = env._(
            "%(field)s cannot be %(date)s. Look at the year",
            field=get_label(lot, name),
            date=days[name].isoformat(),
        )
    elif "made_on" in changed and days["made_on"] and days["made_on"] > today:
        problem = env._(
            "it cannot be made on %(date)s, a day to come",
            date=format_date(env, days["made_on"]),
        )
    elif pair := find_disorder(days, changed):
        earlier, later = pair
        problem = env._(
            "%(first)s (%(first_date)s) cannot be after %(second)s (%(second_date)s)",
            first=get_label(lot, earlier),
            first_date=format_date(env, days[earlier]),
            second=get_label(lot, later),
            second_date=format_date(env, days[later]),
        )
    if problem:
        raise ValidationError(
            env._(
                "%(product)s, %(lot)s: %(problem)s.",
                product=lot.product_id.display_name,
                lot=lot.name,
                problem=problem,
            )
        )


# ----------------------------------------------------------------------
# One change
# ----------------------------------------------------------------------
class DateChanges:
    """What a ``write`` does to the dates of lots: made before it, asked after it."""

    def __init__(self, lots, vals: dict):
        self.lots, self.env, self.given = lots, lots.env, vals
        self.reason = (vals.get("date_change_reason") or "").strip()
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
            check_by_hand(lot, dates, self.reason)
            check_order(lot, _get_changed(lot, dates).keys() & self.given.keys())
            _check_retest_date(lot, dates["retest_date"])

    def log(self) -> bool:
        """Keep what changed in the history of the lots, and be reminded again.

        :return: whether anything did
        """
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
        return bool(changes)

    def get_shortened(self):
        """The lots that are good for fewer days than before."""
        return self.lots.filtered(
            lambda lot: (
                self.before[lot]["expiration_date"]
                and lot.expiration_date
                and lot.expiration_date < self.before[lot]["expiration_date"]
            )
        )

    def get_extended(self):
        """The lots that are good for longer than before, or for ever."""
        return self.lots.filtered(
            lambda lot: (
                (old := self.before[lot]["expiration_date"])
                and (not lot.expiration_date or lot.expiration_date > old)
            )
        )

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
        note_changes(changes, self.reason)
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
