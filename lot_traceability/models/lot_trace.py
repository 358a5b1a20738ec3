from collections.abc import Callable

from odoo import api, models

from .. import apps
from ..documents.tables import Table
from ..tools.calendar_days import local_date
from ..trace import Story
from ..trace.gaps import Gaps
from ..trace.holders import Holders
from ..trace.rows import get_link_rows, get_stock_rows


class LotTrace(models.AbstractModel):
    """What other addons can add to a trace; the engine is in ``trace/``."""

    _name = "lot.trace"
    _description = "Lot trace"

    @api.model
    def _get_parts(self) -> dict[str, Callable[[Story], list]]:
        """What a trace tells, ``{name: function that builds it out of a Story}``.

        Another addon adds a part, or more keys to one, by extending this::

            def _get_parts(self):
                return {**super()._get_parts(), "notes": self._get_note_rows}

            def _get_note_rows(self, story):
                lots = self.env["stock.lot"].browse(story.visible)
                return [{"lot_id": lot.id, "note": lot.note} for lot in lots]
        """
        return {
            "lots": lambda story: story.lots,
            "unnumbered": lambda story: story.unnumbered,
            "links": get_link_rows,
            "deliveries": lambda story: story.deliveries,
            "receipts": lambda story: story.receipts,
            "holders": lambda story: Holders(story).get_holder_rows(),
            "suspect": lambda story: Holders(story).get_suspect_rows(),
            "stock": get_stock_rows,
            "balances": lambda story: story.balances,
            "gaps": lambda story: Gaps(story).get_rows(),
        }

    @api.model
    def _get_tables(self, upstream: dict, downstream: dict) -> list[Table]:
        """Tables that another addon adds to the spreadsheet and the printed trace, of
        the parts that it adds to the two results."""
        return []

    @api.model
    def _get_document_fields(self) -> list[str]:
        """Fields of ``stock.move`` that lead to its document, the surest first.

        Those of apps that are not installed are left out.
        """
        fields = self.env["stock.move"]._fields
        return [name for name in apps.DOCUMENT_FIELDS if name in fields]

    # -- events -----------------------------------------------------------------
    @api.model
    def _get_days(self, lot, tz):
        """Days of a lot by their names in the vocabulary of GS1, as they are where it
        is: ``{"itemExpirationDate": "2027-01-31"}``; other addons add to them."""
        if "expiration_date" not in lot._fields or not lot.expiration_date:
            return {}
        return {"itemExpirationDate": local_date(lot.expiration_date, tz).isoformat()}

    @api.model
    def _get_day_fields(self):
        """Fields of lots that say these days: they are read of all lots at once."""
        fields = self.env["stock.lot"]._fields
        return [name for name in ("expiration_date",) if name in fields]

    @api.model
    def _get_expired_moments(self, lots):
        """When the last day of lots was over: ``{lot: moment}``; other addons know."""
        return {}

    @api.model
    def _get_event_lots(self, records):
        """The lots whose trace is told for records that are about lots, such as a
        recall; None for documents, which have events of their own."""
        return records if records._name == "stock.lot" else None
