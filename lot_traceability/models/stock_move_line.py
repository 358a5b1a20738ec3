from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from .. import guards
from ..done_lines import (
    below_zero,
    corrections,
    documents,
    joins,
    missing_lots,
    sold,
    wholes,
)
from ..done_lines.arrivals import get_arrivals
from ..evidence import facts
from ..holds import counted, gate
from ..imports.new_stock import get_new_stock
from ..numbers import finder, origin
from ..numbers.form import clean
from ..numbers.generator import Purpose
from ..numbers.provenance import NUMBER_ORIGINS, Origin
from ..places import check as places
from ..tools import public
from ..tools.existing import get_existing
from ..trace import movements
from ..trace.sql import INDEX_OF_LOT

_lt = LazyTranslate(__name__)

_STAYS = guards.Guard(
    way=_lt("What is done stays on its transfer: lower its quantity there instead."),
    when=lambda line: line.state == "done",
    at_creation=True,
)
_SAID = guards.Guard(
    way=_lt("It was said when the goods moved, and stays."),
    when=lambda line: line.state == "done",
    at_creation=True,
)


class StockMoveLine(models.Model):
    _name = "stock.move.line"
    _inherit = ["stock.move.line", "lot.health.listed"]

    _guards = {
        "move_id": _STAYS,
        "picking_id": _STAYS,
        "company_id": _STAYS,
        "scanned_quantity": _SAID,
        "state": guards.Guard(
            way=_lt("Validate or cancel the transfer."), at_creation=True
        ),
        # the trace counts by it
        "quantity_product_uom": guards.Guard(way=_lt("Write the quantity.")),
        # what the dialogs of Odoo generated comes back from the client
        "number_origin": guards.Guard(
            way=_lt("Scan the label, or generate the number."),
            free=(False, "generated"),
        ),
        "lot_conversion_line_id": guards.Guard(way=_lt("Use a lot conversion.")),
        "lot_rule_trial_ids": guards.Guard(way=_lt("Use First Steps.")),
    }

    # every trace starts from the lines of a lot; core searches them without an index
    lot_id = fields.Many2one(index="btree_not_null")
    _without_lot_idx = models.Index(
        "(product_id) WHERE lot_id IS NULL AND state = 'done'"
    )
    _of_lot_idx = models.Index(INDEX_OF_LOT)
    supplier_number = fields.Char(
        "Supplier's Number",
        help="The supplier's lot or serial number, for the lot that is created.",
    )
    batch_code = fields.Char(
        help="The batch, over several products, for the lot that is created.",
    )
    number_origin = fields.Selection(
        NUMBER_ORIGINS,
        "Origin of Number",
        readonly=True,
        copy=False,
        help="Where the number of the lot that is created comes from.",
    )
    correction_reason = fields.Char(
        "Reason for Correction",
        copy=False,
        help="Why the line is changed although it is done. It is noted on the transfer "
        "and on the lot. The settings say whether one has to be given.",
    )
    serial_conflict_reason = fields.Char(
        "Reason for Serial Conflict",
        copy=False,
        help="Why this serial number is right although the unit with that number is "
        "known to be elsewhere. Needed, and read, only where the policy of the product "
        "category is to ask for a reason.",
    )
    scanned_quantity = fields.Float(
        "Scanned",
        digits="Product Unit",
        copy=False,
        help="How much of the line was scanned, in the unit of the product. The rest "
        "of what is picked was typed, generated or ticked by hand.",
        aggregator=None,
    )
    lot_rule_trial_ids = fields.Many2many(
        "lot.rule.trial",
        "lot_rule_trial_line_rel",
        "line_id",
        "trial_id",
        string="Rules That Would Have Stopped It",
        readonly=True,
        copy=False,
        exportable=False,
        groups="stock.group_stock_manager",
    )
    lot_conversion_line_id = fields.Many2one(
        "lot.conversion.line",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )

    # -- hooks of Odoo ---------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        guards.check_create(self, vals_list)
        self.env["lot.number"]._check_usable(vals.get("lot_name") for vals in vals_list)
        fall = below_zero.Fall(self._get_lots_of_done(vals_list))
        lines = super().create(vals_list)
        joins.refuse_joined(lines, vals_list)
        places.check_corrected(lines)
        done = lines.filtered(lambda line: line.state == "done")
        if done:
            wholes.refuse_parts(done)
            # Odoo has booked them: they are as much a correction as a line that changes
            corrections.refuse_new(done)
            fall.refuse(done)
            gate.refuse_held(done)
            gate.refuse_overdrawn(done)
            corrections.note_new(done)
            documents.say_what_it_was_made_of(done)
            documents.say_what_was_made(done)
            gate.hold_along(done)
            gate.hold_copies(done)
            gate.hold_received(done)
        return lines

    def write(self, vals):
        guards.check_write(self, vals)
        corrections.refuse_moving_to_done(self, vals)
        joins.refuse_joining(self, vals)
        if self._changes_unit(vals):
            # a reason is given for one number at one place
            vals = {"serial_conflict_reason": False, **vals}
        if "lot_name" in vals:
            self.env["lot.number"]._check_usable([vals["lot_name"]])
            # a number written over another one is not the one that was scanned
            vals = {"number_origin": False, **vals}
        correction = corrections.Correction(self, vals)
        result = super().write(vals)
        if vals.keys() & {"lot_id", "location_id", "location_dest_id", "quantity"}:
            places.check_corrected(self)
        if vals.keys() & {"lot_id", "quantity", "product_uom_id"}:
            wholes.refuse_parts(self.filtered(lambda line: line.state == "done"))
        correction.settle()
        documents.say_what_was_made(correction.lines)
        return result

    def _check_company(self, fnames=None):
        # overridden as an import has looked at product and place, row by row, and has
        # just made the lots itself; of what is booked together, so has its document
        lines = self if not get_arrivals(self.env) else self.browse()
        if stock := get_new_stock(self.env):
            lines = lines.filtered(lambda line: line.lot_id.id not in stock.lot_ids)
        return super(StockMoveLine, lines)._check_company(fnames)

    def _synchronize_quant(
        self, quantity, location, action="available", in_date=False, **quants_value
    ):
        stock = get_new_stock(self.env)
        if stock and stock.made(self):
            return stock.book(self, quantity, location, action, quants_value)
        coming = get_arrivals(self.env)
        if coming and coming.take(
            self, quantity, location, action, in_date, quants_value
        ):
            # nobody asks how much there is outside
            return 0, in_date
        return super()._synchronize_quant(
            quantity, location, action=action, in_date=in_date, **quants_value
        )

    def _get_lots_of_done(self, vals_list):
        """The lots of those values that are for a transfer that is done."""
        return self.env["stock.lot"].union(
            *(
                corrections.get_lot(self, vals)
                for vals in vals_list
                if vals.get("lot_id") and self._is_for_done(vals)
            )
        )

    def _is_for_done(self, vals):
        # the move says it where there is one: the state of a transfer is computed anew
        # for each line that is reserved
        if vals.get("move_id"):
            document = self.env["stock.move"].browse(vals["move_id"])
        else:
            document = self.env["stock.picking"].browse(vals.get("picking_id"))
        return document.state == "done"

    def _action_done(self):
        gate.refuse_held(self)
        wholes.refuse_parts(self)
        unknown = self.filtered(lambda line: not line.lot_id)
        missing = missing_lots.find_missing(self)
        missing_lots.refuse_missing(missing)
        stock = get_new_stock(self.env)
        # what an import has just made was nowhere before
        known = self.filtered(lambda line: not stock.made(line)) if stock else self
        sold.check(self.env, places.check, known)
        result = super()._action_done()
        if stock:
            stock.store(self.env["stock.quant"])
        if coming := get_arrivals(self.env):
            coming.store(self.env["stock.quant"])
        done = get_existing(self, "product_id")
        # a held lot can be meant by its number alone
        if unknown:
            gate.refuse_held(unknown & done, is_booked=True)
        gate.refuse_overdrawn(done)
        counted.refuse_renaming(done)
        below_zero.refuse_below_zero(done)
        origin.link(done)
        # sudo: whoever may move goods keeps the archive right by that
        if retired := done.lot_id.sudo().filtered("retired_date"):
            retired._bring_back()
        if missing:
            missing_lots.note_missing(missing & done)
        facts.freeze(done)
        gate.hold_along(done)
        gate.hold_copies(done)
        gate.hold_received(done)
        return result

    def _create_and_assign_production_lot(self):
        # a lot of no company would be that of the sender once more, which is refused
        copies = {line.id for line in origin.find(self)}
        result = None
        for operation, lines in self.grouped(_get_operation).items():
            own = lines.filtered(lambda line: line.id not in copies)
            # the numbering of the operation type says which numbers are good
            new = lines - own._take_existing_lots()
            (new & own)._write_new_lots_alike()
            marked = guards.hand_on(
                new,
                lot_copies_of_lines=copies,
                lot_number_purpose=Purpose(operation.id),
            )
            result = super(StockMoveLine, marked)._create_and_assign_production_lot()
        return result

    def _take_existing_lots(self):
        """Take the lots that exist under the numbers on the lines, written otherwise or
        just made for another operation type.

        :return: the lines that have one
        """
        found = finder.find_for(
            self.env,
            [(line.product_id, line.company_id, line.lot_name) for line in self],
            vendor=False,
        )
        for line in self:
            lots = found[line.product_id, line.company_id, line.lot_name].lots
            if len(lots) == 1:
                line.lot_id = lots
        return self.filtered("lot_id")

    def _write_new_lots_alike(self):
        """A new lot that is written in two ways on several lines is one lot."""
        get_key = self.env["lot.number"]._get_key
        lots = self.filtered(
            lambda line: line.lot_name and line.product_id.tracking == "lot"
        )
        groups = lots.grouped(
            lambda line: (line.product_id, line.company_id, get_key(line.lot_name))
        )
        for lines in groups.values():
            name = clean(lines[0].lot_name)
            others = lines.filtered(lambda line, name=name: line.lot_name != name)
            others.lot_name = name

    def _prepare_new_lot_vals(self):
        vals = super()._prepare_new_lot_vals()
        for name in ("supplier_number", "batch_code"):
            if self[name]:
                vals[name] = self[name]
        if self.number_origin:
            vals["number_origin"] = Origin(self.number_origin)
        if self.id in guards.handed(self.env, "lot_copies_of_lines", ()):
            vals["company_id"] = self.company_id.id
        return vals

    # -- what a line is --------------------------------------------------------
    def _changes_unit(self, vals):
        """Whether the values give the lines another number, or take it elsewhere."""
        if vals.keys() & {"lot_name", "location_id", "quant_id"}:
            return True
        # core sets the lot of a typed number while the line is done
        return "lot_id" in vals and any(
            line.lot_id and line.lot_id.id != vals["lot_id"] for line in self
        )

    def _moves_a_serial(self):
        """Whether the line moves a unit that has, or gets, a serial number."""
        return (
            self.product_id.tracking == "serial"
            and self.product_id.is_storable
            and self.product_uom_id.compare(self.quantity, 0) > 0
            and bool(self.lot_id or self.lot_name)
            and self.location_id != self.location_dest_id
            # a count that makes a part whole brings in no other unit
            and not (self.is_inventory and self.quantity_product_uom < 1)
        )

    def _get_serial_conflict_policy(self):
        """``forbid``, ``warn`` or ``allow``."""
        company = self.company_id or self.env.company
        return self.product_id.categ_id._get_serial_conflict_policy(company)

    def _takes_held_lots(self):
        """See ``stock.move``; the line may go elsewhere than its move."""
        self.ensure_one()
        return self.location_dest_id._takes_held_lots(self.location_id)

    def _get_document_name(self):
        document = self.move_id._get_source_document()
        return document.display_name if document else self.reference or ""

    # -- where its goods came from ---------------------------------------------
    @api.readonly
    @public.record()
    def trace_sources(self):
        """Tell from which receipts, orders or counts the goods of this line can be.

        Of all that ever came in under its lot, or its product if it has none, that
        which came in since the stock was used up last, up to this line; what was
        booked in too late to cover it counts.

        :return: list of dicts as in ``movements`` of ``stock.lot.trace_movements``, the
            oldest first
        :raise AccessError: if the user may not read the line, or lots at all
        :raise UserError: if it is not one line
        """
        # Odoo lets each employee read move lines
        self.env["stock.lot"].check_access("read")
        return movements.get_sources_of(self)

    @public.record()
    def action_open_sources(self):
        """List the lines by which the goods of these lines can have come in."""
        self.check_access("read")
        self.env["stock.lot"].check_access("read")
        ids = movements.get_source_ids(self)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "stock.stock_move_line_action"
        )
        return dict(
            action,
            name=self.env._("Where It Came From"),
            display_name=self.env._("Where It Came From"),
            domain=[("id", "in", list(ids))],
            context={"create": False},
        )


def _get_operation(line):
    return line.move_id.picking_type_id or line.picking_type_id
