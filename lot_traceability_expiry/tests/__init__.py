from . import test_calendar_days
from . import test_lot_expiry_alert
from . import test_batches
from . import test_companies
from . import test_core_scheduler
from . import test_security
from . import test_stock_lot
from . import test_tour
