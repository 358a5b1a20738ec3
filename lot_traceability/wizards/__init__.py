from . import lot_attribution_wizard
from . import lot_company_wizard
from . import lot_hold_wizard
from . import lot_serial_conflict
from . import lot_serial_conflict_line
from . import lot_tracking_change
from . import lot_tracking_change_line
from . import stock_traceability_report
