from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from .. import guards
from ..evidence import log
from ..tools.gln import refuse_wrong_glns

_lt = LazyTranslate(__name__)

# how many lots a message names
SHOWN_LOTS = 10


class StockLocation(models.Model):
    _inherit = "stock.location"

    _guards = {
        "is_for_samples": guards.Guard(
            way=_lt("Say Retained Samples at the location around it.")
        )
    }

    is_quarantine = fields.Boolean(
        "Quarantine",
        help="Lots on hold may be moved here, and to the locations inside.",
    )

    keeps_samples = fields.Boolean(
        "Retained Samples",
        help="What lies here, and in the locations inside, is kept for later tests: it "
        "is counted apart, nothing is reserved from it, and a recall leaves it there.",
    )
    is_for_samples = fields.Boolean(
        "For Retained Samples",
        compute="_compute_is_for_samples",
        store=True,
        recursive=True,
        help="It, or a location around it, keeps retained samples.",
    )
    global_location_number = fields.Char(
        "GLN",
        copy=False,
        help="Global Location Number of GS1 of this very place: 13 digits. Without "
        "one, EPCIS documents name it by the GLN of the warehouse address, or of the "
        "company, with a number behind it.",
    )

    @api.depends("keeps_samples", "location_id.is_for_samples")
    def _compute_is_for_samples(self):
        for place in self:
            around = place.location_id
            place.is_for_samples = place.keeps_samples or around.is_for_samples

    @api.constrains("keeps_samples", "usage", "location_id")
    def _check_samples(self):
        """Samples lie in a warehouse, beside what is delivered."""
        for place in self.filtered("keeps_samples"):
            if place.usage != "internal":
                raise ValidationError(
                    self.env._(
                        "%s is not a place in a warehouse: it cannot keep samples.",
                        place.display_name,
                    )
                )
            # sudo: all warehouses count
            warehouses = (
                self.env["stock.warehouse"].sudo().with_context(active_test=False)
            )
            ids = [int(part) for part in (place.parent_path or "").split("/") if part]
            around = warehouses.search([("lot_stock_id", "in", ids)], limit=1)
            inside = warehouses.search([("lot_stock_id", "child_of", place.ids)])
            if around or inside:
                raise ValidationError(
                    self.env._(
                        "%(location)s is part of the stock of %(warehouse)s: samples "
                        "would be reserved from it. Put it beside the stock.",
                        location=place.display_name,
                        warehouse=(around or inside[:1]).name,
                    )
                )

    @api.constrains("global_location_number")
    def _check_global_location_number(self):
        refuse_wrong_glns(self)

    @api.constrains("is_quarantine", "usage", "location_id")
    def _check_quarantine(self):
        """A quarantine is a place in a warehouse, beside what is delivered."""
        for location in self.filtered("is_quarantine"):
            if location.usage not in ("internal", "view"):
                raise ValidationError(
                    self.env._(
                        "%s is not a location in a warehouse: it cannot be a "
                        "quarantine.",
                        location.display_name,
                    )
                )
        # sudo: all warehouses count
        warehouses = self.env["stock.warehouse"].sudo()
        warehouses.with_context(active_test=False).search(
            [("lot_stock_id", "child_of", self.ids)]
        )._check_stock_is_beside_quarantine()

    @api.model_create_multi
    def create(self, vals_list):
        guards.check_create(self, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        guards.check_write(self, vals)
        self._refuse_freeing_held(vals)
        # what a place is decides what went to customers and what was scrapped, also
        # of what is done
        before = {
            place.id: place._describe_usage()
            for place in self
            if vals.get("usage", place.usage) != place.usage
        }
        result = super().write(vals)
        changed = self.browse(before)
        log.note(changed, "setting", before, lambda place: place._describe_usage())
        return result

    def _describe_usage(self):
        return dict(self._fields["usage"]._description_selection(self.env))[self.usage]

    def _refuse_freeing_held(self, vals):
        """A place with held goods stays where it is, and stays a quarantine."""
        changed = self.filtered(
            lambda place: (
                (place.is_quarantine and not vals.get("is_quarantine", True))
                or vals.get("usage", place.usage) != place.usage
                or vals.get("location_id", place.location_id.id) != place.location_id.id
            )
        )
        if not changed:
            return
        # sudo: held is held, whatever of the stock the user may see
        quants = self.env["stock.quant"].sudo()
        held = quants.search(
            Domain("location_id", "child_of", changed.ids)
            & Domain("quantity", ">", 0)
            & Domain("lot_id.on_hold", "=", True)
        ).filtered("lot_on_hold")
        if held:
            raise UserError(
                self.env._(
                    "Lots on hold are in %(locations)s: %(lots)s. Move them to another "
                    "quarantine or release them before you change the place.",
                    locations=", ".join(changed.mapped("display_name")),
                    lots=", ".join(held.lot_id[:SHOWN_LOTS].mapped("name")),
                )
            )

    def _is_in_quarantine(self):
        """Whether it, or a location around it, is a quarantine."""
        self.ensure_one()
        path = [int(part) for part in (self.parent_path or "").split("/") if part]
        # sudo: a place inside of a quarantine is one, whatever of it may be read
        return any(self.sudo().browse(path).mapped("is_quarantine"))

    def _takes_held_lots(self, source):
        """Whether a lot on hold may go from ``source`` to this location."""
        self.ensure_one()
        if source.usage not in ("internal", "transit"):
            return True
        if self.usage in ("supplier", "inventory"):
            return True
        return self.usage == "internal" and self._is_in_quarantine()
