from odoo import api, fields, models

from ..documents import readiness
from ..tools import public


class LotTraceReadiness(models.TransientModel):
    """What would be missing if somebody asked for records today: one row for each
    product, lot, partner or place that leaves a hole."""

    _name = "lot.trace.readiness"
    _inherit = ["lot.dialog"]
    _description = "Readiness for a Request"
    _order = "kind, row_count desc, id"

    kind = fields.Selection(
        [
            ("product", "Product"),
            ("partner", "Partner"),
            ("place", "Own Place"),
            ("operation", "Operation"),
            ("lot", "Lot"),
        ],
        "Where",
        readonly=True,
    )
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    name = fields.Char("What", readonly=True)
    missing = fields.Char(readonly=True)
    row_count = fields.Integer(
        "Rows", readonly=True, help="Rows of a request that have a gap for it."
    )
    company_id = fields.Many2one("res.company", readonly=True)

    @api.model
    def _refresh(self):
        """The gaps of today, of the companies that the user works in."""
        self.search([("create_uid", "=", self.env.uid)]).unlink()
        return self.create(readiness.find(self.env, self.env.companies))

    @api.model
    @public.model()
    def action_open(self):
        """Look for gaps, and show them.

        :return: the action
        :raise AccessError: for who may not read the facts
        """
        self.check_access("create")
        self.env["lot.trace.fact"].check_access("read")
        self._refresh()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability.action_lot_trace_readiness"
        )
        return dict(action, domain=[("create_uid", "=", self.env.uid)])

    @public.record()
    def action_mend(self):
        """Open what leaves the hole, where it is entered.

        :return: the action
        """
        self.ensure_one()
        self.check_access("read")
        record = self.env[self.res_model].browse(self.res_id)
        return record._get_records_action(target="new", name=record.display_name)
