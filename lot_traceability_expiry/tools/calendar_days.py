"""Moved to the addon that both build on."""

from odoo.addons.lot_traceability.tools.calendar_days import (  # noqa: F401
    PRECISIONS,
    day_end,
    day_start,
    days_left,
    get_zone,
    in_days,
    is_past,
    last_day,
    local_date,
    to_gs1,
)
