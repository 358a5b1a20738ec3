from . import expiry_picking_confirmation
from . import lot_open
from . import lot_retest_record
