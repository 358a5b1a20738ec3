from . import lot_serial_conflict
from . import lot_serial_conflict_line
