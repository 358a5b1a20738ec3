from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.stock.models.stock_scrap import StockScrap

# what Odoo does with one order; another addon may have a say in it
ONE_BY_ONE = ("action_validate", "do_scrap")


class LotRecallDisposition(models.Model):
    """Scrap orders: the one place to change where Odoo changes its scrap model."""

    _name = "lot.recall.disposition"
    _inherit = ["lot.recall.disposition"]

    def _create_scraps(self):
        """Scrap goods by orders that are done.

        :raise UserError: if not enough is left
        """
        # the recall keeps the log: thousands of orders need no message each
        orders = self.env["stock.scrap"].with_context(tracking_disable=True)
        scraps = orders.create([line._prepare_scrap_vals() for line in self])
        if self._is_core_scrap():
            self._scrap_at_once(scraps)
        else:
            self._scrap_one_by_one(scraps)
        unfinished = scraps.filtered(lambda scrap: scrap.state != "done")
        if unfinished:
            raise UserError(
                self.env._(
                    "Not enough stock is left to scrap %(lots)s.",
                    lots=", ".join(unfinished.lot_id.mapped("name")),
                )
            )
        for line, scrap in zip(self.sudo(), scraps, strict=True):
            line.scrap_id = scrap

    def _is_core_scrap(self):
        """Whether an order does what Odoo made it for, and nothing more."""
        orders = self.env.registry["stock.scrap"]
        return all(
            getattr(orders, name) is getattr(StockScrap, name) for name in ONE_BY_ONE
        )

    def _scrap_one_by_one(self, scraps):
        for scrap in scraps:
            scrap.action_validate()
            # manufacturing recomputes only the first of several, and sets the rest to 1
            scrap.flush_recordset(["scrap_qty"])

    def _scrap_at_once(self, scraps):
        """The moves of all orders are done together; what is there was checked."""
        scraps._check_company()
        self._number_scraps(scraps)
        quantity = scraps._fields["scrap_qty"]
        # the quantities stand: manufacturing would recompute only one of them
        with self.env.protecting([quantity], scraps):
            moves = scraps.move_ids.create(
                [scrap._prepare_move_values() for scrap in scraps]
            )
            done = moves.with_context(is_scrap=True)._action_done()
        done.scrap_id.write({"state": "done", "date_done": fields.Datetime.now()})

    def _number_scraps(self, scraps):
        """Numbers from the sequence of each company, drawn in one go."""
        for company, orders in scraps.grouped("company_id").items():
            sequence = self.env["ir.sequence"].search(
                [
                    ("code", "=", "stock.scrap"),
                    ("company_id", "in", [company.id, False]),
                ],
                order="company_id",
                limit=1,
            )
            if not sequence:
                continue
            today = fields.Date.context_today(self)
            values = sequence._draw_block(len(orders), today)
            for scrap, value in zip(orders, values, strict=True):
                scrap.name = sequence.get_next_char(value)

    def _prepare_scrap_vals(self):
        return {
            "recall_id": self.recall_id.id,
            "origin": self.recall_id._get_origin(),
            "company_id": self.company_id.id,
            "product_id": self.product_id.id,
            "product_uom_id": self.product_uom_id.id,
            "lot_id": self.lot_id.id,
            "scrap_qty": self.quantity,
            "location_id": self.location_id.id,
            "package_id": self.package_id.id,
            "owner_id": self.owner_id.id,
        }
