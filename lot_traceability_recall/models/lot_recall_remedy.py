from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class LotRecallConsignee(models.Model):
    """Standard documents that are started from a consignee."""

    _name = "lot.recall.consignee"
    _inherit = ["lot.recall.consignee"]

    return_ids = fields.Many2many(
        "stock.picking", string="Returns", readonly=True, copy=False
    )
    can_replace = fields.Boolean(compute="_compute_can_remedy")
    can_credit = fields.Boolean(compute="_compute_can_remedy")

    @api.depends_context("uid")
    def _compute_can_remedy(self):
        for consignee in self:
            consignee.can_replace = self._may_create("sale.order")
            consignee.can_credit = self._may_create("account.move")

    def _may_create(self, model_name):
        """Whether the app is installed and the user works with it."""
        return model_name in self.env and self.env[model_name].has_access("create")

    def action_enter_reply(self):
        """Open a form for what the consignee said, with its lots.

        :return: the action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reply of %(name)s", name=self.display_name),
            "res_model": "lot.recall.reply",
            "view_mode": "form",
            "target": "new",
            "context": {"default_consignee_id": self.id},
        }

    # -- returns --------------------------------------------------------
    def action_start_return(self):
        """Create the return transfers for what the consignee still has.

        What an open return brings back already is left out.

        :return: the action that shows them
        :raise UserError: if there is nothing to return
        """
        self.ensure_one()
        self.check_access("write")
        self.recall_id._check_not_over()
        wanted = self._get_quantities_to_return()
        returns = self.env["stock.picking"]
        for picking in self.line_ids.picking_ids.filtered(lambda p: p.state == "done"):
            parts = self._take_from(picking, wanted)
            if parts:
                returns += self._create_return(picking, parts)
        if not returns:
            raise UserError(
                self.env._(
                    "%(consignee)s has nothing left to return, or it is on its way: "
                    "see the open returns.",
                    consignee=self.display_name,
                )
            )
        # the list of returns is not for writing by hand
        self.sudo().return_ids += returns
        return self._open_documents("stock.action_picking_tree_all", returns)

    def _get_quantities_to_return(self):
        wanted = defaultdict(float)
        for line in self.line_ids:
            wanted[line.product_id, line.lot_id] += line._get_still_there()
        lines = self.return_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        ).move_line_ids
        for line in lines:
            wanted[line.product_id, line.lot_id] -= line.quantity_product_uom
        return wanted

    def _take_from(self, picking, wanted):
        """What of a delivery comes back: {move: {lot: quantity}}."""
        parts = {}
        for line in picking.move_line_ids:
            key = line.product_id, line.lot_id
            quantity = min(wanted.get(key, 0), self._get_not_returned(line))
            if line.product_id.uom_id.compare(quantity, 0) > 0:
                lots = parts.setdefault(line.move_id, defaultdict(float))
                lots[line.lot_id] += quantity
                wanted[key] -= quantity
        return parts

    def _get_not_returned(self, line):
        back = line.move_id.returned_move_ids.move_line_ids.filtered(
            lambda one: one.lot_id == line.lot_id and one.state != "cancel"
        )
        return line.quantity_product_uom - sum(back.mapped("quantity_product_uom"))

    def _create_return(self, picking, parts):
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        for line in wizard.product_return_moves:
            quantity = sum(parts.get(line.move_id, {}).values())
            line.quantity = line.product_id.uom_id._compute_quantity(
                quantity, line.uom_id
            )
        action = wizard.action_create_returns()
        back = self.env["stock.picking"].browse(action["res_id"])
        back.origin = self.env._(
            "%(recall)s, return of %(delivery)s",
            recall=self.recall_id.name,
            delivery=picking.name,
        )
        for move in back.move_ids:
            self._set_lots(move, parts.get(move.origin_returned_move_id, {}))
        return back

    def _set_lots(self, move, lots):
        """The recalled lots come back, not any that were on the same delivery."""
        move.move_line_ids.unlink()
        move.move_line_ids = [
            Command.create(
                {
                    "product_id": move.product_id.id,
                    "product_uom_id": move.product_id.uom_id.id,
                    "lot_id": lot.id,
                    "quantity": quantity,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                    "picking_id": move.picking_id.id,
                }
            )
            for lot, quantity in lots.items()
        ]

    # -- replacement and credit -----------------------------------------
    def action_start_replacement(self):
        """Create a quotation that replaces what came back, or will, or was destroyed.

        :return: the action that shows it
        :raise UserError: without the Sales app, or if there is nothing to replace
        """
        self._check_can_remedy("sale.order")
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "origin": self.recall_id.name,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity}
                    )
                    for product, (quantity, _price) in self._get_remedied().items()
                ],
            }
        )
        return self._open_document(order)

    def action_start_credit(self):
        """Create a draft credit note for what came back, or will, or was destroyed.

        :return: the action that shows it
        :raise UserError: without the Invoicing app, or if there is nothing to credit
        """
        self._check_can_remedy("account.move")
        note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "invoice_origin": self.recall_id.name,
                "ref": self.recall_id.name,
                "invoice_line_ids": [
                    Command.create(
                        {"product_id": product.id, "quantity": quantity} | price
                    )
                    for product, (quantity, price) in self._get_remedied().items()
                ],
            }
        )
        return self._open_document(note)

    def _check_can_remedy(self, model_name):
        self.ensure_one()
        self.check_access("write")
        self.recall_id._check_not_over()
        if not self._may_create(model_name):
            raise UserError(
                self.env._("The app for this is not installed, or not yours to use.")
            )
        if not self._get_remedied():
            raise UserError(
                self.env._(
                    "Nothing came back from %(consignee)s or was destroyed there yet.",
                    consignee=self.display_name,
                )
            )

    def _get_remedied(self):
        """{product: (quantity, price as it was sold)}"""
        quantities = defaultdict(float)
        for line in self.line_ids:
            quantities[line.product_id] += (
                line.returned + line.underway + line.destroyed
            )
        return {
            product: (quantity, self._get_sold_price(product))
            for product, quantity in quantities.items()
            if product.uom_id.compare(quantity, 0) > 0
        }

    def _get_sold_price(self, product):
        moves = self.line_ids.picking_ids.move_ids
        if "sale_line_id" not in moves._fields:
            return {}
        moves = moves.filtered(lambda move: move.product_id == product)
        sold = moves.sudo().sale_line_id[:1]
        return {"price_unit": sold.price_unit} if sold else {}

    def _open_document(self, document):
        self._message_log(body=document._get_html_link())
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "view_mode": "form",
        }

    def _open_documents(self, xml_id, documents):
        for document in documents:
            self._message_log(body=document._get_html_link())
        action = self.env["ir.actions.actions"]._for_xml_id(xml_id)
        return dict(action, domain=[("id", "in", documents.ids)], context={})


class LotRecallConsigneeLine(models.Model):
    _inherit = "lot.recall.consignee.line"

    def _get_still_there(self):
        """What can come back: by the answer, or all of it while there is none."""
        if self.reply_line_id:
            return self.reported + self.underway
        return max(self.unaccounted, 0)
