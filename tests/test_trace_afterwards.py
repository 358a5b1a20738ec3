"""What is taken apart, taken back, found again or written down afterwards."""

from datetime import datetime, timedelta

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.lot_traceability.documents.trace_document import TraceDocument

from .common import SupplyChainCase

START = datetime(2026, 3, 1, 10)


@tagged("post_install", "-at_install")
class TestTraceAfterwards(SupplyChainCase):
    def setUp(self):
        super().setUp()
        self.day = 0
        self.made = self.build.product("Made")
        self.lot = self.receive("R1", 20)

    def at(self):
        """Each operation is done on a day of its own."""
        self.day += 1
        return START + timedelta(days=self.day)

    def receive(self, name, quantity, at=None):
        self.build.receive(
            (self.product, name), quantity, self.vendor, at=at or self.at()
        )
        return self.build.lot(self.product, name)

    def suspect(self, lot):
        """Where the goods of a lot are; what is zero is left out."""
        [row] = lot.trace_downstream(["suspect"])["suspect"]
        del row["product_id"]
        return {key: value for key, value in row.items() if isinstance(value, float)}

    def shares(self, lot):
        rows = lot.trace_downstream(["holders"])["holders"]
        return {
            row["product_id"]: (row["share_low"], row["share"], row["share_high"])
            for row in rows
        }

    def balance(self, lot):
        rows = lot.trace_downstream(["balances"])["balances"]
        [row] = [row for row in rows if row["lot_id"] == lot.id]
        return {key: value for key, value in row.items() if value and key != "lot_id"}

    def gaps(self, lot):
        return [
            (gap["kind"], gap["quantity"]) for gap in lot.trace_downstream()["gaps"]
        ]

    def places(self, lot):
        [row] = [
            row
            for row in self.env["lot.place"].search_number(lot.name)["rows"]
            if row["id"] == lot.id
        ]
        return {
            place["state"]: (
                place["quantity"],
                [made["name"] for made in place["installed_in"]],
            )
            for place in row["places"]
        }

    # -- shares ------------------------------------------------------------
    def test_a_part_is_taken_apart(self):
        """What comes out again was in those units: it stays in none of them."""
        self.build.bom(self.made, {self.product: 2})
        order = self.build.produce(self.made, {"F1": 5}, {self.lot: 10}, at=self.at())
        made = self.build.lot(self.made, "F1")
        self.build.unbuild(order, 2, made, at=self.at())
        self.build.deliver(made, 3, self.customer, at=self.at())
        self.build.deliver(self.lot, 14, self.customer, at=self.at())
        shares = self.shares(self.lot)
        self.assertEqual(shares[self.made.id], (6, 6, 6))
        self.assertEqual(shares[self.product.id], (14, 14, 14))

    def test_some_of_what_came_out_again_is_sold(self):
        """A unit of the suspect lot itself is one, wherever it was in the meantime."""
        self.build.bom(self.made, {self.product: 2})
        order = self.build.produce(self.made, {"F1": 5}, {self.lot: 10}, at=self.at())
        made = self.build.lot(self.made, "F1")
        delivery = self.build.deliver(made, 4, self.customer, at=self.at())
        self.build.return_picking(delivery, {self.made: 3}, at=self.at())
        self.build.unbuild(order, 3, made, at=self.at())
        self.build.deliver(self.lot, 5, self.customer, at=self.at())
        shares = self.shares(self.lot)
        self.assertEqual(shares[self.made.id], (2, 2, 2))
        self.assertEqual(shares[self.product.id], (5, 5, 5))

    def test_more_of_a_lot_is_made_of_itself(self):
        """It went back into the lot, and into what goes into the lot."""
        self.build.produce(self.made, {"W1": 10}, {self.lot: 5}, at=self.at())
        lot = self.build.lot(self.made, "W1")
        self.build.produce(self.made, {"W1": 4}, {lot: 4}, at=self.at())
        self.build.deliver(lot, 3, self.customer, at=self.at())
        suspect = self.suspect(lot)
        self.assertEqual((suspect["quantity"], suspect["reworked"]), (14, 4))
        self.assertEqual((suspect["at_customers"], suspect["on_hand"]), (3, 7))
        self.assertEqual(suspect["unaccounted"], 0)
        suspect = self.suspect(self.lot)
        self.assertEqual((suspect["at_customers"], suspect["on_hand"]), (1.5, 18.5))
        self.assertEqual(suspect["unaccounted"], 0)

    def test_some_comes_out_again_as_the_lot_itself(self):
        """As a by-product under the same number: as under another one, that part of it
        is not in what was made."""
        self.build.bom(self.made, {self.product: 1}, byproducts={self.product: 0.5})
        other = self.receive("R2", 20)
        for lot, number in ((self.lot, "R1"), (other, "R9")):
            name = f"F-{number}"
            byproducts = {(self.product, number): 2}
            self.build.produce(
                *(self.made, {name: 4}, {lot: 4}, self.at()), byproducts=byproducts
            )
            made = self.build.lot(self.made, name)
            self.build.deliver(made, 4, self.customer, at=self.at())
            self.assertEqual(self.shares(lot)[self.made.id], (2, 2, 2))
        suspect = self.suspect(self.lot)
        self.assertEqual((suspect["quantity"], suspect["reworked"]), (22, 2))
        self.assertEqual((suspect["at_customers"], suspect["on_hand"]), (2, 18))
        suspect = self.suspect(other)
        self.assertEqual((suspect["quantity"], suspect["reworked"]), (20, 0))
        self.assertEqual((suspect["at_customers"], suspect["on_hand"]), (2, 18))

    def test_an_order_whose_product_was_corrected_away(self):
        """Nothing was made after all, but what was used is gone."""
        order = self.build.produce(self.made, {"F1": 5}, {self.lot: 5}, at=self.at())
        self.assertEqual(self.gaps(self.lot), [])
        order.is_locked = False
        order.move_finished_ids.move_line_ids.quantity = 0
        self.assertEqual(self.gaps(self.lot), [("no_result", 5)])
        suspect = self.suspect(self.lot)
        self.assertEqual((suspect["on_hand"], suspect["unaccounted"]), (15, 5))

    def test_an_order_that_used_nothing(self):
        """Nothing at all, or nothing of one of the components, is on record."""
        other, salt = self.build.product("Other"), self.build.product("Salt", "none")
        self.build.receive((other, "O1"), 20, self.vendor, at=self.at())
        self.build.receive(salt, 20, self.vendor, at=self.at())
        self.build.bom(self.made, {self.product: 1, other: 1, salt: 1})
        second, cases = self.build.lot(other, "O1"), {}
        for number, used in (
            ("F1", {self.lot: 4, second: 4, salt: 4}),
            ("F2", {self.lot: 4, salt: 4}),
            ("F3", {self.lot: 4, second: 4}),
            ("F4", {}),
        ):
            order = self.build.produce(self.made, {number: 4}, used, at=self.at())
            self.assertEqual(order.state, "done")
            lot = cases[number] = self.build.lot(self.made, number)
            self.build.deliver(lot, 1, self.customer, at=self.at())
        pack = self.build.product("Pack")
        self.build.produce(
            pack, {"P1": 1}, {cases["F1"]: 1, cases["F2"]: 1}, at=self.at()
        )
        cases["P1"] = self.build.lot(pack, "P1")
        expected = {"F1": [], "F2": [("F2", 4)], "F3": [], "F4": [("F4", 4)]}
        expected["P1"] = expected["F2"]
        texts = {}
        for number, lot in cases.items():
            gaps = [
                gap
                for gap in lot.trace_upstream()["gaps"]
                if gap["kind"] not in ("untracked",)
            ]
            self.assertEqual({gap["kind"] for gap in gaps} - {"no_input"}, set())
            names = {each.id: name for name, each in cases.items()}
            found = [(names[gap["lot_id"]], gap["quantity"]) for gap in gaps]
            self.assertEqual(found, expected[number], number)
            texts[number] = "".join(gap["message"] for gap in gaps)
            head = TraceDocument(lot, "XLSX").get_statements()[0]
            if gaps:
                self.assertNotIn("no gaps", str(head))
        self.assertIn("no Other is on record", texts["P1"])
        self.assertIn("nothing on record", texts["F4"])
        [rule] = [
            rule
            for rule in self.env["lot.health.rules"]._get_checks(self.env.company)
            if rule.code == "made_of_nothing"
        ]
        lines = self.env[rule.model].search(rule.get_domain())
        mine = lines.lot_id & self.env["stock.lot"].union(*cases.values())
        self.assertEqual(mine, cases["F2"] | cases["F4"])

    def test_a_lot_of_both_directions_is_counted_once(self):
        self.build.bom(self.made, {self.product: 2})
        order = self.build.produce(self.made, {"F1": 5}, {self.lot: 10}, at=self.at())
        self.build.unbuild(order, 2, self.build.lot(self.made, "F1"), at=self.at())
        statements = TraceDocument(self.lot, "XLSX").get_statements()[1]
        self.assertEqual([text[:11] for text in statements], ["1 of 2 lots"])

    def test_a_line_added_to_an_order_that_is_done(self):
        """It was used when the order was done, whenever it was written down."""
        order = self.build.produce(self.made, {"F1": 5}, {self.lot: 5}, at=self.at())
        other = self.receive("R2", 10, at=START)
        made = self.build.lot(self.made, "F1")
        self.build.deliver(made, 5, self.customer, at=self.at())
        order.is_locked = False
        used = order.move_raw_ids
        used.move_line_ids = [
            Command.create(
                {
                    "product_id": self.product.id,
                    "lot_id": other.id,
                    "quantity": 2,
                    "location_id": used.location_id.id,
                    "location_dest_id": used.location_dest_id.id,
                    "date": self.at(),
                }
            )
        ]
        suspect = self.suspect(other)
        self.assertEqual(suspect["at_customers"], 2)
        self.assertEqual(suspect["on_hand"], 8)
        self.assertEqual(suspect["unaccounted"], 0)

    def test_a_vendor_whose_receipt_was_booked_late(self):
        """Found by the vendor that its own trace names."""
        lot = self.build.lot(self.product, "LATE")
        self.build.produce(self.made, {"F9": 3}, {lot: 3}, at=START)
        self.receive("LATE", 10)
        made = self.build.lot(self.made, "F9")
        self.assertEqual(made.trace_vendor_ids, self.vendor)
        lots = self.env["stock.lot"]
        domain = [("trace_vendor_ids", "in", self.vendor.ids)]
        self.assertLessEqual(made | lot | self.lot, lots.search(domain))

    # -- what comes back ---------------------------------------------------
    def test_lost_and_found_again(self):
        self.build.count(self.lot, 15, at=self.at())
        self.build.count(self.lot, 18, at=self.at())
        self.assertEqual(self.gaps(self.lot), [("lost", 2)])
        suspect = self.suspect(self.lot)
        self.assertEqual((suspect["quantity"], suspect["lost"]), (20, 2))
        # more than ever was missing
        self.build.count(self.lot, 23, at=self.at())
        self.assertEqual(self.gaps(self.lot), [("found", 3)])
        self.assertEqual(self.suspect(self.lot)["quantity"], 23)

    def test_found_first_explains_nothing(self):
        self.build.count(self.lot, 23, at=self.at())
        self.build.count(self.lot, 20, at=self.at())
        self.assertEqual(self.gaps(self.lot), [("found", 3), ("lost", 3)])

    def test_scrapped_by_mistake(self):
        """A transfer takes it back: it was neither scrapped nor found."""
        scrap = self.build.scrap(self.lot, 4, at=self.at())
        place = scrap.scrap_location_id
        self.build.move(self.lot, 3, place, self.build.stock, at=self.at())
        balance = {"received": 20, "scrapped": 1, "on_hand": 19}
        self.assertEqual(self.balance(self.lot), balance)
        self.assertEqual(self.gaps(self.lot), [])
        suspect = self.suspect(self.lot)
        self.assertEqual((suspect["quantity"], suspect["scrapped"]), (20, 1))
        # a transfer out of a place where nothing was scrapped has found it
        first = self.build.lot(self.product, "FIRST")
        self.build.move(first, 5, place, self.build.stock, at=self.at())
        self.assertEqual(self.gaps(first), [("found", 5)])
        facts = self.env["lot.trace.fact"].search(
            [("lot_ref", "in", (self.lot.id, first.id))], order="id"
        )
        self.assertEqual(
            facts.mapped("kind"), ["receipt", "scrap", "scrap_back", "counted_in"]
        )

    def test_scrapped_by_a_transfer(self):
        """No count missed it, and nobody says so."""
        loss = self.product.property_stock_inventory
        move = self.build.move(self.lot, 20, self.build.stock, loss, at=self.at())
        self.assertEqual(self.balance(self.lot), {"received": 20, "scrapped": 20})
        self.assertEqual(self.gaps(self.lot), [])
        self.assertEqual(self.places(self.lot), {"scrapped": (20, [])})
        lines = move.move_line_ids.ids
        fact = self.env["lot.trace.fact"].search([("line_ref", "in", lines)])
        self.assertEqual(fact.kind, "scrap")

    def test_a_part_that_a_repair_throws_away(self):
        part = self.build.product("Part", tracking="serial")
        machine = self.build.product("Machine", tracking="serial")
        lot = self.build.lot(part, "P1")
        self.build.receive(lot, 1, self.vendor, at=self.at())
        self.build.produce(machine, {"M1": 1}, {lot: 1}, at=self.at())
        repair = self.env["repair.order"].create(
            {
                "product_id": machine.id,
                "lot_id": self.build.lot(machine, "M1").id,
                "picking_type_id": self.build.warehouse.repair_type_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": part.id,
                            "product_uom_qty": 1,
                            "repair_line_type": "remove",
                        }
                    )
                ],
            }
        )
        repair._action_repair_confirm()
        repair.action_repair_start()
        self.build._set_lots(repair.move_ids, {lot: 1})
        repair.action_repair_end()
        self.build._set_date(
            (repair.move_ids | repair.move_id).move_line_ids, self.at()
        )
        self.assertEqual(self.balance(lot)["scrapped"], 1)
        self.assertEqual(self.gaps(lot), [])
        self.assertEqual(self.suspect(lot)["scrapped"], 1)

    def test_sent_to_the_vendor_and_back(self):
        receipt = self.build.receive(
            (self.product, "V1"), 10, self.vendor, at=self.at()
        )
        lot = self.build.lot(self.product, "V1")
        back = self.build.return_picking(receipt, {self.product: 4}, at=self.at())
        self.build.return_picking(back, {self.product: 3}, at=self.at())
        suspect = self.suspect(lot)
        self.assertEqual(suspect["quantity"], 10)
        self.assertEqual((suspect["on_hand"], suspect["returned_to_vendor"]), (9, 1))

    # -- where it is now ---------------------------------------------------
    def test_what_became_of_all_of_it(self):
        """Of a lot that nobody holds each end is told, with all that went there."""
        for number in ("F1", "F2"):
            self.build.produce(self.made, {number: 1}, {self.lot: 6}, at=self.at())
        self.build.scrap(self.lot, 8, at=self.at())
        self.assertEqual(
            self.places(self.lot),
            {"consumed": (12, ["F2", "F1"]), "scrapped": (8, [])},
        )

    def test_a_customer_who_was_put_right(self):
        """The trace knows of it at once, in the same transaction."""
        delivery = self.build.deliver(self.lot, 4, self.customer, at=self.at())
        other = self.build.partner("Other")
        delivery.partner_id = other
        [row] = self.lot.trace_downstream(["deliveries"])["deliveries"]
        self.assertEqual(row["partner_id"], other.id)
