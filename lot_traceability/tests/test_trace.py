import json
from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.lot_traceability.trace import rows

from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestTrace(LotTraceCase):
    """What can be traced with nothing but ``stock`` installed."""

    def test_receipt_and_delivery(self):
        self.build.receive((self.product, "R1"), 10, self.vendor)
        lot = self.build.lot(self.product, "R1")
        delivery = self.build.deliver(lot, 4, self.customer)
        trace = lot.trace_downstream()
        self.assertEqual(trace["direction"], "downstream")
        self.assertEqual(trace["roots"], lot.ids)
        self.assertEqual(self.lot_names(trace), ["R1"])
        self.assertEqual(trace["lots"][0]["level"], 0)
        self.assertEqual(trace["lots"][0]["certainty"], "material")
        self.assertEqual(self.shipments(trace["deliveries"]), [("Customer", 4, 0)])
        self.assertEqual(trace["deliveries"][0]["picking_id"], delivery.id)
        self.assertEqual(self.shipments(trace["receipts"]), [("Vendor", 10, 0)])
        self.assertEqual(
            [(row["location_id"], row["quantity"]) for row in trace["stock"]],
            [(self.build.stock.id, 6)],
        )
        self.assertEqual(trace["outside_scope"], {"count": 0, "message": False})

    def test_result_survives_json_and_is_deterministic(self):
        self.build.receive((self.product, "R1"), 10, self.vendor)
        lot = self.build.lot(self.product, "R1")
        self.build.deliver(lot, 4)
        trace = lot.trace_downstream()
        self.assertEqual(json.loads(json.dumps(trace)), trace)
        self.assertEqual(lot.trace_downstream(), trace)

    def test_returned_goods_are_not_held(self):
        """Case 4: all that was delivered came back."""
        self.build.receive((self.product, "R1"), 10, self.vendor)
        lot = self.build.lot(self.product, "R1")
        delivery = self.build.deliver(lot, 4, self.customer)
        self.build.return_picking(delivery)
        self.assertEqual(
            self.shipments(lot.trace_downstream()["deliveries"]), [("Customer", 4, 4)]
        )

    def test_sent_back_to_the_vendor(self):
        """Case 5: the vendor is no customer."""
        receipt = self.build.receive((self.product, "R1"), 10, self.vendor)
        self.build.return_picking(receipt)
        trace = self.build.lot(self.product, "R1").trace_downstream()
        self.assertFalse(trace["deliveries"])
        self.assertFalse(trace["stock"])
        self.assertEqual(self.shipments(trace["receipts"]), [("Vendor", 10, 10)])

    def test_corrected_line(self):
        """Case 10: only the lot that really went out has a customer."""
        for name in ("WRONG", "RIGHT"):
            self.build.receive((self.product, name), 10, self.vendor)
        wrong, right = (
            self.build.lot(self.product, name) for name in ("WRONG", "RIGHT")
        )
        delivery = self.build.deliver(wrong, 4, self.customer)
        line = delivery.move_line_ids
        line.quantity = 0
        line.copy({"lot_id": right.id, "quantity": 4})
        self.assertFalse(wrong.trace_downstream()["deliveries"])
        self.assertEqual(
            self.shipments(right.trace_downstream()["deliveries"]),
            [("Customer", 4, 0)],
        )

    def test_partner_on_the_move_only(self):
        """Case 11."""
        self.build.receive((self.product, "R1"), 10)
        lot = self.build.lot(self.product, "R1")
        delivery = self.build.deliver(lot, 4)
        delivery.move_ids.partner_id = self.customer
        self.assertEqual(
            self.shipments(lot.trace_downstream()["deliveries"]), [("Customer", 4, 0)]
        )

    def test_move_without_a_picking(self):
        """Case 12."""
        self.build.receive((self.product, "R1"), 10)
        lot = self.build.lot(self.product, "R1")
        values = self.build._prepare_move_vals(
            lot, 4, self.build.stock, self.build.customers
        )
        move = self.env["stock.move"].create(
            values | {"partner_id": self.customer.id, "origin": "BY HAND"}
        )
        move._action_confirm()
        move._action_done()
        trace = lot.trace_downstream()
        self.assertEqual(self.shipments(trace["deliveries"]), [("Customer", 4, 0)])
        self.assertIs(trace["deliveries"][0]["picking_id"], False)

    def test_internal_transfer_to_a_customer(self):
        """Case 13: the location decides, not the operation type."""
        self.build.receive((self.product, "R1"), 10)
        lot = self.build.lot(self.product, "R1")
        self.build.transfer(
            {lot: 4},
            self.build.warehouse.int_type_id,
            self.build.stock,
            self.build.customers,
            partner=self.customer,
        )
        self.assertEqual(
            self.shipments(lot.trace_downstream()["deliveries"]), [("Customer", 4, 0)]
        )

    def test_unknown_partner_is_shown(self):
        self.build.receive((self.product, "R1"), 10)
        lot = self.build.lot(self.product, "R1")
        self.build.deliver(lot, 4)
        row = lot.trace_downstream()["deliveries"][0]
        self.assertIs(row["partner_id"], False)
        self.assertIs(row["partner"], False)
        self.assertEqual(row["quantity"], 4)

    def test_goods_in_transit_have_no_customer(self):
        """Case 14: on the way to the other warehouse."""
        self.build.receive((self.product, "R1"), 10)
        lot = self.build.lot(self.product, "R1")
        transit = self.env.company.internal_transit_location_id
        self.build.transfer(
            {lot: 4}, self.build.warehouse.out_type_id, self.build.stock, transit
        )
        trace = lot.trace_downstream()
        self.assertFalse(trace["deliveries"])
        self.assertEqual(
            sorted((row["usage"], row["quantity"]) for row in trace["stock"]),
            [("internal", 6), ("transit", 4)],
        )

    def test_stock_in_several_locations_and_reserved(self):
        shelf = self.build.location("Shelf")
        self.build.receive((self.product, "R1"), 10)
        lot = self.build.lot(self.product, "R1")
        self.build.move(lot, 3, self.build.stock, shelf)
        quant = lot.quant_ids.filtered(lambda q: q.location_id == shelf)
        quant._update_reserved_quantity(self.product, shelf, 2, lot_id=lot)
        self.assertEqual(
            {
                row["location_id"]: (row["quantity"], row["reserved"])
                for row in lot.trace_downstream()["stock"]
            },
            {self.build.stock.id: (7, 0), shelf.id: (3, 2)},
        )

    def test_several_lots_at_once(self):
        for name in ("R2", "R1"):
            self.build.receive((self.product, name), 1)
        lots = self.env["stock.lot"].search([("product_id", "=", self.product.id)])
        trace = lots.trace_downstream()
        self.assertEqual(trace["roots"], sorted(lots.ids))
        self.assertEqual(self.lot_names(trace), ["R1", "R2"])

    def test_another_unit_of_measure_counts_in_the_product_unit(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.build.receive((self.product, "R1"), 24)
        lot = self.build.lot(self.product, "R1")
        values = self.build._prepare_move_vals(
            lot, 1, self.build.stock, self.build.customers
        )
        values["product_uom"] = dozen.id
        values["move_line_ids"][0][2]["product_uom_id"] = dozen.id
        move = self.env["stock.move"].create(values)
        move._action_confirm()
        move._action_done()
        trace = lot.trace_downstream()
        self.assertEqual(trace["deliveries"][0]["quantity"], 12)
        self.assertEqual(trace["lots"][0]["uom"], self.product.uom_id.name)

    def test_serial_sold_returned_and_sold_again(self):
        other = self.build.partner("Other")
        self.build.receive((self.serial_product, "S1"), 1, at=datetime(2026, 1, 1))
        lot = self.build.lot(self.serial_product, "S1")
        first = self.build.deliver(lot, 1, self.customer, at=datetime(2026, 1, 2))
        self.build.return_picking(first, at=datetime(2026, 1, 3))
        self.build.deliver(lot, 1, other, at=datetime(2026, 1, 4))
        self.assertEqual(
            self.shipments(lot.trace_downstream()["deliveries"]),
            [("Customer", 1, 1), ("Other", 1, 0)],
        )

    def test_lines_of_a_lot_are_indexed(self):
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'stock_move_line'"
        )
        definitions = [definition for (definition,) in self.env.cr.fetchall()]
        self.assertTrue(any("(lot_id)" in text for text in definitions), definitions)
        # of the done ones, all that a level reads is in the index itself
        covering = [text for text in definitions if "(lot_id) INCLUDE (id," in text]
        self.assertEqual(len(covering), 1, definitions)
        columns = self.env["lot.trace.link"]._get_line_columns()
        for name in {*columns, "picking_id", "state"} - {"trial_source_line_id"}:
            self.assertIn(name, covering[0])

    def test_products_are_called_as_odoo_calls_them(self):
        self.env["res.lang"]._activate_lang("de_DE")
        plain, coded, variant = (
            self.env["product.product"].create({"name": name, "is_storable": True})
            for name in ("Plain", "Coded", "Shirt")
        )
        coded.default_code = "C-1"
        coded.with_context(lang="de_DE").name = "Mit Nummer"
        attribute = self.env["product.attribute"].create(
            {
                "name": "Size",
                "value_ids": [(0, 0, {"name": name}) for name in ("Small", "Large")],
            }
        )
        variant.product_tmpl_id.attribute_line_ids = [
            (
                0,
                0,
                {
                    "attribute_id": attribute.id,
                    "value_ids": [(6, 0, attribute.value_ids.ids)],
                },
            )
        ]
        variants = variant.product_tmpl_id.product_variant_ids
        products = plain | coded | variants
        user = new_test_user(self.env, "namer", groups="stock.group_stock_user")
        for context in (
            {},
            {"lang": "de_DE"},
            {"display_default_code": False},
            {"formatted_display_name": True},
        ):
            with self.subTest(context=context):
                asked = products.with_user(user).with_context(**context)
                found = rows.get_product_values(asked.env, asked.ids)
                self.assertEqual(
                    found,
                    {
                        product.id: {
                            "product": product.display_name,
                            "tracking": product.tracking,
                            "uom": product.uom_id.name,
                        }
                        for product in asked
                    },
                )
        german = products.with_context(lang="de_DE").env
        names = {
            row["product"]
            for row in rows.get_product_values(german, coded.ids).values()
        }
        self.assertEqual(names, {"[C-1] Mit Nummer"})
        # what may not be read is not named
        other = self.env["res.company"].create({"name": "Other Company"})
        plain.company_id = other
        with self.assertRaises(AccessError):
            rows.get_product_values(products.with_user(user).env, products.ids)

    def test_smart_button_counts(self):
        self.build.receive((self.product, "R1"), 10, self.vendor)
        lot = self.build.lot(self.product, "R1")
        self.build.deliver(lot, 1, self.customer)
        self.build.deliver(lot, 2, self.customer)
        self.assertRecordValues(
            lot,
            [
                {
                    "trace_upstream_count": 0,
                    "trace_downstream_count": 0,
                    "trace_customer_count": 1,
                    "trace_vendor_count": 1,
                }
            ],
        )

    def test_counts_of_a_lot_not_saved_yet(self):
        lot = self.env["stock.lot"].new({"product_id": self.product.id})
        self.assertEqual(lot.trace_customer_count, 0)

    def test_user_without_inventory_rights_is_refused(self):
        self.build.receive((self.product, "R1"), 10, self.vendor)
        lot = self.build.lot(self.product, "R1")
        user = new_test_user(self.env, "nobody", groups="base.group_user")
        with self.assertRaises(AccessError):
            lot.with_user(user).trace_downstream()

    def test_lot_name_looks_the_same_for_an_inventory_user(self):
        self.build.receive((self.product, "R1"), 10, self.vendor)
        lot = self.build.lot(self.product, "R1")
        self.build.deliver(lot, 4, self.customer)
        user = new_test_user(self.env, "clerk", groups="stock.group_stock_user")
        self.assertEqual(lot.with_user(user).trace_downstream(), lot.trace_downstream())

    def test_other_company_is_outside_scope(self):
        """Case 15: the goods go on in a company that the user may not read."""
        other_company = self.env["res.company"].create({"name": "Secret Inc"})
        here = self._create_user("here", "stock.group_stock_user")
        both = self._create_user(
            "both",
            "stock.group_stock_user",
            companies=self.env.company | other_company,
        )
        self.build.receive((self.product, "R1"), 10, self.vendor)
        lot = self.build.lot(self.product, "R1")
        transit = self.env.ref("stock.stock_location_inter_company")
        transit.active = True
        self.build.transfer(
            {lot: 4},
            self.build.warehouse.out_type_id,
            self.build.stock,
            transit,
            partner=other_company.partner_id,
        )
        there = type(self.build)(self.env, other_company)
        there.transfer({lot: 4}, there.warehouse.in_type_id, transit, there.stock)
        there.deliver(lot, 3, self.customer)
        trace = lot.with_user(here).trace_downstream()
        self.assertFalse(trace["deliveries"])
        self.assertEqual(trace["outside_scope"]["count"], 1)
        self.assertIn("not allowed", trace["outside_scope"]["message"])
        self.assertNotIn("Secret", json.dumps(trace))
        self.assertNotIn("Customer", json.dumps(trace))
        for_both = lot.with_user(both).with_context(
            allowed_company_ids=(self.env.company | other_company).ids
        )
        trace = for_both.trace_downstream()
        self.assertEqual(self.shipments(trace["deliveries"]), [("Customer", 3, 0)])
        self.assertEqual(trace["outside_scope"]["count"], 0)
        # who has only not chosen it is not told that it is forbidden
        chosen = lot.with_user(both).with_context(
            allowed_company_ids=self.env.company.ids
        )
        (message,) = chosen.get_trace_graph()["outside"]
        self.assertRegex(message, "^Where it went: .*top right")
        self.assertNotIn("not allowed", message)
