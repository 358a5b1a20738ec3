from . import lot_number
from . import lot_trace_link
from . import lot_trace
from . import stock_lot
from . import stock_move
from . import stock_move_line
