"""Other addons for the same database: names they take are not ours to take."""

from odoo.tests import TransactionCase, tagged

# fields that addons of the OCA, or coming versions of Odoo, have on these models
TAKEN = {
    "stock.lot": {"locked", "active", "is_archived", "production_date"},
    "stock.move": {"restrict_lot_id", "allow_locked"},
    "stock.move.line": {"restrict_lot_id", "allow_locked", "production_date"},
    "stock.location": {"allow_locked"},
    "stock.scrap": {"reason_code_id"},
    "product.category": {"lot_default_locked"},
    "product.template": {"lot_default_locked", "lot_sequence_padding"},
    "product.product": {"lot_default_locked", "lot_sequence_padding"},
}


@tagged("post_install", "-at_install")
class TestCoexistence(TransactionCase):
    def test_no_field_name_is_taken(self):
        for model, names in TAKEN.items():
            fields = self.env[model]._fields
            ours = {
                name
                for name in names & set(fields)
                if fields[name]._module and "lot_traceability" in fields[name]._module
            }
            self.assertFalse(ours, model)
