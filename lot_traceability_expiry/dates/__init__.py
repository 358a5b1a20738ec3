"""What the dates of lots mean, how they come about, change, and are written down.

The clock itself (days, zones) is in ``lot_traceability.tools``. Here: ``new`` (dates of
new lots), ``changes`` (rounding, checks, history), ``inheritance`` (from what went in),
``retest`` and ``opening``, ``shipping`` (what forbids that goods leave), ``states``
(search by what dates mean today), ``label`` (as it is printed), ``stock_day`` (SQL).
"""
