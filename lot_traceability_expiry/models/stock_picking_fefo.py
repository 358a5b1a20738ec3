from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date


class StockPicking(models.Model):
    """Says which lots were passed over, if not everything could be reserved."""

    _name = "stock.picking"
    _inherit = ["stock.picking"]

    has_unfit_lots = fields.Boolean(
        compute="_compute_has_unfit_lots",
        help="Lots are there that must not be reserved for this transfer.",
    )

    @api.depends("move_ids.state", "move_ids.quantity")
    def _compute_has_unfit_lots(self):
        for picking in self:
            picking.has_unfit_lots = bool(picking.get_reservation_problems())

    @api.readonly
    def get_reservation_problems(self):
        """Which lots have free stock, but were not reserved, and why.

        :return: list of dicts, the earliest first: ``move_id``, ``product``,
            ``lot_id``, ``lot``, ``expiration_date`` (UTC), ``free`` (product unit),
            ``missing_days`` (of the minimum shelf life; 0 if it is for another reason)
            and ``why`` (text)
        """
        self.check_access("read")
        moves = self.move_ids.filtered(lambda move: move._lacks_dated_goods())
        stock = self._get_free_lots(moves)
        return [row for move in moves for row in self._get_unfit_rows(move, stock)]

    def _get_free_lots(self, moves):
        """``{product: [(lot, location, free)]}`` where the moves take their goods."""
        free = defaultdict(list)
        if not moves:
            return free
        # sudo: as the reservation itself; what is shown are lots of the own company
        groups = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                Domain("product_id", "in", moves.product_id.ids)
                & Domain("location_id", "child_of", moves.location_id.ids)
                & Domain("lot_id", "!=", False)
                & Domain("quantity", ">", 0),
                ["product_id", "lot_id", "location_id"],
                ["quantity:sum", "reserved_quantity:sum"],
            )
        )
        for product, lot, location, quantity, reserved in groups:
            if product.uom_id.compare(quantity, reserved) > 0:
                free[product].append((lot, location, quantity - reserved))
        return free

    def _get_unfit_rows(self, move, stock):
        fefo = self.env["lot.fefo"]
        quantities = fefo._sum_by_lot(
            row for row in stock[move.product_id] if row[1]._child_of(move.location_id)
        )
        rows = [
            {
                "move_id": move.id,
                "product": move.product_id.display_name,
                "lot_id": lot.id,
                "lot": lot.name,
                "expiration_date": lot.expiration_date,
                "free": free,
                "missing_days": move._get_missing_life(lot),
                "why": why,
            }
            for lot, free in quantities.items()
            if (why := fefo._get_obstacle(lot, move))
        ]
        return sorted(rows, key=lambda row: (str(row["expiration_date"]), row["lot"]))

    def _pre_action_done_hook(self):
        # after the questions of others: they may change the lines
        answer = super()._pre_action_done_hook()
        if answer is not True:
            return answer
        return self.env["lot.pick.question"]._ask(self) or True

    # -- what the user reads -------------------------------------------------
    def action_assign(self):
        result = super().action_assign()
        for picking in self:
            problems = picking.get_reservation_problems()
            if problems:
                picking._note_unfit_lots(problems)
        return result

    def _note_unfit_lots(self, problems):
        """Once, however often the availability is checked."""
        items = Markup().join(
            Markup("<li>%s</li>") % self._get_problem_text(row) for row in problems
        )
        intro = self.env._("Not reserved, because they do not fit:")
        body = Markup("<p>%s</p><ul>%s</ul>") % (intro, items)
        if body not in (message.body for message in self.message_ids[:5]):
            self.message_post(body=body)

    def _get_problem_text(self, row):
        return self.env._(
            "%(product)s: %(lot)s (%(free)s free, expires %(date)s): %(why)s",
            product=row["product"],
            lot=row["lot"],
            free=f"{row['free']:g}",
            date=format_date(self.env, row["expiration_date"]),
            why=row["why"],
        )

    def action_explain_reservation(self):
        """Show which lots were passed over and why.

        :return: the action of the dialog
        """
        self.ensure_one()
        rows = [self._get_problem_text(row) for row in self.get_reservation_problems()]
        nothing = self.env._(
            "No lot was passed over: there is just not enough free stock."
        )
        report = self.env["lot.reservation.report"].create(
            {"text": "\n".join(rows) or nothing}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why Not Reserved?"),
            "res_model": report._name,
            "res_id": report.id,
            "views": [[False, "form"]],
            "target": "new",
        }
