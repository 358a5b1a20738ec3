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

    def paste(self, product, text, quantity=1, **choice):
        return [
            (row["lot_name"], row["quantity"])
            for row in self.env["stock.move"].action_generate_lot_line_vals(
                {**self.context(product, quantity), **choice}, "import", False, 0, text
            )
        ]

    def preview(self, product, text, count, lines="", **choice):
        context = {**self.context(product, count), **choice}
        return self.env["stock.move"].preview_lot_numbers(
            context, "generate", text, count, lines
        )

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

    def test_where_neither_reading_fits_somebody_chooses(self):
        product = self.serial_product
        with self.assertRaisesRegex(
            UserError, r"10-15 is one number, or 6: 10 … 15\. Write 10\+7 for"
        ):
            self.generate(product, "10-15", 8)
        preview = self.preview(product, "10-15", 8)
        self.assertEqual(
            [(r["reading"], r["count"], r["chosen"]) for r in preview["readings"]],
            [("numbers", 8, False), ("expression", 6, False)],
        )
        self.assertTrue(preview["errors"])
        chosen = self.preview(product, "10-15", 8, number_reading="expression")
        self.assertEqual((chosen["count"], chosen["errors"]), (6, []))
        chosen = self.preview(product, "10-15", 8, number_reading="numbers")
        self.assertEqual(chosen["numbers"], ["10-15", "10-16", "10-17", "10-22"])
        # the count follows what can be a list only
        preview = self.preview(product, "~+5", 8)
        self.assertEqual([r["count"] for r in preview["readings"]], [6])

    def test_numbers_with_hyphens_keep_every_character(self):
        for text in ("2026-0042", "9-5", "25-47", "05-12", "_TS4 - 2021", "10+3"):
            for product in (self.serial_product, self.product):
                self.assertEqual(self.paste(product, text), [(text, 1)], text)
                rows = self.generate(product, text, 1)
                self.assertEqual(self.names(rows), [text], text)
        # a lot of each week, with its quantity
        self.assertEqual(
            self.paste(self.product, "25-47;50\n25-48;50", quantity=100),
            [("25-47", 50), ("25-48", 50)],
        )
        self.assertEqual(
            self.names(self.generate(self.serial_product, "9-5", 3)),
            ["9-5", "9-6", "9-7"],
        )

    def test_pasted_serials_that_fit_are_written_out(self):
        product = self.serial_product
        for text, quantity, numbers in (
            ("SN/01-SN/03", 3, ["SN/01", "SN/02", "SN/03"]),
            ("SN/01-SN/03", 5, ["SN/01-SN/03"]),
            ("SN/01-SN/03;3", 9, ["SN/01", "SN/02", "SN/03"]),
            ("7-9\nX", 4, ["7", "8", "9", "X"]),
            ("7-9\nX", 2, ["7-9", "X"]),
        ):
            rows = self.paste(product, text, quantity)
            self.assertEqual(rows, [(name, 1) for name in numbers], text)
        rows = self.paste(product, "7-9", 5, number_reading="expression")
        self.assertEqual(self.names(rows), ["7", "8", "9"])
        # one quantity is never that of several numbers
        for text in ("A, B;5", "~+2;5"):
            with self.assertRaisesRegex(UserError, "a line with its quantity"):
                self.paste(self.product, text)
        with self.assertRaisesRegex(UserError, "a line with its quantity"):
            self.paste(self.product, "A1-A3;5", number_reading="expression")

    def test_one_check_before_anything_is_written(self):
        self.build.receive((self.serial_product, "S-1"), 1)
        text = "S-1\nTBD\nNEW\nNEW"
        preview = self.preview(self.serial_product, "", 4, lines=text)
        self.assertEqual(
            [(row["number"], row["state"]) for row in preview["rows"]],
            [("S-1", "error"), ("TBD", "error"), ("NEW", "error"), ("NEW", "error")],
        )
        self.assertEqual(len(preview["errors"]), 3)
        lots = self.env["stock.lot"].search_count([])
        with self.assertRaises(UserError) as caught:
            self.paste(self.serial_product, text)
        for part in ("S-1 is elsewhere", "TBD” is a placeholder", "NEW is there more"):
            self.assertIn(part, str(caught.exception))
        self.assertEqual(self.env["stock.lot"].search_count([]), lots)
        # goods can be added to a lot that exists
        self.build.lot(self.product, "L1")
        preview = self.preview(self.product, "", 1, lines="l1;5\nL2;5")
        self.assertEqual([row["state"] for row in preview["rows"]], ["exists", "new"])
        self.assertFalse(preview["errors"])

    def test_lots_of_packs(self):
        pack = self.env.ref("uom.product_uom_pack_6")
        receipt = self.build.open_receipt(self.product, 3)
        move = receipt.move_ids
        move.product_uom = pack
        context = {**self.context(self.product, 3), "default_move_id": move.id}
        for mode, first, count, text in (
            ("generate", "L1", 1, ""),
            ("import", "", 0, "L1;1\nL2;1\nL3;1"),
        ):
            rows = move.action_generate_lot_line_vals(context, mode, first, count, text)
            self.assertEqual(
                [(row["lot_name"], row["quantity"]) for row in rows],
                [("L1", 6), ("L2", 6), ("L3", 6)],
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
            self.generate(self.serial_product, "~9, 10+x, 8", 3)
        self.assertIn("~9", str(caught.exception))
        self.assertIn("10+x", str(caught.exception))
        with self.assertRaisesRegex(UserError, "3 numbers are needed, these are 2"):
            self.generate(self.serial_product, "1, 2", 3)

    def test_numbers_that_exist_are_refused(self):
        self.build.lot(self.serial_product, "7")
        with self.assertRaisesRegex(UserError, "7 exists already"):
            self.generate(self.serial_product, "6, 7", 2)

    def test_where_existing_numbers_are_used_they_are_taken(self):
        self.build.warehouse.in_type_id.use_existing_lots = True
        lot = self.build.lot(self.serial_product, "7")
        context = {
            "default_product_id": self.serial_product.id,
            "default_tracking": "serial",
            "default_picking_type_id": self.build.warehouse.in_type_id.id,
            "default_company_id": self.env.company.id,
            "default_location_id": self.build.suppliers.id,
            "default_location_dest_id": self.build.stock.id,
        }
        rows = self.env["stock.move"].action_generate_lot_line_vals(
            context, "generate", "7", 2, False
        )
        self.assertEqual(rows[0]["lot_id"]["id"], lot.id)
        # one that is in stock is no number for a further unit
        self.build.receive(lot, 1)
        with self.assertRaisesRegex(UserError, "In stock"):
            self.env["stock.move"].action_generate_lot_line_vals(
                context, "generate", "7", 2, False
            )

    def test_the_limit_is_a_setting(self):
        self.env["ir.config_parameter"].set_param("lot_traceability.number_limit", 5)
        with self.assertRaisesRegex(UserError, "more than 5"):
            self.generate(self.serial_product, "1+5", 6)

    def test_pasted_lines(self):
        self.product.lot_sequence_id = False
        self.assertEqual(
            self.paste(self.product, "A1-A3;5\nB 12\nC1, C2\n~, ~"),
            [
                ("A1-A3", 5),
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
        preview = self.preview(self.serial_product, "~+8", 9)
        self.assertEqual(
            preview["numbers"], ["DEV-0001", "DEV-0002", "DEV-0003", "DEV-0009"]
        )
        self.assertEqual((preview["count"], preview["errors"]), (9, []))
        self.assertEqual(preview["states"], {"new": 9})
        self.assertEqual(sequence.number_next_actual, before)
        self.assertEqual(self.env["stock.lot"].search_count([]), lots)

    def test_preview_says_what_is_wrong(self):
        preview = self.env["stock.move"].preview_lot_numbers(
            self.context(self.serial_product, 3), "generate", "10+x, ~9", 3, ""
        )
        self.assertEqual((preview["count"], len(preview["errors"])), (0, 2))

    def test_numbers_that_are_on_the_transfer_already(self):
        receipt = self.build.open_receipt(self.serial_product, 1, "S-1")
        move = receipt.move_ids
        second = move.copy({"picking_id": receipt.id})
        for wanted, context in (
            # the lines of the move give way to the new ones, unless they are kept
            ([], {"default_move_id": move.id}),
            (["s-1"], {"default_move_id": move.id, "keep_lines": True}),
            (["S-2"], {"default_move_id": move.id, "kept_numbers": ["ｓ-2"]}),
            # those of another move of the transfer are there in any case
            (["s-1"], {"default_move_id": second.id}),
            ([], {"default_picking_id": receipt.id}),
            (["s-1"], {"default_picking_id": receipt.id, "keep_lines": True}),
        ):
            preview = self.preview(self.serial_product, "", 3, "s-1\nS-2", **context)
            wrong = [r["number"] for r in preview["rows"] if r["state"] == "error"]
            self.assertEqual(wrong, wanted, context)
            if wanted:
                self.assertIn("another line of this transfer", preview["errors"][0])
                with self.assertRaisesRegex(UserError, "another line of this transfer"):
                    self.paste(self.serial_product, "s-1\nS-2", 2, **context)
        # more of a lot is no double
        receipt = self.build.open_receipt(self.product, 5, "L-1")
        context = {"default_move_id": receipt.move_ids.id, "keep_lines": True}
        preview = self.preview(self.product, "", 2, "L-1;2", **context)
        self.assertEqual(preview["states"], {"exists": 1}, preview)
        self.assertIn("more of it is added", preview["rows"][0]["reason"])
        with self.assertRaisesRegex(UserError, "has to be a list of texts"):
            self.preview(self.product, "X", 2, kept_numbers="L-1")

    def test_what_a_spreadsheet_writes_is_no_number(self):
        for text in ("TBD", "---", "n/a", "ohne Charge"):
            preview = self.preview(self.serial_product, text, 3)
            self.assertTrue(preview["errors"], text)
            self.assertEqual(preview["count"], 0, text)
        for text in ("#N/D", "#NV", "VRAI", "nan", "=A1", "-1,23E+12", "L1 Total"):
            preview = self.preview(self.product, "", 5, f"{text};5")
            self.assertTrue(preview["errors"], text)
            self.assertEqual(preview["count"], 0, text)
        for cell in ('="00123"', "'00123"):
            self.assertEqual(self.paste(self.product, f"{cell};5", 5), [("00123", 5)])

    def test_what_is_typed_is_what_is_made(self):
        # one number is the one that was typed; more are counted on, as core does
        self.assertEqual(self.generate(self.product, "ABC", 5, 5), [("ABC", 5)])
        self.assertIn(
            "placeholder", self.preview(self.serial_product, "TBD", 1)["errors"][0]
        )
        for text in ('="00123"', "'00123"):
            self.assertEqual(
                self.names(self.generate(self.serial_product, text, 2)),
                ["00123", "00124"],
            )
        for text in ("(01)09506000134352(10)AB1", "010950600013435210AB1"):
            for first, lines in ((text, ""), ("", text)):
                errors = self.preview(self.product, first, 1, lines)["errors"]
                self.assertIn("GS1 label", errors[0], (first, lines))
        for heading in ("Serial Number", "Lot/Serial No.", "Seriennummer", "SN"):
            errors = self.preview(self.serial_product, "", 2, f"{heading}\nA\nB")
            self.assertIn("heading of the column", errors["errors"][0], heading)

    def test_what_stands_behind_a_number_is_its_quantity_or_refused(self):
        for tail, quantity in ((";5", 5), ("\t1.5", 1.5), (";1,5", 1.5), ("; 2 ", 2)):
            self.assertEqual(
                self.paste(self.product, f"A{tail}", 5), [("A", quantity)], tail
            )
        # the comma of thousands, a sign, other digits, blanks, two of them
        for tail in ("1,000", "-5", "+5", "\u0665", "1 000", "1'000", "5;6", "5 m"):
            errors = self.preview(self.product, "", 5, f"A;{tail}")["errors"]
            self.assertTrue(errors, tail)
            with self.assertRaises(UserError, msg=tail):
                self.paste(self.product, f"A;{tail}", 5)

    def test_nothing_and_too_much_are_refused_at_once(self):
        for text in ("", "  ", "\n \n"):
            with self.assertRaisesRegex(UserError, "No numbers"):
                self.paste(self.serial_product, text)
        # the tails took minutes: a date of 60,000 digits, blanks without an end
        for tail in ("1" * 60000 + "x", "x" + " " * 200000 + "y"):
            with self.assertRaisesRegex(UserError, "has [0-9]+ characters"):
                self.paste(self.product, f"A;{tail}", 5)
            self.assertTrue(self.preview(self.product, "", 5, f"A;{tail}")["errors"])

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
        with self.assertQueryCount(14):
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
