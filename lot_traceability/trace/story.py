from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from odoo.api import Environment
from odoo.exceptions import MissingError

from ..tools.arguments import check_ids
from ..tools.public import are_readable
from . import genealogy
from .arguments import check_direction, check_parts
from .balance import Balance
from .handovers import Handovers, find_passed
from .handovers import read as read_handovers
from .holders import Holders
from .rows import (
    get_lot_rows,
    get_product_values,
    get_unnumbered_rows,
    read_quants,
)
from .shipments import Shipments, read_boundary
from .walk import walk, without_collection

# parts for which it does not matter by which links a lot was reached
PARTS_WITHOUT_LINKS = {"lots", "unnumbered", "deliveries", "receipts", "stock"}


class Story:
    """What one trace has found: each piece is read once, when it is first asked for.

    A request makes one Story for each direction and hands it on.

    :param env: of the user who asks
    :param lot_ids: ids of the lots to start from; of none, the story is empty
    :param direction: ``downstream`` or ``upstream``
    :param parts: what will be asked for, all by default; see
        ``stock.lot.trace_downstream``. Single links are most of the memory, and are
        kept only where a part needs them
    :param is_checked: that the user may read the lots was found out just before
    :raise AccessError: if the user may not read a lot, or stock moves at all
    :raise MissingError: if a lot does not exist
    :raise UserError: if the direction or a part does not exist, or if there are more
        links than one trace may have
    """

    def __init__(
        self,
        env: Environment,
        lot_ids: Iterable[int],
        direction: str = genealogy.DOWNSTREAM,
        parts: Iterable[str] | None = None,
        is_checked: bool = False,
    ):
        lots = env["stock.lot"].browse(check_ids(env, "ids", list(lot_ids)))
        if not is_checked and (env.su or not are_readable(lots)):
            lots.check_access("read")
        self.env = env
        self.roots: list[int] = sorted(set(lots.ids))
        self.direction = check_direction(env, direction)
        self.parts = check_parts(env, parts, env["lot.trace"]._get_parts())
        self._products = {}
        needs_links = not set(self.parts) <= PARTS_WITHOUT_LINKS
        found = walk(env, self.roots, direction, has_quantities=needs_links)
        self.reach, self.kinds, self._stopped = found.reach, found.kinds, found.stopped
        # goods without a number that another company took over
        self._passed_goods = found.passed
        self._has_passages = found.present["passage"] or found.present["copy"]
        # lots that were in a place between companies; None: not looked for yet
        self._passed = None if self._has_passages else set()
        if not needs_links:
            self.forget_links()

    def get_result(self, parts: Iterable[str] | None = None) -> dict:
        """What ``stock.lot.trace_downstream`` returns, of this walk.

        :param parts: some of those that the Story was made for, all by default
        """
        builders = self.env["lot.trace"]._get_parts()
        wanted = self.parts if parts is None else check_parts(self.env, parts, builders)
        if more := set(wanted) - set(self.parts):
            raise ValueError(f"This Story was made without the parts {sorted(more)}")
        with without_collection():
            return {
                "direction": self.direction,
                "roots": self.roots,
                **{name: builders[name](self) for name in wanted},
                "outside_scope": self.outside_scope,
            }

    def forget_links(self) -> None:
        """Let go of the single links, once nothing more will be asked that needs them:
        what is left are ``PARTS_WITHOUT_LINKS`` and what has been read."""
        self.reach.links = []
        self.parts = [name for name in self.parts if name in PARTS_WITHOUT_LINKS]

    # ------------------------------------------------------------------
    # Pieces
    # ------------------------------------------------------------------
    @cached_property
    def lots(self) -> list[dict]:
        """Rows of the lots that the user may read."""
        rows = get_lot_rows(self)
        if missing := set(self.roots) - {row["id"] for row in rows}:
            raise MissingError(
                self.env._(
                    "There is no lot or serial number with the id %(ids)s (any more).",
                    ids=", ".join(map(str, sorted(missing))),
                )
            )
        return rows

    @cached_property
    def unnumbered(self) -> list[dict]:
        """Rows of the goods without a number."""
        return get_unnumbered_rows(self)

    def get_product_values(self, product_ids: Iterable[int]) -> dict[int, dict]:
        """What rows say of products, by id; each is read once."""
        missing = set(product_ids) - self._products.keys()
        self._products |= get_product_values(self.env, missing)
        return self._products

    @cached_property
    def visible(self) -> set[int]:
        """Ids of the lots that the user may read."""
        return {row["id"] for row in self.lots}

    @cached_property
    def boundary(self) -> dict:
        """What went to, or came from, customers and vendors; each side is used once."""
        # upward, all receipts of screws would drown what is known; they are a gap
        is_downstream = self.direction == genealogy.DOWNSTREAM
        rows = read_boundary(
            self.env,
            self.visible,
            [row["id"] for row in self.unnumbered if is_downstream],
            with_passages=self._has_passages,
        )
        # it reads the same lines as they are looked for in
        self._passed = {row.node for row in rows if row.passed and row.node > 0}
        return Shipments(self).get_boundary(rows)

    @cached_property
    def deliveries(self) -> list[dict]:
        """Rows of what went to customers."""
        return Shipments(self).get_delivery_rows()

    @cached_property
    def receipts(self) -> list[dict]:
        """Rows of what came from vendors."""
        return Shipments(self).get_receipt_rows()

    @cached_property
    def spreads(self) -> dict:
        """How much of the suspect goods is where, by product of the roots."""
        return Holders(self).get_spreads()

    @cached_property
    def quants(self) -> list[tuple]:
        """(lot, location, quantity, reserved) of what is there now."""
        return [
            (lot, location, quantity, reserved)
            for lot, location, odoo_quantity, reserved in read_quants(
                self.env, self.visible
            )
            if abs(quantity := odoo_quantity - self._get_surplus(lot, location)) > 1e-9
        ]

    @cached_property
    def handovers(self) -> Handovers:
        """What the lots handed over to other companies, and what came from them."""
        if self._passed is None:
            self._passed = find_passed(self.env, self.visible)
        return read_handovers(self.env, self._passed, self._passed_goods)

    def _get_surplus(self, lot, location):
        return self.handovers.surplus.get((lot.id, location.id), 0.0)

    @cached_property
    def on_hand(self) -> dict[int, float]:
        """How much there is of each lot by Odoo's books, also below zero."""
        totals = defaultdict(float)
        for lot, _location, quantity, _reserved in self.quants:
            totals[lot.id] += quantity
        return totals

    @cached_property
    def samples(self) -> dict[int, float]:
        """How much of each lot is kept as retained samples."""
        totals = defaultdict(float)
        for lot, location, quantity, _reserved in self.quants:
            if location.is_for_samples:
                totals[lot.id] += quantity
        return totals

    @cached_property
    def balances(self) -> list[dict]:
        """What came in and went out of each lot."""
        return Balance(self).get_rows()

    @property
    def outside_scope(self) -> dict:
        """How often the story goes on where the user may not read, in words."""
        lots = sum(node > 0 for node in self.reach.levels) - len(self.lots)
        count = self._stopped + lots + self.boundary["hidden"]
        message = False
        others = set(self.env.user._get_company_ids()).difference(
            self.env.companies.ids
        )
        if count and others:
            message = self.env._(
                "The trace goes on in other companies. Choose them at the top right, "
                "as far as you may. Places there: %(count)s.",
                count=count,
            )
        elif count:
            message = self.env._(
                "The trace goes on in other companies, which you are not allowed to "
                "read. Places there: %(count)s.",
                count=count,
            )
        return {"count": count, "message": message}
