from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from .builder import StockBuilder
from .common import LotTraceCase


class ConversionCase(LotTraceCase):
    def line(self, lot, quantity, side="source", **values):
        """A line of a lot, or of ``(product, number)`` for a new one."""
        is_lot = getattr(lot, "_name", None) == "stock.lot"
        product, number = (lot.product_id, False) if is_lot else lot
        return Command.create(
            {
                "side": side,
                "product_id": product.id,
                "lot_id": lot.id if is_lot else False,
                "number": number,
                "quantity": quantity,
                "location_id": self.build.stock.id,
                **values,
            }
        )

    def convert(self, kind, sources, targets, done=True, **values):
        """``sources`` and ``targets`` are lists of (lot, quantity[, values])."""

        def lines(rows, side):
            return [
                self.line(row[0], row[1], side, **(row[2] if len(row) > 2 else {}))
                for row in rows
            ]

        conversion = self.env["lot.conversion"].create(
            {
                "kind": kind,
                "reason": "Test",
                "source_line_ids": lines(sources, "source"),
                "target_line_ids": lines(targets, "target"),
                **values,
            }
        )
        if done:
            conversion.action_done()
        return conversion

    def stocked(self, product, name, quantity, **kwargs):
        self.build.receive((product, name), quantity, self.vendor, **kwargs)
        return self.build.lot(product, name)

    def find(self, name, product=None):
        domain = [("product_id", "=", (product or self.product).id)]
        return self.env["stock.lot"].search([("name", "=", name), *domain])

    def links(self, trace):
        names = {lot["id"]: lot["name"] for lot in trace["lots"]}
        return [
            (
                names[row["from_lot_id"]],
                names[row["to_lot_id"]],
                row["kind"],
                row["certainty"],
                row["quantity_consumed"],
                row["quantity_produced"],
            )
            for row in trace["links"]
        ]


@tagged("post_install", "-at_install")
class TestLotConversion(ConversionCase):
    """Split, merge, relabel, repack: real moves that every trace goes through."""

    def test_split(self):
        lot = self.stocked(self.product, "A", 10)
        conversion = self.convert(
            "split",
            [(lot, 7)],
            [((self.product, "A/1"), 4), ((self.product, "A/2"), 3)],
        )
        first, second = self.find("A/1"), self.find("A/2")
        self.assertEqual(
            [self.build.on_hand(item) for item in (lot, first, second)], [3, 4, 3]
        )
        self.assertEqual(conversion.state, "done")
        self.assertRegex(conversion.name, r"^LC/\d{4}/\d{5}$")
        self.assertEqual(conversion.move_ids.mapped("state"), ["done"] * 2)
        self.assertEqual(
            set(conversion.move_ids.mapped("reference")), {conversion.name}
        )
        self.build.deliver(second, 3, self.customer)
        down, up = lot.trace_downstream(), second.trace_upstream()
        self.assertEqual(
            self.links(down),
            [
                ("A", "A/1", "conversion", "material", 7, 4),
                ("A", "A/2", "conversion", "material", 7, 3),
            ],
        )
        self.assertEqual(self.links(up), [("A", "A/2", "conversion", "material", 7, 3)])
        self.assertEqual(self.shipments(down["deliveries"]), [("Customer", 3, 0)])
        self.assertEqual(self.shipments(up["receipts"]), [("Vendor", 10, 0)])
        link = down["links"][0]
        self.assertEqual(link["document"], conversion.name)
        self.assertEqual(
            (link["document_model"], link["document_id"]),
            ("lot.conversion", conversion.id),
        )
        self.assertEqual(
            [row["unaccounted"] for row in down["balances"]], [0.0, 0.0, 0.0]
        )
        self.assertEqual(first.converted_from_ids, lot)
        self.assertEqual(lot.conversion_count, 1)
        self.assertIn(conversion, self.opened(lot.action_open_conversions()))

    def opened(self, action):
        return self.env[action["res_model"]].search(action["domain"])

    def test_merge(self):
        one, two = (
            self.stocked(self.product, "A", 2),
            self.stocked(self.product, "B", 3),
        )
        self.convert("merge", [(one, 2), (two, 3)], [((self.product, "AB"), 5)])
        merged = self.find("AB")
        self.assertEqual(self.build.on_hand(merged), 5)
        self.assertEqual(merged.converted_from_ids, one | two)
        self.assertEqual(
            self.links(merged.trace_upstream()),
            [
                ("A", "AB", "conversion", "material", 2, 5),
                ("B", "AB", "conversion", "material", 3, 5),
            ],
        )

    def test_merge_into_a_lot_that_exists(self):
        one, two = (
            self.stocked(self.product, "A", 2),
            self.stocked(self.product, "B", 3),
        )
        self.convert("merge", [(one, 2)], [(two, 2)])
        self.assertEqual(self.build.on_hand(two), 5)
        self.assertEqual(self.lot_names(one.trace_downstream()), ["A", "B"])

    def test_relabel_serials_pair_by_pair(self):
        lots = [self.stocked(self.serial_product, name, 1) for name in ("S1", "S2")]
        self.convert(
            "relabel",
            [(lot, 1) for lot in lots],
            [((self.serial_product, f"N{i}"), 1) for i in (1, 2)],
        )
        self.assertEqual(self.lot_names(lots[0].trace_downstream()), ["S1", "N1"])
        self.assertEqual(
            self.links(lots[1].trace_downstream()),
            [("S2", "N2", "conversion", "material", 1, 1)],
        )

    def test_repack_into_another_product_and_unit(self):
        lot = self.stocked(self.product, "A", 24)
        box = self.build.product("Box")
        dozen = self.env.ref("uom.product_uom_dozen")
        self.convert(
            "repack",
            [(lot, 2, {"product_uom_id": dozen.id})],
            [((box, "BOX-1"), 4), ((box, "BOX-2"), 2)],
        )
        self.assertEqual(self.build.on_hand(lot), 0)
        self.assertEqual(self.build.on_hand(self.find("BOX-1", box)), 4)
        self.assertEqual(
            self.links(lot.trace_downstream()),
            [
                ("A", "BOX-1", "conversion", "material", 24, 4),
                ("A", "BOX-2", "conversion", "material", 24, 2),
            ],
        )

    def test_several_lots_into_several(self):
        """Which went into which is not known."""
        one, two = (
            self.stocked(self.product, "A", 2),
            self.stocked(self.product, "B", 2),
        )
        self.convert(
            "repack",
            [(one, 2), (two, 2)],
            [((self.product, "C"), 2), ((self.product, "D"), 2)],
        )
        self.assertEqual(
            self.certainties(one.trace_downstream()), {"C": "possible", "D": "possible"}
        )
        self.assertEqual(
            self.certainties(self.find("D").trace_upstream()),
            {"A": "possible", "B": "possible"},
        )

    def test_untracked_goods_get_a_number(self):
        plain = self.build.product("Plain", "none")
        self.build.receive(plain, 5)
        box = self.build.product("Box")
        self.convert("repack", [((plain, False), 5)], [((box, "BOX"), 1)])
        trace = self.find("BOX", box).trace_upstream()
        self.assertEqual([row["product"] for row in trace["unnumbered"]], ["Plain"])

    def test_numbers_are_generated_and_expanded(self):
        lot = self.stocked(self.product, "A", 10)
        conversion = self.convert(
            "repack",
            [(lot, 5)],
            [((self.serial_product, "SN/1+2"), 3), ((self.product, False), 2)],
        )
        names = conversion.target_line_ids.lot_id.mapped("name")
        self.assertEqual(sorted(names)[-3:], ["SN/1", "SN/2", "SN/3"])
        self.assertEqual(len(names), 4)
        self.assertEqual(
            set(conversion.target_line_ids.lot_id.mapped("number_origin")),
            {"typed", "generated"},
        )

    def test_core_report_follows(self):
        lot = self.stocked(self.product, "A", 4)
        conversion = self.convert("split", [(lot, 4)], [((self.product, "A/1"), 4)])
        report = self.env["stock.traceability.report"]
        child = self.find("A/1")
        lines = report.with_context(model="stock.lot", active_id=child.id).get_lines()
        self.assertEqual(lines[0]["reference"], conversion.name)
        self.assertTrue(lines[0]["unfoldable"])
        below = report.get_lines(
            lines[0]["id"],
            model_name="stock.move.line",
            model_id=lines[0]["model_id"],
            level=2,
        )
        self.assertEqual([line["lot_name"] for line in below], ["A"])
        delivery = self.build.deliver(child, 1, self.customer)
        self.assertEqual(lot.delivery_ids, delivery)

    def test_age_batch_and_supplier_number_stay(self):
        old = self.stocked(self.product, "A", 2)
        new = self.stocked(self.product, "B", 2)
        (old | new).batch_code = "OVEN"
        old.supplier_number = "X"
        since = fields.Datetime.now() - timedelta(days=9)
        old.quant_ids.sudo().in_date = since
        self.convert("merge", [(old, 2), (new, 2)], [((self.product, "AB"), 4)])
        merged = self.find("AB")
        self.assertEqual(merged.batch_code, "OVEN")
        self.assertFalse(merged.supplier_number)
        quant = merged.quant_ids.filtered(lambda q: q.quantity > 0)
        self.assertEqual(quant.in_date, since)

    def test_undo(self):
        lot = self.stocked(self.product, "A", 5)
        conversion = self.convert(
            "split",
            [(lot, 5)],
            [((self.product, "A/1"), 2), ((self.product, "A/2"), 3)],
        )
        with self.assertRaisesRegex(UserError, "Undo"):
            conversion.action_cancel()
        with self.assertRaisesRegex(UserError, "Undo"):
            conversion.unlink()
        action = conversion.action_undo()
        undo = self.env["lot.conversion"].browse(action["res_id"])
        self.assertEqual((undo.kind, undo.state), ("merge", "draft"))
        self.assertEqual(conversion.action_undo()["res_id"], undo.id)
        undo.action_done()
        self.assertEqual(self.build.on_hand(lot), 5)
        self.assertTrue(conversion.is_undone)

    def test_history_stays(self):
        lot = self.stocked(self.product, "A", 5)
        new = [((self.product, "N"), 5)]
        draft = self.convert("split", [(lot, 5)], new, done=False)
        with self.assertRaisesRegex(UserError, "Convert"), self.cr.savepoint():
            draft.state = "done"
        draft.action_done()
        for change in (
            lambda: draft.source_line_ids.write({"quantity": 1}),
            lambda: draft.target_line_ids.unlink(),
            lambda: draft.write({"state": "draft"}),
        ):
            with self.assertRaisesRegex(UserError, "Undo"), self.cr.savepoint():
                change()

    def test_undo_of_a_relabelled_serial(self):
        lot = self.stocked(self.serial_product, "S1", 1)
        conversion = self.convert(
            "relabel", [(lot, 1)], [((self.serial_product, "N1"), 1)]
        )
        undo = self.env["lot.conversion"].browse(conversion.action_undo()["res_id"])
        undo.action_done()
        self.assertEqual(self.build.on_hand(lot), 1)
        self.assertEqual(self.build.on_hand(self.find("N1", self.serial_product)), 0)

    # -- what is refused --------------------------------------------------
    def refused(self, text, *args, **kwargs):
        lots = self.env["stock.lot"].search_count([])
        with self.assertRaisesRegex(UserError, text), self.cr.savepoint():
            self.convert(*args, **kwargs)
        self.assertEqual(self.env["stock.lot"].search_count([]), lots)

    def test_refused(self):
        lot, other = self.stocked(self.product, "A", 5), self.build.product("Other")
        new = (self.product, "N")
        self.refused("From", "split", [], [(new, 1)])
        self.refused("5 are free", "split", [(lot, 6)], [(new, 6)])
        self.refused("5 .* go in, 4 ", "split", [(lot, 5)], [(new, 4)])
        self.refused("Repack", "split", [(lot, 5)], [((other, "N"), 5)])
        self.refused("Repack", "relabel", [(lot, 5)], [((other, "N"), 5)])
        self.refused("quantity stays", "relabel", [(lot, 5)], [(new, 4)])
        self.refused("both sides", "repack", [(lot, 5)], [(lot, 5)])
        self.refused("one lot", "merge", [(lot, 2)], [(new, 1), ((self.product, 0), 1)])
        self.refused("A.* exist", "repack", [(lot, 5)], [((self.product, "A"), 5)])
        self.refused("twice", "split", [(lot, 2)], [(new, 1), (new, 1)])
        self.assertEqual(self.build.on_hand(lot), 5)

    def test_refused_for_serials(self):
        lot = self.stocked(self.product, "A", 5)
        serial = self.stocked(self.serial_product, "S", 1)
        self.refused(
            "whole quantity", "repack", [(lot, 1)], [((self.serial_product, "N"), 1.5)]
        )
        self.refused(
            "one unit", "repack", [(serial, 2)], [((self.serial_product, "N"), 1)]
        )
        self.refused(
            "Device N: 2 num", "repack", [(lot, 2)], [((self.serial_product, "N"), 2)]
        )

    def test_reserved_stock_is_not_taken(self):
        lot = self.stocked(self.product, "A", 5)
        move = self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom_qty": 4,
                "location_id": self.build.stock.id,
                "location_dest_id": self.build.customers.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        self.refused("1 are free", "split", [(lot, 5)], [((self.product, "N"), 5)])

    def test_quantity_above_zero(self):
        lot = self.stocked(self.product, "A", 5)
        for wrong in (0, -1):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.cr.savepoint(),
            ):
                self.convert("split", [(lot, wrong)], [((self.product, "N"), wrong)])

    # -- screens and rights -----------------------------------------------
    def test_buttons_open_a_prefilled_draft(self):
        one, two = (
            self.stocked(self.product, "A", 2),
            self.stocked(self.product, "B", 3),
        )
        kinds = {"merge": [5], "relabel": [2, 3], "repack": []}
        for kind, quantities in kinds.items():
            action = (one | two).with_context(conversion_kind=kind).action_convert()
            form = Form(self.env["lot.conversion"].with_context(**action["context"]))
            form.reason = "Prefilled"
            draft = form.save()
            self.assertEqual(draft.source_line_ids.lot_id, one | two)
            self.assertEqual(draft.target_line_ids.mapped("quantity"), quantities)
        with self.assertRaisesRegex(UserError, "one lot"):
            (one | two).with_context(conversion_kind="split").action_convert()

    def test_warehouse_user_converts(self):
        user = self._create_user(
            "conv_user", "stock.group_stock_user", "stock.group_production_lot"
        )
        lot = self.stocked(self.product, "A", 5)
        draft = self.convert(
            "split", [(lot, 5)], [((self.product, "N"), 5)], done=False
        )
        draft.with_user(user).action_done()
        self.assertEqual(self.build.on_hand(self.find("N")), 5)

    def test_nobody_else(self):
        stranger = self._create_user("conv_stranger", "base.group_user")
        with self.assertRaises(AccessError):
            self.env["lot.conversion"].with_user(stranger).search([])

    def test_companies_apart(self):
        other = self.env["res.company"].create({"name": "Conv Co"})
        user = self._create_user(
            "conv_other", "stock.group_stock_user", companies=other
        )
        lot = self.stocked(self.product, "A", 5)
        draft = self.convert(
            "split", [(lot, 5)], [((self.product, "N"), 5)], done=False
        )
        mine = self.env["lot.conversion"].with_user(user)
        self.assertFalse(mine.search([("id", "=", draft.id)]))
        with self.assertRaises(AccessError):
            draft.with_user(user).action_done()
        place = self.env["stock.warehouse"].search([("company_id", "=", other.id)])
        with self.assertRaises(UserError):
            draft.source_line_ids.location_id = place.lot_stock_id

    def test_shared_goods_of_another_company_trace(self):
        builder = StockBuilder(self.env, self.env["res.company"].create({"name": "C2"}))
        builder.receive((self.product, "A2"), 3)
        lot = builder.lot(self.product, "A2")
        conversion = self.env["lot.conversion"].with_company(builder.company)
        conversion = conversion.create(
            {
                "reason": "Test",
                "company_id": builder.company.id,
                "source_line_ids": [self.line(lot, 3, location_id=builder.stock.id)],
                "target_line_ids": [
                    self.line(
                        (self.product, "A2/1"),
                        3,
                        "target",
                        location_id=builder.stock.id,
                    )
                ],
            }
        )
        conversion.action_done()
        self.assertEqual(conversion.move_ids.company_id, builder.company)
        self.assertEqual(self.lot_names(lot.trace_downstream()), ["A2", "A2/1"])


@tagged("post_install", "-at_install")
class TestConversionTour(HttpCase):
    def test_split_from_the_lot_form(self):
        build = StockBuilder(self.env)
        self.env.user.group_ids += self.env.ref("stock.group_production_lot")
        product = build.product("Tour Tea")
        build.receive((product, "TEA-1"), 10)
        lot = build.lot(product, "TEA-1")
        self.start_tour(
            f"/odoo/lots/{lot.id}", "lot_traceability_conversion", login="admin"
        )
        conversion = self.env["lot.conversion"].search(
            [("line_ids.lot_id", "=", lot.id)]
        )
        self.assertEqual(conversion.state, "done")
