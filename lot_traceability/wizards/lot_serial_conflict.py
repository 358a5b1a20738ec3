from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.translate import LazyTranslate

from .. import guards
from ..evidence import log
from ..places import check, message
from ..tools import public

_lt = LazyTranslate(__name__)


class LotSerialConflict(models.TransientModel):
    _name = "lot.serial.conflict"
    _inherit = ["lot.dialog", "lot.guarded"]
    _description = "Serials that are elsewhere"

    picking_ids = fields.Many2many("stock.picking", readonly=True)
    line_ids = fields.One2many("lot.serial.conflict.line", "wizard_id")

    _guard_way = _lt("Validate the transfer; it asks what it has to.")

    @api.model
    def _ask(self, pickings):
        """Open the question about the conflicts of transfers that are to be validated.

        :return: the action, or False if there is nothing to ask
        """
        lines = pickings.move_line_ids.filtered(
            lambda line: line.picked and line.state not in ("done", "cancel")
        )
        conflicts = [
            conflict
            for conflict in check.find_conflicts(lines)
            if check.is_refused(conflict)
        ]
        # a number typed twice is a slip: the error that follows names it
        is_question = conflicts and all(conflict.lot for conflict in conflicts)
        return is_question and self._open(pickings, conflicts)

    def _prepare_lines(self, pickings, conflicts):
        places = message.get_shown_places(self.env, conflicts)
        line = self.env["lot.serial.conflict.line"]
        rows = [
            line._prepare_line(conflict, places.get(conflict.lot.id) or [])
            for conflict in conflicts
        ]
        by_product = defaultdict(list)
        for conflict, row in zip(conflicts, rows, strict=True):
            if "number" in row["choices"]:
                by_product[conflict.line.product_id].append(row)
        for product, of_product in by_product.items():
            taken = _get_numbers_in_use(pickings, product)
            numbers = self.env["lot.number"]._generate(
                product, len(of_product), taken, draw=False
            )
            for row, number in zip(of_product, numbers, strict=True):
                row["new_number"] = number
        return rows

    def _open(self, pickings, conflicts):
        wizard = guards.by_button(self).create(
            {
                "picking_ids": [Command.set(pickings.ids)],
                "line_ids": [
                    Command.create(row)
                    for row in self._prepare_lines(pickings, conflicts)
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Serial Numbers That Are Elsewhere"),
            "res_model": self._name,
            "res_id": wizard.id,
            "views": [[False, "form"]],
            "target": "new",
            # what the user answered to the questions before this one
            "context": dict(self.env.context, dialog_size="extra-large"),
        }

    @public.record()
    def action_confirm(self):
        """Do what was chosen for each line, then validate the transfers.

        :return: what the validation returns: True, or the next question
        :raise UserError: if a line has no answer yet
        """
        self.ensure_one()
        self._check_asked()
        problems = [text for line in self.line_ids if (text := line._get_problem())]
        if problems:
            raise UserError("\n".join(problems))
        self._give_new_numbers()
        notes = [
            (line.move_line_id.picking_id, line._get_note()) for line in self.line_ids
        ]
        self._note_on_lots()
        for line in self.line_ids:
            if line.choice == "move":
                line._take_from_place()
            elif line.choice == "back":
                line._take_back()
            elif line.choice == "reason":
                line.move_line_id.serial_conflict_reason = line.reason.strip()
        self.line_ids.filtered(
            lambda line: line.choice == "leave"
        ).move_line_id.unlink()
        for picking in self.picking_ids:
            texts = [text for document, text in notes if document == picking]
            if texts:
                items = Markup("<br/>").join(texts)
                # sudo: whoever may validate leaves the note of it
                picking.sudo()._message_log(body=items)
        return self.picking_ids.button_validate()

    def _note_on_lots(self):
        """The same with each number that it is about, and in the log."""
        for line in self.line_ids.filtered("lot_id"):
            text = f"{line.move_line_id.picking_id.name}: {line._get_note()}"
            # sudo: as above
            line.lot_id.sudo()._message_log(body=text)
            log.note(line.lot_id, "override", new=text, reason=line.reason)

    def _check_asked(self):
        """The answers are about lines of these transfers that are still open."""
        lines = self.line_ids.move_line_id
        gone = lines.filtered(lambda line: line.state in ("done", "cancel"))
        if gone or lines - self.picking_ids.move_line_ids:
            raise UserError(
                self.env._("The transfers have changed meanwhile. Validate them again.")
            )

    def _give_new_numbers(self):
        lines = self.line_ids.filtered(lambda line: line.choice == "number")
        for product, of_product in lines.grouped("product_id").items():
            taken = _get_numbers_in_use(self.picking_ids, product)
            for line in of_product:
                (number,) = self.env["lot.number"]._generate(product, 1, taken)
                taken.add(number)
                line.move_line_id.write({"lot_id": False, "lot_name": number})


def _get_numbers_in_use(pickings, product):
    """Numbers that lines of these transfers have, but that are no lots yet."""
    lines = pickings.move_line_ids.filtered(lambda line: line.product_id == product)
    return set(lines.mapped("lot_name")) - {False}
