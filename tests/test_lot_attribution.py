from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, tagged

from .builder import SupplyChainBuilder
from .common import SupplyChainCase


@tagged("post_install", "-at_install")
class TestLotAttribution(SupplyChainCase):
    """Three units out of three serial components: what is in which."""

    def setUp(self):
        super().setUp()
        self.engine = self.build.product("Engine", "serial")
        self.oil = self.build.product("Oil")
        self.car = self.build.product("Car", "serial")
        self.build.bom(self.car, {self.engine: 1, self.oil: 2})
        self.engines = self.lots(self.engine, "E1", "E2", "E3")
        self.cars = ("C1", "C2", "C3")
        self.build.receive((self.oil, "OIL"), 6)
        for lot in self.engines:
            self.build.receive(lot, 1)
        components = dict.fromkeys(self.engines, 1)
        components[self.build.lot(self.oil, "OIL")] = 6
        self.order = self.build.produce(
            self.car, dict.fromkeys(self.cars, 1), components
        )

    def lots(self, product, *names):
        lots = [self.build.lot(product, name) for name in names]
        return self.env["stock.lot"].union(*lots)

    def assign(self, units, reason=False, user=None):
        """``units``: ``{"E1": "C1"}``, by the screen as the menu opens it."""
        model = self.env["lot.attribution"].with_user(user or self.env.user)
        action = model.get_order_action(self.order._name, self.order.id)
        wizard = model.env[action["res_model"]].browse(action["res_id"])
        form = Form(wizard)
        for position, line in enumerate(wizard.line_ids):
            if line.consumed_lot_id.name in units:
                with form.line_ids.edit(position) as edited:
                    name = units[line.consumed_lot_id.name]
                    lot = (
                        self.build.lot(self.car, name) if name else edited.known_lot_id
                    )
                    edited.produced_lot_id = lot if name else self.env["stock.lot"]
        if form.is_correction and reason:
            form.reason = reason
        wizard = form.save()
        wizard.action_apply()
        return wizard

    def down(self, name, product=None):
        lot = self.build.lot(product or self.engine, name)
        return self.certainties(lot.trace_downstream())

    def up(self, name):
        return self.certainties(self.build.lot(self.car, name).trace_upstream())

    def test_unassigned(self):
        """Case 9: all three are possible."""
        self.assertEqual(self.down("E1"), dict.fromkeys(self.cars, "possible"))
        self.assertEqual(
            self.up("C1"),
            {"OIL": "material", **dict.fromkeys(("E1", "E2", "E3"), "possible")},
        )

    def test_partly_assigned(self):
        """What is said leaves less room for the rest, which stays possible."""
        self.assign({"E1": "C2"})
        self.assertEqual(self.down("E1"), {"C2": "material"})
        self.assertEqual(self.down("E2"), dict.fromkeys(("C1", "C3"), "possible"))
        self.assertEqual(
            self.up("C1"), {"E2": "possible", "E3": "possible", "OIL": "material"}
        )
        self.assertEqual(self.up("C2"), {"E1": "material", "OIL": "material"})
        self.assertEqual(self.count_open(), 1)
        # the last one can be in one unit only, but nobody has said so
        self.assign({"E2": "C3"})
        self.assertEqual(self.down("E3"), {"C1": "possible"})
        self.assertEqual(self.up("C1")["E3"], "possible")
        self.assign({"E3": "C1"})
        self.assertEqual(self.count_open(), 0)

    def count_open(self):
        rules = self.env["lot.health.rules"]._get_checks(self.env.company)
        [rule] = [rule for rule in rules if rule.code == "open_attributions"]
        self.env.flush_all()
        lines = self.env[rule.model].search(rule.get_domain())
        return len(lines.filtered(lambda line: line.lot_id in self.engines))

    def test_fill_what_is_open(self):
        """Two of each part in a unit, and one part is in the by-product."""
        screw, chips = (
            self.build.product("Screw", "serial"),
            self.build.product("Chips"),
        )
        names = [f"S{index}" for index in range(1, 7)]
        screws = self.lots(screw, *names)
        for lot in screws:
            self.build.receive(lot, 1)
        self.car = self.build.product("Truck", "serial")
        self.build.bom(self.car, {screw: 2}, byproducts={chips: 1})
        self.order = self.build.produce(
            self.car,
            dict.fromkeys(("D1", "D2", "D3"), 1),
            dict.fromkeys(screws, 1),
            byproducts={(chips, "CH"): 3},
        )
        self.assign({"S1": "D3"})
        wizard = self.fill()
        self.assertEqual(
            [line.produced_lot_id.name for line in wizard.line_ids],
            ["D3", "D1", "D1", "D2", "D2", "D3"],
        )
        # a by-product can be chosen; then it is nowhere else, and the others as before
        wizard.line_ids[5].produced_lot_id = self.build.lot(chips, "CH")
        wizard.action_apply()
        self.assertEqual(self.down("S6", screw), {"CH": "material"})
        self.assertEqual(self.down("S1", screw), {"D3": "material"})
        up = self.certainties(self.build.lot(chips, "CH").trace_upstream())
        self.assertEqual(up, {"S6": "material"})

    def fill(self):
        action = self.env["lot.attribution"].get_order_action(
            self.order._name, self.order.id
        )
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.action_fill()
        return wizard

    def test_all_assigned(self):
        self.assign({"E1": "C2", "E2": "C3", "E3": "C1"})
        for engine, car in (("E1", "C2"), ("E2", "C3"), ("E3", "C1")):
            self.assertEqual(self.down(engine), {car: "material"})
            self.assertEqual(self.up(car), {engine: "material", "OIL": "material"})

    def test_a_lot_used_for_all_stays_with_all(self):
        before = self.down("OIL", self.oil)
        self.assign({"E1": "C2", "E2": "C3", "E3": "C1"})
        self.assertEqual(self.down("OIL", self.oil), before)
        self.assertEqual(set(before), set(self.cars))

    def test_customers_follow(self):
        for name in self.cars:
            self.build.deliver(
                self.build.lot(self.car, name), 1, self.build.partner(f"K-{name}")
            )
        self.assign({"E1": "C2"})
        lot = self.build.lot(self.engine, "E1")
        self.assertEqual(
            self.shipments(lot.trace_downstream()["deliveries"]), [("K-C2", 1, 0)]
        )

    def test_corrected_with_a_reason(self):
        self.assign({"E1": "C1"})
        with self.assertRaisesRegex(UserError, "why.*E1"), self.cr.savepoint():
            self.env["lot.attribution"]._assign(
                self.order,
                {
                    (
                        self.order.move_raw_ids.filtered(
                            lambda move: move.product_id == self.engine
                        ),
                        self.engines[0],
                    ): self.build.lot(self.car, "C2")
                },
            )
        self.assign({"E1": "C2"}, reason="Swapped at the bench")
        rows = self.env["lot.attribution"].search(
            [("consumed_lot_id", "=", self.engines[0].id)]
        )
        self.assertEqual(rows.mapped("produced_lot_id.name"), ["C2", "C1"])
        self.assertEqual(rows.mapped("reason"), ["Swapped at the bench", False])
        entries = self.env["lot.trace.log"].search(
            [("kind", "=", "attribution"), ("lot_name", "=", "E1")]
        )
        self.assertEqual(
            [(entry.old_value, entry.new_value) for entry in entries],
            [("C1", "C2"), (False, "C1")],
        )
        self.assertEqual(entries[0].reason, "Swapped at the bench")
        self.assertEqual(rows[1].superseded_by_id, rows[0])
        self.assertEqual(rows.user_id, self.env.user)
        self.assertEqual(self.down("E1"), {"C2": "material"})

    def test_taken_back(self):
        self.assign({"E1": "C1"})
        self.assign({"E1": False}, reason="Not sure any more")
        self.assertEqual(self.down("E1"), dict.fromkeys(self.cars, "possible"))

    def test_before_the_order_is_done(self):
        engines = self.lots(self.engine, "E7", "E8")
        cars = self.lots(self.car, "C7", "C8")
        for lot in engines:
            self.build.receive(lot, 1)
        self.build.receive((self.oil, "OIL2"), 4)
        order = self.order = self.env["mrp.production"].create(
            {
                "product_id": self.car.id,
                "product_qty": 2,
                "bom_id": self.order.bom_id.id,
            }
        )
        order.action_confirm()
        order.lot_producing_ids = cars
        order.qty_producing = 2
        order._set_qty_producing()
        oil = self.build.lot(self.oil, "OIL2")
        self.build._set_lots(order.move_raw_ids, {**dict.fromkeys(engines, 1), oil: 4})
        self.assign({"E7": "C8", "E8": "C7"})
        order.with_context(skip_consumption=True).button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(self.down("E7"), {"C8": "material"})

    def test_fill_in_order(self):
        action = self.env["lot.attribution"].get_order_action(
            self.order._name, self.order.id
        )
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.action_fill()
        wizard.action_apply()
        self.assertEqual(self.down("E2"), {"C2": "material"})

    def test_only_about_this_order(self):
        stranger = self.build.lot(self.car, "STRANGE")
        with self.assertRaisesRegex(ValidationError, "does not make STRANGE"):
            self.assign({"E1": "STRANGE"})
        self.assertTrue(stranger)

    def test_rights(self):
        user = self._create_user("attr_mrp", "mrp.group_mrp_user")
        self.assign({"E1": "C1"}, user=user)
        row = self.env["lot.attribution"].search([])
        self.assertEqual(row.user_id, user)
        with self.assertRaises(AccessError):
            row.with_user(user).produced_lot_id = False
        with self.assertRaises(AccessError):
            row.with_user(user).unlink()
        with self.assertRaises(AccessError):
            row.with_user(user).copy()
        nobody = self._create_user("attr_nobody", "base.group_user")
        with self.assertRaises(AccessError):
            row.with_user(nobody).read(["reference"])


@tagged("post_install", "-at_install")
class TestLotAttributionTour(HttpCase):
    def test_from_the_order(self):
        build = SupplyChainBuilder(self.env)
        engine, car = (build.product(name, "serial") for name in ("Engine", "Car"))
        build.bom(car, {engine: 1})
        engines = [build.lot(engine, f"E{i}") for i in (1, 2)]
        for lot in engines:
            build.receive(lot, 1)
        order = build.produce(car, {"C1": 1, "C2": 1}, dict.fromkeys(engines, 1))
        self.start_tour(
            f"/odoo/action-mrp.mrp_production_action/{order.id}",
            "lot_traceability_attribution",
            login="admin",
        )
        rows = self.env["lot.attribution"].search([("res_id", "=", order.id)])
        self.assertEqual(
            {(row.consumed_lot_id.name, row.produced_lot_id.name) for row in rows},
            {("E1", "C1"), ("E2", "C2")},
        )
