from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class LotRecallDisposition(models.Model):
    """The real documents of a disposition, created and validated."""

    _name = "lot.recall.disposition"
    _inherit = ["lot.recall.disposition"]

    def _carry_out(self):
        """Do these lines, all of them or none.

        :return: sorted names of the documents that lost a reservation
        """
        if self.recall_id.is_mock and not self.recall_id.mock_scrap:
            self._finish("simulated")
            return []
        freed = self._free_reservations()
        for disposition, lines in self.grouped("disposition").items():
            if disposition == "scrap":
                lines._create_scraps()
            elif disposition == "release":
                lines._release_lots()
            elif disposition == "vendor":
                lines._split_by_receipts()._create_transfers()
            else:
                lines._create_transfers()
        self._finish("done")
        return freed

    def _finish(self, state):
        self.sudo().write(
            {
                "state": state,
                "message": False,
                "done_date": fields.Datetime.now(),
                "done_by_id": self.env.uid,
            }
        )

    # -- transfers ------------------------------------------------------
    def _create_transfers(self):
        """One transfer for each way, company and vendor."""
        groups = defaultdict(self.browse)
        for line in self:
            groups[line._get_way()] |= line
        for (picking_type, source, target, partner), lines in groups.items():
            picking = self.env["stock.picking"].create(
                {
                    "picking_type_id": picking_type.id,
                    "location_id": source.id,
                    "location_dest_id": target.id,
                    "partner_id": partner.id,
                    "origin": self.recall_id._get_origin(),
                    "recall_id": self.recall_id.id,
                    "move_ids": [
                        Command.create(line._prepare_move_vals(target))
                        for line in lines
                    ],
                }
            )
            lines._validate_transfer(picking)

    def _validate_transfer(self, picking):
        # a move for each line, also where they could be merged
        picking.move_ids._action_confirm(merge=False)
        picking.move_ids.move_line_ids.unlink()
        picking.move_line_ids.create(
            [
                line._prepare_line_vals(move)
                for line, move in zip(self, picking.move_ids, strict=True)
            ]
        )
        picking.move_ids.picked = True
        picking.with_context(skip_sms=True, skip_backorder=True).button_validate()
        if picking.state != "done":
            raise UserError(
                self.env._(
                    "The transfer of %(lots)s could not be validated.",
                    lots=", ".join(self.lot_id.mapped("name")),
                )
            )
        self.sudo().picking_id = picking

    def _get_way(self):
        target = self._get_target()
        if self.disposition == "vendor":
            receipt = self.receipt_move_id
            receipt_type = receipt.picking_type_id
            picking_type = (
                receipt_type.return_picking_type_id
                or receipt_type.warehouse_id.out_type_id
            )
            vendor = receipt.picking_id.partner_id or receipt.partner_id
            return picking_type, self.location_id, target, vendor
        # the location's own, so that goods of another company stay with it
        warehouse = self.location_id.warehouse_id or self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        return (
            warehouse.int_type_id,
            self.location_id,
            target,
            self.env["res.partner"],
        )

    def _prepare_move_vals(self, target):
        values = {
            "product_id": self.product_id.id,
            "product_uom": self.product_uom_id.id,
            "product_uom_qty": self.quantity,
            "location_id": self.location_id.id,
            "location_dest_id": target.id,
            "company_id": self.company_id.id,
        }
        if self.disposition == "vendor":
            values |= self.receipt_move_id._prepare_recall_return_vals()
        return values

    def _prepare_line_vals(self, move):
        whole = self.product_uom_id.compare(self.quantity, self.quant_id.quantity) == 0
        return {
            "move_id": move.id,
            "picking_id": move.picking_id.id,
            "product_id": self.product_id.id,
            "product_uom_id": self.product_uom_id.id,
            "lot_id": self.lot_id.id,
            "quantity": self.quantity,
            "location_id": move.location_id.id,
            "location_dest_id": move.location_dest_id.id,
            "package_id": self.package_id.id,
            # a package goes along where all of it in this place does
            "result_package_id": self.package_id.id if whole else False,
            "owner_id": self.owner_id.id,
        }

    # -- release --------------------------------------------------------
    def _release_lots(self):
        self.lot_id._release(self.recall_id._get_origin(), holder=self.recall_id)

    # -- reservations ---------------------------------------------------
    def _free_reservations(self):
        """Take back what open moves have reserved of these goods."""
        needed = self.filtered(lambda line: line._needs_reserved())
        reserved_lines = self.env["stock.move.line"].search(
            [
                ("lot_id", "in", needed.lot_id.ids),
                ("location_id", "in", needed.location_id.ids),
                ("state", "not in", ("done", "cancel")),
                ("quantity_product_uom", ">", 0),
            ]
        )
        places = {line._get_place() for line in needed}
        reserved_lines = reserved_lines.filtered(
            lambda line: (
                (line.lot_id, line.location_id, line.package_id, line.owner_id)
                in places
            )
        )
        documents = {
            line.reference or line.move_id.display_name for line in reserved_lines
        }
        reserved_lines.unlink()
        return sorted(documents)

    def _needs_reserved(self):
        free = self.available - self.quant_id.reserved_quantity
        needs = self.product_uom_id.compare(self.quantity, free) > 0
        return needs and self.disposition != "release"

    def _get_place(self):
        return self.lot_id, self.location_id, self.package_id, self.owner_id
