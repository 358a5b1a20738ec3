from . import calendar_days
