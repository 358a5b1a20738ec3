from . import lot_company_wizard
from . import lot_serial_conflict
from . import lot_serial_conflict_line
