from . import lot_recall_finder
from . import lot_recall_reason
from . import lot_recall_wizard
from . import lot_recall_wizard_delivery
from . import lot_recall_wizard_lot
from . import lot_recall_wizard_stock
from . import lot_recall_notice_wizard
from . import lot_recall_call
