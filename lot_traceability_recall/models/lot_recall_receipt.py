from odoo import fields, models


class LotRecallDisposition(models.Model):
    """Return to vendor: by the receipts that brought the goods, the latest first."""

    _name = "lot.recall.disposition"
    _inherit = ["lot.recall.disposition"]

    receipt_move_id = fields.Many2one(
        "stock.move",
        "Receipt",
        index="btree_not_null",
        help="What the return to the vendor refers to.",
    )

    def _share_receipts(self):
        """What of each line goes back by which receipt.

        :return: ``{line: [(move, quantity), ...]}``, in the unit of the product; less
            than the line has where the receipts allow no more
        """
        allowed = self._get_returnable()
        return {line: line._take_from(allowed) for line in self}

    def _take_from(self, allowed):
        taken, wanted, uom = [], self.quantity, self.product_uom_id
        receipts = allowed.get((self.company_id, self.lot_id), {})
        for move, left in receipts.items():
            quantity = min(wanted, left)
            if uom.compare(quantity, 0) > 0:
                taken.append((move, quantity))
                receipts[move] -= quantity
                wanted -= quantity
        return taken

    def _get_returnable(self):
        """What came from vendors and did not go back:
        ``{(company, lot): {move: quantity}}``, the latest receipt first."""
        lines = self.env["stock.move.line"].search(
            [
                ("lot_id", "in", self.lot_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("state", "=", "done"),
                ("quantity", ">", 0),
                ("location_id.usage", "=", "supplier"),
            ],
            order="date desc, id desc",
        )
        allowed = {}
        for line in lines:
            receipts = allowed.setdefault((line.company_id, line.lot_id), {})
            had = receipts.get(line.move_id, 0)
            receipts[line.move_id] = had + line.quantity_product_uom
        for line in self._get_returned(lines.move_id):
            receipts = allowed.get((line.company_id, line.lot_id), {})
            receipt = line.move_id.origin_returned_move_id
            if receipt in receipts:
                receipts[receipt] -= line.quantity_product_uom
        return allowed

    def _get_returned(self, receipts):
        """What went back already, or is about to."""
        return self.env["stock.move.line"].search(
            [
                ("move_id.origin_returned_move_id", "in", receipts.ids),
                ("lot_id", "in", self.lot_id.ids),
                ("state", "!=", "cancel"),
            ]
        )

    def _get_receipt_problem(self, shares):
        allowed = sum(quantity for _move, quantity in shares)
        if not shares:
            return self.env._("No receipt of this lot from a vendor is on record.")
        if self.product_uom_id.compare(allowed, self.quantity) < 0:
            return self.env._(
                "Its receipts from vendors allow the return of %(allowed)s %(uom)s.",
                allowed=f"{allowed:.12g}",
                uom=self.product_uom_id.name,
            )
        return ""

    def _split_by_receipts(self):
        """A line for each receipt, since a return refers to one.

        :return: these lines and the further ones
        """
        rest = []
        for line, shares in self._share_receipts().items():
            (receipt, quantity), *others = shares
            rest += [line._prepare_split_vals(*share) for share in others]
            line.sudo().write({"receipt_move_id": receipt.id, "quantity": quantity})
        return self | self.sudo().create(rest).with_env(self.env)

    def _prepare_split_vals(self, receipt, quantity):
        # a place is planned once, so this part is noted when it is done
        return self.copy_data(
            {
                "receipt_move_id": receipt.id,
                "quantity": quantity,
                "state": "done",
                "done_date": fields.Datetime.now(),
                "done_by_id": self.env.uid,
            }
        )[0]
