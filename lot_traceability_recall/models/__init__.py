from . import lot_recall
from . import lot_recall_line
from . import stock_lot
from . import stock_scrap
