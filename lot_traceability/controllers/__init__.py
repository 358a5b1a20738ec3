from . import epcis_events
from . import lot_import
from . import trace_export
from . import trace_log
