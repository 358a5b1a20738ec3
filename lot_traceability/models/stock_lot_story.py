from odoo import api, models
from odoo.exceptions import UserError

from ..trace.graph import get_graph
from ..trace.search import find, get_lots, get_records


class StockLot(models.Model):
    """The ways to the story of lots, and its picture."""

    _name = "stock.lot"
    _inherit = ["stock.lot"]

    @api.readonly
    def get_trace_graph(self, opened=None):
        """The trace of these lots, both ways, as a picture.

        Many lots of a product on one level are folded into one node.

        :param opened: ``{key of a folded node: how many of its lots are shown}``
        :return: dict of ``nodes`` (``key``, ``id`` of the lot or False for a folded
            node, ``name``, ``product``, ``product_id``, ``count``, ``ids``, ``column``:
            0 for the lots themselves, negative for what they are made of,
            ``certainty``, ``via``: the node by which it is in the story, ``x``, ``y``),
            ``edges`` (``source``, ``target``, ``path`` as in SVG, ``certainty``,
            ``kinds``, ``quantity`` and ``uom`` (False if they differ), ``dates``,
            ``documents``: ``name``, ``model``, ``id``, ``more``), ``width``,
            ``height``, ``card``, ``engine`` (``dot``, or ``columns`` where Graphviz is
            absent), ``step``, ``counts`` and ``outside``: what the user may not
            see, in words
        :raise AccessError: if the user may not read a lot
        :raise UserError: if the trace is too large
        """
        return get_graph(self, opened)

    @api.model
    @api.readonly
    def search_any_number(self, text, limit=10):
        """Find where a trace can start: by number, supplier's number, batch code,
        product, document (transfer, order, repair, scrap ...) or partner.

        :param text: what is written on the goods or on the paper, or a part of it
        :param limit: rows of each kind, at most 100
        :return: list of dicts, exact numbers first: ``kind`` (``lot``, ``transfer``,
            ``manufacturing``, ``repair``, ``scrap``, ``unbuild``, ``conversion``,
            ``sale``, ``purchase``, ``product``, ``partner``), ``model``, ``id``,
            ``name``, ``detail`` (product of a lot, partner of a document)
        :raise AccessError: if the user may not read lots
        """
        self.check_access("read")
        return find(self.env, text, limit)

    @api.model
    @api.readonly
    def get_story_lots(self, model, record_ids=None, ids=None):
        """The lots of some records, with which their trace starts.

        :param model: ``stock.lot``, ``stock.picking``, ``mrp.production``,
            ``repair.order``, ``stock.scrap``, ``mrp.unbuild``, ``lot.conversion``,
            ``sale.order``, ``purchase.order``, ``product.product``,
            ``product.template`` or ``res.partner``
        :param record_ids: ids of the records; ``ids`` is the same, for XML-RPC (a client
            of JSON-2 can give no parameter of that name)
        :return: ids of lots; of a manufacturing order those that it made, if any
        :raise AccessError: if the user may not read the records
        :raise UserError: if these are more lots than one trace starts from
        """
        return get_lots(self.env, model, record_ids if ids is None else ids).ids

    @api.model
    def action_open_story(self, model, record_ids=None, ids=None):
        """Open the trace of the lots of some records, see :meth:`get_story_lots`.

        :raise UserError: if they have no lots
        """
        chosen = record_ids if ids is None else ids
        lots = get_lots(self.env, model, chosen)
        if not lots:
            records = get_records(self.env, model, chosen)
            raise UserError(
                self.env._(
                    "Nothing to trace: %(names)s has no lots or serial numbers.",
                    names=", ".join(records[:3].mapped("display_name")),
                )
            )
        return lots.action_open_trace()
