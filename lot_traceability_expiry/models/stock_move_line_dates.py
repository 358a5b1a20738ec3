from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.calendar_days import day_end, in_days
from .product_template_dates import EXPIRY_PRECISIONS


class StockMoveLine(models.Model):
    """Dates for the lots that are created, and the last look at those that leave."""

    _name = "stock.move.line"
    _inherit = ["stock.move.line"]

    made_on = fields.Date(
        copy=False, help="The day on which the goods were made, for a new lot."
    )
    expiry_precision = fields.Selection(
        EXPIRY_PRECISIONS,
        "Date on Label",
        copy=False,
        help="How exact the date on the label is, for a new lot.",
    )
    lot_expiry_state = fields.Selection(related="lot_id.expiry_state")
    expiry_override_reason = fields.Char(
        "Reason for Overriding the Date",
        copy=False,
        groups="lot_traceability_expiry.group_expiry_override",
        help="Why goods leave in spite of their date. It stays with the transfer.",
    )

    @api.onchange("made_on")
    def _onchange_made_on(self):
        """New goods are good from the day they were made."""
        expiration = self._get_date_from_making(self.made_on)
        if expiration and not self.lot_id:
            self.expiration_date = expiration

    @api.model_create_multi
    def create(self, vals_list):
        # core looks by its own moment for the stock that was chosen by the day
        lines = self
        if self.env.context.get("with_expiration"):
            lines = self.with_context(with_expiration=False)
        return super(StockMoveLine, lines).create(vals_list)

    def write(self, vals):
        if "lot_id" in vals and "expiry_override_reason" not in vals:
            self._forget_override(vals["lot_id"])
        result = super().write(vals)
        if "consume_line_ids" in vals:
            self._pass_on_dates()
        return result

    def _forget_override(self, lot_id):
        """A reason is given for one lot."""
        # sudo: whoever changes the lot takes the reason back by that
        others = self.sudo().filtered(lambda line: line.lot_id.id != lot_id)
        others.filtered("expiry_override_reason").expiry_override_reason = False

    # -- new lots ---------------------------------------------------------
    def _get_date_from_making(self, made_on):
        days = self.product_id.expiration_time
        if not made_on or not days or not self.product_id.use_expiration_date:
            return False
        return day_end(in_days(made_on, days), self.move_id._get_expiry_tz())

    def _create_and_assign_production_lot(self):
        # days are those of the place to which the goods come
        tz = self[:1].move_id._get_expiry_tz()
        there = self.filtered(lambda line: line.move_id._get_expiry_tz() == tz)
        elsewhere = self - there
        if elsewhere:
            elsewhere._create_and_assign_production_lot()
        return super(
            StockMoveLine, there.with_context(lot_expiry_tz=str(tz))
        )._create_and_assign_production_lot()

    def _prepare_new_lot_vals(self):
        vals = super()._prepare_new_lot_vals()
        for name in ("made_on", "expiry_precision"):
            if self[name]:
                vals[name] = self[name]
        return vals

    # -- what is made of it -----------------------------------------------
    def _pass_on_dates(self):
        """Give the dates of the lots that went in to the lots that were made."""
        for line in self:
            if line.state != "done" or not line.lot_id.use_expiration_date:
                continue
            inputs = line.consume_line_ids.lot_id.filtered(
                lambda lot, line=line: (
                    lot.product_id.expiry_carries or lot.product_id == line.product_id
                )
            )
            # sudo: what was made is as old as it is, whoever made it
            line.lot_id.sudo()._inherit_dates(inputs.sudo(), line.reference or "")

    # -- leaving ----------------------------------------------------------
    def _action_done(self):
        blocks = self._get_shipping_blocks()
        self._check_shipping_blocks(blocks)
        result = super()._action_done()
        overridden = {line: block for line, block in blocks.items() if line.exists()}
        self._note_overridden(overridden)
        return result

    def _is_past_dates(self):
        """Whether the lot was expired or to be removed on the day it left."""
        moment, tz = self.move_id._get_booking_moment(), self.move_id._get_expiry_tz()
        names = ("expiration_date", "removal_date")
        return bool(self.lot_id) and any(
            self.lot_id._is_past(name, moment, tz) for name in names
        )

    def _get_shipping_blocks(self):
        """``{line: what speaks against it}`` of the lines that give goods away."""
        blocks = {}
        for line in self:
            lot, move = line.lot_id, line.move_id
            if line.quantity <= 0 or not lot.use_expiration_date:
                continue
            levels = move._get_refusing_levels()
            if not levels:
                continue
            block = lot._get_shipping_block(
                move._get_booking_moment(), move._get_expiry_tz()
            )
            if block.get("level") in levels:
                blocks[line] = block
        return blocks

    def _check_shipping_blocks(self, blocks):
        refused, unanswered = [], []
        for line, block in blocks.items():
            if block["level"] == "refuse":
                refused.append(line._get_block_row(block))
            elif not (line.sudo().expiry_override_reason or "").strip():
                unanswered.append(line._get_block_row(block))
        texts = self._get_refused_texts(refused) if refused else []
        texts += self._get_unanswered_texts(unanswered) if unanswered else []
        if texts:
            raise UserError("\n".join(texts))

    def _get_refused_texts(self, rows):
        return [
            self.env._("These goods must not leave:"),
            *rows,
            self.env._(
                "Take another lot. Goods like these can be moved to quarantine, "
                "scrapped or returned to the vendor; a retest that is due can be "
                "recorded on the lot."
            ),
        ]

    def _get_unanswered_texts(self, rows):
        return [
            self.env._("These goods leave only with a reason:"),
            *rows,
            self.env._(
                "Take another lot, or let somebody with the right “Override expiration "
                "dates” validate with a reason."
            ),
        ]

    def _get_block_row(self, block):
        document = self.move_id._get_source_document()
        name = document.display_name if document else self.reference or ""
        return f"- {name}: {block['text']}"

    def _note_overridden(self, blocks):
        """Keep on each document what was let go, and why."""
        for move, lines in (
            self.browse(line.id for line in blocks).grouped("move_id").items()
        ):
            document = move._get_source_document()
            if document and hasattr(document, "message_post"):
                document.message_post(body=lines._get_override_note(blocks))

    def _get_override_note(self, blocks):
        items = Markup().join(
            Markup("<li>%s: %s</li>")
            % (blocks[line]["text"], line.sudo().expiry_override_reason)
            for line in self
        )
        text = self.env._("Sent in spite of their dates:")
        return Markup("<p>%s</p><ul>%s</ul>") % (text, items)
