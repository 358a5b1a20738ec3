from . import lot_import
from . import trace_export
from . import trace_log
