from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class ExpiryPickingConfirmation(models.TransientModel):
    """Odoo's question about expired lots: now with an answer that counts."""

    _inherit = "expiry.picking.confirmation"

    refused_text = fields.Text("Must Not Leave", compute="_compute_blocks")
    override_text = fields.Text("Needs a Reason", compute="_compute_blocks")
    asked_text = fields.Text("Past Their Date", compute="_compute_blocks")
    can_override = fields.Boolean(compute="_compute_blocks")
    override_reason = fields.Char(
        "Reason", help="Why the goods leave in spite of their date. It is kept."
    )

    @api.depends("picking_ids", "lot_ids")
    @api.depends_context("uid")
    def _compute_blocks(self):
        for wizard in self:
            texts = {"refuse": [], "override": [], "ask": []}
            for block in wizard._get_lines()._get_shipping_blocks().values():
                texts[block["level"]].append(block["text"])
            wizard.refused_text = "\n".join(dict.fromkeys(texts["refuse"]))
            wizard.override_text = "\n".join(dict.fromkeys(texts["override"]))
            wizard.asked_text = "\n".join(dict.fromkeys(texts["ask"]))
            wizard.can_override = self.env.user.has_group(
                "lot_traceability_expiry.group_expiry_override"
            )

    @api.depends("lot_ids", "picking_ids")
    def _compute_descriptive_fields(self):
        result = super()._compute_descriptive_fields()
        # core names lots only: those of a receipt are not there yet
        new = self.picking_ids._get_lines_past_dates().filtered(lambda n: not n.lot_id)
        if new:
            goods = [(lot.product_id, lot.name) for lot in self.lot_ids]
            goods += [(line.product_id, line.lot_name or "") for line in new]
            names = {f"{item.display_name} {name}".strip() for item, name in goods}
            self.description = self.env._(
                "These goods are past their date: %s.\nDo you confirm you want to "
                "proceed?",
                ", ".join(sorted(names)),
            )
        return result

    def _get_lines(self):
        moves = self.picking_ids.move_ids
        # of manufacturing, where its app is there
        for name in ("production_ids", "workorder_id"):
            if name in self._fields:
                moves |= self[name].move_raw_ids
        return moves.move_line_ids.filtered(
            lambda line: line.state not in ("done", "cancel")
        )

    def process(self):
        """Go on with the lots that may leave, and keep the reason with their lines.

        :raise AccessError: without the right to override a date, where it is needed
        """
        self._record_override()
        return super().process()

    def _record_override(self):
        lines = self._get_lines()
        blocks = lines._get_shipping_blocks()
        by_level = {"override": lines.browse(), "ask": lines.browse()}
        for line, block in blocks.items():
            if block["level"] in by_level:
                by_level[block["level"]] |= line
        overridden, asked = by_level["override"], by_level["ask"]
        reason = (self.override_reason or "").strip()
        if asked and reason:
            # sudo: who is asked may answer without the right to override
            asked.sudo().expiry_override_reason = reason
        if not overridden:
            return
        if not self.can_override:
            raise AccessError(
                self.env._(
                    "Only somebody with the right “Override expiration dates” can let "
                    "these goods leave:\n%(goods)s",
                    goods=self.override_text,
                )
            )
        if not reason:
            raise UserError(
                self.env._("Say why these goods leave:\n%s", self.override_text)
            )
        overridden.expiry_override_reason = reason

    def process_no_expired(self):
        """Leave out what must not leave as well, which core does not know of."""
        lines = self._get_lines()
        lines.browse(line.id for line in lines._get_shipping_blocks()).unlink()
        # core leaves them to be the default of every move that the backorder brings
        context = dict(self.env.context)
        context.pop("default_lot_ids", None)
        wizard = self.with_context(context)  # pylint: disable=context-overridden
        return super(ExpiryPickingConfirmation, wizard).process_no_expired()
