from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from .. import apps, guards
from ..done_lines import documents
from ..numbers import dialog, generator
from ..numbers.expression import READINGS
from ..tools import public
from ..tools.arguments import (
    check_id,
    check_number,
    check_optional_id,
    check_raw_text,
    check_texts,
    check_values,
    one_of,
)

_lt = LazyTranslate(__name__)

# what the dialogs for numbers do, and the records that they name in their context
MODES = ("generate", "import")
DIALOG_IDS = {
    "default_product_id": "product.product",
    "default_picking_id": "stock.picking",
    "default_picking_type_id": "stock.picking.type",
    "default_move_id": "stock.move",
    "default_company_id": "res.company",
    "default_location_id": "stock.location",
    "default_location_dest_id": "stock.location",
}
DIALOG_ALWAYS = ("default_product_id", "default_picking_id", "default_picking_type_id")


def check_dialog(env, name, value):
    """The context of a dialog for numbers."""
    values = check_values(env, name, value)
    ids = {
        key: check_optional_id(env, key, values.get(key))
        for key in DIALOG_IDS
        if key in values or key in DIALOG_ALWAYS
    }
    amount = check_number(env, "default_quantity", values.get("default_quantity"))
    for key, record_id in ids.items():
        public.check_exist(env[DIALOG_IDS[key]].browse(record_id or ()))
    env["product.product"].browse(ids["default_product_id"] or ()).check_access("read")
    return {**values, **ids, "default_quantity": amount}


def check_dialog_of_product(env, name, value):
    """The same, where a product has to be named."""
    values = check_dialog(env, name, value)
    check_id(env, "default_product_id", values["default_product_id"] or None)
    return values


class StockMove(models.Model):
    _inherit = "stock.move"

    scanned_quantity = fields.Float(
        "Scanned",
        digits="Product Unit",
        compute="_compute_scanned_quantity",
        help="What is scanned or picked so far, in the unit of the operation. The rest "
        "stays open for a backorder.",
    )
    _guards = {
        "lot_conversion_id": guards.Guard(way=_lt("Use a lot conversion.")),
        **dict.fromkeys(
            ("product_id", "location_id", "location_dest_id"),
            guards.Guard(
                way=_lt("Correct the lines of what is done."),
                when=lambda move: move.state == "done",
                at_creation=True,
            ),
        ),
        "state": guards.Guard(
            way=_lt("What is done stays done: book a return."),
            when=lambda move: move.state == "done",
            at_creation=True,
        ),
    }

    _guards |= dict.fromkeys(
        # what made a move what it is: the trace goes by it
        (
            "company_id",
            "origin_returned_move_id",
            "picking_id",
            "consume_unbuild_id",
            "is_subcontract",
            "is_inventory",
            "inventory_name",
            "picking_type_id",
            "reference",
            *(name for name in apps.DOCUMENT_FIELDS if name != "lot_conversion_id"),
        ),
        guards.Guard(
            way=_lt("What is done stays with its document."),
            when=lambda move: move.state == "done",
            at_creation=True,
        ),
    )
    # whose order it was; Odoo itself makes one for what was done without
    _guards |= {
        name: guards.Guard(
            way=_lt("What is done stays with its document."),
            when=lambda move, name=name: move.state == "done" and move[name],
            at_creation=True,
        )
        for name in ("sale_line_id", "purchase_line_id")
    }
    # as on the transfer, which hands it on
    _guards["partner_id"] = guards.Guard(
        way=_lt("Ask an inventory manager to correct what is done."),
        group="stock.group_stock_manager",
        when=lambda move: move.state == "done" and move.picking_id.is_locked,
        at_creation=True,
    )

    correction_reason = fields.Char(
        "Reason for Correction",
        store=False,
        help="Why the quantity or the lots are changed although the move is done. It "
        "is noted on the transfer and on the lots.",
    )
    lot_conversion_id = fields.Many2one(
        "lot.conversion",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
        check_company=True,
    )

    # a trace asks this of each move into production, and nearly none is of an unbuild
    _of_unbuild_idx = models.Index(
        lambda registry: (
            "(id) INCLUDE (unbuild_id) WHERE unbuild_id IS NOT NULL"
            if "unbuild_id" in registry["stock.move"]._fields
            else ""
        )
    )

    # -- hooks of Odoo ---------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        guards.check_create(self, vals_list)
        moves = super().create(vals_list)
        documents.refuse_moves_made_done(moves)
        return moves

    def write(self, vals):
        guards.check_write(self, vals)
        moves = self
        if "correction_reason" in vals:
            # to the lines that the inverse fields of the move change
            reason = vals["correction_reason"]
            vals = {name: vals[name] for name in vals if name != "correction_reason"}
            moves = guards.hand_on(self, correction_reason=reason)
        if vals.get("state") == "done":
            documents.refuse_done_by_hand(self)
        party = documents.Party(self, vals)
        result = super(StockMove, moves).write(vals)
        party.settle()
        return result

    def _action_done(self, *args, **kwargs):
        moves = guards.hand_on(self, books_now=True)
        result = super(StockMove, moves)._action_done(*args, **kwargs)
        return result.with_env(self.env)

    @api.depends("lot_conversion_id.name")
    def _compute_reference(self):
        conversions = self.filtered("lot_conversion_id")
        for move in conversions:
            move.reference = move.lot_conversion_id.name
        return super(StockMove, self - conversions)._compute_reference()

    def _get_available_quantity(self, *args, **kwargs):
        move = self._without_held_lots()
        return super(StockMove, move)._get_available_quantity(*args, **kwargs)

    def _update_reserved_quantity_vals(self, *args, **kwargs):
        move = self._without_held_lots()
        return super(StockMove, move)._update_reserved_quantity_vals(*args, **kwargs)

    def _set_quantity_done_prepare_vals(self, qty):
        move = self._without_held_lots()
        return super(StockMove, move)._set_quantity_done_prepare_vals(qty)

    def action_show_details(self):
        # numbers, dates, places and quantities side by side: nothing to scroll to
        action = super().action_show_details()
        return {
            **action,
            "context": {**action["context"], "dialog_size": "extra-large"},
        }

    @api.model
    def action_generate_lot_line_vals(
        self, context_data, mode, first_lot, count, lot_text
    ):
        # overridden to take number expressions, and to check all numbers at once
        asked = self._get_asked(context_data, first_lot, count, lot_text)
        if not asked or (asked.is_lot and not asked.lines and asked.count <= 0):
            # Odoo says what is missing
            return super().action_generate_lot_line_vals(
                context_data, mode, first_lot, count, lot_text
            )
        is_next = not asked.lines and asked.number._is_next(asked.product, first_lot)
        rows = dialog.read(asked, draw=True)
        dialog.refuse(asked, dialog.check(asked, rows))
        if not rows:
            raise UserError(
                self.env._("No numbers: type or paste them, or say how many to make.")
            )
        if not asked.lines and not asked.product.lot_sequence_id:
            # core compares it with the next one of the sequence and fails
            first_lot = False
        moves = guards.hand_on(self, lot_rows=[dict(row) for row in rows])
        rows = super(StockMove, moves).action_generate_lot_line_vals(
            context_data, "import", first_lot, 0, lot_text
        )
        if is_next:
            rows = [{**row, "number_origin": "generated"} for row in rows]
        return rows

    @api.model
    def split_lots(self, lots):
        # what the dialog has read already
        rows = guards.handed(self.env, "lot_rows")
        return super().split_lots(lots) if rows is None else rows

    # -- held lots -------------------------------------------------------------
    def _takes_held_lots(self):
        """Whether a lot on hold may be moved: into quarantine, to be scrapped or
        counted, back to the vendor; and anything may come in."""
        self.ensure_one()
        return self.location_dest_id._takes_held_lots(self.location_id)

    def _without_held_lots(self):
        # most products have no lot on hold, and pay for nothing
        if self.product_id.id not in self.env["lot.hold"]._get_held_product_ids():
            return self
        if self.location_id and self._takes_held_lots():
            return self
        return guards.hand_on(self, without_held_lots=True)

    def _get_lots_to_ask_about(self):
        """Lots that go with these moves only with a reason; an addon says which."""
        return self.env["stock.lot"]

    def _free_unfit_reservations(self):
        """Take back what is reserved and must not go any more, before the availability
        is checked; another addon says what that is."""

    def _is_subcontracted(self):
        """Whether it brings what a subcontractor made, out of his own place."""
        # of the Subcontracting app
        return "is_subcontract" in self._fields and self.is_subcontract

    def _tell_unfit_reservations(self):
        """Tell on the documents of these moves what is reserved and must not go any
        more; another addon says what that is."""

    def _settle_reservations(self):
        """Look after the reservation whether what was wrong with it is over; another
        addon says what that is."""

    # -- numbers ---------------------------------------------------------------
    def _get_number_service(self, context_data):
        """Numbers for the transfer of a dialog."""
        number = self.env["lot.number"]
        if context_data.get("default_picking_id"):
            transfers = self.env["stock.picking"]
            return number._for_document(
                transfers.browse(context_data["default_picking_id"])
            )
        operation_id = context_data.get("default_picking_type_id")
        return generator.for_operation(number, operation_id or False)

    def _get_asked(self, context_data, first_lot, count, lot_text):
        """What a dialog asks for; None if it names no product."""
        product = self.env["product.product"].browse(
            context_data.get("default_product_id") or ()
        )
        if not product:
            return None
        lines = lot_text if (lot_text or "").strip() else ""
        move = self._get_dialog_move(context_data, product)
        reading = context_data.get("number_reading")
        kept = context_data.get("kept_numbers")
        return dialog.Asked(
            move,
            self._get_number_service(context_data),
            product,
            context_data,
            lines,
            "" if lines else first_lot or "",
            count or 0,
            context_data.get("default_quantity") or 0,
            reading if reading in READINGS else None,
            bool(context_data.get("keep_lines")),
            tuple(check_texts(self.env, "kept_numbers", kept)),
        )

    def _get_dialog_move(self, context_data, product):
        """The move that a dialog was opened for; empty if it is not saved yet."""
        move_id = context_data.get("default_move_id")
        move = self.browse(move_id or ()).exists()
        move.check_access("read")
        return move if move.product_id == product else move.browse()

    @api.model
    @api.readonly
    @public.model(
        context_data=check_dialog,
        mode=one_of(lambda env: MODES),
        first_lot=check_raw_text,
        count=check_number,
        lot_text=check_raw_text,
    )
    def preview_lot_numbers(self, context_data, mode, first_lot, count, lot_text):
        """Say what the dialog for numbers would give, and what is wrong with it.

        Nothing is created and no sequence moves on.

        :param context_data: dict with ``default_product_id`` and ``default_quantity``,
            as for ``action_generate_lot_line_vals``, and perhaps ``default_move_id``
            and ``number_reading``: ``numbers`` or ``expression``, where the user has
            chosen what a text with hyphens or plus signs means; ``keep_lines``: whether
            the lines of the move stay, and ``kept_numbers``: of lines that stay, but
            are not saved yet
        :param mode: not needed any more: pasted lines count where there are some
        :param first_lot: a first number or an expression
        :param count: quantity per lot, or number of serials
        :param lot_text: pasted lines of number, or number and quantity
        :return: dict with ``numbers`` (the first three and the last), ``count`` (0 if
            something is wrong), ``errors`` (list of texts), ``rows`` (the first ones,
            those that are not simply new first: dicts with ``number``, ``quantity``,
            ``state`` (``new``, ``exists``, ``ask`` or ``error``) and ``reason``),
            ``states`` (how many rows are in each), and ``readings``: where the text can
            be read in two ways, or gives another count than asked for, dicts with
            ``reading``, ``count``, ``numbers`` and ``chosen``
        :raise AccessError: if the user may not read lots
        """
        self.env["stock.lot"].check_access("read")
        asked = self._get_asked(context_data, first_lot, count, lot_text)
        if not asked:
            return {
                "numbers": [],
                "count": 0,
                "errors": [],
                "rows": [],
                "states": {},
                "readings": [],
            }
        return dialog.preview(asked)

    @api.model
    @api.readonly
    @public.model(context_data=check_dialog_of_product)
    def get_next_lot_number(self, context_data):
        """The next number of a product, to be shown; nothing is used up.

        :param context_data: dict with ``default_product_id`` and perhaps
            ``default_picking_id``, as for ``action_generate_lot_line_vals``
        :return: the number
        :raise AccessError: if the user may not read lots
        :raise UserError: if the product lacks what its pattern asks for
        """
        self.env["stock.lot"].check_access("read")
        product = self.env["product.product"].browse(context_data["default_product_id"])
        number = self._get_number_service(context_data)
        return number._generate(product, 1, draw=False)[0]

    # -- scanning --------------------------------------------------------------
    @api.depends(
        "product_uom", "move_line_ids.picked", "move_line_ids.quantity_product_uom"
    )
    def _compute_scanned_quantity(self):
        for move in self:
            lines = move.move_line_ids.filtered("picked")
            move.scanned_quantity = move.product_id.uom_id._compute_quantity(
                sum(lines.mapped("quantity_product_uom")),
                move.product_uom,
                rounding_method="HALF-UP",
            )
