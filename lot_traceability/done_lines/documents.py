"""Documents that are done: whose goods they were, their day, and who unlocks them.

Their lines are corrected as ``corrections`` has it.
"""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .. import apps, guards
from ..evidence import facts, log
from . import corrections

_GOODS = ("name", "company_id", "product_id", "lot_id", "location_id")
# what documents of each kind say of the goods that they have booked
SAID = {
    "stock.scrap": (
        *(*_GOODS, "scrap_qty", "product_uom_id", "scrap_location_id"),
        *("package_id", "owner_id", "picking_id", "date_done"),
    ),
    "mrp.unbuild": (
        *(*_GOODS, "product_qty", "product_uom_id", "location_dest_id"),
        *("mo_id", "bom_id"),
    ),
    "repair.order": (
        *(*_GOODS, "product_qty", "product_uom", "partner_id"),
        *("product_location_src_id", "product_location_dest_id", "move_id"),
    ),
    "mrp.production": ("name", "company_id", "product_id", "lot_producing_ids"),
}


def refuse_rewriting(documents, vals):
    """What a document that is done says of its goods is what it has booked; and what
    is not done is done by its button alone.

    :raise UserError: naming the documents and the fields
    """
    env = documents.env
    names = [*SAID[documents._name], "state"]
    given = [name for name in names if name in vals]
    if not given or corrections.is_booking(env):
        return
    # sudo: what a document says does not depend on who asks
    for document in documents.sudo():
        changed = [name for name in given if _changes(document, name, vals[name])]
        if document.state != "done":
            is_said = "state" in changed and vals["state"] == "done"
            if is_said and not _has_booked(document):
                raise _get_forged_error(document)
        elif changed:
            labels = document.fields_get(changed)
            raise UserError(
                env._(
                    "%(document)s is done: %(fields)s stay as they were booked. Book "
                    "a return, a count or another document instead.",
                    document=document.display_name,
                    fields=", ".join(label["string"] for label in labels.values()),
                )
            )


def say_what_was_made(lines):
    """An order that is done names the lots that it made, which nobody can write: they
    follow its lines, as these are corrected."""
    if "production_id" not in lines.env["stock.move"]._fields:
        return
    # sudo: what an order says of its goods is what it has booked
    for order in lines.move_id.sudo().production_id:
        finished = order.move_finished_ids.filtered(
            lambda move, product=order.product_id: move.product_id == product
        )
        made, said = (
            finished.move_line_ids.filtered("quantity").lot_id,
            order.lot_producing_ids,
        )
        if order.product_id.tracking == "lot":
            # it names one, even if lines of it have become two
            made = (made & said or made)[:1]
        if order.state == "done" and made and made != said:
            guards.hand_on(order, books_now=True).lot_producing_ids = made


def say_what_it_was_made_of(lines):
    """Goods that are added to what a done order made were made of what it used: Odoo
    says so for components that are added alone."""
    if "production_id" not in lines.env["stock.move"]._fields:
        return
    for line in lines.sudo():
        order = line.move_id.production_id
        if order and not line.consume_line_ids:
            used = order.move_raw_ids.move_line_ids.filtered("quantity")
            guards.by_button(line).consume_line_ids = used


def refuse_made_done(documents):
    """:raise UserError: if documents were created as done, that have booked nothing"""
    if corrections.is_booking(documents.env):
        return
    for document in documents.sudo():
        if document.state == "done":
            raise _get_forged_error(document)


def _has_booked(document):
    """Whether goods of a document are done."""
    moves = document.env["stock.move"]
    names = [
        name
        for name in (*apps.DOCUMENT_FIELDS, "consume_unbuild_id")
        if name in moves._fields and moves._fields[name].comodel_name == document._name
    ]
    booked = Domain.OR([Domain(name, "=", document.id) for name in names])
    return bool(moves.search_count(booked & Domain("state", "=", "done"), limit=1))


def _changes(document, name, value):
    field = document._fields[name]
    return field.convert_to_cache(value, document) != field.convert_to_cache(
        document[name], document
    )


def _get_forged_error(document):
    return UserError(
        document.env._(
            "%(document)s is done by its button, which books the goods.",
            document=document.display_name,
        )
    )


def refuse_done_by_hand(moves):
    """:raise UserError: if moves are called done that were not booked"""
    if corrections.is_booking(moves.env):
        return
    forged = moves.filtered(
        lambda move: move.state != "done" and move.product_uom.compare(move.quantity, 0)
    )
    if forged:
        raise UserError(
            moves.env._(
                "Goods are done with their document: validate %(documents)s.",
                documents=corrections.name_documents(forged),
            )
        )


def refuse_moves_made_done(moves):
    """A move is created as done only for a document that is, which it corrects.

    :raise UserError: if its goods were never booked
    """
    if corrections.is_booking(moves.env):
        return
    forged = moves.filtered(
        lambda move: move.state == "done" and not _corrects(move, moves)
    )
    if forged:
        raise UserError(
            moves.env._(
                "Goods are done with their document: validate %(documents)s.",
                documents=corrections.name_documents(forged),
            )
        )


def _corrects(move, new):
    """Whether goods of its document were booked before."""
    for name in apps.DOCUMENT_FIELDS:
        if name in move._fields and move[name]:
            booked = [(name, "=", move[name].id), ("state", "=", "done")]
            # sudo: what is done is, whoever may read it
            return bool(
                move.sudo().search_count([*booked, ("id", "not in", new.ids)], limit=1)
            )
    return False


class Party:
    """Whoever got or sent the goods is corrected after they were done.

    :param records: moves or transfers that are written, whatever their state
    :param vals: what is written
    """

    def __init__(self, records, vals):
        self.before = {}
        if "partner_id" not in vals:
            return
        # sudo: what a transfer says does not depend on who corrects it
        done = records.sudo().filtered(
            lambda record: (
                record.state == "done" and record.partner_id.id != vals["partner_id"]
            )
        )
        if not done:
            return
        self.reason = guards.handed(records.env, "correction_reason")
        if records._name == "stock.move":
            corrections.refuse_uninvited(records.browse(done.ids), self.reason)
        self.before = {
            record: record.partner_id.display_name
            for record in done.with_env(records.env)
        }

    def settle(self):
        """Write down who it was said to be, and who it is."""
        for record, old in self.before.items():
            lines = record.move_line_ids.filtered("lot_id")
            facts.correct(lines, self.reason)
            new = record.partner_id.display_name
            log.note(lines, "done_line", old=old, new=new, reason=self.reason)


def get_unlocked(documents, vals):
    """Those of transfers or orders that are done, and are unlocked by these values."""
    if vals.get("is_locked", True):
        return documents.browse()
    return documents.filtered(
        lambda document: document.state == "done" and document.is_locked
    )


def note_unlocked(documents):
    """Keep who let others correct what is done."""
    env = documents.env
    log.note(documents, "override", old=env._("Locked"), new=env._("Unlocked"))


class Order:
    """An order of another app, which is written when it is done: its moves follow.

    :param orders: orders that are written, whatever their state
    :param vals: what is written
    :raise AccessError: if somebody else than a manager unlocks one
    """

    def __init__(self, orders, vals, managers):
        self.unlocked = get_unlocked(orders, vals)
        is_manager = any(orders.env.user.has_group(group) for group in managers)
        if self.unlocked and not (is_manager or guards.is_system(orders.env)):
            raise AccessError(
                orders.env._(
                    "%(documents)s is done and locked. Ask a manager to unlock it.",
                    documents=", ".join(self.unlocked.mapped("display_name")),
                )
            )
        if "lot_producing_ids" in orders._fields:
            refuse_rewriting(orders, vals)
        done = orders.filtered(lambda order: order.state == "done")
        by_hand = not guards.is_system(orders.env)
        if done and by_hand and vals.get("state", "done") != "done":
            raise UserError(
                orders.env._(
                    "%(documents)s is done, and stays done: unbuild what it made.",
                    documents=", ".join(done.mapped("display_name")),
                )
            )
        lines = done.move_finished_ids.move_line_ids
        dates = {"date": vals["date_finished"]} if vals.get("date_finished") else {}
        self.days = corrections.Correction(lines, dates)

    def get_writer(self, orders, vals):
        """The orders, to be written: the days of their moves follow what they say. What
        is written to moves and documents along with it books nothing."""
        along = any(
            orders._fields[name].type in ("one2many", "many2many")
            for name in vals
            if name in orders._fields
        )
        if vals.keys() & {"state", "date_finished"} and not along:
            return guards.hand_on(orders, books_now=True)
        return orders

    def settle(self):
        """Write down what was corrected by it."""
        self.days.settle()
        note_unlocked(self.unlocked)
