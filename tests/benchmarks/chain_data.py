"""A supply chain that looks like a real one, written by SQL, the same at each run.

Each made lot has three inputs of its chain: one that leads back to the first lot, one
of any before it, one that is often among a few that go into nearly everything (a hub).
Half of the lots are moved inside the warehouse, nine of ten go to customers, some come
back, some are scrapped, one of a hundred is unbuilt, one of two hundred goes to the
other company, which has chains of its own, too.
"""

INPUTS = 3
SMALL = 100
LINES_PER_LOT = 5.7
SIZES = (1_000, 10_000, 100_000)
# of the small chains, one of so many is the other company's
FOREIGN = 10


def fill(env, lines):
    """Write about ``lines`` move lines.

    :return: ``{number of lots reached: id of the first lot}``
    """
    writer = Writer(env)
    wanted = [size for size in SIZES if size * LINES_PER_LOT < lines * 0.8]
    roots = {size: writer.write(1, size) for size in wanted}
    small = max(int((lines - sum(wanted) * LINES_PER_LOT) / LINES_PER_LOT / SMALL), 10)
    writer.write(small - small // FOREIGN, SMALL)
    writer.write(small // FOREIGN, SMALL, is_foreign=True)
    env.cr.execute("ANALYZE")
    return roots


class Writer:
    def __init__(self, env):
        self.env = env
        self.count = 0
        self.products = env["product.product"].create(
            [
                {"name": f"Real {index}", "is_storable": True, "tracking": "lot"}
                for index in range(20)
            ]
        )
        self.partners = env["res.partner"].create(
            [
                {"name": f"Real {index}", "street": "Street", "city": "Town"}
                for index in range(200)
            ]
        )
        other = env["res.company"].create({"name": "Real, Inc."})
        self.companies = [self._get_places(env.company), self._get_places(other)]
        env.flush_all()
        env.cr.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if env.cr.fetchone()[0]:
            # the rows are right: to look each foreign key up takes most of the time
            env.cr.execute("SET LOCAL session_replication_role = replica")

    def _get_places(self, company):
        env = self.env(context={"allowed_company_ids": company.ids}, su=True)
        warehouse = env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        ) or env["stock.warehouse"].create(
            {"name": company.name, "code": "REAL", "company_id": company.id}
        )
        find = env["stock.location"].search
        shelf = env["stock.location"].create(
            {"name": "Shelf", "location_id": warehouse.lot_stock_id.id}
        )
        own = ("company_id", "=", company.id)
        return {
            "company": company.id,
            "stock": warehouse.lot_stock_id.id,
            "shelf": shelf.id,
            "production": find([("usage", "=", "production"), own], limit=1).id,
            "scrap": find([("usage", "=", "inventory"), own], limit=1).id,
            "customers": env.ref("stock.stock_location_customers").id,
            "vendors": env.ref("stock.stock_location_suppliers").id,
            "transit": env.ref("stock.stock_location_inter_company").id,
            "out_type": warehouse.out_type_id.id,
            "in_type": warehouse.in_type_id.id,
            "make_type": warehouse.manu_type_id.id,
        }

    def write(self, chains, size, is_foreign=False):
        """Write chains of one first lot and ``size`` made ones.

        :return: the first lot of the first chain
        """
        self.count += 1
        self.values = {
            **self.companies[is_foreign],
            **{f"other_{name}": id_ for name, id_ in self.companies[1].items()},
            "prefix": f"R{self.count}",
            "chains": chains,
            "size": size,
            # lots of one chain, the first included
            "step": size + 1,
            "lots": chains * (size + 1),
            "product": self.products[0].id,
            "products": len(self.products),
            "uom": self.products[0].uom_id.id,
            "partner": self.partners[0].id,
            "partners": len(self.partners),
            "inputs": INPUTS,
        }
        self._add_lots()
        self._collect_events()
        self._add_documents()
        self._add_moves()
        self._add_relation()
        self._add_quants()
        self._execute("DROP TABLE bench_event, bench_lot")
        return self.values["lot"]

    def _execute(self, query, **more):
        # of a row of the table, not of psycopg
        self.env.cr.execute(query.replace(" % ", " %% "), {**self.values, **more})

    def _reserve(self, table, count):
        """Take a block of ids."""
        sequence = f"{table}_id_seq"
        self.env.cr.execute("SELECT nextval(%s)", [sequence])
        (first,) = self.env.cr.fetchone()
        self.env.cr.execute("SELECT setval(%s, %s)", [sequence, first + count])
        return first

    def _count(self, kind):
        self.env.cr.execute(
            "SELECT count(*) FROM bench_event WHERE kind = ANY(%s)", [list(kind)]
        )
        return self.env.cr.fetchone()[0]

    # -- lots ------------------------------------------------------------------
    def _add_lots(self):
        self.values["lot"] = self._reserve("stock_lot", self.values["lots"])
        # the later in its chain, the later it is made: a third of a day between two
        self._execute(
            """CREATE TEMP TABLE bench_lot AS
            SELECT n, n / %(step)s AS chain, n % %(step)s AS i, %(lot)s + n AS id,
                %(product)s + CASE WHEN n % %(step)s = 0 THEN 0
                    ELSE 1 + n % (%(products)s - 1) END AS product,
                '2024-01-01'::timestamp
                    + (n % %(step)s) * interval '365 days' / %(step)s AS made
            FROM generate_series(0, %(lots)s - 1) n"""
        )
        self._execute("ANALYZE bench_lot")
        self._execute(
            """INSERT INTO stock_lot (id, name, number_key, product_id, company_id,
                create_date)
            SELECT id, %(prefix)s || '-' || n, lower(%(prefix)s || '-' || n), product,
                %(company)s, made
            FROM bench_lot"""
        )

    # -- events ----------------------------------------------------------------
    def _collect_events(self):
        """What happens to the lots: one row for each move with its line."""
        self._execute(
            """CREATE TEMP TABLE bench_event AS
            SELECT row_number() OVER (ORDER BY date, kind, lot) - 1 AS e, event.*
            FROM (
                SELECT 'received' AS kind, id AS lot, n AS by, product, made AS date,
                    100000 AS quantity, %(vendors)s AS source, %(stock)s AS dest
                FROM bench_lot WHERE i = 0
                UNION ALL
                SELECT 'made', id, n, product, made, 1000,
                    %(production)s, %(stock)s
                FROM bench_lot WHERE i > 0
                UNION ALL
                SELECT 'used', input.id, made.n, input.product, made.made, 1,
                    %(stock)s, %(production)s
                FROM bench_lot made
                CROSS JOIN generate_series(1, %(inputs)s) number
                JOIN bench_lot input ON input.n = made.chain * %(step)s + CASE
                    WHEN number = 1 THEN (made.i - 1) / 3
                    WHEN number = 2 THEN (made.i * 7919::bigint % 104729) % made.i
                    WHEN made.i % 5 = 0 THEN made.i / 5 % least(10, made.i)
                    ELSE (made.i * 15485863::bigint % 32452843) % made.i END
                WHERE made.i > 0
                UNION ALL
                SELECT 'moved', id, n, product, made + interval '1 hour', 500,
                    %(stock)s, %(shelf)s
                FROM bench_lot WHERE n % 2 = 0
                UNION ALL
                SELECT 'shipped', id, n, product, made + interval '400 days', 10,
                    %(stock)s, %(customers)s
                FROM bench_lot WHERE i > %(size)s / 10
                UNION ALL
                SELECT 'returned', id, n, product, made + interval '410 days', 10,
                    %(customers)s, %(stock)s
                FROM bench_lot WHERE i > %(size)s / 10 AND n % 33 = 1
                UNION ALL
                SELECT 'scrapped', id, n, product, made + interval '420 days', 1,
                    %(stock)s, %(scrap)s
                FROM bench_lot WHERE n % 50 = 2
                UNION ALL
                SELECT 'unbuilt', id, n, product, made + interval '20 days', 1,
                    %(stock)s, %(production)s
                FROM bench_lot WHERE i > %(size)s / 3 AND n % 66 = 5
                UNION ALL
                SELECT 'sent', id, n, product, made + interval '430 days', 5,
                    %(stock)s, %(transit)s
                FROM bench_lot
                WHERE n % 200 = 7 AND %(company)s <> %(other_company)s
            ) event"""
        )
        self._execute("CREATE INDEX ON bench_event (kind, by)")
        self._execute("ANALYZE bench_event")
        first = self._get_last("e") + 1
        # what an unbuild gives back is what went in
        self._execute(
            """INSERT INTO bench_event
            SELECT %(first)s + row_number() OVER (ORDER BY used.e) - 1, 'recovered',
                used.lot, used.by, used.product, unbuilt.date, used.quantity,
                %(production)s, %(stock)s
            FROM bench_event unbuilt
            JOIN bench_event used ON used.by = unbuilt.by AND used.kind = 'used'
            WHERE unbuilt.kind = 'unbuilt'""",
            first=first,
        )
        self._add_copies()

    def _add_copies(self):
        """The other company keeps lots of its own for what it was sent."""
        count = self._count(["sent"])
        if not count:
            return
        copies = self._reserve("stock_lot", count)
        self._execute(
            """CREATE TEMP TABLE bench_copy AS
            SELECT %(copies)s + row_number() OVER (ORDER BY e) - 1 AS id, sent.*
            FROM bench_event sent WHERE kind = 'sent'""",
            copies=copies,
        )
        self._execute(
            """INSERT INTO stock_lot (id, name, number_key, product_id, company_id,
                create_date, origin_lot_id)
            SELECT id, %(prefix)s || '-' || by, lower(%(prefix)s || '-' || by), product,
                %(other_company)s, date, lot
            FROM bench_copy"""
        )
        self._execute(
            """INSERT INTO bench_event
            SELECT %(first)s + row_number() OVER (ORDER BY e) - 1, 'arrived', id, by,
                product, date + interval '1 day', quantity, %(transit)s, %(other_stock)s
            FROM bench_copy""",
            first=self._get_last("e") + 1,
        )
        self._execute("DROP TABLE bench_copy")

    def _get_last(self, column):
        self.env.cr.execute(f"SELECT max({column}) FROM bench_event")
        return self.env.cr.fetchone()[0]

    # -- documents -------------------------------------------------------------
    def _add_documents(self):
        kinds = ("received", "shipped", "returned", "sent", "arrived")
        self._execute("ALTER TABLE bench_event ADD COLUMN picking int")
        self._execute(
            """UPDATE bench_event SET picking = %(pickings)s + numbered.number
            FROM (SELECT e, row_number() OVER (ORDER BY e) - 1 AS number
                FROM bench_event WHERE kind = ANY(%(kinds)s)) numbered
            WHERE numbered.e = bench_event.e""",
            pickings=self._reserve("stock_picking", self._count(kinds)),
            kinds=list(kinds),
        )
        self._execute(
            """INSERT INTO stock_picking (id, name, state, picking_type_id, partner_id,
                location_id, location_dest_id, company_id, date_done, scheduled_date,
                move_type)
            SELECT picking, %(prefix)s || '/PICK/' || e, 'done',
                CASE kind WHEN 'arrived' THEN %(other_in_type)s
                    WHEN 'received' THEN %(in_type)s WHEN 'returned' THEN %(in_type)s
                    ELSE %(out_type)s END,
                %(partner)s + by % %(partners)s, source, dest,
                CASE kind WHEN 'arrived' THEN %(other_company)s ELSE %(company)s END,
                date, date, 'direct'
            FROM bench_event WHERE picking IS NOT NULL"""
        )
        self.values["orders"] = self._reserve("mrp_production", self.values["lots"])
        self._execute(
            """INSERT INTO mrp_production (id, name, state, product_id, product_uom_id,
                product_qty, qty_producing, picking_type_id, location_src_id,
                location_dest_id, company_id, consumption, date_start, date_finished)
            SELECT %(orders)s + by, %(prefix)s || '/MO/' || by, 'done', product,
                %(uom)s, quantity, quantity, %(make_type)s, %(stock)s, %(stock)s,
                %(company)s, 'flexible', date, date
            FROM bench_event WHERE kind = 'made'"""
        )
        self.values["unbuilds"] = self._reserve("mrp_unbuild", self.values["lots"])
        self._execute(
            """INSERT INTO mrp_unbuild (id, name, state, product_id, product_uom_id,
                product_qty, company_id, location_id, location_dest_id, lot_id)
            SELECT %(unbuilds)s + by, %(prefix)s || '/UB/' || by, 'done', product,
                %(uom)s, quantity, %(company)s, %(stock)s, %(stock)s, lot
            FROM bench_event WHERE kind = 'unbuilt'"""
        )

    # -- moves -----------------------------------------------------------------
    def _add_moves(self):
        count = self._get_last("e") + 1
        self.values["moves"] = self._reserve("stock_move", count)
        self.values["lines"] = self._reserve("stock_move_line", count)
        self._execute(
            """INSERT INTO stock_move (id, product_id, product_uom, product_uom_qty,
                quantity, location_id, location_dest_id, company_id, state, date,
                procure_method, reference, picked, picking_id, picking_type_id,
                production_id, raw_material_production_id, unbuild_id,
                origin_returned_move_id)
            SELECT %(moves)s + e, product, %(uom)s, quantity, quantity, source, dest,
                CASE kind WHEN 'arrived' THEN %(other_company)s ELSE %(company)s END,
                'done', date, 'make_to_stock',
                %(prefix)s || CASE WHEN kind IN ('made', 'used') THEN '/MO/' || by
                    WHEN kind IN ('unbuilt', 'recovered') THEN '/UB/' || by
                    ELSE '/PICK/' || e END,
                TRUE, picking,
                CASE WHEN kind IN ('shipped', 'sent') THEN %(out_type)s
                    WHEN kind IN ('received', 'returned') THEN %(in_type)s
                    WHEN kind IN ('made', 'used') THEN %(make_type)s
                    WHEN kind = 'arrived' THEN %(other_in_type)s END,
                CASE WHEN kind = 'made' THEN %(orders)s + by END,
                CASE WHEN kind = 'used' THEN %(orders)s + by END,
                CASE WHEN kind IN ('unbuilt', 'recovered') THEN %(unbuilds)s + by END,
                CASE WHEN kind = 'returned' THEN %(moves)s + (SELECT shipped.e
                    FROM bench_event shipped
                    WHERE shipped.kind = 'shipped' AND shipped.by = event.by) END
            FROM bench_event event ORDER BY e"""
        )
        self._execute(
            """INSERT INTO stock_move_line (id, move_id, product_id, product_uom_id,
                quantity, quantity_product_uom, lot_id, location_id, location_dest_id,
                company_id, state, date, picking_id, picked)
            SELECT %(lines)s + e, %(moves)s + e, product, %(uom)s, quantity, quantity,
                lot, source, dest,
                CASE kind WHEN 'arrived' THEN %(other_company)s ELSE %(company)s END,
                'done', date, picking, TRUE
            FROM bench_event ORDER BY e"""
        )

    def _add_relation(self):
        """As Odoo writes it, whose columns are named the wrong way round; an unbuild
        has it, too."""
        self._execute(
            """INSERT INTO stock_move_line_consume_rel
                (consume_line_id, produce_line_id)
            SELECT %(lines)s + came.e, %(lines)s + went.e
            FROM bench_event came JOIN bench_event went ON went.by = came.by
                AND (came.kind, went.kind) IN
                    (('made', 'used'), ('recovered', 'unbuilt'))"""
        )

    def _add_quants(self):
        self._execute(
            """INSERT INTO stock_quant (product_id, lot_id, location_id, company_id,
                quantity, reserved_quantity, in_date)
            SELECT product, lot, place.id, location.company_id, sum(place.quantity), 0,
                min(date)
            FROM bench_event
            CROSS JOIN LATERAL (VALUES (source, -quantity), (dest, quantity))
                place(id, quantity)
            JOIN stock_location location ON location.id = place.id
                AND location.usage IN ('internal', 'transit')
            GROUP BY product, lot, place.id, location.company_id
            HAVING sum(place.quantity) <> 0"""
        )
