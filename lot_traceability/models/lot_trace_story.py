from functools import cached_property

from ..tools import genealogy


class Story:
    """What one trace has found: each piece is read once, when it is first asked for.

    :param env: of the user who asks
    :param lot_ids: ids of the lots to start from
    :param direction: ``downstream`` or ``upstream``
    :param keeps_links: whether single links are of use; they are most of the memory
    """

    def __init__(self, env, lot_ids, direction, keeps_links=True):
        self.env = env
        self.direction = direction
        self.reach, self._stopped = env["lot.trace"]._get_reach(lot_ids, direction)
        if not keeps_links:
            self.reach.links = []

    @cached_property
    def lots(self):
        """Rows of the lots that the user may read."""
        return self.env["lot.trace"]._get_lot_rows(self.reach)

    @cached_property
    def unnumbered(self):
        """Rows of the goods without a number."""
        return self.env["lot.trace"]._get_unnumbered_rows(self.reach)

    @cached_property
    def visible(self):
        """Ids of the lots that the user may read."""
        return {row["id"] for row in self.lots}

    @cached_property
    def boundary(self):
        """What went to, or came from, customers and vendors; each side is used once."""
        # upward, all receipts of screws would drown what is known; they are a gap
        is_downstream = self.direction == genealogy.DOWNSTREAM
        return self.env["lot.trace.shipment"]._get_boundary(
            self.visible,
            [row["id"] for row in self.unnumbered if is_downstream],
            self.reach,
        )

    @cached_property
    def deliveries(self):
        """Rows of what went to customers."""
        return self.env["lot.trace.shipment"]._get_delivery_rows(self)

    @cached_property
    def receipts(self):
        """Rows of what came from vendors."""
        return self.env["lot.trace.shipment"]._get_receipt_rows(self)

    @cached_property
    def spreads(self):
        """How much of the suspect goods is where, by product of the roots."""
        return self.env["lot.trace.holder"]._get_spreads(self)

    @cached_property
    def quants(self):
        """(lot, location, quantity, reserved) of what is there now."""
        return self.env["lot.trace"]._read_quants(list(self.visible))

    @cached_property
    def balances(self):
        """What came in and went out of each lot."""
        return self.env["lot.trace.balance"]._get_rows(self)

    @property
    def hidden(self):
        """How often the story goes on where the user may not read."""
        lots = sum(node > 0 for node in self.reach.levels) - len(self.lots)
        return self._stopped + lots + self.boundary["hidden"]
