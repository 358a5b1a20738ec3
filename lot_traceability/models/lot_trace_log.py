import logging

from odoo import api, fields, models
from odoo.fields import Domain

from ..evidence import changes, fact_seals, sealing
from ..tools import public
from ..tools.arguments import check_text, check_whole

_logger = logging.getLogger(__name__)


class LotTraceLog(models.Model):
    """What was done, as it was done: rows are added, and never changed.

    Written by ``evidence.log`` alone; numbers and hashes by ``evidence.sealing``.
    """

    _name = "lot.trace.log"
    _inherit = ["lot.append.only"]
    _technical = ("previous_hash", "hash", "res_id")
    _description = "Traceability Log"
    _order = "id desc"
    _rec_name = "record_name"
    # who and when are fields of its own, which are sealed
    _log_access = False

    number = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Counted for each company, without gaps. Empty for a moment, until it is "
        "sealed.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    date = fields.Datetime("Date (UTC in Files)", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, index=True, ondelete="restrict"
    )
    user_name = fields.Char("User at That Time", readonly=True)
    kind = fields.Selection(
        [
            ("hold", "Held"),
            ("release", "Released"),
            ("reject", "Rejected"),
            ("date", "Date Changed"),
            ("number", "Number Changed"),
            ("done_line", "Done Line Corrected"),
            ("count", "Quantity Counted"),
            ("attribution", "Components Assigned"),
            ("override", "Let Through"),
            ("document", "Document Made"),
            ("setting", "Setting Changed"),
            ("facts", "Facts Sealed"),
            ("other", "Other"),
        ],
        "What",
        required=True,
        readonly=True,
    )
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record ID", model_field="res_model", required=True, readonly=True
    )
    record_name = fields.Char(
        "Record", readonly=True, help="Its name at that time, even if it is gone."
    )
    # no foreign key: a lot that is deleted leaves its rows as they are
    lot_ref = fields.Integer("Lot ID", readonly=True, aggregator=None)
    lot_name = fields.Char("Lot/Serial Number", readonly=True)
    product_name = fields.Char("Product", readonly=True)
    lot_id = fields.Many2one(
        "stock.lot",
        "Lot Now",
        compute="_compute_lot_id",
        search="_search_lot_id",
        help="The lot as it is called now; empty if it is gone.",
    )
    old_value = fields.Text("Before", readonly=True)
    new_value = fields.Text("After", readonly=True)
    reason = fields.Text(readonly=True)
    sealed_on = fields.Datetime(readonly=True)
    previous_hash = fields.Char(
        readonly=True, help="SHA-256 of the entry before, which is part of this one's."
    )
    hash = fields.Char(readonly=True, help="SHA-256 of all of the entry.")

    _company_number_unique = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL",
        "An entry of the log with this number exists already.",
    )
    _unsealed_idx = models.Index("(company_id, id) WHERE hash IS NULL")
    _record_idx = models.Index("(res_model, res_id)")
    _lot_ref_idx = models.Index("(lot_ref) WHERE lot_ref IS NOT NULL")

    def _compute_lot_id(self):
        # sudo: whether it is still there; the name is asked for with the user's rights
        lots = self.env["stock.lot"].sudo().browse(filter(None, self.mapped("lot_ref")))
        there = set(lots.exists().ids)
        for entry in self:
            entry.lot_id = entry.lot_ref if entry.lot_ref in there else False

    def _search_lot_id(self, operator, value):
        if operator in ("in", "not in") and all(
            not isinstance(item, str) for item in value
        ):
            return Domain("lot_ref", operator, [item or 0 for item in value])
        lots = self.env["stock.lot"]._search(Domain("display_name", operator, value))
        return Domain("lot_ref", "in", lots)

    def _get_refusal_text(self):
        return self.env._(
            "The log writes itself. Nobody changes it: no administrator, and not "
            "even the system."
        )

    # -- what changed since -------------------------------------------------
    @api.model
    @api.readonly
    @public.model(cursor=check_text, limit=check_whole)
    def get_changes(self, cursor="", limit=500):
        """What was written into the log since the last time, the oldest first.

        Nothing is missed and nothing comes twice: entries are numbered once what they
        tell of is saved for good.

        :param cursor: that of the answer before; empty: from the beginning
        :param limit: entries of one answer, 1 to 5,000
        :return: dict of ``cursor`` (for the next call), ``more`` (whether there are
            more already) and ``entries``: list of ``company_id``, ``number``, ``date``
            (UTC), ``user_id``, ``user``, ``kind``, ``model``, ``record_id``,
            ``record``, ``lot_id``, ``lot``, ``product``, ``old``, ``new``, ``reason``
        :raise AccessError: for who may not read the log
        :raise UserError: if an argument is something else
        """
        return changes.get_changes(self, cursor, limit)

    # -- buttons ------------------------------------------------------------
    @public.record()
    def action_open_record(self):
        """Open what the entry is about.

        :return: the action
        """
        self.ensure_one()
        self.check_access("read")
        if self.res_model not in self.env:
            return False
        record = self.env[self.res_model].browse(self.res_id).exists()
        return record._get_records_action() if record else False

    # -- sealing ------------------------------------------------------------
    @api.model
    def _cron_seal(self):
        """Seal what a crash, or a very large transaction, left; and write down outside
        of the database where each log ends."""
        fact_seals.add(self.env)
        sealing.seal(self.env.registry, sealing.get_unsealed_companies(self.env.cr))
        # one a company
        for head in self.env["lot.trace.head"].search([("number", ">", 0)]):
            _logger.info(
                "The traceability log of company %s ends with %s:%s",
                *(head.company_id.id, head.number, head.hash),
            )
