from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.done_lines import sold
from odoo.addons.lot_traceability.done_lines.corrections import get_lot
from odoo.addons.lot_traceability.evidence import log
from odoo.addons.lot_traceability.tools.calendar_days import (
    day_end,
    in_days,
    is_past,
    local_date,
    shift,
)
from odoo.addons.lot_traceability.tools.existing import get_existing

from ..dates import nameless, typed
from ..dates.inheritance import inherit_dates
from ..dates.undated import is_undated
from ..fefo import stale
from ..fefo.pick_check import check_corrected, find_problems
from ..fefo.picks import is_pick
from ..fefo.verdicts import describe, judge_lines
from .product_template import EXPIRY_PRECISIONS
from .stock_move import NOT_CONSUMED

_lt = LazyTranslate(__name__)

OVERRIDE_GROUP = "lot_traceability_expiry.group_expiry_override"
SHELF_LIFE_GROUP = "lot_traceability_expiry.group_shelf_life_override"
# each is given for one lot, and stays once the goods are gone
REASONS = ("fefo_reason", "shelf_life_reason", "expiry_override_reason")
# what lets other goods leave, or more of them, when written on a line that is done
CORRECTIONS = {
    "location_dest_id",
    "lot_id",
    "product_uom_id",
    "quant_id",
    "quantity",
}


# what changes which lots went into which
LINKS_OF_INPUTS = {"lot_id", "produce_line_ids", "quant_id"}

OF_NEW_LOT = guards.Guard(
    way=_lt("The lot is created: its dates are changed on the lot."),
    when=lambda line: line.state == "done",
    at_creation=True,
)


def _is_judged_by_date(line):
    """Whether a line that is done let goods go whose dates count on that day."""
    return (
        line.state == "done"
        and line.product_id.use_expiration_date
        and bool(line.move_id._get_refusing_levels(line.location_dest_id))
        and not guards.handed(line.env, "books_now")
    )


WHEN_IT_LEFT = guards.Guard(
    way=_lt(
        "Goods are judged by the day on which they left: somebody with the right "
        "“Override expiration dates” says another one."
    ),
    group=OVERRIDE_GROUP,
    when=_is_judged_by_date,
    at_creation=True,
)


class StockMoveLine(models.Model):
    """Dates for the lots that are created, reasons for the lots that are taken, and the
    last look at those that leave."""

    _inherit = "stock.move.line"

    _guards = {
        "expiry_precision": OF_NEW_LOT,
        "made_on": OF_NEW_LOT,
        "date": WHEN_IT_LEFT,
        "expiry_override_reason": guards.Guard(
            way=_lt("Somebody with the right “Override expiration dates” can do it."),
            group=OVERRIDE_GROUP,
        ),
        "shelf_life_reason": guards.Guard(
            way=_lt(
                "You may not let lots with too short a shelf life pass. Somebody with "
                "the right “Override minimum shelf life” can."
            ),
            group=SHELF_LIFE_GROUP,
        ),
    }

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
    fefo_reason = fields.Char(
        "Reason for FEFO Deviation",
        copy=False,
        help="Why this lot was taken although an earlier one was free.",
    )
    shelf_life_reason = fields.Char(
        "Reason for Short Shelf Life",
        copy=False,
        help="Why this lot goes although it has less shelf life than agreed.",
    )
    fefo_note = fields.Char(
        "FEFO",
        compute="_compute_fefo_note",
        help="Why this lot: nothing earlier is there, or why it is left.",
    )

    @api.depends("lot_id.removal_date", "move_id", "state", "owner_id")
    @api.depends_context("lang", "uid")
    def _compute_fefo_note(self):
        self.fefo_note = False
        picks = self.filtered(
            lambda line: line.state not in ("done", "cancel") and line._is_dated_pick()
        )
        verdicts = judge_lines(picks)
        for line in picks:
            line.fefo_note = describe(line, verdicts.get(line))

    @api.onchange("made_on")
    def _onchange_made_on(self):
        """New goods are good from the day they were made."""
        expiration = self._get_date_from_making(self.made_on)
        if expiration and not self.lot_id:
            self.expiration_date = expiration

    @api.onchange("lot_id", "quant_id")
    def _onchange_lot_warn_expiry(self):
        """Say at once what the validation would say."""
        problems = find_problems(self, freed=self._origin)
        if problems:
            return {
                "warning": {
                    "title": self.env._("Another lot fits better"),
                    "message": "\n".join(problem.text for problem in problems),
                }
            }
        return None

    # ----------------------------------------------------------------------
    # Odoo's hooks
    # ----------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        # core looks by its own moment for the stock that was chosen by the day
        lines = self
        if self.env.context.get("with_expiration"):
            lines = self.with_context(with_expiration=False)
        created = super(StockMoveLine, lines).create(vals_list)
        for line, vals in zip(created, vals_list, strict=True):
            line._count_from_making(vals)
        created._check_left_when()
        created._check_gone()
        return created

    def write(self, vals):
        self._check_reasons_kept(vals)
        self._forget_reasons(vals)
        is_correction = not CORRECTIONS.isdisjoint(vals)
        gone = self._get_gone() if is_correction else {}
        follow = stale.Following(self, vals)
        result = super().write(vals)
        follow.settle()
        for line in self if vals.get("made_on") else ():
            line._count_from_making(vals)
        if gone:
            self._check_gone(gone)
        if "consume_line_ids" in vals:
            self._pass_on_dates()
        if vals.keys() & LINKS_OF_INPUTS:
            self._get_made()._pass_on_dates()
        return result

    def _action_done(self):
        # what has no dates is none of our business
        dated = self.filtered(lambda line: line.product_id.use_expiration_date)
        if not dated:
            return super()._action_done()
        unknown = dated.filtered(lambda line: not line.lot_id)
        blocks = dated._get_shipping_blocks()
        self._check_shipping_blocks(blocks)
        typed.check(dated)
        result = super()._action_done()
        done = get_existing(dated, "product_id")
        # a lot can be meant by its number alone
        done._check_dated()
        found = (unknown & done)._get_shipping_blocks()
        found |= nameless.find_blocks(unknown & done)
        self._check_shipping_blocks(found)
        self._note_overridden(
            {line: block for line, block in (blocks | found).items() if line in done}
        )
        return result

    # ----------------------------------------------------------------------
    # New lots, and what is made of others
    # ----------------------------------------------------------------------
    def _count_from_making(self, vals):
        """Who writes it does not matter: new goods are good from the day they were
        made, unless a date is given."""
        if not vals.get("made_on") or "expiration_date" in vals or self.lot_id:
            return
        expiration = self._get_date_from_making(self.made_on)
        if expiration:
            self.expiration_date = expiration

    def _count_from_receipt(self, before, after):
        """New goods whose date nobody has typed are good from the day they came in.

        :param before: the moment (UTC) that the date was counted from until now
        """
        days = self.product_id.expiration_time
        tz = self.move_id._get_expiry_tz()
        is_counted = (
            self.product_id.use_expiration_date
            and days > 0
            and self.expiration_date
            and not (self.lot_id or self.made_on)
        )
        if not is_counted:
            return
        day = local_date(self.expiration_date, tz)
        if day == in_days(local_date(before, tz), days):
            self.expiration_date = shift(after, timedelta(days=days), tz)

    def _get_date_from_making(self, made_on):
        days = self.product_id.expiration_time
        if not made_on or not days or not self.product_id.use_expiration_date:
            return False
        return day_end(in_days(made_on, days), self.move_id._get_expiry_tz())

    @api.depends("product_id", "lot_id.expiration_date", "picking_id.scheduled_date")
    def _compute_expiration_date(self):
        # overridden as core adds hours in UTC, and invents a day where a product says
        # none
        dated = self.filtered(lambda line: line.product_id.use_expiration_date)
        undated = dated.filtered(
            lambda line: line.lot_id and not line.lot_id.expiration_date
        )
        # a lot that has no date gets none from a line
        undated.expiration_date = False
        before = {line: line.expiration_date for line in dated - undated}
        result = super(StockMoveLine, self - undated)._compute_expiration_date()
        for line, old in before.items():
            if old or line.lot_id.expiration_date or not line.expiration_date:
                continue
            days = timedelta(days=line.product_id.expiration_time)
            start, tz = line.expiration_date - days, line.move_id._get_expiry_tz()
            line.expiration_date = bool(days) and shift(start, days, tz)
        return result

    def _check_dated(self):
        """Ask for the dates of goods that come in, where the company wants them."""
        undated = self.filtered(
            lambda line: (
                line.company_id.sudo().lot_ask_for_dates
                and not line._gets_date_of_inputs()
            )
        )._filter_undated_new()
        if undated:
            raise UserError(
                self.env._(
                    "%(document)s: these lots have no expiration date. Type the date "
                    "beside the number, or on the lot:\n%(lots)s",
                    document=undated[0].reference or "",
                    lots="\n".join(
                        f"- {line.product_id.display_name}, {line.lot_id.name}"
                        for line in undated
                    ),
                )
            )

    def _filter_undated_new(self):
        """The lines that bring in lots without a date of products that want one."""
        return self.filtered(
            lambda line: (
                line.location_id.usage in ("supplier", "production")
                and not line.move_id._has_any(NOT_CONSUMED)
                and is_undated(line.lot_id)
            )
        )

    def _gets_date_of_inputs(self):
        """Whether what went into the goods gives them a date, a moment later."""
        move = self.move_id
        # of the Manufacturing app
        if "production_id" not in move._fields:
            return False
        inputs = move.production_id.move_raw_ids.move_line_ids.lot_id
        return any(
            lot.expiration_date and self._carries_dates_of(lot) for lot in inputs
        )

    def _carries_dates_of(self, lot):
        product = lot.product_id
        return product.expiry_carries or product == self.product_id

    def _create_and_assign_production_lot(self):
        # days are those of the place to which the goods come
        zones = {}
        for line in self:
            move = line.move_id
            places = (move.location_id, move.location_dest_id, move.picking_type_id)
            key = tuple([place.id for place in places])
            zones.setdefault(key, (move, []))[1].append(line.id)
        zones = [(move._get_expiry_tz(), ids) for move, ids in zones.values()]
        tz = zones[0][0] if zones else self.move_id._get_expiry_tz()
        there = self.browse(
            [line_id for zone, ids in zones if zone == tz for line_id in ids]
        )
        if len(there) < len(self):
            (self - there)._create_and_assign_production_lot()
            # in the order in which they stand
            there = self & there
        else:
            there = self
        lines = guards.hand_on(there, zone_of_new_lots=tz)
        return super(StockMoveLine, lines)._create_and_assign_production_lot()

    def _prepare_new_lot_vals(self):
        vals = super()._prepare_new_lot_vals()
        for name in ("made_on", "expiry_precision"):
            if self[name]:
                vals[name] = self[name]
        return vals

    def _get_made(self):
        """What was made: by these lines, or of the components that they used up."""
        # of the Manufacturing app
        if "raw_material_production_id" not in self.env["stock.move"]._fields:
            return self.browse()
        done = self.filtered(lambda line: line.state == "done")
        made = done.filtered("move_id.production_id")
        return (
            made | done.filtered("move_id.raw_material_production_id").produce_line_ids
        )

    def _pass_on_dates(self):
        """Give the dates of the lots that went in to the lots that were made."""
        for line in self:
            if line.state != "done" or not line.lot_id.use_expiration_date:
                continue
            inputs = line.consume_line_ids.lot_id.filtered(line._carries_dates_of)
            # sudo: what was made is as old as it is, whoever made it
            inherit_dates(line.lot_id.sudo(), inputs.sudo(), line.reference or "")
        self._check_subcontracted()

    def _check_subcontracted(self):
        """Receipts of what subcontractors made, whose dates are known only now."""
        # of the Subcontracting app
        if "is_subcontract" not in self.env["stock.move"]._fields:
            return
        rules = self.env["lot.shelf.life.rule"]
        if any("incoming" in rules._get_directions(c.id) for c in self.company_id):
            receipts = self.move_id.move_dest_ids.filtered("is_subcontract")
            check_corrected(
                receipts.move_line_ids.filtered(
                    lambda line: line.state == "done" and line.lot_id in self.lot_id
                )
            )

    # ----------------------------------------------------------------------
    # FEFO and minimum shelf life
    # ----------------------------------------------------------------------
    def _may_override_shelf_life(self):
        return self.env.su or self.env.user.has_group(SHELF_LIFE_GROUP)

    def _is_fefo_pick(self):
        """Whether FEFO has an opinion on the line: its lot has a date to go by."""
        return bool(self.lot_id.removal_date) and self._is_dated_pick()

    def _is_dated_pick(self):
        """Whether the lot of the line was chosen here, of a product with dates."""
        return bool(
            self.lot_id
            and self.quantity > 0
            and self.move_id
            and is_pick(self.move_id, self.location_dest_id, self.lot_id)
            and not self._is_cleared_out()
        )

    def _is_cleared_out(self):
        """Whether goods past their dates stay within the company."""
        stays = self.location_dest_id.usage in ("internal", "transit")
        return stays and self.lot_id._is_past_for(self.move_id)

    def _get_missing_life(self):
        """``(rule, partner, days)`` that the lot of a line lacks most; 0 days if it
        fits."""
        move = self.move_id
        rules = self.quantity > 0 and move._get_shelf_life_rules(self.location_dest_id)
        if not rules:
            return None, None, 0
        tz = move._get_expiry_tz()
        moment = self._get_booking_moment()
        if self.state != "done" and not move._is_received():
            # the clock of the reservation; what comes in, comes now
            moment = move._get_operation_moment()
        day = local_date(moment, tz)
        lot = self.lot_id or self._get_new_lot()
        found = [
            (rule, partner, lot._get_missing_life(rule, day, tz))
            for rule, partner in rules
        ]
        # what is refused counts before what is only warned of
        return max(
            found, key=lambda row: (row[2] > 0, row[0].policy == "refuse", row[2])
        )

    def _get_new_lot(self):
        """What the lot will be that a receipt creates, or the one that it names."""
        named = typed.find_lots(self)[self]
        if named:
            return named
        vals = {"product_id": self.product_id.id, "made_on": self.made_on}
        made_until = self._get_date_from_making(self.made_on)
        # typed dates count; what Odoo counts from the receipt does not
        end = self.expiration_date
        if made_until and (not end or self._is_default_expiration(end)):
            end = made_until
        return self.env["stock.lot"].new({**vals, "expiration_date": end})

    def _is_default_expiration(self, end):
        """Whether a date is the one that Odoo counts from the receipt."""
        days = self.product_id.expiration_time
        planned = self.picking_id.scheduled_date or fields.Datetime.now()
        tz = self.move_id._get_expiry_tz()
        starts = {local_date(start, tz) for start in (planned, fields.Datetime.now())}
        return local_date(end, tz) in {in_days(start, days) for start in starts}

    # ----------------------------------------------------------------------
    # Reasons
    # ----------------------------------------------------------------------
    def _check_reasons_kept(self, vals):
        """Refuse to rewrite what was said when goods left."""
        given = [name for name in REASONS if name in vals]
        if not given or guards.is_system(self.env):
            return
        # sudo: a reason that one may not read is not to be overwritten either
        for line in self.sudo().filtered(lambda line: line.state == "done"):
            if any((line[name] or "") != (vals[name] or "") for name in given):
                raise UserError(
                    self.env._(
                        "%(document)s, %(lot)s: these goods are gone, and the reason "
                        "that was given stays. Write a note on the document instead.",
                        document=line.reference or line.picking_id.name or "",
                        lot=line.lot_id.name or "",
                    )
                )

    def _forget_reasons(self, vals):
        """What was said of one lot is not said of another."""
        if "lot_id" not in vals and not vals.get("quant_id"):
            return
        if len(self.product_id) > 1:
            # Odoo itself refuses that
            return
        if "lot_id" in vals:
            lot_id = get_lot(self, vals).id
        else:
            lot_id = self.env["stock.quant"].browse(vals["quant_id"]).lot_id.id
        # sudo: whoever changes the lot takes the reasons back by that
        names = [name for name in REASONS if name not in vals]
        for line in self.sudo():
            given = [name for name in names if line[name]]
            if given and line.lot_id.id != lot_id:
                line.write(dict.fromkeys(given, False))

    # ----------------------------------------------------------------------
    # Goods that leave
    # ----------------------------------------------------------------------
    def _get_booking_moment(self):
        """When the goods of a line left (UTC): as somebody said, else when they were
        sold at the till, else when it was done, else now."""
        # sudo: what was written there counts for whoever validates
        said = self.picking_id.sudo().expiry_left_on
        sale = sold.get_sale(self.env)
        if said or (sale and sale.moment):
            return said or sale.moment
        is_done = self.state == "done" and self._origin
        return (is_done and self.date) or fields.Datetime.now()

    def _get_gone(self):
        """``{line: (lot, place, quantity)}`` of those that are done."""
        return {
            line: (line.lot_id, line.location_dest_id, line.quantity_product_uom)
            for line in self
            if line.state == "done"
        }

    def _check_gone(self, before=None):
        """Look at goods that leave by a correction as at those that are validated.

        :param before: what was gone of each line before; nothing if it is new
        """
        before = before or {}
        corrected = self.browse()
        for line, (lot, place, quantity) in self._get_gone().items():
            old_lot, old_place, old_quantity = before.get(line, (None, None, 0))
            if (lot, place) != (old_lot, old_place) or quantity > old_quantity:
                corrected |= line
        if corrected:
            corrected._check_shipping_blocks(
                corrected._get_shipping_blocks() | nameless.find_blocks(corrected)
            )
            check_corrected(corrected)

    def _check_left_when(self):
        """What is added to a delivery that is done left with it, and not before."""
        if guards.is_system(self.env) or WHEN_IT_LEFT.permits(self.env):
            return
        for line in self.filtered(_is_judged_by_date):
            if line.date < line.move_id.date:
                raise AccessError(
                    self.env._(
                        "%(document)s was done later than that. %(way)s",
                        document=line.reference or "",
                        way=self.env._(WHEN_IT_LEFT.way),
                    )
                )

    def _is_past_dates(self):
        """Whether the lot is expired or to be removed on the day it moves; of one that
        is not there yet, the line says the dates."""
        dated = self.lot_id or self
        dates = dated.use_expiration_date and [
            date for date in (dated.expiration_date, dated.removal_date) if date
        ]
        if not dates:
            return False
        moment, tz = self._get_booking_moment(), self.move_id._get_expiry_tz()
        return any(is_past(date, moment, tz) for date in dates)

    def _needs_no_question(self):
        """Whether goods past their dates are just taken out of use because of that: to
        quarantine or scrap, or to the vendor if they are held or returned."""
        move = self.move_id
        if self.location_dest_id.usage == "supplier":
            return self.lot_id.on_hold or move._is_return()
        return move._is_out_of_use(self.location_dest_id)

    def _get_shipping_blocks(self, policies=None):
        """``{line: what speaks against it}`` of the lines that give goods away.

        :param policies: to judge by instead of those of the company
        """
        blocks = {}
        for line in self:
            lot, move = line.lot_id, line.move_id
            if line.quantity <= 0 or not lot.use_expiration_date:
                continue
            # a line may go elsewhere than its move
            levels = move._get_refusing_levels(line.location_dest_id)
            if not levels:
                continue
            block = lot._get_shipping_block(
                line._get_booking_moment(),
                move._get_expiry_tz(),
                line.company_id,
                policies,
            )
            if block.get("level") in levels:
                blocks[line] = block
        return blocks

    def _check_shipping_blocks(self, blocks):
        refused, unanswered = [], []
        for line, block in blocks.items():
            if block["level"] == "refuse":
                refused.append(line._get_block_row(block))
            elif block["level"] == "ask":
                # the till asks nobody: it notes
                if sale := sold.get_sale(self.env):
                    sale.note(line._get_block_row(block))
            elif not (line.sudo().expiry_override_reason or "").strip():
                unanswered.append(line._get_block_row(block))
        texts = self._get_refused_texts(refused) if refused else []
        texts += self._get_unanswered_texts(unanswered) if unanswered else []
        if texts:
            sold.refuse(self.env, UserError("\n".join(texts)))

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
        # sudo: whoever validates keeps what somebody with the right said
        given = self.browse(line.id for line in blocks).filtered(
            lambda line: (
                blocks[line]["level"] == "ask"
                or (line.sudo().expiry_override_reason or "").strip()
            )
        )
        for move, lines in given.grouped("move_id").items():
            document = move._get_source_document()
            if document and hasattr(document, "message_post"):
                document.message_post(body=lines._get_override_note(blocks))
        for lot, lines in given.grouped("lot_id").items():
            lot._message_log(body=lines._get_override_note(blocks))
        log.note(
            given,
            "override",
            new=lambda line: blocks[line]["text"],
            reason=lambda line: line.expiry_override_reason or "",
        )

    def _get_override_note(self, blocks):
        items = Markup().join(
            Markup("<li>%s</li>")
            % ": ".join(
                filter(None, [blocks[line]["text"], line.sudo().expiry_override_reason])
            )
            for line in self
        )
        text = self.env._("Sent in spite of their dates:")
        return Markup("<p>%s</p><ul>%s</ul>") % (text, items)
