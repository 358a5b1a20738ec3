from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class StockLot(models.Model):
    """Hold and release of lots."""

    _name = "stock.lot"
    _inherit = ["stock.lot"]

    hold_ids = fields.One2many("lot.hold", "lot_id", "Holds", copy=False)
    on_hold = fields.Boolean(
        compute="_compute_on_hold",
        store=True,
        copy=False,
        help="Not reserved, not used and not delivered, in no place, until it is "
        "released. It can be moved into quarantine, scrapped and returned to the "
        "vendor.",
    )
    hold_text = fields.Text(compute="_compute_hold_text")
    hold_count = fields.Integer(compute="_compute_hold_count")
    _on_hold_idx = models.Index("(product_id) WHERE on_hold")

    @api.depends("hold_ids.state")
    def _compute_on_hold(self):
        held = {lot.id for lot in self._get_current_holds().lot_id}
        for lot in self:
            lot.on_hold = lot.id in held

    @api.depends("hold_ids.state")
    def _compute_hold_text(self):
        holds = self._get_current_holds().grouped("lot_id")
        for lot in self:
            lot.hold_text = "\n".join(
                hold._get_text() for hold in holds.get(lot._origin, ())
            )

    @api.depends("hold_ids")
    def _compute_hold_count(self):
        counts = dict(
            self.env["lot.hold"]._read_group(
                [("lot_id", "in", self.ids)], ["lot_id"], ["__count"]
            )
        )
        for lot in self:
            lot.hold_count = counts.get(lot._origin, 0)

    def _get_current_holds(self, holder=None):
        """What holds the lots now: all of it, or what one holder does."""
        # sudo: whether a lot is on hold does not depend on who asks
        holds = self.env["lot.hold"].sudo()
        domain = [("lot_id", "in", self.ids), ("state", "=", "held")]
        if holder is not None:
            domain += [("res_model", "=", holder._name), ("res_id", "=", holder.id)]
        return holds.search(domain)

    # ------------------------------------------------------------------
    # Hold and release
    # ------------------------------------------------------------------
    def action_hold(self, reason):
        """Put the lots on hold: they are not reserved, used or delivered any more.

        What is reserved of them is freed in the same step, and kept on the hold.

        :param reason: why, as text; it stays with the lot for good
        :return: ids of the ``lot.hold`` records; none for lots that users hold
        :raise AccessError: without the right to hold lots
        :raise UserError: without a reason
        """
        return self._hold(reason).ids

    def action_release(self, reason):
        """Release lots that users put on hold.

        :param reason: why, as text
        :return: ids of the ``lot.hold`` records that end by this
        :raise AccessError: without the right to release lots
        :raise UserError: without a reason, or if something else than a user, such as a
            recall, holds one of the lots
        """
        return self._release(reason).ids

    def _hold(self, reason, origin=False, holder=None):
        """Hold the lots for a user, or for a record that holds them (a recall).

        :return: a ``lot.hold`` for each lot that this holder did not hold yet
        """
        self._check_may_hold()
        reason = self._check_reason(reason)
        lots = self - self._get_holds_of(holder).lot_id
        freed = lots._free_reservations()
        holds = (
            self.env["lot.hold"]
            .sudo()
            .create(
                [
                    {
                        "lot_id": lot.id,
                        "reason": reason,
                        "origin": origin,
                        "res_model": holder is not None and holder._name,
                        "res_id": holder is not None and holder.id,
                        "freed": "\n".join(freed.get(lot.id, ())),
                    }
                    for lot in lots
                ]
            )
        )
        lots._log_hold(self.env._("Put on hold: %s", reason), freed)
        return holds.sudo(self.env.su)

    def _release(self, reason, holder=None):
        """End the holds of this holder; others that there are go on.

        :return: the ``lot.hold`` records that ended
        """
        self._check_may_hold()
        reason = self._check_reason(reason)
        holds = self._get_holds_of(holder)
        self._check_other_holders(holds, holder)
        holds.write(
            {
                "state": "released",
                "release_user_id": self.env.uid,
                "release_date": fields.Datetime.now(),
                "release_reason": reason,
            }
        )
        holds.lot_id.sudo(False)._log_hold(self.env._("Released: %s", reason), {})
        return holds.sudo(self.env.su)

    def _get_holds_of(self, holder):
        if holder is not None:
            return self._get_current_holds(holder)
        return self._get_current_holds().filtered(lambda hold: not hold.res_model)

    def _check_other_holders(self, holds, holder):
        """A user cannot release what a recall holds."""
        if holder is not None:
            return
        others = self._get_current_holds() - holds
        if others:
            names = {hold.origin or hold.reason: None for hold in others}
            raise UserError(
                self.env._(
                    "%(lots)s are held by %(holders)s and have to be released there.",
                    lots=", ".join(others.lot_id.mapped("name")[:10]),
                    holders=", ".join(names),
                )
            )

    def _check_may_hold(self):
        self.check_access("read")
        group = "lot_traceability.group_lot_hold"
        if not (self.env.su or self.env.user.has_group(group)):
            raise AccessError(
                self.env._(
                    "Only users with the right Hold and Release Lots may do this. Ask "
                    "an administrator of the inventory."
                )
            )

    def _check_reason(self, reason):
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why: the reason stays with the lot."))
        return reason

    def _log_hold(self, text, freed):
        bodies = {}
        for lot in self:
            rows = Markup().join(
                Markup("<li>%s</li>") % row for row in freed.get(lot.id, ())
            )
            bodies[lot.id] = Markup("<p>%s</p><ul>%s</ul>") % (text, rows)
        if bodies:
            self._message_log_batch(bodies)

    # ------------------------------------------------------------------
    # Reservations
    # ------------------------------------------------------------------
    def _get_open_lines(self):
        """Lines that would still move the lots where they may not go on hold."""
        # sudo: a hold counts for all warehouses of the lots' companies
        lines = self.env["stock.move.line"].sudo()
        lines = lines.search(
            [
                ("lot_id", "in", self.ids),
                ("state", "not in", ("done", "cancel")),
                ("location_id.usage", "in", ("internal", "transit")),
                ("quantity_product_uom", ">", 0),
            ]
        )
        return lines.filtered(lambda line: not line._takes_held_lots())

    def _free_reservations(self):
        """Take the lots off everything that is planned.

        :return: ``{lot id: [what was freed, in words]}``
        """
        lines = self._get_open_lines()
        freed = {}
        for line in lines:
            freed.setdefault(line.lot_id.id, []).append(
                self.env._(
                    "%(quantity)s %(unit)s reserved for %(document)s",
                    quantity=f"{line.quantity_product_uom:g}",
                    unit=line.product_id.uom_id.name,
                    document=line._get_document_name(),
                )
            )
        lines.unlink()
        return freed

    # ------------------------------------------------------------------
    # Screens
    # ------------------------------------------------------------------
    @api.readonly
    def hold_impact(self):
        """Tell what a hold on these lots would touch; nothing is changed.

        :return: dict of lists of dicts, quantities in the product's unit (``uom``):

            - ``lots``: the lots and all that was made of them, as ``lots`` of
              :meth:`trace_downstream`, with ``on_hold``
            - ``stock``, ``in_transit``: ``lot_id``, ``lot``, ``product``,
              ``location_id``, ``location``, ``quantity``, ``reserved``, ``uom``
            - ``reservations``: what would be freed: ``lot_id``, ``lot``, ``product``,
              ``quantity``, ``uom``, ``document``, ``document_model``, ``document_id``,
              ``state``
            - ``orders``: ``document``, ``document_model``, ``document_id``, ``state``,
              ``partner`` of the orders that these reservations are for

        :raise AccessError: if the user may not read a lot
        """
        return self.env["lot.hold.impact"]._get(self)

    def action_open_hold(self):
        """Open the dialog with the impact, before anything is held."""
        return self._open_hold_wizard("hold")

    def action_open_release(self):
        """Open the dialog to release the lots."""
        return self._open_hold_wizard("release")

    def _open_hold_wizard(self, mode):
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability.action_lot_hold_wizard"
        )
        if mode == "release":
            action["name"] = self.env._("Release")
        context = {"default_lot_ids": [(6, 0, self.ids)], "default_mode": mode}
        return dict(action, context=context)

    def action_open_holds(self):
        """List who held and released these lots, when and why."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "lot_traceability.action_lot_hold"
        )
        return dict(action, domain=[("lot_id", "in", self.ids)], context={})
