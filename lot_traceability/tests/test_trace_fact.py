from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from ..documents.kde_file import KdeRows
from ..documents.trace_document import TraceDocument
from ..evidence import checking, facts
from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestTraceFact(LotTraceCase):
    """What happened is told as everything was called when it happened."""

    def setUp(self):
        super().setUp()
        self.customer.write(
            {"name": "Old Shop", "street": "1 Main St", "city": "Ames", "zip": "50010"}
        )
        self.lot = self.build.lot(self.product, "F-1", supplier_number="SUP-9")
        self.receipt = self.build.receive(self.lot, 10, self.vendor)
        self.delivery = self.build.deliver(self.lot, 4, self.customer)

    def get_facts(self, lot=None):
        domain = [("lot_ref", "=", (lot or self.lot).id)]
        return self.env["lot.trace.fact"].search(domain, order="id")

    def test_renaming_rewrites_nothing(self):
        receipt, shipment = self.get_facts()
        self.assertEqual((receipt.kind, shipment.kind), ("receipt", "shipment"))
        self.assertEqual(receipt.party["name"], "Vendor")
        self.assertEqual(receipt.supplier_number, "SUP-9")
        self.assertEqual((shipment.quantity, shipment.uom_name), (4, "Units"))
        self.assertEqual(shipment.document_name, self.delivery.name)
        self.assertIn("1 Main St, Ames", shipment.party_text)
        self.customer.write({"name": "New Shop", "street": "2 Side St"})
        self.product.name = "Renamed"
        document = TraceDocument(self.lot, "XLSX")
        shipped = [row for row in document.movements if row["partner"]][-1]
        self.assertEqual((shipped["partner"], shipped["product"]), ("Old Shop", "Raw"))
        (row,) = document.downstream["deliveries"]
        found = (row["partner"], row["product"], row["uom"])
        self.assertEqual(found, ("Old Shop", "Raw", "Units"))
        (row,) = document.upstream["receipts"]
        self.assertEqual((row["partner"], row["product"]), ("Vendor", "Raw"))
        (row,) = KdeRows(document).get_rows()["Shipping"]
        self.assertIn("Old Shop", row)
        self.assertIn("1 Main St", row)
        self.assertIn("Raw", row)
        self.assertNotIn("2 Side St", row)

    def test_a_correction_is_a_new_row(self):
        shipment = self.get_facts()[-1]
        line = self.delivery.move_line_ids
        line.write({"quantity": 3, "correction_reason": "Counted again"})
        old, new = self.get_facts()[-2:]
        self.assertEqual((old, old.quantity), (shipment, 4))
        self.assertEqual((new.quantity, new.corrects_ref), (3, shipment.id))
        self.assertEqual(new.reason, "Counted again")
        # the list shows what is valid now, and the older one is told apart
        self.assertEqual((old | new).mapped("is_replaced"), [True, False])
        for is_replaced, found in ((True, old), (False, new)):
            domain = [("is_replaced", "=", is_replaced), ("id", "in", (old | new).ids)]
            self.assertEqual(old.search(domain), found)
        entry = self.env["lot.trace.log"].search(
            [("kind", "=", "done_line"), ("lot_id", "=", self.lot.id)]
        )
        self.assertEqual(len(entry), 1)
        self.assertIn("4 Units of F-1", entry.old_value)
        self.assertIn("3 Units of F-1", entry.new_value)
        self.assertEqual(entry.reason, "Counted again")

    def test_kinds(self):
        self.build.return_picking(self.delivery, {self.product: 1})
        self.build.move(self.lot, 1, self.build.stock, self.build.location("Shelf"))
        self.env["stock.scrap"].create(
            {
                "product_id": self.product.id,
                "lot_id": self.lot.id,
                "scrap_qty": 1,
                "location_id": self.build.stock.id,
            }
        ).action_validate()
        quant = self.lot.quant_ids.filtered(
            lambda quant: quant.location_id == self.build.stock
        )
        quant.with_context(inventory_mode=True).inventory_quantity = 2
        quant.action_apply_inventory()
        self.lot.action_hold("Smells")
        kinds = self.get_facts().mapped("kind")
        self.assertEqual(
            kinds,
            [
                *("receipt", "shipment", "return_in", "scrap", "counted_out"),
                "hold",
            ],
        )
        count = self.env["lot.trace.log"].search(
            [("kind", "=", "count"), ("lot_id", "=", self.lot.id)]
        )
        self.assertEqual((count.old_value, count.new_value[:2]), ("5", "2 "))

    def test_only_added(self):
        fact = self.get_facts()[:1]
        for attempt in (
            lambda: fact.write({"lot_name": "x"}),
            lambda: fact.sudo().unlink(),
            lambda: fact.sudo().create({"kind": "scrap"}),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_sealed_by_the_log(self):
        """Whoever changes, takes out or puts in a fact past Odoo is found."""
        company, receipt = self.env.company, self.get_facts()[0]
        self.assertIsNone(checking.verify(company).problem)
        seal = self.env["lot.trace.log"].search([("kind", "=", "facts")], limit=1)
        self.assertEqual(seal.res_id, self.get_facts()[-1].id)
        # nothing new, nothing sealed; what comes later has a seal of its own
        checking.verify(company)
        self.build.deliver(self.lot, 1, self.customer)
        last = self.get_facts()[-1]
        self.assertIsNone(checking.verify(company).problem)
        seals = self.env["lot.trace.log"].search([("kind", "=", "facts")], limit=2)
        self.assertEqual(seals.mapped("res_id"), [last.id, seal.res_id])
        number = seal.number
        for change in (
            "UPDATE lot_trace_fact SET quantity = 11 WHERE id = %s",
            "UPDATE lot_trace_fact SET party = NULL WHERE id = %s",
            "DELETE FROM lot_trace_fact WHERE id = %s",
        ):
            with self.env.cr.savepoint() as savepoint:
                self.env.cr.execute(SQL(change, receipt.id))
                problem = checking.verify(company).problem
                self.assertEqual(problem, (checking.FACTS, number))
                self.assertIn(str(number), checking.tell_problem(self.env, problem))
                savepoint.rollback()
        self.env.invalidate_all()
        self.assertIsNone(checking.verify(company).problem)

    def test_what_was_done_before(self):
        """Written down by the scheduler, and marked."""
        lines = (self.receipt.move_line_ids | self.delivery.move_line_ids).ids
        self.env.cr.execute(
            "DELETE FROM lot_trace_fact WHERE line_ref = ANY(%s)", [lines]
        )
        self.env.invalidate_all()
        before = min(lines) - 1
        self.assertEqual(facts.get_missing(self.env, before, 100)[:2], sorted(lines))
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("lot_traceability.facts_filled_to", str(before))
        with self.enter_registry_test_mode():
            self.env.ref("lot_traceability.cron_write_facts").method_direct_trigger()
        found = self.get_facts()
        self.assertEqual(found.mapped("kind"), ["receipt", "shipment"])
        self.assertEqual(found.mapped("is_later"), [True, True])
        self.assertFalse(facts.get_missing(self.env, before, 100))

    def test_any_text_is_kept(self):
        name = 'Salt\t"A"\\N\nC:\\new, 5\r%s é'
        self.product.name = self.customer.name = name
        lot = self.build.lot(self.product, "T-1")
        self.build.receive(lot, 10, self.vendor)
        self.build.deliver(lot, 4, self.customer)
        told = self.get_facts(lot)
        self.assertEqual(told.mapped("product_name"), [name, name])
        self.assertEqual([fact.details["product"]["name"] for fact in told], [name] * 2)
        self.assertEqual(told[1].party["name"], self.customer.display_name)
        # what there is not is nothing, and not an empty text
        self.env.cr.execute(
            "SELECT package_name FROM lot_trace_fact WHERE id = ANY(%s)", [told.ids]
        )
        self.assertEqual(self.env.cr.fetchall(), [(None,)] * 2)

    def test_cost(self):
        """Read in one query and copied in, however many lines."""
        lots = [self.build.lot(self.product, f"C-{number}") for number in range(50)]
        lines = self.env["stock.move.line"]
        for lot in lots:
            lines |= self.build.receive(lot, 1, self.vendor).move_line_ids
        self.env.flush_all()
        facts.freeze(lines)
        with self.assertQueryCount(1):
            facts.freeze(lines)
