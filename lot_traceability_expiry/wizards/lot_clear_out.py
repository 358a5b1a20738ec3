from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.tools import public
from odoo.addons.lot_traceability.tools.calendar_days import local_date
from odoo.addons.lot_traceability.tools.parameter import read_int

from ..fefo.shelf_life import get_first_moment

LIMIT_PARAMETER = "lot_traceability_expiry.clear_out_limit"


class LotClearOut(models.TransientModel):
    """Take out of the stock what is past its removal date."""

    _name = "lot.clear.out"
    _inherit = ["lot.dialog"]
    _description = "Clear Out Expired Stock"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        domain="[('company_id', '=', company_id)]",
        default=lambda self: self._get_default_warehouse(),
    )
    location_id = fields.Many2one(
        "stock.location",
        "Look In",
        compute="_compute_location_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        domain="[('usage', 'in', ('view', 'internal')), "
        "('warehouse_id', '=', warehouse_id)]",
        help="This place and all within it.",
    )
    due_before = fields.Date(
        "Removal Date Before",
        required=True,
        default=lambda self: local_date(
            fields.Datetime.now(), self._get_default_warehouse()._get_expiry_tz()
        ),
        help="The day of the removal date itself still counts: what is due today may "
        "still go today. Days are those of the warehouse.",
    )
    action = fields.Selection(
        [("move", "Move to another location"), ("scrap", "Scrap")],
        "What to Do",
        required=True,
        default="move",
    )
    dest_location_id = fields.Many2one(
        "stock.location",
        "Move To",
        compute="_compute_dest_location_id",
        store=True,
        readonly=False,
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id)]",
    )
    scrap_reason_tag_ids = fields.Many2many("stock.scrap.reason.tag", string="Reasons")
    line_ids = fields.One2many(
        "lot.clear.out.line",
        "wizard_id",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    left_out = fields.Integer(
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        help="What is due, but not on this list: clear these first.",
    )

    def _get_default_warehouse(self):
        place = self.env["stock.location"].browse(
            self.env.context.get("default_location_id")
        )
        return place.warehouse_id or self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )

    @api.depends("warehouse_id")
    def _compute_location_id(self):
        for wizard in self:
            if wizard.location_id.warehouse_id != wizard.warehouse_id:
                wizard.location_id = wizard.warehouse_id.view_location_id

    @api.depends("warehouse_id")
    def _compute_dest_location_id(self):
        for wizard in self:
            places = wizard.warehouse_id._get_quarantine_locations()
            wizard.dest_location_id = places[:1]

    # -- what is due ---------------------------------------------------------
    @api.depends("location_id", "due_before", "dest_location_id", "action")
    def _compute_line_ids(self):
        for wizard in self:
            quants, wizard.left_out = wizard._find_quants()
            wizard.line_ids = [
                Command.clear(),
                *(Command.create({"quant_id": quant.id}) for quant in quants),
            ]

    def _find_quants(self):
        """What is due as far as the user may see it, and how many more there are."""
        if not self.location_id or not self.due_before:
            return self.env["stock.quant"], 0
        limit, domain = self._get_limit(), self._get_due_domain()
        quants = self.env["stock.quant"].search(
            domain, limit=limit + 1, order="location_id, removal_date, id"
        )
        if len(quants) <= limit:
            return quants, 0
        return quants[:limit], self.env["stock.quant"].search_count(domain) - limit

    def _get_limit(self):
        return read_int(self.env, LIMIT_PARAMETER, 500, least=1)

    def _get_due_domain(self):
        tz = self.warehouse_id._get_expiry_tz()
        start = get_first_moment(self.due_before, 0, tz)
        domain = (
            Domain("location_id", "child_of", self.location_id.id)
            & Domain("location_id.usage", "=", "internal")
            & Domain("lot_id", "!=", False)
            # dates of a product that uses none any more mean nothing
            & Domain("product_id.use_expiration_date", "=", True)
            # expired is expired, whatever the removal date says
            & (
                Domain("removal_date", "<", start)
                | Domain("expiration_date", "<", start)
            )
            & Domain("quantity", ">", 0)
        )
        cleared = self.warehouse_id._get_quarantine_locations() | self.dest_location_id
        if self.action == "scrap":
            # what waits in quarantine is scrapped in the end
            return domain
        return domain & ~Domain("location_id", "child_of", cleared.ids)

    # -- clearing ------------------------------------------------------------
    @public.record()
    def action_clear(self):
        """Move or scrap the chosen lines.

        :return: the action that shows the transfer, or the scraps
        :raise UserError: if nothing is chosen, or not all of it is there any more
        """
        self.ensure_one()
        lines = self.line_ids.filtered("is_chosen")
        self._check_lines(lines)
        documents = self._move(lines) if self.action == "move" else self._scrap(lines)
        return documents._get_records_action(name=self.env._("Cleared Out"))

    def _check_lines(self, lines):
        if not lines:
            raise UserError(
                self.env._(
                    "%(place)s: nothing is chosen. Tick the lots to clear out.",
                    place=self.location_id.display_name,
                )
            )
        if self.action == "move" and not self.dest_location_id:
            raise UserError(
                self.env._(
                    "%(place)s: choose where the lots go under “Move To”.",
                    place=self.location_id.display_name,
                )
            )
        self._check_places()
        self._check_due(lines)
        problems = list(filter(None, (line._get_problem() for line in lines)))
        if problems:
            raise UserError("\n".join(problems))

    def _check_places(self):
        """Ask again for what the view offers only."""
        company, place, dest = self.company_id, self.location_id, self.dest_location_id
        wrong = self.env["stock.location"]
        if company not in self.env.companies or (
            self.warehouse_id.company_id != company
        ):
            wrong = self.warehouse_id.view_location_id
        elif place.warehouse_id != self.warehouse_id or place.usage not in (
            "view",
            "internal",
        ):
            wrong = place
        elif self.action == "move" and (
            dest.usage != "internal" or dest.company_id != company
        ):
            wrong = dest
        if wrong:
            raise UserError(
                self.env._(
                    "%(place)s is not a place of %(company)s for goods in stock: open "
                    "the "
                    "list in a warehouse of the company and choose places in it.",
                    place=wrong.sudo().display_name,
                    company=company.sudo().display_name,
                )
            )

    def _check_due(self, lines):
        """Nothing but what is due there is cleared, and each of it once."""
        quants = lines.quant_id
        due = quants.search(self._get_due_domain() & Domain("id", "in", quants.ids))
        others = (quants - due) or (len(quants) != len(lines) and quants)
        if others:
            raise UserError(
                self.env._(
                    "%(goods)s: not on the list of what is due in %(place)s. Open the "
                    "list again.",
                    goods=", ".join(others.sudo().lot_id.mapped("display_name")),
                    place=self.location_id.display_name,
                )
            )

    def _move(self, lines):
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse_id.int_type_id.id,
                "company_id": self.company_id.id,
                "location_id": self.location_id.id,
                "location_dest_id": self.dest_location_id.id,
                "origin": self.env._("Past its removal date"),
                "move_ids": [
                    Command.create(of_product._prepare_move_vals())
                    for of_product in lines.grouped("product_id").values()
                ],
            }
        )
        picking.action_confirm()
        picking.move_ids.picked = True
        picking._action_done()
        self._mark(picking.move_ids)
        return picking

    def _mark(self, moves):
        """They count as cleared out in the waste report."""
        guards.by_button(moves).is_cleared_out = True

    def _scrap(self, lines):
        scraps = self.env["stock.scrap"]
        for line in lines:
            scrap = scraps.create(line._prepare_scrap_vals())
            scrap.do_scrap()
            # Odoo computes the quantity wrongly for several scraps at once
            scrap.flush_recordset()
            scraps += scrap
        self._mark(scraps.move_ids)
        return scraps
