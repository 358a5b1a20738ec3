from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError


class StockMoveLine(models.Model):
    """A lot on hold is refused when it is moved, and put on hold when it comes in."""

    _name = "stock.move.line"
    _inherit = ["stock.move.line"]

    def _takes_held_lots(self):
        """See ``stock.move``; the line may go elsewhere than its move."""
        self.ensure_one()
        return self.location_dest_id._takes_held_lots(self.location_id)

    def _action_done(self):
        self._refuse_held_lots()
        result = super()._action_done()
        self.exists()._hold_received_lots()
        return result

    def write(self, vals):
        result = super().write(vals)
        if "lot_id" in vals or vals.get("quantity"):
            self.filtered(lambda line: line.state == "done")._refuse_held_lots()
        return result

    # -- refuse -----------------------------------------------------------
    def _refuse_held_lots(self):
        held = self.filtered(
            lambda line: (
                line.lot_id.sudo().on_hold
                and line.quantity > 0
                and not line._takes_held_lots()
            )
        )
        if held:
            rows = "\n".join(f"- {line._get_held_text()}" for line in held)
            raise UserError(
                self.env._(
                    "These lots are on hold:\n%(rows)s\n\nTake another lot, or have it "
                    "released. A lot on hold can be moved into quarantine, scrapped, "
                    "counted, or returned to the vendor.",
                    rows=rows,
                )
            )

    def _get_held_text(self):
        return self.env._(
            "%(document)s: %(lot)s of %(product)s. %(holds)s",
            document=self._get_document_name(),
            lot=self.lot_id.name,
            product=self.product_id.display_name,
            holds="; ".join(
                hold._get_text() for hold in self.lot_id._get_current_holds()
            ),
        )

    # -- hold on receipt --------------------------------------------------
    def _hold_received_lots(self):
        """Lots of products and vendors that have to be looked at first."""
        lots = defaultdict(lambda: self.env["stock.lot"])
        for line in self:
            flagged = line._get_hold_on_receipt()
            if flagged:
                lots[flagged, line._get_document_name()] |= line.lot_id
        for (flagged, document), received in lots.items():
            # sudo: whoever receives the goods need not have the right to hold them
            received.sudo()._hold(
                self.env._(
                    "Received: everything of %s is checked first", flagged.display_name
                ),
                origin=document,
            )

    def _get_hold_on_receipt(self):
        """What asks for it: the product, its category, or the vendor; or False."""
        if self.location_id.usage != "supplier" or not self.lot_id:
            return False
        if self.location_dest_id.usage not in ("internal", "transit"):
            return False
        vendor = (self.picking_id.partner_id or self.move_id.partner_id).sudo()
        for record in (self.product_id, self.product_id.categ_id, vendor):
            if record and record._is_held_on_receipt():
                return record
        return False
