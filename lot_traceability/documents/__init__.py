"""Files about a trace: each takes the stories of both directions and writes one.

- ``trace_document``: what all of them tell, read once; ``words``, ``tables``,
  ``picture`` and ``events``: how it is said
- ``trace_file``: XLSX and JSON; ``pdf``: the printed one; ``epcis_file``: EPCIS 2.0;
  ``kde_file``: the table of the US food traceability rule (rule 204)
- ``spreadsheet``: the one writer of XLSX; ``epcis`` and ``kde``: the standards

``spreadsheet``, ``tables``, ``picture``, ``epcis`` and ``kde`` know no Odoo.
"""
