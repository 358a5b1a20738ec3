from odoo.tests import tagged

from .test_lot_fefo import FefoCase


@tagged("post_install", "-at_install")
class TestFefoScope(FefoCase):
    """One setting for all, and what is not under FEFO is found."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dairy = cls.milk.categ_id
        cls.shelf = cls.build.location("Shelf")
        cls.other = cls.env["product.category"].create({"name": "Other"})
        cls.fifo = cls.env.ref("stock.removal_fifo")

    def _save(self, scope, categories=None):
        values = {"lot_fefo_scope": scope}
        if categories is not None:
            values["lot_fefo_categ_ids"] = categories.ids
        self.env["res.config.settings"].create(values).execute()

    def _get_unsafe(self):
        """Lots that the health line counts."""
        checks, company = self.env["lot.health.check"], self.build.company
        checks.sudo()._refresh(company)
        check = checks.search(
            [("code", "=", "stock_without_fefo"), ("company_id", "=", company.id)]
        )
        action = check.action_open_list()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(len(found), check.count)
        return found.lot_id & (self.soon + self.mid + self.late)

    def test_all(self):
        self.dairy.removal_strategy_id = self.fifo
        self.shelf.removal_strategy_id = self.fifo
        self._save("all")
        places = self.shelf + self.build.stock + self.build.warehouse.view_location_id
        for records in (self.dairy, self.other, places):
            self.assertEqual(records.removal_strategy_id, self.fefo)
        self.assertEqual(self._open_delivery(1).move_line_ids.lot_id, self.soon)

    def test_all_that_come_later(self):
        self._save("all")
        category = self.env["product.category"].create({"name": "New"})
        place = self.build.location("New")
        self.assertEqual(category.removal_strategy_id, self.fefo)
        self.assertEqual(place.removal_strategy_id, self.fefo)
        self._save(False)
        category = self.env["product.category"].create({"name": "Newer"})
        self.assertFalse(category.removal_strategy_id)

    def test_nothing_is_changed_without_the_setting(self):
        self.dairy.removal_strategy_id = self.fifo
        self._save(False)
        self.assertEqual(self.dairy.removal_strategy_id, self.fifo)
        self.assertFalse(self.other.removal_strategy_id)

    def test_chosen(self):
        self._save("chosen", self.other)
        self.assertEqual(self.other.removal_strategy_id, self.fefo)
        self.assertFalse(self.dairy.removal_strategy_id)
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.lot_fefo_scope, "chosen")
        self.assertEqual(settings.lot_fefo_categ_ids, self.other)

    def test_chosen_keeps_other_strategies(self):
        self.dairy.removal_strategy_id = self.fifo
        self._save("chosen", self.other)
        self.assertEqual(self.dairy.removal_strategy_id, self.fifo)

    def test_chosen_in_the_list(self):
        (self.dairy + self.other).removal_strategy_id = False
        (self.dairy + self.other).action_set_fefo()
        self.assertEqual((self.dairy + self.other).removal_strategy_id, self.fefo)

    # -- health --------------------------------------------------------------
    def test_health_of_the_category(self):
        self.assertFalse(self._get_unsafe())
        self.dairy.removal_strategy_id = self.fifo
        self.build.stock.removal_strategy_id = self.fefo
        # the category counts before the place
        self.assertEqual(self._get_unsafe(), self.soon + self.mid + self.late)

    def test_health_of_the_place(self):
        self.dairy.removal_strategy_id = False
        self.assertEqual(self._get_unsafe(), self.soon + self.mid + self.late)
        self.build.warehouse.view_location_id.removal_strategy_id = self.fefo
        self.assertFalse(self._get_unsafe())
        self.build.move(self.soon, 10, self.build.stock, self.shelf)
        self.shelf.removal_strategy_id = self.fifo
        self.assertEqual(self._get_unsafe(), self.soon)

    def test_health_leaves_out_goods_without_dates(self):
        self.dairy.removal_strategy_id = False
        self.milk.use_expiration_date = False
        self.assertFalse(self._get_unsafe())

    def test_health_is_what_odoo_does(self):
        """The line names a quant exactly where Odoo would not reserve by FEFO."""
        quants = (
            self.env["stock.quant"]
            .search([("lot_id", "in", (self.soon + self.mid + self.late).ids)])
            .filtered(lambda quant: quant.location_id.usage == "internal")
        )
        for category in (self.fefo, self.fifo, self.fifo.browse()):
            for place in (self.fefo, self.fifo, self.fifo.browse()):
                self.dairy.removal_strategy_id = category
                self.build.stock.removal_strategy_id = place
                wrong = quants.filtered(
                    lambda quant: (
                        quant._get_removal_strategy(quant.product_id, quant.location_id)
                        != "fefo"
                    )
                )
                self.assertEqual(self._get_unsafe(), wrong.lot_id)
