"""What our addons add to Odoo's screens, counted: fields, buttons and tabs that a plain
lot, product and transfer show, and entries of the Inventory menu."""

from odoo.tests import Form, TransactionCase, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

ADDONS = ("lot_traceability", "lot_traceability_expiry", "lot_traceability_recall")
COUNTED = ("field", "button", "page")
# how many more of each at the most: {screen: (fields, buttons, tabs)}
MORE = {
    "lot": (1, 3, 2),
    "product": (0, 0, 1),
    "transfer": (0, 0, 0),
}
# entries of the menu with an action: {login's groups: most of ours}
ENTRIES = {
    "stock.group_stock_user": 20,
    "stock.group_stock_manager": 30,
    "lot_traceability_recall.group_recall_quality": 31,
}


def count_shown(record):
    """How many fields, buttons and tabs of its form somebody sees when it opens."""
    form = Form(record)
    values = form._get_eval_context()
    tree = form._view["tree"]
    counts = dict.fromkeys(COUNTED, 0)
    for node in tree.iter(*COUNTED):
        around = list(node.iterancestors())
        if any(one.tag == "field" or _is_behind(one) for one in around):
            # a column of a list, or in a tab that nobody has opened yet
            continue
        hidden = (one.get("invisible") for one in (node, *around))
        if not any(expr and safe_eval(expr, dict(values)) for expr in hidden):
            counts[node.tag] += 1
    return tuple(counts[tag] for tag in COUNTED)


def _is_behind(node):
    return node.tag == "page" and node.getparent().index(node) > 0


@tagged("post_install", "-at_install")
class TestShown(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env, "shown", groups="stock.group_stock_manager,base.group_user"
        )
        cls.env.ref("base.group_user").implied_ids += cls.env.ref(
            "stock.group_production_lot"
        )
        product = cls.env["product.product"].create(
            {"name": "Plain", "is_storable": True, "tracking": "lot"}
        )
        lot = cls.env["stock.lot"].create({"name": "PLAIN-1", "product_id": product.id})
        warehouse = cls.env["stock.warehouse"].search([], limit=1)
        picking = cls.env["stock.picking"].create(
            {
                "picking_type_id": warehouse.in_type_id.id,
                "move_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": product.id,
                            "product_uom_qty": 5,
                            "location_id": cls.env.ref(
                                "stock.stock_location_suppliers"
                            ).id,
                            "location_dest_id": warehouse.lot_stock_id.id,
                        },
                    )
                ],
            }
        )
        picking.action_confirm()
        cls.records = {
            "lot": lot,
            "product": product.product_tmpl_id,
            "transfer": picking,
        }

    def count_all(self):
        return {
            name: count_shown(record.with_user(self.user))
            for name, record in self.records.items()
        }

    def test_forms(self):
        with_ours = self.count_all()
        ours = self.env["ir.model.data"].search(
            [("model", "=", "ir.ui.view"), ("module", "in", ADDONS)]
        )
        views = self.env["ir.ui.view"].browse(ours.mapped("res_id"))
        # those that stand on ours, first
        views.sorted("id", reverse=True).write({"active": False})
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()
        plain = self.count_all()
        for name, most in MORE.items():
            more = tuple(
                now - before
                for now, before in zip(with_ours[name], plain[name], strict=True)
            )
            with self.subTest(name, plain=plain[name], ours=with_ours[name]):
                self.assertTrue(
                    all(one <= two for one, two in zip(more, most, strict=True)),
                    f"{name}: {plain[name]} before, {with_ours[name]} with ours",
                )

    def test_menu(self):
        names = self.env["ir.model.data"].search(
            [("model", "=", "ir.ui.menu"), ("module", "in", ADDONS)]
        )
        ours = set(names.mapped("res_id"))
        for groups, most in ENTRIES.items():
            user = new_test_user(self.env, groups.split("_")[-1], groups=groups)
            menus = self.env["ir.ui.menu"].with_user(user)
            found = menus.browse(menus._visible_menu_ids()).sudo().filtered("action")
            with self.subTest(groups):
                self.assertLessEqual(len(ours.intersection(found.ids)), most)
