import io
import time
import zipfile

import openpyxl

from odoo.exceptions import LockError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..imports.table_file import TableFileError, read_table
from .lot_import_common import LotImportCase


def book(rows):
    """An XLSX file with a header and some raw rows."""
    workbook = openpyxl.Workbook()
    workbook.active.append(["Product", "Number"])
    stream = io.BytesIO()
    workbook.save(stream)
    source = zipfile.ZipFile(io.BytesIO(stream.getvalue()))
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sheet1.xml"):
                content = content.replace(b"</sheetData>", rows + b"</sheetData>")
            target.writestr(name, content)
    return result.getvalue()


@tagged("post_install", "-at_install")
class TestNumberDoors(LotImportCase):
    """What the job, the buttons and the numbering own, nobody writes by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sister = cls.env["res.company"].create({"name": "Sister"})
        cls.stranger = cls._create_user(
            "sister manager", "stock.group_stock_manager", companies=cls.sister
        )
        cls.clerk = cls._create_user("clerk", "stock.group_stock_user")

    def refused(self, method, *args, **kwargs):
        """A door that is shut, whatever else goes wrong."""
        with self.assertRaises(UserError):
            method(*args, **kwargs)
            self.env.flush_all()

    # -- imports ----------------------------------------------------------
    def test_owner_and_state_of_an_import(self):
        document = self.load("RAW,L1,5")
        for values in (
            {"user_id": self.env.ref("base.user_admin").id},
            {"state": "running"},
            {"user_id": self.env.ref("base.user_root").id, "state": "running"},
            {"state": "done"},
            {"error_count": 0, "number_count": 5},
            {"number_count": 7},
            {"done_count": 9},
            {"header": ["Product"]},
            {"row_count": 5},
            {"message": "All is well"},
            {"row_ids": [Command.clear()]},
            {"row_ids": [Command.create({"product_id": self.product.id})]},
            # together with what is the user's
            {"file_name": "x.csv", "state": "running"},
            {"existing_lots": "add", "state": "done"},
        ):
            self.refused(document.write, values)
        self.assertEqual(document.state, "checked")
        self.assertEqual(document.user_id, self.manager)

    def test_import_made_as_if_it_ran(self):
        model = self.env["lot.import"].with_user(self.stranger)
        model = model.with_company(self.sister)
        root = self.env.ref("base.user_root").id
        self.refused(model.create, {"state": "running"})
        self.refused(model.create, {"user_id": root})
        self.refused(model.with_context(default_state="running").create, {})
        self.refused(model.with_context(default_user_id=root).create, {})
        self.refused(model.create, {"row_ids": [Command.create({"numbers": ["X"]})]})
        self.refused(model.create, {"company_id": self.env.company.id})
        result = model.load(["file_name", "state"], [["x.csv", "Running"]])
        self.assertFalse(result["ids"])
        self.assertFalse(
            self.env["lot.import"].search(
                [("company_id", "=", self.sister.id), ("state", "!=", "draft")]
            )
        )

    def test_rows_of_an_import(self):
        document = self.load("RAW,L1,5", "RAW,L2,5")
        other = self.load("RAW,L3,5")
        row = document.row_ids[0]
        for values in (
            {"import_id": other.id},
            {"numbers": ["X"]},
            {"number_count": 500},
            {"product_id": self.serial_product.id},
            {"lot_values": {"on_hold": False}},
            {"state": "ready"},
            {"state": "done"},
            {"location_id": self.shelf.id},
        ):
            self.refused(row.write, values)
        self.refused(row.unlink)
        self.refused(row.copy)
        rows = self.env["lot.import.row"].with_user(self.manager)
        self.refused(rows.create, {"import_id": document.id, "numbers": ["X"]})
        self.refused(rows.create, {"import_id": document.id})
        self.refused(rows.with_context(default_state="ready").create, {})
        self.assertFalse(
            rows.load(["import_id/.id", "state"], [[document.id, "Valid"]])["ids"]
        )

    def test_rows_go_into_no_import_of_another_company(self):
        document = self.load("RAW,L1,5")
        mine = self.env["lot.import"].with_user(self.stranger)
        mine = mine.with_company(self.sister).create({"file_name": "mine.csv"})
        rows = mine.env["lot.import.row"]
        self.refused(rows.create, {"import_id": document.id, "numbers": ["X"]})
        self.refused(document.with_user(self.stranger).action_check)
        self.refused(document.with_user(self.stranger).write, {"file_name": "x"})

    def test_a_copy_is_of_who_copies(self):
        document = self.load("RAW,L1,5")
        colleague = self._create_user("colleague", "stock.group_stock_manager")
        copy = document.with_user(colleague).copy()
        self.assertEqual((copy.state, copy.user_id), ("draft", colleague))
        self.assertFalse(copy.row_ids)

    def test_nobody_hands_it_to_a_company_of_others(self):
        document = self.load("RAW,L1,5")
        self.refused(document.write, {"company_id": self.sister.id})
        numbering = self.env["lot.numbering"].with_user(self.manager)
        numbering = numbering.create({"name": "Mine"})
        self.refused(numbering.write, {"company_id": self.sister.id})

    def test_what_has_run_keeps_its_name(self):
        document = self.load("RAW,L1,5")
        document.action_import()
        self.refused(document.write, {"file_name": "other.csv"})
        self.refused(document.write, {"existing_lots": "add"})
        document.write({"file_name": document.file_name})

    def test_a_file_of_nothing_but_empty_rows_takes_no_time(self):
        far = b'<row r="999999999"><c r="A999999999"><v>1</v></c></row>'
        empty = b"".join(b'<row r="%d"/>' % row for row in range(2, 3_000_000))
        for content in (book(far), book(empty), b"\n" * 10_000_000):
            start = time.process_time()
            with self.assertRaises(TableFileError) as caught:
                list(read_table(content, 200_000, 50 * 10**6).rows)
            self.assertEqual(caught.exception.code, "too_many_empty")
            self.assertLess(time.process_time() - start, 10)
        with self.assertRaisesRegex(UserError, "empty rows"):
            self.load_bytes(book(far), "far.xlsx")

    def test_lines_that_end_as_on_an_old_system(self):
        for content in (
            b"Product;Number;Quantity\rRAW;L1;5\rRAW;L2;5\r",
            b"sep=;\rProduct;Number;Quantity\rRAW;L1;5\rRAW;L2;5",
        ):
            document = self.load_bytes(content)
            self.assertEqual(self.numbers(document), [["L1"], ["L2"]], content)

    def test_numbers_that_no_database_can_keep(self):
        text = self.error(["RAW", "L" * 6000, "1"], expressions=False)
        self.assertIn("too long", text)
        document = self.load(["RAW", "L\u200b1\x07", "1"], expressions=False)
        self.assertEqual(self.numbers(document), [["L1"]])
        self.assertIn(
            "too long",
            self.error(
                ["RAW", "L9", "1", "V" * 6000],
                header="Product,Number,Quantity,Vendor Lot",
            ),
        )
        lots = self.env["stock.lot"]
        for name in ("L" * 6000, "L\x001", "L\ud8001", "\u200b"):
            self.refused(lots.create, {"product_id": self.product.id, "name": name})
            lot = lots.create({"product_id": self.product.id, "name": "GOOD"})
            self.refused(lot.write, {"name": name})
            self.refused(lot.write, {"supplier_number": name})
            lot.unlink()

    def test_numbers_that_a_spreadsheet_has_shortened(self):
        for text in ("3.56938E+14", "1,23E+12", "1,5e10", "1E+14"):
            self.assertIn("spreadsheet", self.error(["RAW", text, "1"]), text)
            error = self.error(["RAW", text, "1"], expressions=False)
            self.assertIn("spreadsheet", error, text)
            error = self.error(["DEV", text, "15"])
            self.assertIn("spreadsheet", error, text)
            with self.assertRaisesRegex(UserError, "spreadsheet"):
                self.env["stock.lot"].create(
                    {"product_id": self.product.id, "name": text}
                )
            receipt = self.build.open_receipt(self.product, 2)
            self.assertIn("spreadsheet", receipt.scan_number(text)["message"])
            context = {
                "default_product_id": self.product.id,
                "default_tracking": "lot",
                "default_quantity": 5,
            }
            for mode in ("import", "generate"):
                preview = self.env["stock.move"].preview_lot_numbers(
                    context, mode, text, 1, text
                )
                self.assertIn("spreadsheet", preview["errors"][0], mode)
        for text in ("1E5", "A1E+5", "E10-2"):
            self.build.lot(self.product, text)

    def test_texts_that_no_database_can_keep_in_a_scan(self):
        receipt = self.build.open_receipt(self.product, 2)
        receipt.action_confirm()
        for text in ("https://[x", "L" * 6000, "L" * 600, "\x00", "\ud800", "(01)"):
            answer = receipt.scan_number(text)
            self.assertEqual(answer["level"], "danger", repr(text))
            self.assertTrue(answer["message"])
        # separators of several codes, and keys in the middle of one
        for text, level in (("L1\x1eL2", "danger"), ("L1\x04L2", "danger")):
            self.assertEqual(receipt.scan_number(text)["level"], level, repr(text))
        for text in ("L\x08\x082", "A\x1b[AB", "L1\u00c2\u00a0"):
            self.assertEqual(receipt.scan_number(text)["level"], "info", repr(text))
        answer = receipt.scan_number("L\x00-\ud8001\x07")
        self.assertEqual(answer["level"], "success", answer["message"])
        self.assertIn("L-1", receipt.move_line_ids.mapped("lot_name"))

    def test_texts_that_no_database_can_keep_on_lines_and_lots(self):
        receipt = self.build.open_receipt(self.product, 2, "L1")
        line, lot = receipt.move_line_ids, self.build.lot(self.product, "L2")
        for text in ("L\x00", "\ud800", "L" * 6000, "1,23E+12", "#REF!", "\u200b"):
            self.refused(line.write, {"lot_name": text})
            self.refused(line.copy, {"lot_name": text})
            for name in ("name", "supplier_number", "batch_code"):
                self.refused(lot.write, {name: text})
        self.assertEqual((line.lot_name, lot.name), ("L1", "L2"))

    def test_texts_that_no_database_can_keep_in_the_dialogs(self):
        moves = self.env["stock.move"]
        context = {
            "default_product_id": self.product.id,
            "default_tracking": "lot",
            "default_quantity": 1,
        }
        preview = moves.preview_lot_numbers(
            context, "import", "", 0, "L\x001\nL\u200b2"
        )
        self.assertEqual(preview["numbers"], ["L1", "L2"])
        preview = moves.preview_lot_numbers(context, "generate", "L" * 6000, 1, "")
        self.assertTrue(preview["errors"])
        for text in ("L\x00", "\ud800", "https://[x"):
            self.env["lot.place"].search_number(text)
            self.env["stock.lot"].search_any_number(text)

    # -- numbering --------------------------------------------------------
    def test_more_numbers_than_a_computer_has_memory_for(self):
        """They are refused before the first of them is made."""
        for product, quantity, count in (
            *((self.product, 1e14, 2), (self.product, 1, 5e-324)),
            (self.serial_product, 1, 10**12),
        ):
            context = {"default_product_id": product.id, "default_quantity": quantity}
            asked = (context, "generate", "A1", count, "")
            preview = self.env["stock.move"].preview_lot_numbers(*asked)
            self.assertIn("at once", " ".join(preview["errors"]))
            with self.assertRaisesRegex(UserError, "at once"):
                self.env["stock.move"].action_generate_lot_line_vals(*asked)

    def test_a_file_that_is_none(self):
        for wrong in (5, ["x"], {"a": 1}, True):
            with self.assertRaisesRegex(UserError, "file"):
                self.env["lot.import"].create({"file": wrong, "file_name": "a.csv"})

    def test_rules_of_an_operation_type_count_there(self):
        numbering = self.env["lot.numbering"].create(
            {"name": "Strict", "pattern": "IN-{5 digits}", "is_strict": True}
        )
        self.build.warehouse.in_type_id.lot_numbering_id = numbering
        receipt = self.build.open_receipt(self.product, 2, "X1")
        with self.assertRaisesRegex(ValidationError, "IN-{5 digits}"):
            receipt._action_done()
        self.assertEqual(receipt.scan_number("X2")["level"], "danger")
        receipt.move_line_ids.lot_name = "IN-00007"
        receipt._action_done()
        self.assertEqual(receipt.state, "done")
        # elsewhere it says nothing
        self.build.lot(self.product, "X3")

    def test_the_product_says_more_than_the_operation_type(self):
        create = self.env["lot.numbering"].create
        strict = {"is_strict": True, "name": "Strict"}
        operation = create({**strict, "pattern": "IN-{5 digits}"})
        self.build.warehouse.in_type_id.lot_numbering_id = operation
        self.product.lot_numbering_id = create({**strict, "pattern": "P-{3 digits}"})
        receipt = self.build.open_receipt(self.product, 2, "P-001")
        receipt._action_done()
        self.assertEqual(receipt.state, "done")

    def test_counters_belong_to_the_numbering(self):
        numbering = self.env["lot.numbering"].create(
            {"name": "Counted", "pattern": "C{3 digits}", "counter": "shared"}
        )
        self.product.lot_numbering_id = numbering
        self.env["lot.number"]._generate(self.product, 1)
        counter = numbering.counter_ids
        self.assertTrue(counter)
        owner = self._create_user(
            "owner", "base.group_system", "stock.group_stock_manager"
        )
        other = self.env["lot.numbering"].create({"name": "Other"})
        mine = counter.with_user(owner)
        self.refused(mine.write, {"lot_numbering_id": other.id})
        self.refused(mine.write, {"lot_product_id": self.product.id})
        values = {"name": "X", "lot_numbering_id": other.id}
        self.refused(mine.create, values)
        self.refused(
            mine.with_context(default_lot_numbering_id=other.id).create, {"name": "X"}
        )
        numberings = numbering.with_user(self.manager)
        self.refused(numberings.write, {"counter_ids": [Command.clear()]})
        self.refused(numberings.write, {"counter_ids": [Command.link(counter.id)]})
        mine.number_next_actual = 50
        self.assertEqual(self.env["lot.number"]._generate(self.product, 1), ["C050"])

    def test_keys_of_the_context_mean_nothing(self):
        numbering = self.env["lot.numbering"].create(
            {"name": "By document", "pattern": "{operation}-{3 digits}"}
        )
        self.product.lot_numbering_id = numbering
        number = self.env["lot.number"].with_context(
            lot_number_operation=self.build.warehouse.in_type_id.id,
            lot_number_document="FORGED",
        )
        with self.assertRaisesRegex(UserError, "operation is missing"):
            number._generate(self.product, 1)
        lots = self.env["stock.lot"].with_context(
            lot_numbers=["FORGED"], lot_number_is_plain=True
        )
        self.assertEqual(lots.generate_lot_names("A-1", 1), [{"lot_name": "A-1"}])
        numbering.pattern = "{document}-{3 digits}"
        with self.assertRaisesRegex(UserError, "document is missing"):
            number._generate(self.product, 1)


@tagged("post_install", "-at_install")
class TestConversionDoors(LotImportCase):
    """A conversion that is done is history."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._create_user("clerk", "stock.group_stock_user")
        cls.build.receive((cls.product, "A"), 10, cls.vendor)
        cls.lot = cls.build.lot(cls.product, "A")
        cls.done = cls.draft(cls, "B")
        cls.done.action_done()

    def draft(self, number):
        line = {"product_id": self.product.id, "quantity": 1}
        line["location_id"] = self.build.stock.id
        return (
            self.env["lot.conversion"]
            .with_user(self.clerk)
            .create(
                {
                    "kind": "split",
                    "reason": "Test",
                    "source_line_ids": [
                        Command.create(
                            {**line, "side": "source", "lot_id": self.lot.id}
                        )
                    ],
                    "target_line_ids": [
                        Command.create({**line, "side": "target", "number": number})
                    ],
                }
            )
        )

    def refused(self, method, *args, **kwargs):
        with self.assertRaises(UserError):
            method(*args, **kwargs)
            self.env.flush_all()

    def test_done_by_hand(self):
        draft = self.draft("C")
        model = draft.browse()
        values = {"kind": "split", "reason": "Forged"}
        self.refused(draft.write, {"state": "done"})
        self.refused(draft.write, {"state": "cancelled"})
        self.refused(draft.write, {"date": "2020-01-01"})
        self.refused(draft.write, {"name": "LC/OTHER"})
        self.refused(draft.write, {"undo_of_id": self.done.id})
        self.refused(
            draft.write, {"move_ids": [Command.link(self.done.move_ids[0].id)]}
        )
        self.refused(model.create, {**values, "state": "done"})
        self.refused(model.create, {**values, "undo_of_id": self.done.id})
        self.refused(model.create, {**values, "date": "2020-01-01"})
        for name, value in (
            ("state", "done"),
            ("undo_of_id", self.done.id),
            ("date", "2020-01-01"),
        ):
            forged = model.with_context(**{f"default_{name}": value})
            self.refused(forged.create, dict(values))
        result = model.load(["kind", "reason", "state"], [["Split", "Forged", "Done"]])
        self.assertFalse(result["ids"])
        draft.action_cancel()
        draft.action_draft()
        draft.write({"reason": "Better"})

    def test_done_stays_as_it_was_done(self):
        done = self.done
        for values in (
            {"reason": "Other"},
            {"kind": "merge"},
            {"user_id": self.manager.id},
            {"state": "draft"},
            {"company_id": self.env["res.company"].create({"name": "Sister"}).id},
            {"undone_by_ids": [Command.link(self.draft("U").id)]},
            {"source_line_ids": [Command.clear()]},
            {"line_ids": [Command.clear()]},
        ):
            self.refused(done.write, values)
        self.refused(done.unlink)
        self.refused(done.source_line_ids.write, {"quantity": 5})
        self.refused(done.source_line_ids.unlink)

    def test_lines_come_from_nowhere_and_go_nowhere(self):
        draft = self.draft("C")
        line = draft.target_line_ids
        self.refused(line.write, {"conversion_id": self.done.id})
        self.refused(line.write, {"state": "done"})
        self.refused(line.write, {"kind": "merge"})
        self.refused(line.copy, {"conversion_id": self.done.id})
        values = {
            "side": "target",
            "product_id": self.product.id,
            "location_id": self.build.stock.id,
            "quantity": 1,
        }
        self.refused(line.create, {**values, "conversion_id": self.done.id})
        forged = line.with_context(default_conversion_id=self.done.id)
        self.refused(forged.create, values)
        self.refused(self.done.source_line_ids.write, {"conversion_id": draft.id})
        self.refused(
            draft.write, {"line_ids": [Command.link(self.done.line_ids[0].id)]}
        )

    def test_several_serials_of_one_line(self):
        unit = self.build.product("Unit", tracking="serial")
        draft = self.draft("~")
        self.build.receive((self.product, "A"), 2, self.vendor)
        draft.kind = "repack"
        draft.source_line_ids.quantity = 3
        draft.target_line_ids.write({"product_id": unit.id, "quantity": 3})
        draft.target_line_ids.number = "U1-U3"
        draft.action_done()
        self.assertEqual(
            draft.target_line_ids.lot_id.mapped("name"), ["U1", "U2", "U3"]
        )

    def test_undo_goes_on(self):
        action = self.done.action_undo()
        undo = self.done.browse(action["res_id"])
        self.assertEqual(undo.undo_of_id, self.done)
        undo.action_done()
        self.assertTrue(self.done.is_undone)

    def test_a_lock_says_what_to_do(self):
        draft = self.draft("C")

        # the rows of a test are nobody else's: the lock fails by itself
        def locked(_self, **_kwargs):
            raise LockError("Cannot grab a lock on records")

        self.patch(type(draft), "lock_for_update", locked)
        with self.assertRaisesRegex(UserError, "somebody else is changing"):
            draft.action_done()

    def test_rows_of_what_went_where_are_nobodys(self):
        rows = self.env["lot.attribution"].with_user(self.clerk)
        self.refused(rows.create, {"res_model": "mrp.production", "res_id": 1})
        for model in ("no.such.model", "res.users", "stock.picking"):
            with self.assertRaisesRegex(UserError, "res_model"):
                rows.get_order_action(model, 1)


@tagged("post_install", "-at_install")
class TestWizardDoors(LotImportCase):
    """Questions are answered by who was asked, about what was asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._create_user("clerk", "stock.group_stock_user")
        cls.colleague = cls._create_user("colleague", "stock.group_stock_user")
        cls.unit = cls.build.lot(cls.serial_product, "S-1")
        cls.build.receive(cls.unit, 1, cls.vendor)

    def refused(self, method, *args, **kwargs):
        with self.assertRaises(UserError):
            method(*args, **kwargs)
            self.env.flush_all()

    def ask(self):
        receipt = self.build.open_receipt(self.serial_product, 1, "S-1")
        receipt.move_line_ids.location_dest_id = self.shelf
        receipt = receipt.with_user(self.clerk)
        answer = receipt.with_context(skip_sms=True).button_validate()
        self.assertEqual(answer["res_model"], "lot.serial.conflict")
        wizard = self.env[answer["res_model"]].with_user(self.clerk)
        return wizard.browse(answer["res_id"]), receipt

    def test_serial_conflict(self):
        wizard, receipt = self.ask()
        line = wizard.line_ids
        other = self.build.open_receipt(self.serial_product, 1, "S-2")
        for values in (
            {"move_line_id": other.move_line_ids.id},
            {"choices": "number,move,reason"},
            {"policy": "allow"},
            {"place_id": self.shelf.id},
            {"number": "S-2"},
        ):
            self.refused(line.write, values)
        self.refused(wizard.write, {"picking_ids": [Command.set(other.ids)]})
        self.refused(
            wizard.write,
            {"line_ids": [Command.create({"move_line_id": other.move_line_ids.id})]},
        )
        self.refused(wizard.create, {"picking_ids": [Command.set(other.ids)]})
        values = {"wizard_id": wizard.id, "move_line_id": other.move_line_ids.id}
        self.refused(line.create, values)
        theirs = wizard.with_user(self.colleague)
        self.refused(theirs.action_confirm)
        self.refused(line.with_user(self.colleague).write, {"choice": "number"})
        line.choice = "number"
        wizard.action_confirm()
        self.assertEqual(receipt.state, "done")
        self.assertNotEqual(receipt.move_line_ids.lot_id, self.unit)

    def test_change_of_tracking_counts_each_place_once(self):
        self.build.receive((self.product, "A"), 4, self.vendor)
        template = self.product.product_tmpl_id.with_user(self.manager)
        change = self.env["lot.tracking.change"].with_user(self.manager)
        change = change.create({"product_tmpl_id": template.id, "tracking_to": "none"})
        change.line_ids.copy()
        self.refused(change.action_apply)
        self.assertEqual(self.product.tracking, "lot")
        self.refused(change.with_user(self.clerk).action_apply)

    def test_company_of_a_lot_is_one_of_the_users(self):
        lot = self.build.lot(self.product, "L1")
        sister = self.env["res.company"].create({"name": "Sister"})
        values = {"lot_id": lot.id, "company_id": sister.id}
        wizard = self.env["lot.company.wizard"].with_user(self.manager)
        self.refused(wizard.create, values)
        wizard = wizard.sudo().create(values).with_user(self.manager)
        self.refused(wizard.action_apply)
        self.refused(wizard.with_user(self.colleague).action_apply)
