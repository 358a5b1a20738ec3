"""The trace of lots: from lots to the one :class:`Story` that everything else tells.

Screen, smart buttons, documents, API and recall ask a Story; nothing else computes a
trace, and nobody walks twice. For Python callers::

    from odoo.addons.lot_traceability.trace import DOWNSTREAM, Story

    story = Story(env, lots.ids, DOWNSTREAM)
    story.get_result(["lots", "deliveries"])  # as stock.lot.trace_downstream
    story.get_result(["holders"])  # of the same walk

What other addons add stands at two models: links at ``lot.trace.link``
(``_get_link_kinds``), what a trace tells at ``lot.trace`` (``_get_parts``).

- ``genealogy``, ``shortages``, ``settling``, ``spread``, ``sources``, ``graph_fold``
  and ``graph_layout`` know no Odoo
- ``nodes``, ``sql``, ``link_kinds``, ``links``, ``certainty``, ``lateness``, ``walk``:
  from lots to what is reached
- ``story``, ``rows``, ``shipments``, ``holders``, ``balance``, ``gaps``: what is told
- ``graph``, ``movements``, ``search``, ``partners``: the same for a screen
- ``counts``: figures of many lots, each for itself, out of one walk
- ``arguments``: what the public methods take
"""

from .genealogy import DOWNSTREAM, UPSTREAM
from .story import Story

__all__ = ["DOWNSTREAM", "UPSTREAM", "Story"]
