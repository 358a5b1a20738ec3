"""A supply chain of a given size, written by SQL, the same at each run.

One raw lot each for 1,000, 10,000 and 100,000 lots reached (as far as they fit): it
went into a hundredth as many intermediate lots, each of those into finished lots, and
each finished lot to a customer. The rest are such chains of a hundred lots.
"""

LINES_PER_LOT = 3
CHAIN = 100


def fill(env, lines):
    """Write about ``lines`` move lines.

    :return: ``{number of lots reached: id of the raw lot}``
    """
    writer = Writer(env)
    wanted = [size for size in (1_000, 10_000, 100_000) if size * 4 < lines * 1.5]
    roots = {size: writer.add_chain(size) for size in wanted}
    left = lines - sum(wanted) * LINES_PER_LOT
    writer.add_chains(left // (CHAIN * LINES_PER_LOT))
    env.cr.execute("ANALYZE")
    return roots


class Writer:
    def __init__(self, env):
        self.env = env
        warehouse = env["stock.warehouse"].search([], limit=1)
        products = env["product.product"].create(
            [
                {"name": name, "is_storable": True, "tracking": "lot"}
                for name in ("Bench Raw", "Bench Semi", "Bench Final")
            ]
        )
        partners = env["res.partner"].create(
            [{"name": f"Bench {index}"} for index in range(200)]
        )
        production = env["stock.location"].search(
            [("usage", "=", "production")], limit=1
        )
        env.flush_all()
        self.values = {
            "raw": products[0].id,
            "semi": products[1].id,
            "final": products[2].id,
            "uom": products[0].uom_id.id,
            "stock": warehouse.lot_stock_id.id,
            "production": production.id,
            "customers": env.ref("stock.stock_location_customers").id,
            "company": env.company.id,
            "out_type": warehouse.out_type_id.id,
            "partner": partners[0].id,
            "partners": len(partners),
        }
        self.count = 0

    def add_chain(self, size):
        """One raw lot from which ``size`` lots are reached."""
        semis = max(size // CHAIN, 1)
        return self._write(1, semis, size - semis)

    def add_chains(self, count):
        """Many small ones, at once."""
        self._write(count, count, count * (CHAIN - 1))

    def _write(self, raws, semis, finals):
        values = {**self.values, "prefix": f"B{self.count}"}
        self.count += 1
        first = {}
        for name, count in (("raw", raws), ("semi", semis), ("final", finals)):
            first[name] = self._add_lots(name, count, values)
        self._make("raw", raws, "semi", semis, first, values)
        self._make("semi", semis, "final", finals, first, values)
        self._deliver(finals, first, values)
        return first["raw"]

    def _execute(self, query, values):
        cr = self.env.cr
        cr.execute(query, values)
        if cr.description:
            return cr.fetchone()
        # or the foreign keys of the next rows are looked up row by row
        cr.execute("ANALYZE stock_lot, stock_move, stock_move_line, stock_picking")
        return None

    def _reserve(self, table, count):
        """Take a block of ids."""
        name = f"{table}_id_seq"
        (first,) = self._execute("SELECT nextval(%(name)s)", {"name": name})
        self._execute(
            "SELECT setval(%(name)s, %(last)s)", {"name": name, "last": first + count}
        )
        return first

    def _add_lots(self, kind, count, values):
        first = self._reserve("stock_lot", count)
        # without the addon there is no such column
        has_key = "number_key" in self.env["stock.lot"]._fields
        column, key = (
            (", number_key", ", lower(%(name)s || i)") if has_key else ("", "")
        )
        self._execute(
            f"""INSERT INTO stock_lot (id, name, product_id{column})
            SELECT %(first)s + i, %(name)s || i, %(product)s{key}
            FROM generate_series(0, %(count)s - 1) i""",
            {
                "first": first,
                "count": count,
                "name": f"{values['prefix']}-{kind}-",
                "product": values[kind],
            },
        )
        return first

    def _make(self, source, sources, target, targets, first, values):
        """Each target lot out of one source lot, day after day."""
        moves = self._reserve("stock_move", targets * 2)
        lines = self._reserve("stock_move_line", targets * 2)
        values = {
            **values,
            "moves": moves,
            "lines": lines,
            "count": targets,
            "sources": sources,
            "source": first[source],
            "target": first[target],
            "product_out": values[source],
            "product_in": values[target],
            "base": "2025-01-01" if target == "semi" else "2025-03-01",
        }
        self._add_moves(values, "stock", "production", "product_out", 0)
        self._add_moves(values, "production", "stock", "product_in", targets)
        self._add_lines(
            values,
            "stock",
            "production",
            "product_out",
            0,
            "source",
            "i %% %(sources)s",
        )
        self._add_lines(
            values, "production", "stock", "product_in", targets, "target", "i"
        )
        self._execute(
            """INSERT INTO stock_move_line_consume_rel
                (consume_line_id, produce_line_id)
            SELECT %(lines)s + %(count)s + i, %(lines)s + i
            FROM generate_series(0, %(count)s - 1) i""",
            values,
        )

    def _deliver(self, count, first, values):
        pickings = self._reserve("stock_picking", count)
        values = {
            **values,
            "pickings": pickings,
            "moves": self._reserve("stock_move", count),
            "lines": self._reserve("stock_move_line", count),
            "count": count,
            "target": first["final"],
            "base": "2025-06-01",
        }
        self._execute(
            """INSERT INTO stock_picking (id, name, state, picking_type_id, partner_id,
                location_id, location_dest_id, company_id, date_done, move_type)
            SELECT %(pickings)s + i, %(prefix)s || '/OUT/' || i, 'done', %(out_type)s,
                %(partner)s + i %% %(partners)s, %(stock)s, %(customers)s, %(company)s,
                %(base)s::timestamp, 'direct'
            FROM generate_series(0, %(count)s - 1) i""",
            values,
        )
        self._add_moves(values, "stock", "customers", "final", 0, with_picking=True)
        self._add_lines(
            values, "stock", "customers", "final", 0, "target", "i", with_picking=True
        )

    def _add_moves(self, values, source, dest, product, offset, with_picking=False):
        picking = "%(pickings)s + i" if with_picking else "NULL"
        type_ = "%(out_type)s" if with_picking else "NULL::int"
        self._execute(
            f"""INSERT INTO stock_move (id, product_id, product_uom, product_uom_qty,
                quantity, location_id, location_dest_id, company_id, state, date,
                procure_method, reference, picking_id, picking_type_id)
            SELECT %(moves)s + {offset} + i, %({product})s, %(uom)s, 1, 1,
                %({source})s, %({dest})s, %(company)s, 'done',
                %(base)s::timestamp + i %% 50 * interval '1 day', 'make_to_stock',
                %(prefix)s || '/' || i, {picking}, {type_}
            FROM generate_series(0, %(count)s - 1) i""",
            values,
        )

    def _add_lines(
        self, values, source, dest, product, offset, lot, index, with_picking=False
    ):
        picking = "%(pickings)s + i" if with_picking else "NULL"
        self._execute(
            f"""INSERT INTO stock_move_line (id, move_id, product_id, product_uom_id,
                quantity, quantity_product_uom, lot_id, location_id, location_dest_id,
                company_id, state, date, picking_id, picked)
            SELECT %(lines)s + {offset} + i, %(moves)s + {offset} + i, %({product})s,
                %(uom)s, 1, 1, %({lot})s + {index}, %({source})s, %({dest})s,
                %(company)s, 'done',
                %(base)s::timestamp + i %% 50 * interval '1 day', {picking}, TRUE
            FROM generate_series(0, %(count)s - 1) i""",
            values,
        )
