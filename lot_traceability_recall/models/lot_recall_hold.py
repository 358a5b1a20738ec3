from markupsafe import Markup

from odoo import fields, models

# how many rows of the impact a message shows
SHOWN_ROWS = 20


class LotRecall(models.Model):
    """Hold first: everything in scope, in all warehouses, in one transaction."""

    _name = "lot.recall"
    _inherit = ["lot.recall"]

    mock_hold = fields.Boolean(
        "Really Hold", help="The exercise puts the lots on hold for real."
    )
    date_held = fields.Datetime("On Hold Since", readonly=True, copy=False)

    def action_hold(self):
        """Put everything in scope on hold, before it is approved.

        :raise UserError: if there is no scope yet, or the recall is over
        """
        for recall in self:
            recall._start(
                "hold",
                *("scoped", "approved", "notifying", "recovery", "reconciled"),
            )
            recall._hold_lots()

    def _hold_lots(self):
        """Hold the lots in scope; say whose reservations were freed."""
        lots = self._get_lots()
        exercise = self.is_mock and not self.mock_hold
        if not self.date_held:
            self._write_by_button({"date_held": fields.Datetime.now()})
            note = exercise and self.env._("Exercise: nothing was put on hold.")
            self._stamp("held", note)
        if exercise:
            return
        impact = lots.hold_impact()
        held = lots._hold(self.reason, origin=self.name, holder=self)
        if held:
            self.message_post(body=self._describe_hold(impact, len(held)))

    def _release_lots(self, reason):
        lots = self.line_ids.lot_id
        if lots:
            lots._release(reason, holder=self)

    def _book_returns(self, move_lines):
        """Goods of lots in scope came back: hold them, and say so on the case."""
        lots = move_lines.lot_id
        if not self.is_mock:
            lots.sudo()._hold(self.reason, origin=self.name, holder=self)
        move_lines.picking_id.sudo().filtered(
            lambda picking: not picking.recall_id
        ).recall_id = self
        texts = [
            self.env._(
                "%(document)s: %(lot)s, %(quantity)s %(uom)s",
                document=line.reference or line.move_id.display_name,
                lot=line.lot_id.name,
                quantity=f"{line.quantity_product_uom:.12g}",
                uom=line.product_id.uom_id.name,
            )
            for line in move_lines
        ]
        self.message_post(body=self._as_list(self.env._("Came back:"), texts))

    def _describe_hold(self, impact, count):
        titles = {
            "reservations": self.env._("These lost what was reserved for them:"),
            "in_transit": self.env._("On the way, stop it there:"),
            "orders": self.env._("Open orders touched:"),
        }
        body = Markup("<p>%s</p>") % self.env._(
            "%(count)s lot(s) on hold.", count=count
        )
        for key, title in titles.items():
            body += self._describe_rows(title, impact.get(key, []))
        return body

    def _describe_rows(self, title, rows):
        if not rows:
            return Markup()
        texts = [self._describe_row(row) for row in rows[:SHOWN_ROWS]]
        if len(rows) > SHOWN_ROWS:
            texts.append(self.env._("and %(count)s more", count=len(rows) - SHOWN_ROWS))
        return self._as_list(title, texts)

    def _describe_row(self, row):
        """What there is to say of a document or place."""
        quantity = row.get("quantity")
        texts = [row.get(name) for name in ("document", "lot", "location")]
        texts.append(quantity and f"{quantity:.12g} {row['uom']}")
        texts += [row.get(name) for name in ("partner", "state")]
        return ", ".join(text for text in texts if text)
