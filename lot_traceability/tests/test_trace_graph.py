import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestTraceGraph(LotTraceCase):
    """Pictures of conversions, which need no other app."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receipt = cls.build.receive((cls.product, "R1"), 10, cls.vendor)
        cls.lot = cls.build.lot(cls.product, "R1")
        cls.delivery = cls.build.deliver(cls.lot, 1, cls.customer)

    def convert(self, lot, product, count):
        conversion = self.env["lot.conversion"].create(
            {
                "kind": "repack",
                "reason": "Smaller packs",
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "side": "source",
                            "product_id": lot.product_id.id,
                            "lot_id": lot.id,
                            "quantity": 5,
                            "location_id": self.build.stock.id,
                        },
                    ),
                    *(
                        (
                            0,
                            0,
                            {
                                "side": "target",
                                "product_id": product.id,
                                "number": f"T{index}",
                                "quantity": 1,
                                "location_id": self.build.stock.id,
                            },
                        )
                        for index in range(count)
                    ),
                ],
            }
        )
        conversion.action_done()
        return conversion

    def test_picture(self):
        conversion = self.convert(self.lot, self.build.product("Pack"), 3)
        graph = self.lot.get_trace_graph()
        self.assertEqual(json.loads(json.dumps(graph)), graph)
        names = {node["name"]: node for node in graph["nodes"]}
        self.assertEqual(set(names), {"R1", "T0", "T1", "T2"})
        self.assertEqual((names["R1"]["column"], names["T1"]["column"]), (0, 1))
        self.assertEqual(names["T1"]["via"], names["R1"]["key"])
        [edge] = [e for e in graph["edges"] if e["target"] == names["T0"]["key"]]
        self.assertEqual(edge["documents"][0]["name"], conversion.name)
        self.assertEqual((edge["quantity"], edge["uom"]), (5, "Units"))
        self.assertEqual(graph["counts"], {"upstream": 0, "downstream": 3})

    def test_customers_and_vendors_stand_in_the_picture(self):
        self.convert(self.lot, self.build.product("Pack"), 2)
        pack = self.env["stock.lot"].search([("name", "=", "T0")])
        self.build.deliver(pack, 1, self.build.partner("Shop"))
        self.lot.action_hold("Smells")
        graph = self.lot.get_trace_graph(partners=True)
        self.assertEqual(json.loads(json.dumps(graph)), graph)
        nodes = {node["name"]: node for node in graph["nodes"]}
        kinds = {name: (node["kind"], node["column"]) for name, node in nodes.items()}
        self.assertEqual(
            kinds,
            {
                self.vendor.name: ("vendor", -1),
                "R1": ("lot", 0),
                "T0": ("lot", 1),
                "T1": ("lot", 1),
                # beside what it got
                self.customer.name: ("customer", 1),
                "Shop": ("customer", 2),
            },
        )
        shop = nodes["Shop"]
        self.assertEqual((shop["quantity"], shop["uom"]), (1, "Units"))
        [edge] = [e for e in graph["edges"] if e["target"] == shop["key"]]
        self.assertEqual((edge["source"], edge["quantity"]), (str(pack.id), 1))
        self.assertEqual(edge["documents"][0]["model"], "stock.picking")
        badges = {
            badge["kind"]: badge.get("quantity") for badge in nodes["R1"]["badges"]
        }
        self.assertEqual(badges, {"held": None, "stock": 4, "customers": 1})
        self.assertEqual(nodes["T1"]["badges"][0]["quantity"], 1)
        # who does not ask for them gets lots alone
        names = {node["name"] for node in self.lot.get_trace_graph()["nodes"]}
        self.assertEqual(names, {"R1", "T0", "T1"})

    def test_many_customers_are_folded_and_opened(self):
        for index in range(14):
            self.build.receive(self.lot, 1, self.vendor)
            self.build.deliver(self.lot, 1, self.build.partner(f"Shop {index}"))
        graph = self.lot.get_trace_graph(partners=True)
        [fold] = [n for n in graph["nodes"] if n["kind"] == "customer" and not n["id"]]
        self.assertEqual((fold["count"], fold["quantity"]), (5, 5))
        graph = self.lot.get_trace_graph({fold["key"]: graph["step"]}, partners=True)
        customers = [node for node in graph["nodes"] if node["kind"] == "customer"]
        self.assertEqual(len(customers), 15)
        self.assertTrue(all(node["id"] for node in customers))

    def test_from_the_other_end(self):
        self.convert(self.lot, self.build.product("Pack"), 1)
        lot = self.env["stock.lot"].search([("name", "=", "T0")])
        columns = {n["name"]: n["column"] for n in lot.get_trace_graph()["nodes"]}
        self.assertEqual(columns, {"R1": -1, "T0": 0})

    def test_many_are_folded_and_opened(self):
        product = self.build.product("Pack")
        self.convert(self.lot, product, 60)
        graph = self.lot.get_trace_graph()
        [group] = [node for node in graph["nodes"] if not node["id"]]
        self.assertEqual((group["count"], len(group["ids"])), (60, 60))
        # 5 went into all of them together
        self.assertEqual([edge["quantity"] for edge in graph["edges"]], [5])
        graph = self.lot.get_trace_graph({group["key"]: graph["step"]})
        self.assertEqual(len(graph["nodes"]), 1 + 40 + 1)

    # -- where it starts --------------------------------------------------
    def test_search(self):
        self.lot.write({"supplier_number": "SUP-77", "batch_code": "OVEN-3"})
        for text, kind, record in (
            ("r1", "lot", self.lot),
            ("SUP-77", "lot", self.lot),
            ("OVEN", "lot", self.lot),
            (self.delivery.name, "transfer", self.delivery),
            ("Customer", "partner", self.customer),
            ("Raw", "product", self.product),
        ):
            rows = self.env["stock.lot"].search_any_number(text)
            found = [(row["kind"], row["id"]) for row in rows]
            self.assertIn((kind, record.id), found, text)
        self.assertEqual(self.env["stock.lot"].search_any_number("  "), [])

    def test_search_by_what_a_scanner_reads(self):
        search = self.env["stock.lot"].search_any_number
        self.product.barcode = "9506000134352"
        other = self.build.lot(self.build.product("Other"), "R1")
        self.customer.write({"email": "buyer@example.com"})

        def lots(text):
            return [row["id"] for row in search(text) if row["kind"] == "lot"]

        for text in (
            "(01)09506000134352(10)R1",
            "]C10109506000134352" + "10R1",
            "0109506000134352" + "10R1",
            "https://id.gs1.org/01/09506000134352/10/R1",
        ):
            self.assertEqual(lots(text), self.lot.ids, text)
        # the number alone is that of two products: both are told, and that they are
        rows = [row for row in search("R1") if row["exact"]]
        self.assertEqual({row["id"] for row in rows}, {self.lot.id, other.id})
        # without separators, as this product prints it for goods without a GTIN; and a
        # label of goods that nobody knows: such numbers, but not for sure
        for text, ids in (
            ("0109506000134352" + "10R117271231", self.lot.ids),
            ("10R1", (self.lot | other).ids),
            ("(01)04006381333931(10)R1", (self.lot | other).ids),
        ):
            rows = [row for row in search(text) if row["kind"] == "lot"]
            self.assertEqual(sorted(row["id"] for row in rows), sorted(ids), text)
            self.assertFalse(any(row["exact"] for row in rows), text)
        # a label of a lot that is not here: its product
        [row] = search("(01)09506000134352(10)GONE")
        self.assertEqual((row["kind"], row["id"]), ("product", self.product.id))
        # the code of the product, in any length
        for text in ("9506000134352", "09506000134352"):
            self.assertIn(self.product.id, [r["id"] for r in search(text)], text)
        found = [(row["kind"], row["id"]) for row in search("buyer@example.com")]
        self.assertIn(("partner", self.customer.id), found)

    def test_exact_numbers_come_first(self):
        for name in ("AR1", "XR1"):
            self.build.lot(self.product, name)
        rows = self.env["stock.lot"].search_any_number("R1")
        self.assertEqual(rows[0]["id"], self.lot.id)
        self.assertEqual(rows[0]["detail"], "Raw")

    def test_search_is_for_those_who_may_read_lots(self):
        user = new_test_user(self.env, "visitor", groups="base.group_public")
        with self.assertRaises(AccessError):
            self.env["stock.lot"].with_user(user).search_any_number("R1")

    def test_lots_of_records(self):
        find = self.env["stock.lot"].get_story_lots
        other = self.build.partner("Stranger")
        address = self.build.partner("Ramp", parent_id=self.customer.id)
        self.build.deliver(self.lot, 1, address)
        for record in (
            *(self.lot, self.receipt, self.delivery, self.product),
            *(self.product.product_tmpl_id, self.vendor, self.customer, address),
        ):
            found = find(record._name, record.ids)
            self.assertEqual(found, self.lot.ids, record.display_name)
        self.assertEqual(find("res.partner", other.ids), [])
        with self.assertRaisesRegex(UserError, "Stranger"):
            self.env["stock.lot"].action_open_story("res.partner", other.ids)
        action = self.env["stock.lot"].action_open_story("res.partner", self.vendor.ids)
        self.assertEqual(action["params"]["lot_ids"], self.lot.ids)

    def test_too_many_lots(self):
        self.build.lot(self.product, "R2")
        self.env["ir.config_parameter"].set_param("lot_traceability.trace_roots", 1)
        with self.assertRaisesRegex(UserError, "2 lots"):
            self.env["stock.lot"].get_story_lots("product.product", self.product.ids)
