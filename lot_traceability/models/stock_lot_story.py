from odoo import api, models
from odoo.exceptions import UserError

# of lots that one picture starts from, unless the system parameter says another number
MOST_ROOTS = 2_000
# of rows that a search returns of each kind
MOST_FOUND = 100


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
        return self.env["lot.trace.graph"]._get(self, opened)

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
        return self.env["lot.trace.search"]._find(text, min(max(limit, 1), MOST_FOUND))

    @api.model
    @api.readonly
    def get_story_lots(self, model, ids):
        """The lots of some records, with which their trace starts.

        :param model: ``stock.lot``, ``stock.picking``, ``mrp.production``,
            ``repair.order``, ``stock.scrap``, ``mrp.unbuild``, ``lot.conversion``,
            ``sale.order``, ``purchase.order``, ``product.product``,
            ``product.template`` or ``res.partner``
        :param ids: ids of the records
        :return: ids of lots; of a manufacturing order those that it made, if any
        :raise AccessError: if the user may not read the records
        :raise UserError: if these are more lots than one trace starts from
        """
        lots = self.env["lot.trace.search"]._get_lots(model, ids)
        parameters = self.env["ir.config_parameter"].sudo()
        name = "lot_traceability.trace_roots"
        most = int(parameters.get_param(name, 0)) or MOST_ROOTS
        if len(lots) > most:
            raise UserError(
                self.env._(
                    "These are %(count)s lots; a trace starts from %(most)s at most "
                    "(system parameter %(name)s). Choose fewer, for instance in the "
                    "list of lots.",
                    count=len(lots),
                    most=most,
                    name=name,
                )
            )
        return lots.ids

    @api.model
    def action_open_story(self, model, ids):
        """Open the trace of the lots of some records, see :meth:`get_story_lots`.

        :raise UserError: if they have no lots
        """
        lots = self.browse(self.get_story_lots(model, ids))
        if not lots:
            records = self.env[model].browse(ids)
            raise UserError(
                self.env._(
                    "Nothing to trace: %(names)s has no lots or serial numbers.",
                    names=", ".join(records[:3].mapped("display_name")),
                )
            )
        return lots.action_open_trace()
