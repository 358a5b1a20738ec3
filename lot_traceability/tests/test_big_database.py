from unittest.mock import patch

from odoo import models
from odoo.tests import tagged

from ..adoption import big_database
from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestBigDatabase(LotTraceCase):
    """What is done before the installation is what the installation would do."""

    def test_columns_are_those_of_the_fields(self):
        tables = {model._table: model for model in self.env.values() if model._auto}
        for table, columns in big_database.COLUMNS.items():
            for name, kind in columns.items():
                with self.subTest(f"{table}.{name}"):
                    field = tables[table]._fields[name]
                    known, *rest = kind.split(" NOT NULL DEFAULT ")
                    self.assertEqual(field.column_type[0], known)
                    # the default of a field is not set in a column that is there
                    self.assertEqual(bool(field.default), bool(rest))
                    self.assertEqual(field.required, bool(rest))

    def test_indexes_of_done_lines_are_made_before(self):
        ours = [
            index
            for index in type(self.env["stock.move.line"])._table_objects.values()
            if isinstance(index, models.Index) and index._module == "lot_traceability"
        ]
        self.assertTrue(ours)
        for index in ours:
            name = index.full_name(self.env["stock.move.line"])
            made = big_database.INDEXES[name].code
            clause = " ".join(index.get_definition(self.registry).split()[1:])
            self.assertIn(clause, " ".join(made.split()))

    def test_numbers_are_read_alike(self):
        """With doubles of which the first has the key, in batches, again and again."""
        lots = self.env["stock.lot"]
        for name in ("Ab 1", "AB-2", "X", "Y"):
            lots |= self.build.lot(self.product, name)
        # core knows no other spelling of the same number
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_lot SET name = 'ab 1' WHERE id = %s", [lots[3].id]
        )
        self.env.cr.execute(
            "UPDATE stock_lot SET number_key = NULL, number_scope_key = NULL "
            "WHERE id = ANY(%s)",
            [lots.ids],
        )
        self.env.invalidate_all()
        with patch.object(self.env.cr, "commit", lambda: None):
            self.assertEqual(big_database.read_numbers(self.env.cr, batch=3), 4)
            self.assertEqual(big_database.read_numbers(self.env.cr), 0)
        before = self.read_keys(lots)
        self.assertTrue(before[lots[0].id][1])
        self.assertFalse(before[lots[3].id][1])
        self.env["lot.number"]._rebuild(lots.ids)
        self.assertEqual(self.read_keys(lots), before)

    def read_keys(self, lots):
        self.env.cr.execute(
            "SELECT id, number_key, number_scope_key FROM stock_lot WHERE id = ANY(%s)",
            [lots.ids],
        )
        return {row[0]: row[1:] for row in self.env.cr.fetchall()}
