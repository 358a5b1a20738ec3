from odoo import api, fields, models

from .. import guards
from ..done_lines import documents


class StockScrap(models.Model):
    _inherit = "stock.scrap"

    serial_conflict_reason = fields.Char(
        "Reason for Serial Conflict",
        copy=False,
        help="Why this serial number is scrapped here although the unit with that "
        "number is known to be elsewhere. Needed, and read, only where the policy of "
        "the product category is to ask for a reason.",
    )
    asks_for_conflict_reason = fields.Boolean(
        compute="_compute_asks_for_conflict_reason"
    )

    @api.depends("product_id.categ_id", "product_id.tracking", "company_id")
    def _compute_asks_for_conflict_reason(self):
        for scrap in self:
            product = scrap.product_id
            scrap.asks_for_conflict_reason = (
                product.tracking == "serial"
                and product.categ_id._get_serial_conflict_policy(
                    scrap.company_id or self.env.company
                )
                == "warn"
            )

    @api.model_create_multi
    def create(self, vals_list):
        guards.check_create(self, vals_list)
        scraps = super().create(vals_list)
        documents.refuse_made_done(scraps)
        return scraps

    def write(self, vals):
        guards.check_write(self, vals)
        documents.refuse_rewriting(self, vals)
        return super().write(vals)

    def do_scrap(self):
        scraps = guards.hand_on(self, books_now=True)
        return guards.keep_back(super(StockScrap, scraps).do_scrap())

    def _prepare_move_values(self):
        values = super()._prepare_move_values()
        if self.serial_conflict_reason:
            for _command, _id, line in values["move_line_ids"]:
                line["serial_conflict_reason"] = self.serial_conflict_reason
        return values
