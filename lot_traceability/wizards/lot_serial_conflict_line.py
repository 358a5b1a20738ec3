from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from .. import guards
from ..models.res_company import SERIAL_CONFLICT_POLICIES
from ..places import message, shown
from ..tools import public

_lt = LazyTranslate(__name__)

CHOICES = [
    ("number", "Another unit: give it the next number"),
    ("move", "That unit: take it from where it is"),
    ("back", "That unit: it comes back from the customer"),
    ("leave", "Leave it out"),
    ("reason", "It is right: the reason says why"),
]


class LotSerialConflictLine(models.TransientModel):
    _name = "lot.serial.conflict.line"
    _inherit = ["lot.dialog", "lot.guarded"]
    _description = "Serial that is elsewhere"

    wizard_id = fields.Many2one(
        "lot.serial.conflict", required=True, ondelete="cascade"
    )
    move_line_id = fields.Many2one("stock.move.line", required=True, ondelete="cascade")
    product_id = fields.Many2one(related="move_line_id.product_id")
    number = fields.Char(readonly=True)
    lot_id = fields.Many2one("stock.lot", readonly=True, ondelete="cascade")
    source_id = fields.Many2one(string="Taken from", related="move_line_id.location_id")
    place = fields.Char(readonly=True)
    since = fields.Datetime(readonly=True)
    document = fields.Char(readonly=True)
    document_model = fields.Char(readonly=True)
    document_id = fields.Many2oneReference(
        "Document Record", model_field="document_model", readonly=True
    )
    place_id = fields.Many2one("stock.location", "Location", readonly=True)
    policy = fields.Selection(SERIAL_CONFLICT_POLICIES, readonly=True)
    hint = fields.Char("Way Out", readonly=True)
    summary = fields.Text("Where It Is Now", compute="_compute_summary")
    choices = fields.Char(readonly=True)
    choice = fields.Selection(CHOICES, "What to Do")
    new_number = fields.Char(
        readonly=True, help="What another unit would get; nothing is used up yet."
    )
    _guard_way = _lt("Validate the transfer; it asks what it has to.")
    _guard_parents = ("wizard_id",)
    _guards = {
        # rows are made with the question, for the lines that it is about
        "wizard_id": guards.Guard(way=_guard_way),
        "move_line_id": guards.Guard(way=_guard_way),
    }

    reason = fields.Char(help="It is kept with the operation, the number and the line.")

    def _compute_summary(self):
        for line in self:
            arrival = shown.describe_arrival(
                self.env, {"since": line.since, "document": line.document}
            )
            where = f"{line.place} {arrival}".strip() if line.place else ""
            line.summary = "\n".join(filter(None, [where, line.hint]))

    @api.model
    def _prepare_line(self, conflict, places):
        line = conflict.line
        places = places if conflict.rows else []
        # of two places, the one from which the line can take it
        ways = (place for place in places if self._can_take_from(line, place))
        place = next(ways, places[0] if places else {})
        choices = self._get_choices(conflict, place)
        answers = [choice for choice in choices if choice != "leave"]
        return {
            "move_line_id": line.id,
            "number": conflict.lot.name or line.lot_name,
            "lot_id": conflict.lot.id,
            "place": place and shown.describe(place),
            "since": place and place["since"],
            "document": place and place["document"],
            "document_model": place and place["document_model"],
            "document_id": place and place["document_id"],
            "place_id": place and place["location_id"],
            "policy": conflict.policy,
            "hint": message.get_way_out(self.env, conflict, places),
            "choices": ",".join(choices),
            "choice": answers[0] if len(answers) == 1 else False,
        }

    def _get_choices(self, conflict, place):
        choices = []
        if self._can_renumber(conflict.line):
            choices.append("number")
        if place and self._can_take_from(conflict.line, place):
            choices.append("move")
        if place and self._can_come_back(conflict.line, place):
            choices.append("back")
        if self._can_be_left_out(conflict.line):
            choices.append("leave")
        if conflict.policy == "warn":
            choices.append("reason")
        return choices

    def _can_renumber(self, line):
        """Whether the line brings in a unit that may still get its number."""
        brings_in = line.location_id.usage in ("supplier", "production")
        return brings_in and line.move_id.picking_type_id.use_create_lots

    def _can_take_from(self, line, place):
        """Whether the unit is elsewhere in the warehouse from which the line takes it;
        where it is taken from already, another line took it first."""
        place_location = self.env["stock.location"].browse(place["location_id"])
        return (
            place["state"] == "stock"
            and line.location_id.usage == "internal"
            and place_location.warehouse_id == line.location_id.warehouse_id
            and place_location not in (line.location_id, line.location_dest_id)
        )

    def _can_come_back(self, line, place):
        """Whether the unit is bought back from the customer who has it."""
        return place["state"] == "customer" and line.location_id.usage == "supplier"

    def _can_be_left_out(self, line):
        """Whether other lines of the transfer are left to be done."""
        lines = line.picking_id.move_line_ids
        return any(other.quantity and other.picked and other != line for other in lines)

    def _get_note(self):
        """What was answered, for the transfer."""
        self.ensure_one()
        texts = {
            "number": self.env._(
                "%(number)s of %(product)s is elsewhere (%(place)s): another unit, "
                "with the number %(new)s."
            ),
            "move": self.env._(
                "%(number)s of %(product)s was taken from where it is: %(place)s."
            ),
            "back": self.env._(
                "%(number)s of %(product)s was bought back; it was: %(place)s."
            ),
            "leave": self.env._(
                "%(number)s of %(product)s was left out; it is elsewhere: %(place)s."
            ),
            "reason": self.env._(
                "%(number)s of %(product)s is right although it is elsewhere "
                "(%(place)s): %(reason)s"
            ),
        }
        return texts[self.choice] % {
            "number": self.number,
            "product": self.product_id.display_name,
            "place": self.place or self.env._("unknown"),
            "new": self.move_line_id.lot_name,
            "reason": self.reason,
        }

    def _get_problem(self):
        self.ensure_one()
        values = {"number": self.number, "product": self.product_id.display_name}
        if not self.choices:
            return self.env._(
                "%(number)s of %(product)s: %(hint)s",
                **values,
                hint=self.hint,
            )
        if self.choice not in self.choices.split(","):
            return self.env._("%(number)s of %(product)s: choose what to do.", **values)
        if self.choice == "reason" and not (self.reason or "").strip():
            return self.env._("%(number)s of %(product)s: write a reason.", **values)
        return None

    def _take_from_place(self):
        """Let the line take the unit from where it is, with its package and owner."""
        lot = self.move_line_id.lot_id
        quants = self.env["stock.quant"].search(
            [
                ("lot_id", "=", lot.id),
                ("location_id", "=", self.place_id.id),
                ("quantity", ">", 0),
            ],
            limit=1,
        )
        self.move_line_id.write(
            {
                "location_id": self.place_id.id,
                "package_id": quants.package_id.id,
                "owner_id": quants.owner_id.id,
            }
        )

    def _take_back(self):
        """Let the line bring the unit in from the customer who has it."""
        values = {"location_id": self.place_id.id}
        if not self.move_line_id.lot_id:
            lots = self.env["stock.lot"].browse(self.lot_id.id)
            values.update(lot_id=lots.id, lot_name=False)
        self.move_line_id.write(values)

    @public.record()
    def action_open_document(self):
        """Open the document that brought the unit to where it is."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.document_model,
            "res_id": self.document_id,
            "views": [[False, "form"]],
            "target": "current",
        }
