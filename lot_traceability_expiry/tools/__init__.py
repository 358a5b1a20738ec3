from . import calendar_days
from . import webhook
