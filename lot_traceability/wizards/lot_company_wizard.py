from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..lot_company import describe_documents, get_obstacle_rows
from ..retirement import IN_STOCK
from ..tools import public


class LotCompanyWizard(models.TransientModel):
    """Put a lot into the company that it belongs to."""

    _name = "lot.company.wizard"
    _inherit = ["lot.dialog"]
    _description = "Correct the Company of a Lot"

    lot_id = fields.Many2one("stock.lot", required=True, readonly=True)
    product_id = fields.Many2one(related="lot_id.product_id")
    current_company_id = fields.Many2one(
        related="lot_id.company_id", string="Company Now"
    )
    company_id = fields.Many2one(
        "res.company",
        "Right Company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        help="Leave it empty for a lot that all companies share.",
    )
    places = fields.Text("Stock and Moves", compute="_compute_places")
    obstacles = fields.Text("To Settle First", compute="_compute_obstacles")

    @api.depends("lot_id")
    def _compute_company_id(self):
        """Propose the company that the goods are in, if it is only one."""
        for wizard in self:
            quants, lines = wizard._get_uses()
            companies = quants.company_id or lines.company_id
            # computed with all rights: a company that the user is not in is not named
            mine = companies.sudo(False)._filtered_access("read")
            alone = len(companies) == 1 and mine
            wizard.company_id = companies if alone else wizard.lot_id.company_id

    @api.depends("lot_id")
    def _compute_places(self):
        for wizard in self:
            rows = describe_documents(self.env, *wizard._get_uses())
            wizard.places = "\n".join(rows) or self.env._("Neither stock nor moves")

    @api.depends("lot_id", "company_id")
    def _compute_obstacles(self):
        for wizard in self:
            rows = get_obstacle_rows(wizard.lot_id, wizard.company_id)
            wizard.obstacles = "\n".join(rows)

    @public.record()
    def action_apply(self):
        """Write the right company on the lot.

        :raise UserError: if stock or moves bind it to another one, with the list
        """
        self.ensure_one()
        if self.company_id - self.env.user.company_ids:
            raise UserError(
                self.env._(
                    "You do not work in that company. Ask somebody who works in both."
                )
            )
        self.lot_id.company_id = self.company_id
        return {"type": "ir.actions.act_window_close"}

    def _get_uses(self):
        """What the user may see of stock and moves of the lot."""
        of_lot = Domain("lot_id", "=", self.lot_id.id)
        return (
            self.env["stock.quant"].search(of_lot & IN_STOCK),
            self.env["stock.move.line"].search(
                of_lot & Domain("state", "!=", "cancel"), order="date desc, id desc"
            ),
        )
