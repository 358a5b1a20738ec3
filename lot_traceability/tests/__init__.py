from . import test_genealogy
from . import test_lot_number
from . import test_number_expression
from . import test_shipments
from . import test_trace
from . import test_trace_story
