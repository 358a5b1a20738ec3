from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..lot_company import get_foreign_documents
from ..retirement import IN_STOCK
from ..tools import public
from ..tools.quantity import format_quantity

# what is shown of what stands in the way; the rest is counted
SHOWN_DOCUMENTS = 10


class LotCompanyWizard(models.TransientModel):
    """Put a lot into the company that it belongs to."""

    _name = "lot.company.wizard"
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
    obstacles = fields.Text("In the Way", compute="_compute_obstacles")

    @api.depends("lot_id")
    def _compute_company_id(self):
        """Propose the company that the goods are in, if it is only one."""
        for wizard in self:
            quants, lines = wizard._get_uses()
            companies = quants.company_id or lines.company_id
            alone = len(companies) == 1
            wizard.company_id = companies if alone else wizard.lot_id.company_id

    @api.depends("lot_id")
    def _compute_places(self):
        for wizard in self:
            rows = wizard._get_rows(*wizard._get_uses())
            wizard.places = "\n".join(rows) or self.env._("Neither stock nor moves")

    @api.depends("lot_id", "company_id")
    def _compute_obstacles(self):
        for wizard in self:
            rows = wizard._get_obstacle_rows()
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
        rows = self._get_obstacle_rows()
        if rows:
            raise UserError(self._get_refusal(rows))
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

    def _get_obstacle_rows(self):
        documents = get_foreign_documents(self.lot_id, self.company_id)
        readable = [
            records.sudo(False)._filtered_access("read") for records in documents
        ]
        rows = self._get_rows(*readable)
        hidden = sum(map(len, documents)) - sum(map(len, readable))
        if hidden:
            rows.append(
                self.env._("%(count)s in companies you cannot see", count=hidden)
            )
        return rows

    def _get_rows(self, quants, lines):
        rows = [
            self.env._(
                "%(quantity)s in %(location)s (%(company)s)",
                quantity=format_quantity(
                    self.env, quant.quantity, quant.product_uom_id
                ),
                location=quant.location_id.display_name,
                company=quant.company_id.name or self.env._("no company"),
            )
            for quant in quants[:SHOWN_DOCUMENTS]
        ]
        documents = lines.grouped(lambda line: (line.reference, line.company_id))
        rows += [
            self.env._(
                "%(document)s (%(company)s)",
                document=reference or self.env._("Move"),
                company=company.name,
            )
            for reference, company in list(documents)[:SHOWN_DOCUMENTS]
        ]
        more = len(quants[SHOWN_DOCUMENTS:]) + len(list(documents)[SHOWN_DOCUMENTS:])
        if more:
            rows.append(self.env._("and %(count)s more", count=more))
        return rows

    def _get_refusal(self, rows):
        return self.env._(
            "%(product)s, %(lot)s cannot belong to %(company)s while it has stock or "
            "moves in another company:\n%(rows)s\n\n"
            "Choose the company of those, or no company if both share the lot. Goods "
            "that the other company got are a lot of its own.",
            product=self.product_id.display_name,
            lot=self.lot_id.name,
            company=self.company_id.name,
            rows="\n".join(f"- {row}" for row in rows),
        )
