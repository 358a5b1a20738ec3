from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.lot_traceability.documents.export import get_content
from odoo.addons.lot_traceability.trace import statements

from .common import SupplyChainCase


@tagged("post_install", "-at_install")
class TestTraceCounts(SupplyChainCase):
    """What Odoo's own fields say of a lot is what its trace says, by one walk."""

    FIELDS = (
        *("delivery_count", "delivery_ids", "partner_ids", "trace_downstream_count"),
        *("trace_customer_count", "trace_customer_ids"),
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        build = cls.build
        cls.final, cls.other = build.product("Final"), build.partner("Second Customer")
        for name in ("R1", "R2"):
            build.receive((cls.product, name), 9, cls.vendor, at="2026-01-01")
        cls.raw, cls.late = (build.lot(cls.product, name) for name in ("R1", "R2"))
        order = build.produce(cls.final, {"F1": 2}, {cls.raw: 2}, at="2026-01-02")
        cls.made = build.lot(cls.final, "F1")
        cls.shipped = build.deliver(cls.made, 1, cls.customer, at="2026-01-03")
        build.return_picking(cls.shipped, at="2026-01-04")
        # more of the same lot, out of another one
        build.produce(cls.final, {"F1": 1}, {cls.late: 1}, at="2026-01-05")
        cls.last = build.deliver(cls.made, 1, cls.other, at="2026-01-06")
        build.unbuild(order, 1, cls.made, at="2026-01-07")
        # what goes back to a vendor is no delivery
        build.transfer(
            {cls.late: 1},
            build.warehouse.out_type_id,
            build.stock,
            build.suppliers,
            partner=cls.vendor,
            at="2026-01-08",
        )

    def test_as_the_trace_says(self):
        for lot in (self.raw, self.late, self.made):
            trace = lot.trace_downstream(["lots", "deliveries"])
            rows = trace["deliveries"]
            self.assertEqual(
                set(lot.delivery_ids.ids),
                {row["picking_id"] for row in rows if row["picking_id"]},
                lot.name,
            )
            self.assertEqual(lot.delivery_count, len(lot.delivery_ids))
            self.assertEqual(
                set(lot.partner_ids.ids), {row["partner_id"] for row in rows}
            )
            self.assertEqual(lot.trace_downstream_count, len(trace["lots"]) - 1)

    def test_time_and_returns(self):
        """Case 8: what was made later is not in what was delivered before."""
        self.assertEqual(self.raw.delivery_ids, self.shipped | self.last)
        self.assertEqual(self.raw.partner_ids[0], self.other)
        self.assertNotIn(self.shipped, self.late.delivery_ids)
        self.assertNotIn(self.customer, self.late.partner_ids)

    def test_one_walk_for_all(self):
        lots = self.raw | self.late | self.made
        self.env.invalidate_all()
        with self.count_walks() as walked:
            together = lots.read(self.FIELDS)
        self.assertEqual(walked, ["downstream"])
        alone = []
        for lot in lots:
            self.env.invalidate_all()
            alone += lot.read(self.FIELDS)
        self.assertEqual(together, alone)

    def test_as_other_addons_ask(self):
        lots = self.raw | self.made
        expected = {lot.id: set(lot.delivery_ids.ids) for lot in lots}
        for method in (
            lots._find_delivery_ids_by_lot,
            lots._find_delivery_ids_by_lot_iterative,
        ):
            found = {lot: set(ids) for lot, ids in method().items()}
            self.assertEqual(found, expected)

    def test_no_query_per_row(self):
        """Neither for a row of a list nor for a lot in an export."""
        small, large = (self._make_chain(f"C{count}", count) for count in (2, 7))
        asked = {
            "list": lambda lots: lots.read(self.FIELDS),
            "form": lambda lots: lots[0].read(self.FIELDS),
            "page": lambda lots: lots[0].trace_downstream(),
            **{
                name: lambda lots, name=name: get_content(lots[0], name)
                for name in ("epcis", "fsma", "xlsx")
            },
        }
        for name, ask in asked.items():
            counts = []
            for lots in (small, small, large):
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                ask(lots)
                counts.append(self.env.cr.sql_log_count - before)
            # the first one fills caches
            self.assertLessEqual(counts[2], counts[1] + 2, (name, counts))

        # together they have too many links for one trace, alone they have not
        raw = small[0] | large[0]
        expected = raw.read(self.FIELDS)
        self.env["ir.config_parameter"].set_param("lot_traceability.trace_limit", "7")
        self.env.invalidate_all()
        self.assertEqual(raw.read(self.FIELDS), expected)
        self._check_plans(raw)

    def _check_plans(self, lots):
        """They stay for the next walk on the connection, a few of them; those of walks
        that were refused, too."""

        def get_names():
            self.env.cr.execute(
                "SELECT name FROM pg_prepared_statements WHERE name LIKE 'lot_trace_%'"
            )
            return {name for (name,) in self.env.cr.fetchall()}

        self.env.invalidate_all()
        lots.read(self.FIELDS)
        kept = get_names()
        self.env.invalidate_all()
        lots.read(self.FIELDS)
        self.assertEqual(get_names(), kept)
        self.assertTrue(kept)
        first = None
        for number in range(statements.MOST_KEPT + 3):
            query, in_use = SQL("SELECT $1 + %s", number), [first] if first else []
            name = statements.get_statement(self.env.cr, ("int",), query, in_use)
            first = first or name
            answer = self.env.execute_query(SQL("EXECUTE %s(40)", SQL.identifier(name)))
            self.assertEqual(answer, [(40 + number,)])
            self.assertLessEqual(len(get_names()), statements.MOST_KEPT)
            # the one that is still needed stays
            self.assertIn(first, get_names())
        # what was let go is prepared again
        expected = lots.read(self.FIELDS)
        self.env.invalidate_all()
        self.assertEqual(lots.read(self.FIELDS), expected)

    def test_unbuilds_are_found_by_their_own_index(self):
        """A plan that looks at each move that went into production is a slow trace."""
        name = "stock_move_of_unbuild_idx"
        self.env.cr.execute("SELECT 1 FROM pg_indexes WHERE indexname = %s", [name])
        self.assertTrue(self.env.cr.fetchone())

    def _make_chain(self, name, count):
        """A lot, and what was made of it and delivered, a picking each."""
        self.build.receive((self.product, name), count, self.vendor, at="2026-02-01")
        lots = raw = self.build.lot(self.product, name)
        for index in range(count):
            number = f"{name}-{index}"
            self.build.produce(self.final, {number: 1}, {raw: 1}, at="2026-02-02")
            made = self.build.lot(self.final, number)
            self.build.deliver(made, 1, self.customer, at="2026-02-03")
            lots |= made
        return lots
