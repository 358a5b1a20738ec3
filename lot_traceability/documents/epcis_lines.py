"""What lines say in events: what was written down of them, and of those of which nobody
wrote anything down, what they say today.

What was written down is told as it was, but for numbers that were missing then. What a
hundred thousand lines have in common is of a few thousand kinds: what of it was missing
is looked for once for each kind.
"""

import json
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from ..evidence import details, facts
from .epcis_events import MADE

# of what there may be a number by now
NAMED = ("product", "lot", "company", "party", "from", "to")


class Now(NamedTuple):
    """A line as it is today."""

    reader: details.Reader
    row: details.Row
    kind: str | None
    zone: object
    common: dict


class Lines:
    """
    :param reader: of most of the lines at least
    """

    def __init__(self, reader: details.Reader, line_ids: Iterable[int]):
        ids = set(line_ids)
        found = [self._get_now(reader, row) for row in reader.get_rows(ids)]
        if others := ids - {now.row.id for now in found}:
            other = details.Reader(reader.env["stock.move.line"].browse(others))
            found += [self._get_now(other, row) for row in other.rows]
        # in their order, as the events are told
        found.sort(key=lambda now: now.row.id)
        self._now = {now.row.id: now for now in found}
        self._versions = facts.read_history(reader.env, ids)
        # {what was said by many lines, and is: what they said, with what was missing}
        self._filled: dict = {}

    # ------------------------------------------------------------------
    # What is told
    # ------------------------------------------------------------------
    @cached_property
    def documents(self) -> dict[int, tuple]:
        """What each line was done by."""
        return {
            line_id: name_document(now.reader, now.row)
            for line_id, now in self._now.items()
        }

    @cached_property
    def live(self) -> dict[int, dict]:
        """What those say today that nobody wrote down."""
        known = {version.line_ref for version in self._versions}
        return {
            line_id: self._tell(now)
            for line_id, now in self._now.items()
            if line_id not in known
        }

    @cached_property
    def history(self) -> list[dict]:
        """What was written down, the oldest first; see ``epcis_history``."""
        return [
            {
                "line": version.line_ref,
                "moment": version.written_on,
                "is_correction": version.is_correction,
                "says": self._thaw(version, date),
            }
            for version, date in zip(self._versions, self._get_dates(), strict=True)
        ]

    @cached_property
    def partner_ids(self) -> set[int]:
        """Whom the lines name today."""
        # each of what lines have in common once
        commons = {id(now.common): now.common for now in self._now.values()}
        names = ("party", "taker", "owner")
        parties = [line.get(name) for line in commons.values() for name in names]
        parties += [now.reader.get_vendor(now.row) for now in self._now.values()]
        return {party["id"] for party in parties if party}

    @cached_property
    def made_ids(self) -> set[int]:
        """The lots that were made."""
        made = (now.row for now in self._now.values() if now.kind in MADE)
        return {row.lot_id for row in made if row.lot_id}

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------
    def _get_now(self, reader, row):
        kind = reader.get_kind(row)
        return Now(reader, row, kind, *reader.get_common(row, kind))

    def _tell(self, now):
        says = now.reader.tell(now.row, now.kind)
        says["key"] = now.row.id
        return says

    def _get_dates(self):
        """When it happened, by what was said at the time of each version. That is the
        moment of the line, until which it was corrected."""
        now, dates = {}, []
        for version in reversed(self._versions):
            line_id = version.line_ref
            if line_id not in now:
                now[line_id] = self._now[line_id].row.date.isoformat()
            dates.append(now[line_id])
            if before := version.own.get("date_before"):
                now[line_id] = before
        return dates[::-1]

    def _thaw(self, version, date):
        """What a line said when it was written down, or, of a number that was missing
        then, what it says now.

        :param date: when it happened, as it was said then
        """
        now = self._now[version.line_ref]
        reader, row, _kind, zone, common = now
        number = reader.get_number(row.lot_id, zone) if row.lot_id else {}
        if version.shared:
            says = self._fill(version.shared, common) | version.own
        else:
            says = self._fill_old(version, now)
        lot, live = says.get("lot"), number.get("lot")
        if lot != live:
            fill(says, number)
        days = number.get("days")
        if days and (lot and lot["id"]) == live["id"]:
            says["days"] = days | says.get("days", {})
        if document := reader.get_document(row):
            says["document"] = document
        elif version.document:
            says["document"] = json.loads(version.document)
        says.update(key=row.id, kind=version.kind, date=date)
        return says

    def _fill(self, shared, common):
        """What many lines said; both are kept, and so are their ids."""
        key = id(shared), id(common)
        if key not in self._filled:
            self._filled[key] = fill(dict(shared), common)
        return self._filled[key]

    def _fill_old(self, version, now):
        """Of facts older than their details: as far as their columns say it."""
        says = self._tell(now)
        says["quantity"] = version.quantity
        product = says["product"]
        if version.product_ref != product["id"]:
            product = product | {"id": version.product_ref}
        says["product"] = product | {
            "name": version.product_name,
            "barcode": version.product_barcode,
        }
        says["lot"] = version.lot_ref and {
            "id": version.lot_ref,
            "name": version.lot_name,
            "supplier": version.supplier_number,
        }
        return fill(says, now.common)


def name_document(reader: details.Reader, row: details.Row) -> tuple:
    """What a line was done by; one without anything is told by itself."""
    return tuple(reader.get_document(row) or ("line", row.id))


def fill(says: dict, live: dict) -> dict:
    """Lay over each other what was said and what is said now: the first where it has a
    value."""
    for name in NAMED:
        old, new = says.get(name), live.get(name)
        # hardly anything is called otherwise by now
        if old != new and old and new and old.get("id") == new.get("id"):
            filled = {key: value for key, value in old.items() if value}
            if "gln" in filled:
                # whose number it is belongs to the number
                filled.setdefault("is_own", False)
            says[name] = new | filled
    return says
