from . import lot_import
from . import trace_export
