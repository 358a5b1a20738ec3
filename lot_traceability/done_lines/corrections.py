"""What is done is corrected: by whom the company allows, with a reason that is kept."""

from markupsafe import Markup

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .. import apps, guards
from ..evidence import facts, log
from ..holds import gate
from ..tools.quantity import format_quantity
from .below_zero import Fall

MANAGER = "stock.group_stock_manager"
# a company's answer to: who may correct what is done?
POLICIES = [
    ("allow", "Whoever may change transfers"),
    ("reason", "Whoever may change transfers, with a reason"),
    ("manager", "Inventory managers only, with a reason"),
    ("forbid", "Nobody"),
]
# what says which goods went where, or changes the stock, when it is written on a line
# that is done
CORRECTED_FIELDS = {
    "quantity",
    "product_id",
    "product_uom_id",
    "lot_id",
    "lot_name",
    "quant_id",
    "location_id",
    "location_dest_id",
    "package_id",
    "result_package_id",
    "owner_id",
    # the trace goes by it
    "date",
}


class Correction:
    """Asks before done lines change, and checks, holds and notes after.

    :param lines: lines that are written, whatever their state
    :param vals: what is written
    """

    def __init__(self, lines, vals):
        self.reason = _get_reason(lines.env, vals)
        self.lines = lines.browse()
        self.names = CORRECTED_FIELDS & vals.keys()
        if is_booking(lines.env):
            self.names -= {"date"}
        if self.names:
            self.lines = lines.filtered(
                lambda line: line.state == "done" and _changes(line, vals, self.names)
            )
        if not self.lines:
            # nothing is corrected, and nothing to settle
            return
        refuse_uninvited(self.lines.move_id, self.reason)
        facts.freeze_before(self.lines)
        self.booked = gate.get_booked(self.lines)
        self.lots = {line: line.lot_id for line in self.lines}
        self.dates = {line.id: line.date for line in self.lines if "date" in self.names}
        lots = self.lines.lot_id
        self.fall = Fall(lots | get_lot(self.lines, vals))
        self.said = {line: self._describe(line) for line in self.lines}

    def settle(self):
        """Check what the change did to the stock, and write it down.

        :raise UserError: if a held lot went where it may not, or a lot below zero
        """
        if not self.lines:
            return
        self.fall.refuse(self.lines)
        gate.refuse_held(self.lines, self.booked)
        gate.refuse_overdrawn(self.lines, self.booked)
        gate.hold_along(self.lines, self.booked)
        renamed = self.lines.filtered(lambda line: line.lot_id != self.lots[line])
        gate.hold_copies(renamed)
        gate.hold_received(renamed)
        self._note()

    def _note(self):
        """Keep who corrected what, and why, with the lots and the document."""
        notes = {}
        for line in self.lines:
            before, after = self.said[line], self._describe(line)
            if before != after:
                notes[line] = self._get_note(line, before, after)
        changed = self.lines.browse([line.id for line in notes])
        facts.correct(changed, self.reason, self.dates)
        log.note(
            changed,
            "done_line",
            old=lambda line: self.said[line.with_env(self.lines.env)],
            new=self._describe,
            reason=self.reason,
        )
        for lot_id, lines in self._get_lines_by_lot(notes).items():
            lot = self.lines.env["stock.lot"].browse(lot_id)
            lot._message_log(body=Markup().join(notes[line] for line in lines))
        if not self.reason:
            # Odoo itself notes old and new on a transfer
            return
        for move, lines in self.lines.grouped("move_id").items():
            document = move._get_source_document()
            texts = Markup().join(notes[line] for line in lines if line in notes)
            if texts and document and hasattr(document, "message_post"):
                document.message_post(body=texts)

    def _describe(self, line):
        """What a line says, and when it was done if that is corrected."""
        text = _describe(line)
        if "date" in self.names:
            text += f", {log.to_text(line.date)}"
        return text

    def _get_lines_by_lot(self, notes):
        found = {}
        for line in notes:
            for lot_id in (self.lots[line] | line.lot_id).ids:
                found.setdefault(lot_id, []).append(line)
        return found

    def _get_note(self, line, before, after):
        text = line.env._(
            "%(document)s was corrected after it was done: %(before)s became "
            "%(after)s.",
            document=line._get_document_name(),
            before=before,
            after=after,
        )
        why = self.reason and line.env._("Reason: %s", self.reason)
        return Markup("<p>%s %s</p>") % (text, why or "")


def is_booking(env):
    """Whether goods are booked right now, so that their day is written for the first
    time; the system itself says when something was done, too."""
    return guards.is_system(env) or bool(guards.handed(env, "books_now"))


def note_new(lines):
    """Keep who added lines to a transfer that was done."""
    facts.correct(lines, next(iter(lines.mapped("correction_reason")), None))
    log.note(
        lines,
        "done_line",
        new=_describe,
        reason=lambda line: (
            line.correction_reason or guards.handed(lines.env, "correction_reason")
        ),
    )


def refuse_new(lines):
    """Lines that were added to a transfer that is done correct it, too.

    :raise UserError: if the lines are done and their transfer is not, or as
        :func:`refuse_uninvited`
    """
    if guards.is_system(lines.env):
        return
    forged = lines.filtered(lambda line: line.move_id.state != "done")
    if forged:
        raise UserError(
            lines.env._(
                "A line is done with its transfer: validate %(documents)s.",
                documents=name_documents(forged.move_id),
            )
        )
    for reason, reason_lines in lines.grouped("correction_reason").items():
        reason = reason or guards.handed(lines.env, "correction_reason")
        refuse_uninvited(reason_lines.move_id, reason)


def refuse_moving_to_done(lines, vals):
    """:raise UserError: if lines that are not done are put on a transfer that is"""
    if guards.is_system(lines.env):
        return
    move = lines.env["stock.move"].browse(vals.get("move_id"))
    picking = lines.env["stock.picking"].browse(vals.get("picking_id"))
    if "done" in (move.state, picking.state) and any(
        line.state != "done" for line in lines
    ):
        raise UserError(
            lines.env._(
                "%(document)s is done: add a line there, or make another transfer.",
                document=picking.display_name or move.display_name,
            )
        )


def get_lot(lines, vals):
    """The lot that values bring, which Odoo gives as an id or as a record."""
    lot = vals.get("lot_id")
    if isinstance(lot, models.BaseModel):
        return lot
    return lines.env["stock.lot"].browse(lot or ())


def _get_reason(env, vals):
    """Why, as the user said on the line, or on the move that hands it on."""
    reason = vals.get("correction_reason") or guards.handed(env, "correction_reason")
    return (reason or "").strip()


def refuse_uninvited(moves, reason=None):
    """Refuse to correct done moves to those whom the company does not allow it.

    :raise AccessError: if the transfer is locked, or the user is no manager
    :raise UserError: if nobody may, or a reason is missing
    """
    if not moves or guards.is_system(moves.env):
        return
    is_manager = moves.env.user.has_group(MANAGER)
    locked = moves.filtered(_is_locked)
    if locked and not is_manager:
        raise AccessError(
            moves.env._(
                "%(documents)s is done and locked. Ask an inventory manager to correct "
                "it, or book the difference as a return, a scrap or a count.",
                documents=name_documents(locked),
            )
        )
    policies = set(moves.company_id.sudo().mapped("lot_done_edit_policy"))
    if "forbid" in policies:
        raise UserError(
            moves.env._(
                "%(documents)s is done, and the company allows no corrections. Book "
                "the difference as a return, a scrap or a count.",
                documents=name_documents(moves),
            )
        )
    if "manager" in policies and not is_manager:
        raise AccessError(
            moves.env._(
                "%(documents)s is done: only inventory managers may correct it.",
                documents=name_documents(moves),
            )
        )
    if policies & {"reason", "manager"} and not (reason or "").strip():
        raise UserError(
            moves.env._(
                "Say why %(documents)s is corrected, in the field “Reason for "
                "Correction”: it is kept.",
                documents=name_documents(moves),
            )
        )


def find_past(env, company, since) -> list[int]:
    """Ids of the done lines of a company that were corrected since a moment without a
    reason, as far as the log goes back."""
    env.flush_all()
    query = SQL(
        """SELECT DISTINCT line.id
        FROM lot_trace_log entry JOIN stock_move_line line ON line.id = entry.res_id
        WHERE entry.kind = 'done_line' AND entry.res_model = 'stock.move.line'
            AND COALESCE(entry.reason, '') = ''
            AND entry.company_id = %s AND entry.date >= %s""",
        company.id,
        since,
    )
    return [row[0] for row in env.execute_query(query)]


def _is_locked(move):
    """Whether only managers correct it; what cannot be unlocked is locked."""
    has_lock = any(name in move._fields and move[name] for name in apps.LOCKABLE_FIELDS)
    return move.is_locked or not has_lock


def name_documents(moves):
    names = {
        document.display_name if document else move.reference or move.display_name: None
        for move in moves
        for document in [move._get_source_document()]
    }
    return ", ".join(list(names)[:10])


def _changes(line, vals, names):
    """Whether the values say anything else than the line."""
    for name in names:
        field = line._fields[name]
        if not field.store:
            if vals[name]:
                return True
        elif field.convert_to_cache(vals[name], line) != field.convert_to_cache(
            line[name], line
        ):
            return True
    return False


def _describe(line):
    """What a line says, in words."""
    text = line.env._(
        "%(quantity)s of %(lot)s from %(place)s to %(target)s",
        quantity=format_quantity(line.env, line.quantity, line.product_uom_id),
        lot=line.lot_id.name or line.lot_name or line.product_id.display_name,
        place=line.location_id.display_name,
        target=line.location_dest_id.display_name,
    )
    places = [
        record.display_name
        for record in (line.package_id, line.result_package_id, line.owner_id)
        if record
    ]
    return f"{text} ({', '.join(places)})" if places else text
