from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestWholes(LotTraceCase):
    """A serial number is one unit, and no operation is done with a part of one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit = cls.build.lot(cls.serial_product, "S-1")
        cls.build.receive(cls.unit, 1, cls.vendor)

    def refused(self, text, method, *args):
        with self.assertRaisesRegex(UserError, text), self.env.cr.savepoint():
            method(*args)

    def test_no_operation_on_a_part(self):
        build, unit = self.build, self.unit
        shelf = build.location("Shelf")
        production = self.serial_product.property_stock_production
        for method, args in (
            (build.receive, ((self.serial_product, "S-2"), 0.6, self.vendor)),
            (build.deliver, (unit, 0.2, self.customer)),
            (build.move, (unit, 0.5, build.stock, shelf)),
            (build.move, (unit, 0.5, build.stock, production)),
            (build.count, (unit, 0.6)),
            (self._scrap, (0.3,)),
        ):
            self.refused("is one unit, there is no", method, *args)
        # planned, and not yet done, it is left alone
        receipt = build.open_receipt(self.serial_product, 1, "S-3")
        receipt.move_line_ids.quantity = 0.6
        self.refused("S-3: a serial number is one unit", receipt._action_done)
        pack = self.env.ref("uom.product_uom_pack_6")
        receipt = build.open_receipt(self.serial_product, 1, "CASE")
        receipt.move_line_ids.product_uom_id = pack
        self.refused("6 Units? cannot have one serial number", receipt._action_done)
        # nor after that
        receipt = build.receive((self.serial_product, "S-4"), 1, self.vendor)
        self.refused("is one unit", receipt.move_line_ids.write, {"quantity": 0.5})
        build.count(unit, 0)
        self.assertEqual(unit.product_qty, 0)

    def _scrap(self, quantity):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.serial_product.id,
                "lot_id": self.unit.id,
                "scrap_qty": quantity,
                "location_id": self.build.stock.id,
            }
        )
        scrap.action_validate()

    def test_parts_from_before_are_listed_and_can_be_counted_away(self):
        quant = self.unit.quant_ids.filtered(
            lambda q: q.location_id == self.build.stock
        )
        self.env.cr.execute(
            "UPDATE stock_quant SET quantity = 0.6 WHERE id = %s", [quant.id]
        )
        quant.invalidate_recordset()
        [rule] = [
            rule
            for rule in self.env["lot.health.rules"]._get_checks(self.env.company)
            if rule.code == "parts_of_serials"
        ]
        found = self.env["stock.quant"].search(rule.get_domain())
        self.assertIn(quant, found)
        self.build.count(self.unit, 1)
        self.assertNotIn(quant, self.env["stock.quant"].search(rule.get_domain()))
