from odoo import api, fields, models
from odoo.fields import Domain
from odoo.orm.models import NO_ACCESS
from odoo.tools import SQL


class StockLot(models.Model):
    """Lots and companies: the right one, and copies in others."""

    _name = "stock.lot"
    _inherit = ["stock.lot"]

    # Odoo shows the name of any record that is linked to, so only code may read it
    origin_lot_id = fields.Many2one(
        "stock.lot",
        "Origin in Another Company",
        index="btree_not_null",
        copy=False,
        ondelete="set null",
        prefetch="lot_traceability",
        groups=NO_ACCESS,
        help="The lot of the other company that this one is a copy of.",
    )
    visible_origin_lot_id = fields.Many2one(
        "stock.lot",
        "Came From Lot",
        compute="_compute_visible_origin_lot_id",
        help="The lot of the other company that these goods were delivered as, if you "
        "may see it.",
    )

    @api.depends("origin_lot_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_visible_origin_lot_id(self):
        origins = self.sudo().origin_lot_id.sudo(False)._filtered_access("read")
        for lot in self:
            origin = lot.sudo().origin_lot_id.sudo(False)
            lot.visible_origin_lot_id = origin if origin in origins else False

    def action_open_company_wizard(self):
        """Open the guided correction of the company.

        :return: the window action
        """
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability.action_lot_company_wizard"
        )
        return dict(action, context={"default_lot_id": self.id})

    @api.model
    def _sql_foreign_to_company(self):
        """Ids of lots that were moved, or lie, in another company than their own."""
        return SQL(
            """
            SELECT line.lot_id
              FROM stock_move_line AS line
              JOIN stock_lot AS lot ON lot.id = line.lot_id
             WHERE line.state = 'done' AND line.company_id != lot.company_id
             UNION
            SELECT quant.lot_id
              FROM stock_quant AS quant
              JOIN stock_lot AS lot ON lot.id = quant.lot_id
              JOIN stock_location AS place ON place.id = quant.location_id
             WHERE quant.quantity != 0
               AND place.usage IN ('internal', 'transit')
               AND place.company_id != lot.company_id
            """
        )

    def _get_foreign_documents(self, company):
        """Quants and move lines, with sudo, that bind a lot to others than ``company``.

        Lots without company are bound by nothing.
        """
        quants, lines = (
            self.env["stock.quant"].sudo(),
            self.env["stock.move.line"].sudo(),
        )
        if not company:
            return quants, lines
        of_lot = Domain("lot_id", "in", self.ids)
        others = Domain("company_id", "not in", (company.id, False))
        return (
            quants.search(of_lot & others & self._get_stock_domain()),
            lines.search(of_lot & others & Domain("state", "!=", "cancel")),
        )
