from odoo import api, fields, models
from odoo.tools import SQL

from ..evidence import facts
from ..tools.batch_job import run_in_batches
from ..tools.parameter import read_int

FILLED_TO = "lot_traceability.facts_filled_to"
LINES_AT_ONCE = 20_000


class LotTraceFact(models.Model):
    """What happened to tracked goods, as everything was called then; never rewritten.

    Written by ``evidence.facts`` alone. References are ids without a foreign key: what
    is deleted, or renamed, leaves the row as it is.
    """

    _name = "lot.trace.fact"
    _inherit = ["lot.append.only"]
    _description = "Traceability Fact"
    _order = "id desc"
    _rec_name = "lot_name"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", "Done By", required=True, readonly=True, ondelete="restrict"
    )
    written_on = fields.Datetime(required=True, readonly=True)
    is_later = fields.Boolean(
        "Written Later",
        readonly=True,
        help="It was done before facts were written down: names and addresses are "
        "those of the day on which this was written.",
    )
    kind = fields.Selection(
        [
            ("receipt", "Receipt"),
            ("shipment", "Shipment"),
            ("dropship", "Dropship"),
            ("transfer", "Transfer Between Warehouses"),
            ("used", "Used"),
            ("made", "Made"),
            ("conversion_out", "Conversion: From"),
            ("conversion_in", "Conversion: To"),
            ("return_in", "Return From Customer"),
            ("return_out", "Return to Vendor"),
            ("scrap", "Scrap"),
            ("scrap_back", "Taken Back Out of Scrap"),
            ("counted_in", "Counted: More"),
            ("counted_out", "Counted: Less"),
            ("hold", "Hold"),
            ("nothing", "Taken Back"),
        ],
        required=True,
        readonly=True,
    )
    date = fields.Datetime("Done On", required=True, readonly=True)
    line_ref = fields.Integer("Move Line", readonly=True, aggregator=None)
    document_model = fields.Char(readonly=True)
    document_ref = fields.Many2oneReference(
        "Document ID", model_field="document_model", readonly=True
    )
    document_name = fields.Char("Document", readonly=True)
    origin = fields.Char("Source Document", readonly=True)
    product_ref = fields.Integer("Product ID", readonly=True, aggregator=None)
    product_name = fields.Char("Product", readonly=True)
    product_code = fields.Char("Internal Reference", readonly=True)
    product_barcode = fields.Char("Barcode", readonly=True)
    lot_ref = fields.Integer("Lot ID", readonly=True, aggregator=None)
    lot_name = fields.Char("Lot/Serial Number", readonly=True)
    supplier_number = fields.Char("Supplier's Number", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True, aggregator=None)
    uom_name = fields.Char("Unit", readonly=True)
    package_name = fields.Char("Package", readonly=True)
    packaging_name = fields.Char("Packaging", readonly=True)
    location_name = fields.Char("From", readonly=True)
    location_dest_name = fields.Char("To", readonly=True)
    party = fields.Json("Other Party", readonly=True)
    site = fields.Json("Own Place", readonly=True)
    food = fields.Json(
        readonly=True, help="What food rules ask for besides, as it was then."
    )
    party_text = fields.Char("Party", compute="_compute_texts")
    site_text = fields.Char("Place", compute="_compute_texts")
    corrects_ref = fields.Integer(
        "Corrects",
        readonly=True,
        aggregator=None,
        help="The older fact that this one takes the place of.",
    )
    reason = fields.Char(readonly=True)
    is_correction = fields.Boolean(
        "Correction",
        readonly=True,
        help="What was done was changed, or added to, after it was done.",
    )
    is_replaced = fields.Boolean(
        "Replaced",
        compute="_compute_is_replaced",
        search="_search_is_replaced",
        help="A later fact takes its place: what was done was corrected.",
    )
    details = fields.Json(
        readonly=True,
        help="Ids and codes of places, parties, packages and days, as they were then: "
        "what EPCIS events are told by.",
    )

    _line_ref_idx = models.Index("(line_ref)")
    _correction_idx = models.Index("(id) WHERE is_correction")
    _lot_ref_idx = models.Index("(lot_ref) WHERE lot_ref IS NOT NULL")

    def _compute_is_replaced(self):
        later = self.search([("corrects_ref", "in", self.ids)])
        replaced = set(later.mapped("corrects_ref"))
        for fact in self:
            fact.is_replaced = fact.id in replaced

    def _search_is_replaced(self, operator, value):
        if operator != "in":
            return NotImplemented
        replaced = SQL(
            "(SELECT corrects_ref FROM lot_trace_fact WHERE corrects_ref IS NOT NULL)"
        )
        return [("id", "in" if True in value else "not in", replaced)]

    def _compute_texts(self):
        for fact in self:
            for name in ("party", "site"):
                values = fact[name] or {}
                parts = [values.get(part) for part in facts.ADDRESS]
                fact[f"{name}_text"] = ", ".join(filter(None, parts))

    def _get_refusal_text(self):
        return self.env._(
            "Facts are written when something is done, and stay as they are. A "
            "correction of what was done adds a new one."
        )

    # -- what was done before ---------------------------------------------
    @api.model
    def _cron_write_missing(self, batch_size=1000):
        """Write down what was done before facts were written down, oldest first."""
        ids = facts.get_missing(self.env, self._get_filled_to(), LINES_AT_ONCE)

        def work(batch):
            facts.freeze(self.env["stock.move.line"].browse(batch), is_later=True)
            # sudo: how far it came
            parameters = self.env["ir.config_parameter"].sudo()
            parameters.set_param(FILLED_TO, str(max(batch)))

        is_more = len(ids) == LINES_AT_ONCE
        run_in_batches(self.env, ids, batch_size, work, more=int(is_more))

    def _get_filled_to(self):
        return read_int(self.env, FILLED_TO, 0)
