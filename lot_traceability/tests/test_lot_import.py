from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .lot_import_common import LotImportCase


@tagged("post_install", "-at_install")
class TestLotImport(LotImportCase):
    """What an import writes."""

    def test_lots_and_stock(self):
        document = self.load(
            "RAW,L1,5,,R1",
            "RAW,L1,2,SHELF-1,",
            "DEV,S1-S3,3,SHELF-1,R2",
            "RAW,L2,0,,",
            header="Product,Number,Quantity,Location,Internal Reference",
        )
        document.action_import()
        self.assertEqual(self.errors(document), {})
        self.assertRecordValues(
            document, [{"state": "done", "done_count": 6, "progress": 100}]
        )
        self.assertEqual(self.lots(self.product), {"L1": 7, "L2": 0})
        self.assertEqual(self.lots(self.serial_product), {"S1": 1, "S2": 1, "S3": 1})
        lot = self.build.lot(self.product, "L1")
        self.assertEqual((lot.ref, lot.lot_import_id), ("R1", document))
        self.assertEqual(self.build.on_hand(lot, self.shelf), 2)

    def test_stock_comes_by_done_moves_that_name_the_file(self):
        document = self.load("RAW,L1,5", "RAW,L2,3")
        document.action_import()
        lines = self.env["stock.move.line"].search(
            [("product_id", "=", self.product.id)], order="id"
        )
        self.assertRecordValues(
            lines,
            [
                {
                    "quantity": quantity,
                    "state": "done",
                    "is_inventory": True,
                    "location_id": self.product.property_stock_inventory.id,
                    "location_dest_id": self.stock.id,
                    "reference": f"Import {document.id}: lots.csv",
                }
                for quantity in (5, 3)
            ],
        )
        self.assertEqual(lines.create_uid, self.manager)

    def test_trace_of_what_was_imported(self):
        self.load("RAW,L1,5").action_import()
        lot = self.build.lot(self.product, "L1")
        self.build.deliver(lot, 2, self.customer)
        trace = lot.trace_downstream()
        self.assertEqual(self.shipments(trace["deliveries"]), [("Customer", 2, 0)])
        self.assertEqual([row["quantity"] for row in trace["stock"]], [3])

    def test_each_number_has_a_fact_of_its_own(self):
        lines = self.registry["stock.move.line"]
        rows = [f"RAW,F{number},{number + 1},SHELF-1" for number in range(9)]
        document = self.load(
            *rows, "RAW,F0,5,", header="Product,Number,Quantity,Location"
        )
        with patch.object(lines, "new", autospec=True, side_effect=lines.new) as new:
            document.action_import()
        # Odoo completes the moves without thinking up their lines first
        self.assertFalse(new.called)
        lots = self.env["stock.lot"].search([("lot_import_id", "=", document.id)])
        told = self.env["lot.trace.fact"].search([("lot_ref", "in", lots.ids)])
        for fact in told:
            line = self.env["stock.move.line"].browse(fact.line_ref)
            self.assertEqual(
                (fact.lot_ref, fact.quantity), (line.lot_id.id, line.quantity)
            )
            self.assertEqual(fact.details["lot"]["name"], line.lot_id.name)
            self.assertEqual(fact.details["to"]["id"], line.location_dest_id.id)
            self.assertEqual(
                fact.location_dest_name, line.location_dest_id.display_name
            )
            self.assertEqual((fact.kind, fact.user_id), ("counted_in", self.manager))
        self.assertEqual(
            told.sorted(lambda fact: (fact.lot_name, fact.quantity)).mapped("quantity"),
            [1, 5, *range(2, 10)],
        )

    def test_what_is_stored_is_what_would_be_computed(self):
        document = self.load(
            "RAW,L1,5,",
            "RAW,L2,2,SHELF-1",
            "RAW,L2,3,",
            "RAW,L3,0,SHELF-1",
            "RAW,L4,,SHELF-1",
            "DEV,S1-S3,3,SHELF-1",
            header="Product,Number,Quantity,Location",
        )
        document.action_import()
        lots = self.env["stock.lot"].search([("lot_import_id", "=", document.id)])
        places = dict.fromkeys(lots.mapped("name"), self.shelf.browse())
        places |= {"L1": self.stock} | dict.fromkeys(("S1", "S2", "S3"), self.shelf)
        self.assertEqual({lot.name: lot.location_id for lot in lots}, places)
        lines = self.env["stock.move.line"].search([("lot_id", "in", lots.ids)])
        self.env.flush_all()
        self.env.invalidate_all()
        for records in (lots, lots.quant_ids, lines, lines.move_id):
            computed = [
                field
                for field in records._fields.values()
                if field.store
                and field.compute
                and field.column_type
                # what the user may write stays as it is; a quant that was never counted
                # keeps what Odoo computed of it first
                and (field.readonly or field.name == "location_id")
                and field.name != "inventory_diff_quantity"
            ]
            names = [field.name for field in computed]
            stored = records.read(names, load="")
            for field in computed:
                self.env.add_to_compute(field, records)
            self.assertEqual(records.read(names, load=""), stored)

    def test_lines_are_written_once_when_they_are_done(self):
        document = self.load("RAW,L1,5", "RAW,L2,5", "DEV,S1-S3,3")
        cursor, updates = type(self.env.cr), []

        def execute(cr, query, *args, **kwargs):
            text = str(getattr(query, "code", query))
            if "UPDATE" in text and "stock_move_line" in text:
                updates.append(text)
            return run(cr, query, *args, **kwargs)

        run = cursor.execute
        self.env.flush_all()
        with patch.object(cursor, "execute", execute):
            document.action_import()
            self.env.flush_all()
        self.assertEqual(len(updates), 1, updates)

    def test_nothing_or_all(self):
        document = self.load("RAW,L1,5", "RAW,L2,x")
        with self.assertRaisesRegex(UserError, "Rows of lots.csv with errors: 1"):
            document.action_import()
        self.assertEqual(self.lots(self.product), {})

    def test_valid_rows_only(self):
        document = self.load("RAW,L1,5", "RAW,L2,x")
        document.action_import_valid()
        self.assertEqual(self.lots(self.product), {"L1": 5})
        self.assertEqual((document.state, document.error_count), ("done", 1))

    def test_without_stock(self):
        document = self.load("RAW,L1,5", "DEV,S1,", book_stock=False)
        document.action_import()
        self.assertEqual(self.lots(self.product), {"L1": 0})
        self.assertEqual(self.lots(self.serial_product), {"S1": 0})

    def test_add_to_existing(self):
        self.build.receive((self.product, "L1"), 5)
        lot = self.build.lot(self.product, "L1")
        lot.ref = "old"
        document = self.load(
            "RAW,l1,2,new",
            "RAW,L2,1,new",
            header="Product,Number,Quantity,ref",
            existing_lots="add",
        )
        document.action_import()
        self.assertEqual(self.lots(self.product), {"L1": 7, "L2": 1})
        self.assertEqual((lot.ref, lot.lot_import_id.id), ("old", False))

    def test_update_existing(self):
        self.build.receive((self.product, "L1"), 5)
        document = self.load(
            "RAW,L1,2,new",
            "RAW,L2,1,new",
            header="Product,Number,Quantity,ref",
            existing_lots="update",
        )
        document.action_import()
        self.assertEqual(self.lots(self.product), {"L1": 5, "L2": 1})
        self.assertEqual(self.build.lot(self.product, "L1").ref, "new")

    def test_number_that_came_between_check_and_import(self):
        document = self.load("RAW,L1,5", "RAW,L2,5")
        self.build.lot(self.product, "L2")
        with self.assertRaisesRegex(UserError, "Row 3: L2: somebody has created this"):
            document.action_import()
        self.env.invalidate_all()

    def test_number_that_came_between_when_only_valid_rows_are_wanted(self):
        document = self.load("RAW,L1,5", "RAW,L2,5", "RAW,L3,1", "RAW,L4,x")
        self.build.lot(self.product, "L2")
        document.action_import_valid()
        self.assertEqual(self.lots(self.product), {"L1": 5, "L2": 0, "L3": 1})
        self.assertEqual(list(self.errors(document)), [3, 5])
        self.assertEqual((document.done_count, document.error_count), (2, 2))

    def test_imported_once(self):
        document = self.load("RAW,L1,5")
        document.action_import()
        with self.assertRaisesRegex(UserError, "now in the state “Done”"):
            document.action_import()
        with self.assertRaisesRegex(UserError, "has been started"):
            document.file = False

    # -- in the background ----------------------------------------------
    def start_large(self, *rows, **parameters):
        """Start an import that is "large", in batches of two."""
        values = {"background_from": 1, "batch_size": 2} | parameters
        for name, value in values.items():
            self.env["ir.config_parameter"].set_param(
                f"lot_traceability.import_{name}", str(value)
            )
        document = self.load(*rows)
        document.action_import_valid()
        return document

    def run_cron(self, batches=100):
        """Run the job until its time is over, after so many batches."""
        left = iter([1] * (batches - 1) + [0] * 100)
        job = self.env["lot.import"]
        self.progress = []

        def commit(_self, count, remaining):
            self.env.flush_all()
            self.progress.append((count, remaining))
            return next(left)

        # a test has one transaction
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", commit):
            job.with_user(self.env.ref("base.user_root"))._cron_run()

    def test_large_import_runs_in_the_background(self):
        document = self.start_large("RAW,L1,5", "DEV,D1-D4,4", "DEV,S1,", "DEV,S2,")
        self.assertEqual((document.state, self.lots(self.product)), ("running", {}))
        cron = self.env.ref("lot_traceability.cron_lot_import")
        self.assertTrue(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        )
        self.run_cron()
        self.assertEqual((document.state, document.done_count), ("done", 7))
        # a row is never parted: one, four, two
        self.assertEqual(self.progress[:3], [(1, 6), (4, 2), (2, 0)])
        self.assertEqual(len(self.lots(self.serial_product)), 6)

    def test_goes_on_where_it_was_stopped(self):
        document = self.start_large("RAW,L1,5", "RAW,L2,5", "RAW,L3,5")
        self.run_cron(batches=1)
        self.assertEqual((document.state, document.progress), ("running", 66))
        self.assertEqual(self.lots(self.product), {"L1": 5, "L2": 5})
        self.run_cron()
        self.assertEqual(self.lots(self.product), {"L1": 5, "L2": 5, "L3": 5})
        self.assertEqual(document.state, "done")

    def test_done_when_the_time_ends_with_the_last_batch(self):
        document = self.start_large("RAW,L1,5", "RAW,L2,5", "RAW,L3,5")
        self.run_cron(batches=2)
        self.assertEqual(self.progress, [(2, 1), (1, 0)])
        self.assertEqual(document.state, "done")

    def test_in_the_name_of_the_user(self):
        document = self.start_large("RAW,L1,5", "RAW,L2,5")
        self.run_cron()
        self.assertEqual(document.state, "done")
        lot = self.build.lot(self.product, "L1")
        self.assertEqual(lot.create_uid, self.manager)

    def test_bad_rows_do_not_stop_the_others(self):
        document = self.start_large("RAW,L1,5", "RAW,L2,5", "RAW,L3,5")
        self.build.lot(self.product, "L1")
        self.run_cron()
        self.assertEqual(self.lots(self.product), {"L1": 0, "L2": 5, "L3": 5})
        self.assertIn("somebody has created this", self.errors(document)[2])
        self.assertRecordValues(
            document,
            [{"state": "done", "done_count": 2, "number_count": 2, "error_count": 1}],
        )

    def test_stop_and_go_on(self):
        document = self.start_large("RAW,L1,5", "RAW,L2,5", "RAW,L3,5")
        self.run_cron(batches=1)
        document.action_stop()
        self.run_cron()
        self.assertEqual(document.done_count, 2)
        with self.assertRaisesRegex(UserError, "Stop the import"):
            document.sudo().state = "running"
            document.unlink()
        document.sudo().state = "failed"
        document.action_resume()
        self.run_cron()
        self.assertEqual((document.state, document.done_count), ("done", 3))

    def test_a_failure_is_recorded(self):
        document = self.start_large("RAW,L1,5", "RAW,L2,5")
        # the user has left, and with him the right
        self.manager.group_ids = self.env.ref("base.group_user")
        self.run_cron()
        self.assertEqual(self.lots(self.product), {})
        document = document.sudo()
        self.assertTrue(document.state == "failed" and document.message)

    def test_rows_of_old_imports_are_forgotten(self):
        old, new = self.load("RAW,L1,1"), self.load("RAW,L2,1")
        old.action_import()
        new.action_import()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE lot_import SET write_date = '2020-01-01' WHERE id = %s", [old.id]
        )
        self.env["lot.import"]._gc_rows()
        self.assertEqual([len(old.row_ids), len(new.row_ids)], [0, 1])
        self.assertEqual(old.done_count, 1)

    # -- rights ---------------------------------------------------------
    def test_for_managers(self):
        user = self._create_user("worker", "stock.group_stock_user")
        with self.assertRaises(AccessError):
            self.env["lot.import"].with_user(user).create({})
        with self.assertRaises(AccessError):
            self.load("RAW,L1,1").with_user(user).action_import()

    def test_companies_do_not_see_each_other(self):
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._create_user(
            "stranger", "stock.group_stock_manager", companies=other
        )
        document = self.load("RAW,L1,1")
        for record in (document, document.row_ids):
            self.assertTrue(record.has_access("read"))
            self.assertFalse(record.with_user(stranger).has_access("read"))

    def test_other_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.manager.company_ids += other
        document = self.env["lot.import"].with_user(self.manager)
        document = document.with_context(allowed_company_ids=other.ids)
        document = document.create(
            {"file": self.load("RAW,L1,5").with_context(bin_size=False).file}
        )
        document.action_check()
        document.action_import()
        move = self.env["stock.move"].search([("product_id", "=", self.product.id)])
        self.assertEqual(move.company_id, other)
        self.assertEqual(move.location_dest_id.company_id, other)

    def test_no_query_for_each_row(self):
        few = self.count_queries(10)
        many = self.count_queries(300)
        self.assertLess(many - few, 60)

    def count_queries(self, count):
        rows = [f"RAW,Q{count}-{number:04}X,1" for number in range(count)]
        before = self.env.cr.sql_log_count
        self.load(*rows)
        return self.env.cr.sql_log_count - before
