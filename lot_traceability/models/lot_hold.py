from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import guards
from ..evidence import facts, log
from ..tools import technical

CACHE_KEY = "lot_traceability.held_product_ids"
# what is written when it changes its state; all else stays
STEPS = {
    "released": {"state", "release_user_id", "release_date", "release_reason"},
    "rejected": {"state", "reject_user_id", "reject_date", "reject_reason"},
}


class LotHold(models.Model):
    """Why a lot is on hold: one record from holding to releasing, never rewritten.

    Written by ``stock.lot._hold`` and ``_release`` alone; nobody has the right to do it
    by hand.
    """

    _name = "lot.hold"
    _description = "Hold on a Lot"
    _order = "hold_date desc, id desc"
    _rec_name = "lot_id"
    _check_company_auto = True

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        described = super().fields_get(allfields, attributes)
        return technical.hide(described, ("res_model", "res_id", "part_of_id"))

    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial Number", required=True, index=True, ondelete="restrict"
    )
    location_id = fields.Many2one(
        "stock.location",
        "Place",
        index="btree_not_null",
        ondelete="restrict",
        help="Only what lies there, or in a place inside, is held. Empty: all of the "
        "lot, wherever it is.",
    )
    part_of_id = fields.Many2one(
        "lot.hold",
        "Freed Of",
        index="btree_not_null",
        ondelete="restrict",
        help="The hold that goes on elsewhere: this is the place that was freed of it.",
    )
    product_id = fields.Many2one(related="lot_id.product_id", store=True, index=True)
    company_id = fields.Many2one(related="lot_id.company_id", store=True)
    state = fields.Selection(
        [("held", "On Hold"), ("released", "Released"), ("rejected", "Rejected")],
        required=True,
        default="held",
        index=True,
        help="Rejected: it was decided that the goods are not fit for use; they stay "
        "out of it like those on hold.",
    )
    reason = fields.Char(required=True)
    origin = fields.Char(help="The document that put the lot on hold.")
    res_model = fields.Char("Holder's Model")
    res_id = fields.Many2oneReference(
        "Holder",
        model_field="res_model",
        help="What holds the lot, such as a recall, and has to release it again. "
        "Empty: a user did it.",
    )
    freed = fields.Text(
        "Freed Reservations", help="What had been reserved of the lot, and for whom."
    )
    hold_user_id = fields.Many2one(
        "res.users", "Held By", required=True, default=lambda self: self.env.user
    )
    hold_date = fields.Datetime(
        "Held On", required=True, default=fields.Datetime.now, index=True
    )
    release_user_id = fields.Many2one("res.users", "Released By")
    release_date = fields.Datetime("Released On")
    release_reason = fields.Char()
    reject_user_id = fields.Many2one("res.users", "Rejected By")
    reject_date = fields.Datetime("Rejected On")
    reject_reason = fields.Char()

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        return guards.forget_user_defaults(self, values, self._fields)

    def write(self, vals):
        """A hold is released or rejected, once; one that was rejected is only ever
        released."""
        states, state = set(self.mapped("state")), vals.get("state")
        is_step = state in STEPS and vals.keys() <= STEPS[state]
        if not is_step or "released" in states or state in states:
            raise UserError(
                self.env._("What was held, by whom and why cannot be rewritten.")
            )
        result = super().write(vals)
        self._note_releases()
        self._note_rejections()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        """It is the evidence."""
        raise UserError(self.env._("The history of holds cannot be deleted."))

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        self._get_held_product_ids().update(holds.product_id.ids)
        held = holds.filtered(lambda hold: hold.state == "held")
        log.note(
            held,
            "hold",
            new=lambda hold: hold._get_place_text(),
            reason=lambda hold: hold.reason,
        )
        facts.freeze_holds(held)
        self.env["ir.actions.server"]._run_lot_event("hold", held)
        (holds - held)._note_releases()
        return holds

    def _filter_recalls(self):
        """Those by which goods are called back; another addon knows them."""
        return self.browse()

    def _note_releases(self):
        released = self.filtered(lambda hold: hold.state == "released")
        self.env["ir.actions.server"]._run_lot_event("release", released)
        log.note(
            released,
            "release",
            old=lambda hold: hold.reason,
            new=lambda hold: hold._get_place_text(),
            reason=lambda hold: hold.release_reason,
        )

    def _note_rejections(self):
        rejected = self.filtered(lambda hold: hold.state == "rejected")
        self.env["ir.actions.server"]._run_lot_event("reject", rejected)
        log.note(
            rejected,
            "reject",
            old=lambda hold: hold.reason,
            new=lambda hold: hold._get_place_text(),
            reason=lambda hold: hold.reject_reason,
        )

    def _get_place_text(self):
        """Where it counts, for whom, and what it freed."""
        place = self.location_id.display_name or self.env._("all of it")
        return "\n".join(filter(None, [place, self.origin, self.freed]))

    def _get_held_product_ids(self):
        """Products with lots on hold, asked once in a transaction; perhaps some whose
        lots were released meanwhile."""
        cache = self.env.cr.cache
        if CACHE_KEY not in cache:
            self.env["stock.lot"].flush_model(["on_hold", "product_id"])
            rows = self.env.execute_query(
                SQL("SELECT DISTINCT product_id FROM stock_lot WHERE on_hold")
            )
            cache[CACHE_KEY] = {product_id for (product_id,) in rows}
        return cache[CACHE_KEY]

    def _is_of_users(self):
        """Whether users release it: they held the lot, or what held it is over."""
        self.ensure_one()
        if not self.res_model:
            return True
        if self.res_model not in self.env:
            return True
        # sudo: the hold counts, whether or not the user may see its recall
        holder = self.env[self.res_model].sudo().browse(self.res_id).exists()
        keeps = getattr(holder, "_keeps_lots_held", None)
        return not holder or (keeps is not None and not keeps())

    def _get_holder(self, env):
        """What holds the lot besides users, as the user of ``env`` sees it; perhaps
        nothing."""
        self.ensure_one()
        if not self.res_model or self.res_model not in env:
            return env["lot.hold"]
        return env[self.res_model].browse(self.res_id).exists()

    def _prepare_part(self, location):
        """The values of a hold on one more place, by the same holder and as old."""
        return {
            "lot_id": self.lot_id.id,
            "location_id": location.id,
            "part_of_id": self.id,
            "reason": self.reason,
            "origin": self.origin,
            "res_model": self.res_model,
            "res_id": self.res_id,
            "hold_user_id": self.hold_user_id.id,
            "hold_date": self.hold_date,
        }

    def _get_text(self):
        """Who holds it, since when, why and where."""
        self.ensure_one()
        date = fields.Datetime.context_timestamp(self, self.hold_date)
        text = self.env._(
            "%(user)s, %(date)s: %(reason)s",
            user=self.sudo().hold_user_id.name,
            date=date.strftime("%Y-%m-%d %H:%M"),
            reason=self.reason,
        )
        if self.origin:
            text = f"{text} ({self.origin})"
        if self.state == "rejected":
            text = self.env._(
                "%(text)s. Rejected by %(user)s: %(reason)s",
                text=text,
                user=self.sudo().reject_user_id.name,
                reason=self.reject_reason,
            )
        if self.location_id:
            text = self.env._(
                "%(text)s, only in %(place)s",
                text=text,
                place=_name_places(self.location_id),
            )
        free = self.sudo().search([("part_of_id", "=", self.id)]).location_id
        if free:
            text = self.env._(
                "%(text)s, but not in %(places)s", text=text, places=_name_places(free)
            )
        return text


def _name_places(locations):
    """The names of those that the user may read; of the others, how many there are."""
    readable = locations.sudo(False)._filtered_access("read")
    names = readable.mapped("display_name")
    hidden = len(locations) - len(readable)
    if hidden:
        names.append(locations.env._("places of another company: %s", hidden))
    return ", ".join(names)
