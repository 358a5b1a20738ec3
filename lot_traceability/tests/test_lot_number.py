from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .builder import StockBuilder
from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestLotNumber(LotTraceCase):
    """Number expressions in the dialogs that generate and import numbers."""

    def setUp(self):
        super().setUp()
        # one for each test: what was drawn stays drawn
        self.serial_product.lot_sequence_id = self.env["ir.sequence"].create(
            {"name": "Devices", "prefix": "DEV-", "padding": 4}
        )

    def context(self, product, quantity):
        return {
            "default_product_id": product.id,
            "default_tracking": product.tracking,
            "default_quantity": quantity,
            "default_location_dest_id": self.build.stock.id,
        }

    def generate(self, product, text, count, quantity=None):
        return [
            (row["lot_name"], row["quantity"])
            for row in self.env["stock.move"].action_generate_lot_line_vals(
                self.context(product, quantity or count), "generate", text, count, False
            )
        ]

    def paste(self, product, text):
        return [
            (row["lot_name"], row["quantity"])
            for row in self.env["stock.move"].action_generate_lot_line_vals(
                self.context(product, 1), "import", False, 0, text
            )
        ]

    def names(self, rows):
        return [name for name, _quantity in rows]

    def test_a_first_number_goes_on_as_in_core(self):
        self.assertEqual(
            self.names(self.generate(self.serial_product, "SN-2026-009", 3)),
            ["SN-2026-009", "SN-2026-010", "SN-2026-011"],
        )
        self.assertEqual(
            self.names(self.generate(self.serial_product, "2026-0001", 2)),
            ["2026-0001", "2026-0002"],
        )

    def test_expressions(self):
        for text, expected in (
            ("1, 2, 45", ["1", "2", "45"]),
            ("10-12", ["10", "11", "12"]),
            ("10+2", ["10", "11", "12"]),
            ("SN/01-SN/03", ["SN/01", "SN/02", "SN/03"]),
            ("7, 1+", ["7", "1", "2"]),
            ("~+2", ["DEV-0001", "DEV-0002", "DEV-0003"]),
            ("800, ~, 900", ["800", "DEV-0001", "900"]),
        ):
            self.serial_product.lot_sequence_id.number_next_actual = 1
            self.assertEqual(
                self.names(self.generate(self.serial_product, text, 3)), expected, text
            )

    def test_a_range_that_does_not_fit_is_a_first_number(self):
        self.assertEqual(
            self.names(self.generate(self.serial_product, "10-15", 2)),
            ["10-15", "10-16"],
        )

    def test_next_skips_numbers_that_exist(self):
        self.build.lot(self.serial_product, "DEV-0001")
        self.build.lot(self.serial_product, "DEV-0003")
        self.assertEqual(
            self.names(self.generate(self.serial_product, "~+1", 2)),
            ["DEV-0002", "DEV-0004"],
        )

    def test_first_number_without_a_sequence(self):
        """odoo#248963: core fails at the end, when it moves the sequence on."""
        self.serial_product.lot_sequence_id = False
        self.assertEqual(
            self.names(self.generate(self.serial_product, "Q-9", 2)), ["Q-9", "Q-10"]
        )

    def test_the_sequence_moves_on_with_its_own_number(self):
        sequence = self.serial_product.lot_sequence_id
        self.assertEqual(
            self.names(self.generate(self.serial_product, sequence.next_by_id(), 3)),
            ["DEV-0001", "DEV-0002", "DEV-0003"],
        )
        self.assertEqual(sequence.next_by_id(), "DEV-0004")

    def test_next_without_a_sequence(self):
        product = self.build.product("Other", tracking="serial")
        product.lot_sequence_id = False
        self.build.lot(product, "X-41")
        self.assertEqual(
            self.names(self.generate(product, "~, ~", 2)), ["X-42", "X-43"]
        )

    def test_lots_with_a_quantity_each(self):
        self.assertEqual(
            self.generate(self.product, "L1, L7", 60, quantity=100),
            [("L1", 60), ("L7", 40)],
        )

    def test_all_errors_are_shown(self):
        with self.assertRaises(UserError) as caught:
            self.generate(self.serial_product, "5-3, 10+x, 8", 3)
        self.assertIn("5-3 runs backwards", str(caught.exception))
        self.assertIn("10+x", str(caught.exception))
        with self.assertRaisesRegex(UserError, "3 numbers are needed, these are 2"):
            self.generate(self.serial_product, "1, 2", 3)

    def test_numbers_that_exist_are_refused(self):
        self.build.lot(self.serial_product, "7")
        with self.assertRaisesRegex(UserError, "7 exists already"):
            self.generate(self.serial_product, "6, 7", 2)

    def test_the_limit_is_a_setting(self):
        self.env["ir.config_parameter"].set_param("lot_traceability.number_limit", 5)
        with self.assertRaisesRegex(UserError, "more than 5"):
            self.generate(self.serial_product, "1+5", 6)

    def test_pasted_lines(self):
        self.product.lot_sequence_id = False
        self.assertEqual(
            self.paste(self.product, "A1-A3;5\nB 12\nC1, C2\n~, ~"),
            [
                ("A1", 5),
                ("A2", 5),
                ("A3", 5),
                ("B 12", 1),
                ("C1", 1),
                ("C2", 1),
                ("1", 1),
                ("2", 1),
            ],
        )

    def test_next_in_several_pasted_lines(self):
        self.assertEqual(
            self.names(self.paste(self.serial_product, "~\n~\n~")),
            ["DEV-0001", "DEV-0002", "DEV-0003"],
        )

    def test_preview_creates_nothing(self):
        sequence = self.serial_product.lot_sequence_id
        before = sequence.number_next_actual
        lots = self.env["stock.lot"].search_count([])
        preview = self.env["stock.move"].preview_lot_numbers(
            self.context(self.serial_product, 9), "generate", "~+8", 9, ""
        )
        self.assertEqual(
            preview,
            {
                "numbers": ["DEV-0001", "DEV-0002", "DEV-0003", "DEV-0009"],
                "count": 9,
                "errors": [],
            },
        )
        self.assertEqual(sequence.number_next_actual, before)
        self.assertEqual(self.env["stock.lot"].search_count([]), lots)

    def test_preview_says_what_is_wrong(self):
        preview = self.env["stock.move"].preview_lot_numbers(
            self.context(self.serial_product, 3), "generate", "5-3, ~9", 3, ""
        )
        self.assertEqual((preview["count"], len(preview["errors"])), (0, 2))

    def test_next_serial_of_a_number_with_odd_characters(self):
        """A number that looks like an expression is still counted on."""
        product = self.build.product("Odd", tracking="serial")
        self.build.lot(product, "A+B, C7")
        self.assertEqual(
            self.env["stock.lot"]._get_next_serial(self.env.company, product),
            "A+B, C8",
        )

    def test_ten_thousand_serials_without_a_query_each(self):
        self.env["stock.move"].preview_lot_numbers(
            self.context(self.serial_product, 1), "generate", "1", 1, ""
        )
        with self.assertQueryCount(5):
            preview = self.env["stock.move"].preview_lot_numbers(
                self.context(self.serial_product, 10000), "generate", "1+", 10000, ""
            )
        self.assertEqual(preview["count"], 10000)


@tagged("post_install", "-at_install")
class TestNumberDialog(HttpCase):
    def test_generate_by_expression(self):
        build = StockBuilder(self.env)
        self.env.ref("base.user_admin").group_ids += self.env.ref(
            "stock.group_production_lot"
        )
        product = build.product("Tour Sensor", tracking="serial")
        receipt = build.open_receipt(product, 4)
        self.start_tour(
            f"/odoo/receipts/{receipt.id}",
            "lot_traceability_number_dialog",
            login="admin",
        )
        self.assertEqual(
            receipt.move_line_ids.mapped("lot_name"),
            ["SN/098", "SN/099", "SN/100", "X7"],
        )
