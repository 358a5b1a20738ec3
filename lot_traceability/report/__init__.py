from . import lot_trace_report
