from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .. import guards
from ..numbers import origin

# what changes the stock when it is written on a line that is done
STOCK_FIELDS = {"quantity", "lot_id", "location_id", "product_uom_id", "package_id"}


class StockMoveLine(models.Model):
    """What is checked of lots when an operation is done."""

    _name = "stock.move.line"
    _inherit = ["stock.move.line", "lot.health.listed"]

    def _action_done(self):
        missing = self._get_lines_missing_lot()
        refused = missing._with_missing_policy("refuse")
        if refused:
            raise UserError(refused._get_missing_lot_message())
        result = super()._action_done()
        done = self.exists()
        done._check_lots_not_below_zero()
        origin.link(done)
        # sudo: whoever may move goods keeps the archive right by that
        done.lot_id.sudo().action_bring_back()
        (missing & done)._with_missing_policy("warn")._note_missing_lots()
        return result

    def write(self, vals):
        done = self.browse()
        if STOCK_FIELDS & vals.keys():
            done = self.filtered(
                lambda line: line.state == "done" and line.company_id.lot_no_negative
            )
        lots = done.lot_id
        before = self._get_below_zero(lots)
        result = super().write(vals)
        done._refuse_falling_below_zero(lots | done.lot_id, before)
        return result

    def _create_and_assign_production_lot(self):
        # a lot of no company would be that of the sender once more, which is refused
        copies = {line.id for line in origin.find(self)}
        marked = guards.hand_on(self, lot_copies_of_lines=copies)
        return super(StockMoveLine, marked)._create_and_assign_production_lot()

    def _prepare_new_lot_vals(self):
        vals = super()._prepare_new_lot_vals()
        if self.id in guards.handed(self.env, "lot_copies_of_lines", ()):
            vals["company_id"] = self.company_id.id
        return vals

    # -- without a number -------------------------------------------------
    def _get_lines_missing_lot(self):
        """The lines that Odoo lets through as their operation type uses no lots."""
        return self.filtered(
            lambda line: (
                line.quantity > 0
                and not line.lot_id
                and line.product_id.is_storable
                and line.product_id.tracking != "none"
                and line.move_id.picking_type_id.lots_are_off
            )
        )

    def _with_missing_policy(self, policy):
        return self.filtered(
            lambda line: line.move_id.picking_type_id.lot_missing_policy == policy
        )

    def _get_missing_lot_message(self):
        rows = [
            self.env._(
                "%(document)s: %(quantity)s of %(product)s",
                document=line._get_document_name(),
                **line._get_row_values(),
            )
            for line in self
        ]
        return self.env._(
            "These lines need a lot or serial number:\n%(rows)s\n\n"
            "Write the numbers on the lines. If there is no place for them, switch on "
            "lots in the operation type %(types)s.",
            rows="\n".join(f"- {row}" for row in rows),
            types=", ".join(self.move_id.picking_type_id.mapped("display_name")),
        )

    def _note_missing_lots(self):
        """Name the lines on each document: nothing is stopped, nothing is hidden."""
        for move, lines in self.grouped("move_id").items():
            document = move._get_source_document()
            if document and hasattr(document, "message_post"):
                document.message_post(body=lines._get_missing_lot_note())

    def _get_missing_lot_note(self):
        rows = [
            self.env._("%(quantity)s of %(product)s", **line._get_row_values())
            for line in self
        ]
        items = Markup().join(Markup("<li>%s</li>") % row for row in rows)
        text = self.env._(
            "Done without a lot or serial number, so that no trace will find them:"
        )
        return Markup("<p>%s</p><ul>%s</ul>") % (text, items)

    def _get_row_values(self):
        return {
            "quantity": f"{self.quantity:g} {self.product_uom_id.name}",
            "product": self.product_id.display_name,
        }

    def _get_document_name(self):
        document = self.move_id._get_source_document()
        return document.display_name if document else self.reference or ""

    # -- below zero -------------------------------------------------------
    def _check_lots_not_below_zero(self):
        checked = self.filtered(
            lambda line: (
                line.company_id.lot_no_negative
                and line.lot_id
                and line.location_id.usage == "internal"
            )
        )
        if not checked:
            return
        # sudo: the rule counts, whatever of the stock the user may see
        quants = self.env["stock.quant"].sudo().search(checked._get_below_zero_domain())
        rows = [row for line in checked for row in line._get_below_zero_texts(quants)]
        if rows:
            raise UserError(self._get_below_zero_message(rows))

    def _get_below_zero_domain(self):
        return (
            Domain("lot_id", "in", self.lot_id.ids)
            & Domain("location_id", "in", self.location_id.ids)
            & Domain("quantity", "<", 0)
        )

    def _get_below_zero_texts(self, quants):
        """What to say of one line that took too much."""
        quant = quants.filtered(
            lambda quant: (
                quant.lot_id == self.lot_id
                and quant.location_id == self.location_id
                and quant.package_id == self.package_id
                and quant.owner_id == self.owner_id
                and quant.product_uom_id.compare(quant.quantity, 0) < 0
            )
        )
        if not quant:
            return []
        wanted = self.quantity_product_uom
        return [
            self.env._(
                "%(document)s: %(wanted)s %(unit)s of %(product)s, %(lot)s from "
                "%(place)s, where %(available)s are",
                document=self._get_document_name(),
                wanted=f"{wanted:g}",
                unit=quant.product_uom_id.name,
                product=self.product_id.display_name,
                lot=self.lot_id.name,
                place=self.location_id.display_name,
                available=f"{sum(quant.mapped('quantity')) + wanted:g}",
            )
        ]

    def _get_below_zero_message(self, rows):
        return self.env._(
            "No lot may go below zero:\n%(rows)s\n\n"
            "Choose the lot that was really taken, lower the quantity, or first book "
            "the receipt or count that is missing.",
            rows="\n".join(f"- {row}" for row in rows),
        )

    def _get_below_zero(self, lots):
        """``{quant: quantity}`` of lots, wherever they are."""
        if not lots:
            return {}
        quants = self.env["stock.quant"].sudo()
        quants = quants.search(
            Domain("lot_id", "in", lots.ids)
            & Domain("location_id.usage", "=", "internal")
            & Domain("quantity", "<", 0)
        )
        return {quant: quant.quantity for quant in quants}

    def _refuse_falling_below_zero(self, lots, before):
        """Correcting what is done works on both ends of the line, and on two lots."""
        rows = [
            self.env._(
                "%(product)s, %(lot)s would be %(quantity)s in %(place)s",
                product=quant.product_id.display_name,
                lot=quant.lot_id.name,
                quantity=f"{quantity:g} {quant.product_uom_id.name}",
                place=quant.location_id.display_name,
            )
            for quant, quantity in self._get_below_zero(lots).items()
            if quant.product_uom_id.compare(quantity, before.get(quant, 0)) < 0
        ]
        if rows:
            names = {line._get_document_name(): None for line in self}
            message = self._get_below_zero_message(rows)
            raise UserError("\n".join([", ".join(names), message]))
