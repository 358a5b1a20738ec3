from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SupplyChainCase


@tagged("post_install", "-at_install")
class TestNumberingManufacturing(SupplyChainCase):
    """Numbers of what is made and repaired."""

    def setUp(self):
        super().setUp()
        numberings = self.env["lot.numbering"]
        self.made = numberings.create(
            {"name": "Made", "pattern": "{made or bought}-{product code}-{3 digits}"}
        )
        self.serial_product.default_code = "DEV"
        self.serial_product.lot_numbering_id = self.made
        self.build.bom(self.serial_product, {self.product: 1})

    def order(self, quantity=1):
        order = self.env["mrp.production"].create(
            {"product_id": self.serial_product.id, "product_qty": quantity}
        )
        order.action_confirm()
        return order

    def wizard(self, order):
        context = {"active_model": "mrp.production", "active_id": order.id}
        wizards = self.env["mrp.production.serials"].with_context(**context)
        return wizards.create({"production_id": order.id})

    def test_one_serial(self):
        order = self.order()
        order.action_generate_serial()
        self.assertEqual(order.lot_producing_ids.name, "M-DEV-001")

    def test_the_dialog_shows_and_gives_the_next_ones(self):
        order = self.order(3)
        for _time in range(2):
            wizard = self.wizard(order)
            self.assertEqual(wizard.lot_name, "M-DEV-001", "looking uses up nothing")
        wizard.action_generate_serial_numbers()
        wizard.action_apply()
        self.assertEqual(
            order.lot_producing_ids.mapped("name"),
            ["M-DEV-001", "M-DEV-002", "M-DEV-003"],
        )
        self.assertEqual(self.wizard(self.order()).lot_name, "M-DEV-004")

    def test_an_order_in_packs_has_a_serial_for_each_unit(self):
        pack = self.env.ref("uom.product_uom_pack_6")
        self.serial_product.uom_ids = pack
        self.build.receive(self.build.lot(self.product, "RAW"), 50)
        order = self.env["mrp.production"].create(
            {
                "product_id": self.serial_product.id,
                "product_qty": 3,
                "product_uom_id": pack.id,
            }
        )
        order.action_confirm()
        wizard = self.wizard(order)
        self.assertEqual(wizard.lot_quantity, 18)
        wizard.action_generate_serial_numbers()
        self.assertEqual(len(wizard.serial_numbers.split()), 18)
        wizard.action_apply()
        self.assertEqual(len(order.lot_producing_ids), 18)
        # Odoo makes units of it when the order is confirmed
        units = self.serial_product.uom_id._compute_quantity(18, order.product_uom_id)
        self.assertEqual(order.qty_producing, units)
        done = order.move_finished_ids.move_line_ids
        self.assertEqual(done.mapped("quantity_product_uom"), [1] * 18)
        # fewer are fewer
        order = self.env["mrp.production"].create(
            {
                "product_id": self.serial_product.id,
                "product_qty": 3,
                "product_uom_id": pack.id,
            }
        )
        order.action_confirm()
        wizard = self.wizard(order)
        wizard.serial_numbers = "Y1\nY2\nY3"
        wizard.action_apply()
        done = order.move_finished_ids.move_line_ids
        self.assertEqual(sum(done.mapped("quantity_product_uom")), 3)

    def test_expressions_in_the_dialog(self):
        order = self.order(4)
        wizard = self.wizard(order)
        wizard.lot_name = "X1, ~+1, X7"
        wizard.action_generate_serial_numbers()
        self.assertEqual(
            wizard.serial_numbers.split(), ["X1", "M-DEV-001", "M-DEV-002", "X7"]
        )
        wizard.lot_name = "X1-X3"
        with self.assertRaisesRegex(UserError, "4 numbers are needed, these are 3"):
            wizard.lot_name = "X1-X2, X9"
            wizard.action_generate_serial_numbers()

    def test_expressions_that_are_pasted(self):
        order = self.order(4)
        wizard = self.wizard(order)
        wizard.serial_numbers = "Y1-Y2\n~\nZ5"
        wizard.action_apply()
        self.assertEqual(
            sorted(order.lot_producing_ids.mapped("name")),
            ["M-DEV-001", "Y1", "Y2", "Z5"],
        )

    def test_what_is_typed_is_what_is_made(self):
        order = self.order(3)
        for text, words in (
            ("A;1\nB;2\nC", "B: a serial number is one piece"),
            ("Serial Number\nA\nB", "heading of the column"),
            ("A\na\nB", "a is there more than once"),
            ("(01)09506000134352(21)A\nB\nC", "GS1 label"),
            ("-\nB\nC", "not a number that can be used"),
            ("A;1,000\nB\nC", "not clearly its quantity"),
        ):
            wizard = self.wizard(order)
            wizard.serial_numbers = text
            with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
                wizard.action_apply()
        wizard = self.wizard(order)
        wizard.lot_name = '="0071"'
        wizard.action_generate_serial_numbers()
        self.assertEqual(wizard.serial_numbers.split(), ["0071", "0072", "0073"])
        wizard.serial_numbers = "A;1\n B \n'0075"
        wizard.action_apply()
        self.assertEqual(
            set(order.lot_producing_ids.mapped("name")), {"A", "B", "0075"}
        )

    def test_the_operation_type_tells_made_from_bought(self):
        numberings = self.env["lot.numbering"]
        self.serial_product.lot_numbering_id = False
        for operation, text in (
            (self.build.warehouse.manu_type_id, "MADE"),
            (self.build.warehouse.in_type_id, "BOUGHT"),
        ):
            operation.lot_numbering_id = numberings.create(
                {"name": text, "pattern": f"{text}{{2 digits}}"}
            )
        order = self.order()
        order.action_generate_serial()
        self.assertEqual(order.lot_producing_ids.name, "MADE01")
        receipt = self.build.open_receipt(self.serial_product)
        number = self.env["lot.number"]._for_document(receipt)
        self.assertEqual(number._generate(self.serial_product, 1), ["BOUGHT01"])

    def test_the_number_of_the_order_as_batch(self):
        self.made.pattern = "{document}/{2 digits}"
        order = self.order()
        order.action_generate_serial()
        self.assertEqual(order.lot_producing_ids.name, f"{order.name}/01")

    def test_repair(self):
        self.serial_product.lot_numbering_id.pattern = "R-{3 digits}"
        repair = self.env["repair.order"].create({"product_id": self.serial_product.id})
        repair.action_generate_serial()
        self.assertEqual(repair.lot_id.name, "R-001")
