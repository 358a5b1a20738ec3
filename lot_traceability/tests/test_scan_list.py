import time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .scan_case import GTIN, ScanCase


@tagged("post_install", "-at_install")
class TestScanList(ScanCase):
    """The list of what was scanned, undo, what was typed before, places, speed."""

    def lines(self, picking):
        return sorted(
            (
                line.lot_name or line.lot_id.name or "",
                line.location_dest_id.name,
                line.quantity_product_uom,
                line.picked,
            )
            for line in picking.move_line_ids
        )

    # -- undo -----------------------------------------------------------
    def test_list_and_undo_at_a_receipt(self):
        receipt = self.open(self.product, quantity=10)
        before = self.lines(receipt)
        first = self.scan(receipt, "L1", quantity=4)
        second = self.scan(receipt, "L1")
        self.scan(receipt, "TBD", "danger")
        third = self.scan(receipt, "L2")
        rows = receipt.get_scans()
        self.assertEqual(
            [(row["text"], row["answer"], row["can_undo"]) for row in rows],
            [
                ("L2", "booked", True),
                ("TBD", "refused", False),
                ("L1", "booked", True),
                ("L1", "booked", True),
            ],
        )
        self.assertEqual(rows[0]["id"], third["scan_id"])
        # not the last one first: any order
        answer = receipt.undo_scan(first["scan_id"])
        self.assertEqual((answer["answer"], answer["level"]), ("noted", "info"))
        self.assertEqual(self.picked(receipt), [("L1", 1), ("L2", 1)])
        self.assertEqual(self.planned(receipt), 8)
        again = receipt.undo_scan(first["scan_id"])
        self.assertEqual(again["answer"], "refused")
        receipt.undo_scan(second["scan_id"])
        receipt.undo_scan(third["scan_id"])
        self.assertEqual(self.lines(receipt), before)
        self.assertEqual(receipt.undo_scan(2**31 - 1)["answer"], "refused")
        self.assertTrue(all(row["is_undone"] for row in receipt.get_scans()[::2][:1]))
        # what was changed by hand since is not guessed at
        scan_id = self.scan(receipt, "L3")["scan_id"]
        receipt.move_line_ids.filtered("picked").lot_name = "L4"
        self.assertIn("changed since", receipt.undo_scan(scan_id)["message"])
        stranger = self._create_user("stranger", "base.group_user")
        for call in (receipt.undo_scan, receipt.get_scans):
            with self.assertRaises(AccessError):
                getattr(receipt.with_user(stranger), call.__name__)(
                    *([scan_id] if call == receipt.undo_scan else [])
                )
        worker = self._create_user("worker", "stock.group_stock_user")
        entry = self.env["lot.scan.entry"].browse(scan_id)
        with self.assertRaises(AccessError):
            entry.with_user(worker).is_undone = True

    def test_undo_at_a_delivery_plans_the_same_lot_again(self):
        lots = [self.build.lot(self.product, name) for name in ("A", "B")]
        for lot in lots:
            self.build.receive(lot, 5)
        delivery = self.build.open_delivery(self.product, 5)
        before = self.lines(delivery)
        scan_id = self.scan(delivery, "(10)B(30)2")["scan_id"]
        self.assertEqual(self.picked(delivery), [("B", 2)])
        delivery.undo_scan(scan_id)
        self.assertEqual(self.lines(delivery), before)
        reserved = [sum(lot.quant_ids.mapped("reserved_quantity")) for lot in lots]
        self.assertEqual(sum(reserved), 5)
        self.assertEqual(delivery.move_ids.state, "assigned")

    # -- packages that goods are put into --------------------------------
    def in_packages(self, picking):
        return sorted(
            (
                line.lot_name or line.lot_id.name,
                line.quantity_product_uom,
                line.result_package_id.name or "",
            )
            for line in picking.move_line_ids
            if line.picked
        )

    def test_goods_come_in_packages_scanned_before_them_or_behind(self):
        receipt = self.open(self.product, quantity=13)
        one, two = "00106141412345678908", "00106141412345678915"
        answer = self.scan(receipt, f"]C1{one}", "info")
        self.assertEqual(answer["package"], one[2:])
        answer = self.scan(receipt, "L1", quantity=6, package=answer["package"])
        self.assertIn("in package 106141412345678908", answer["message"])
        # the next package takes the place of the one before
        answer = self.scan(receipt, two, "info", package=answer["package"])
        self.assertEqual((answer["answer"], answer["package"]), ("noted", two[2:]))
        last = self.scan(receipt, "L1", quantity=2, package=answer["package"])
        expected = [("L1", 2, two[2:]), ("L1", 6, one[2:])]
        self.assertEqual(self.in_packages(receipt), expected)
        receipt.undo_scan(last["scan_id"])
        self.assertEqual(self.in_packages(receipt), expected[1:])
        # behind the goods: which of them is meant is asked
        self.scan(receipt, "L2", quantity=3)
        self.scan(receipt, "L3", quantity=4)
        answer = self.scan(receipt, two, "info")
        self.assertEqual(answer["answer"], "ask")
        before, behind = [choice["reading"] for choice in answer["choices"]]
        for text in ("L2 (3)", "L3 (4)"):
            self.assertIn(text, answer["choices"][0]["text"])
        self.assertFalse(any(row[2] == two[2:] for row in self.in_packages(receipt)))
        self.assertEqual(
            self.scan(receipt, two, "info", reading=behind)["package"], two[2:]
        )
        answer = self.scan(receipt, two, reading=before)
        self.assertFalse(answer["package"])
        self.assertEqual(
            self.in_packages(receipt),
            [("L1", 6, one[2:]), ("L2", 3, two[2:]), ("L3", 4, two[2:])],
        )
        receipt.undo_scan(answer["scan_id"])
        self.assertEqual(
            self.in_packages(receipt),
            [("L1", 6, one[2:]), ("L2", 3, ""), ("L3", 4, "")],
        )
        receipt.button_validate()
        # what is in stock is not received again
        again = self.open(self.product, quantity=5)
        self.assertIn("is not in", self.scan(again, one, "danger")["message"])
        self.assertIn(
            "in stock already",
            self.scan(again, "L9", "danger", package=one[2:])["message"],
        )
        with self.assertRaisesRegex(UserError, "package has to be a text"):
            again.scan_number("L9", package=5)

    def test_goods_are_packed_at_a_delivery(self):
        lot = self.build.lot(self.product, "A")
        self.build.receive(lot, 9)
        self.env["stock.package"].create({"name": "BOX-1"})
        delivery = self.build.open_delivery(self.product, 9)
        answer = self.scan(delivery, "box-1", "info")
        self.assertEqual(answer["package"], "BOX-1")
        self.scan(delivery, "(10)A(30)4", package="BOX-1")
        # without it, what is packed stays as it is
        self.scan(delivery, "(10)A(30)5")
        self.assertEqual(self.in_packages(delivery), [("A", 4, "BOX-1"), ("A", 5, "")])

    def test_a_package_is_taken_whole_and_back(self):
        """Also where its label tells what is in it, and where a part was scanned."""
        sscc = "106141412345678908"
        lot = self.build.lot(self.product, "PA")
        package = self.env["stock.package"].create({"name": sscc})
        self.env["stock.quant"]._update_available_quantity(
            self.product, self.build.stock, 4, lot_id=lot, package_id=package
        )
        delivery = self.build.open_delivery(self.product, 9)
        label = f"(00){sscc}(02){GTIN}(37)4(10)PA"
        answer = self.scan(delivery, label)
        self.assertEqual(self.in_packages(delivery), [("PA", 4, sscc)])
        self.assertEqual(delivery.move_line_ids.filtered("picked").package_id, package)
        delivery.undo_scan(answer["scan_id"])
        self.assertFalse(self.picked(delivery))
        # one of it, then all of it; what was scanned first stays
        delivery.move_line_ids.unlink()
        self.scan(delivery, "PA")
        self.assertEqual(self.in_packages(delivery), [("PA", 1, "")])
        answer = self.scan(delivery, sscc)
        self.assertEqual(self.in_packages(delivery), [("PA", 4, sscc)])
        delivery.undo_scan(answer["scan_id"])
        self.assertEqual(self.in_packages(delivery), [("PA", 1, "")])

    # -- a number behind the code of a product that is not expected -----------
    def test_a_number_behind_goods_that_are_not_expected(self):
        other = self.build.product("Other", barcode="5901234123457")
        receipt = self.open(self.product, quantity=5)
        self.scan(receipt, other.barcode, "danger")
        answer = self.scan(receipt, "L1", "warning")
        self.assertIn("not on this transfer", answer["message"])
        self.scan(receipt, "L2")
        # said clearly, there is nothing to ask
        self.scan(receipt, other.barcode, "danger")
        self.scan(receipt, f"(01){GTIN}(10)L3")

    # -- what was typed before ------------------------------------------
    def test_what_was_typed_stays_picked_and_is_not_counted_twice(self):
        receipt = self.open(self.serial_product, quantity=4)
        typed = receipt.move_line_ids[:3]
        for line, name in zip(typed, ("SN-1", "SN-2", "SN-3"), strict=True):
            line.lot_name = name
        self.scan(receipt, "SN-9")
        self.assertEqual(typed.mapped("picked"), [True] * 3)
        answer = self.scan(receipt, "SN-2")
        self.assertEqual(answer["line_id"], typed[1].id)
        self.scan(receipt, "SN-2", "warning")
        self.assertEqual(len(receipt.move_line_ids), 4)
        receipt.undo_scan(answer["scan_id"])
        self.assertEqual(typed.mapped("picked"), [True] * 3)
        self.scan(receipt, "SN-2")
        receipt.button_validate()
        names = receipt.move_line_ids.lot_id.mapped("name")
        self.assertEqual(sorted(names), ["SN-1", "SN-2", "SN-3", "SN-9"])
        # a lot that was counted by hand, and scanned box by box
        receipt = self.open(self.product, quantity=10)
        receipt.move_line_ids.write({"lot_name": "L1", "quantity": 4})
        for _scan in range(4):
            self.scan(receipt, "L1")
        self.assertEqual(self.picked(receipt), [("L1", 4)])
        self.scan(receipt, "L1")
        self.assertEqual(self.picked(receipt), [("L1", 5)])

    def test_a_backorder_loses_nothing_that_was_typed(self):
        """Also what somebody took the tick off again; and the question lists it."""
        receipt = self.open(self.serial_product, self.product, quantity=3)
        lines = receipt.move_line_ids
        serials = lines.filtered(lambda line: line.product_id == self.serial_product)
        for line, name in zip(serials, ("SN-1", "SN-2", "SN-3"), strict=True):
            line.lot_name = name
        self.scan(receipt, "SN-1")
        serials[2].write({"picked": False, "supplier_number": "V-3"})
        action = receipt.button_validate()
        wizard = Form.from_action(self.env, action)
        text = wizard.not_scanned
        self.assertIn("SN-3 (Device): 1 Units", text)
        self.assertIn("Raw: 3 Units", text)
        self.assertNotIn("SN-2", text)
        wizard.save().with_context(**action["context"]).process()
        self.assertEqual(receipt.state, "done")
        self.assertEqual(
            sorted(receipt.move_line_ids.lot_id.mapped("name")), ["SN-1", "SN-2"]
        )
        backorder = receipt.backorder_ids
        line = backorder.move_line_ids.filtered("lot_name")
        self.assertEqual((line.lot_name, line.supplier_number), ("SN-3", "V-3"))
        self.assertEqual(line.quantity, 1)

    # -- places ---------------------------------------------------------
    def test_places_before_and_behind_the_goods(self):
        shelves = [
            self.build.location(f"Shelf {name}", barcode=f"SH-{name}") for name in "ABC"
        ]
        receipt = self.open(self.product, quantity=10)
        # each time the goods, then their place
        self.scan(receipt, "L1")
        answer = self.scan(receipt, "SH-A")
        self.assertEqual((answer["answer"], answer["location_id"]), ("booked", False))
        self.scan(receipt, "L2")
        self.scan(receipt, "SH-B")
        # first the place, then the goods
        answer = self.scan(receipt, "SH-C", "info")
        self.assertEqual(answer["location_id"], shelves[2].id)
        for name in ("L3", "L4"):
            answer = self.scan(receipt, name, location_id=answer["location_id"])
        answer = self.scan(receipt, "SH-A", "info", location_id=answer["location_id"])
        self.scan(receipt, "L5", location_id=answer["location_id"])
        places = {row[0]: row[1] for row in self.lines(receipt) if row[3]}
        self.assertEqual(
            places,
            {
                "L1": "Shelf A",
                "L2": "Shelf B",
                "L3": "Shelf C",
                "L4": "Shelf C",
                "L5": "Shelf A",
            },
        )
        # the place of the goods before is taken back alone
        scans = receipt.get_scans()
        moved = next(row for row in scans if row["text"] == "SH-B")
        receipt.undo_scan(moved["id"])
        self.assertIn(("L2", "Stock", 1, True), self.lines(receipt))

    def test_where_goods_are_taken_from(self):
        shelf = self.build.location("Shelf", barcode="SH-1")
        lot = self.build.lot(self.product, "L1")
        self.build.receive(lot, 2)
        self.build.receive(lot, 3, to=shelf)
        delivery = self.build.open_delivery(self.product, 2)
        answer = self.scan(delivery, "SH-1", "info")
        self.scan(delivery, "(10)L1(30)2", location_id=answer["location_id"])
        picked = delivery.move_line_ids.filtered("picked")
        self.assertEqual((picked.location_id, picked.quantity), (shelf, 2))

    def test_places_inside_of_one(self):
        """From a place and to a place of the same warehouse: first where it is taken
        from, then the goods, then where it goes."""
        build = self.build
        one, two = (build.location(f"R{at}", barcode=f"ROOM-{at}") for at in (1, 2))
        lot = build.lot(self.product, "L1")
        build.receive(lot, 5, to=one)
        build.receive(lot, 5, to=two)
        transfer = build.open_delivery(self.product, 4)
        transfer.write(
            {
                "picking_type_id": build.warehouse.int_type_id.id,
                "location_dest_id": build.stock.id,
            }
        )
        transfer.move_ids.location_dest_id = build.stock
        transfer.move_line_ids.location_dest_id = build.stock
        answer = self.scan(transfer, "ROOM-2", "info")
        self.assertIn("are taken from", answer["message"])
        self.scan(transfer, "(10)L1(30)3", location_id=answer["location_id"])
        answer = self.scan(transfer, "ROOM-1", location_id=answer["location_id"])
        self.assertFalse(answer["location_id"])
        line = transfer.move_line_ids.filtered("picked")
        self.assertEqual(
            (line.location_id, line.location_dest_id, line.quantity), (two, one, 3)
        )

    def test_goods_without_numbers_are_taken_from_a_place(self):
        shelf = self.build.location("Shelf", barcode="SH-1")
        self.build.receive(self.plain, 5)
        self.build.receive(self.plain, 3, to=shelf)
        delivery = self.build.open_delivery(self.plain, 4)
        place = self.scan(delivery, "SH-1", "info")["location_id"]
        last = self.scan(delivery, "96385074", location_id=place)
        self.scan(delivery, "96385074", location_id=place)
        line = delivery.move_line_ids.filtered("picked")
        self.assertEqual((line.location_id, line.quantity), (shelf, 2))
        delivery.undo_scan(last["scan_id"])
        line = delivery.move_line_ids.filtered("picked")
        self.assertEqual((line.location_id, line.quantity), (shelf, 1))

    # -- choosing -------------------------------------------------------
    def test_what_looks_damaged_is_a_number_if_somebody_says_so(self):
        receipt = self.open(self.product, quantity=14)
        answer = self.scan(receipt, "SNß1", "info")
        self.assertEqual(
            [(row["reading"], row["text"]) for row in answer["choices"]],
            [("plain", "The number is SNß1")],
        )
        # how much of it was meant goes on with the question
        answer = self.scan(receipt, "SNß1", "info", quantity=2)
        self.scan(receipt, "SNß1", reading="plain", quantity=answer["quantity"])
        self.assertEqual(self.picked(receipt), [("SNß1", 2)])
        # once it is known it is no surprise
        self.scan(receipt, "SNß1")
        # the reference of other goods behind the product that is meant
        self.build.product("Other", default_code="OTHER-REF")
        meant = {"product_id": self.product.id}
        self.scan(receipt, "other-ref", "info", **meant)
        # numbers that were just scanned, run together
        self.scan(receipt, "L1")
        self.scan(receipt, "L1L1", "info")
        # what is only strange is asked about once for its form, on this transfer or any
        glued = f"{GTIN[1:]}-0001"
        for number in ("#A+0001", glued):
            self.scan(receipt, number, "info")
            self.scan(receipt, number, reading="plain")
            self.scan(receipt, number[:-1] + "2")
            self.scan(receipt, number.replace("-", "/").replace("#", "%"), "info")
        # however many digits are counted up, and whatever the number is
        self.scan(receipt, "#A+10000")
        self.scan(receipt, "Lot: L1", "info")
        self.scan(receipt, "Lot: L1", reading="plain")
        self.scan(receipt, "LOT: M22-X")
        self.scan(receipt, "1TM22", "info")
        # so is what another keyboard may have written
        self.scan(receipt, "SN*8", "info")
        self.scan(receipt, "SN*8", reading="plain")
        self.scan(receipt, "SN*9")
        self.scan(receipt, "SN*9L", "info")
        # also where a label has it, which lost its separators
        self.scan(receipt, f"01{GTIN}10{glued[:-1]}3")
        self.scan(receipt, f"01{GTIN}10{glued}L", "info")
        self.assertIn((glued[:-1] + "3", 1), self.picked(receipt))
        receipt.button_validate()
        self.scan(self.open(self.product), glued[:-1] + "9")
        # what only looks the same where numbers are compared
        self.build.receive(self.build.lot(self.product, "SNSS2"), 1)
        delivery = self.build.open_delivery(self.product)
        self.scan(delivery, "SNß2", "info")
        self.assertFalse(self.picked(delivery))
        self.scan(delivery, "SNß2", reading="plain")
        self.assertEqual(self.picked(delivery), [("SNSS2", 1)])

    def test_a_quantity_of_zero_is_none(self):
        receipt = self.open(self.product)
        self.scan(receipt, "L1", "danger", quantity=0)
        self.scan(receipt, "L1", quantity=False)
        self.assertEqual(self.picked(receipt), [("L1", 1)])

    def test_a_doubtful_label_is_chosen(self):
        text = f"01{GTIN}10W302917271231"
        receipt = self.open(self.product)
        answer = self.scan(receipt, text, "info")
        self.assertEqual((answer["answer"], len(answer["choices"])), ("ask", 2))
        self.assertFalse(self.picked(receipt))
        self.assertFalse(receipt.get_scans())
        key = answer["choices"][1]["reading"]
        self.assertIn("W3029", answer["choices"][1]["text"])
        self.scan(receipt, text, reading=key)
        self.assertEqual(self.picked(receipt), [("W3029", 1)])
        self.scan(receipt, text, reading=answer["choices"][0]["reading"])
        self.assertEqual(self.picked(receipt), [("W3029", 1), ("W302917271231", 1)])
        self.scan(receipt, text, "danger", reading="(10)OTHER")
        # what Odoo printed of a lot that ends like a date is read back
        receipt = self.open(self.product)
        self.build.lot(self.product, "W302917271231")
        self.scan(receipt, text)
        # a short number that may be none of a label
        self.build.lot(self.product, "23")
        answer = self.scan(receipt, "1023", "info")
        self.assertEqual(
            [row["reading"] for row in answer["choices"]], ["(10)23", "plain"]
        )
        self.scan(receipt, "1023", reading="plain")
        self.assertIn(("1023", 1), self.picked(receipt))

    def test_goods_by_weight_ask(self):
        self.product.uom_id = self.env.ref("uom.product_uom_kgm")
        receipt = self.open(self.product, quantity=80)
        answer = self.scan(receipt, "L1", "info")
        self.assertTrue(answer["wants_quantity"])
        self.assertEqual((answer["uom"], answer["quantity"]), ("kg", 80))
        self.scan(receipt, "L1", quantity=12.5)
        self.scan(receipt, "L1", "danger", quantity=-1)
        answer = self.scan(receipt, "L1", "warning", quantity=100)
        self.assertIn("More than ordered", answer["message"])
        self.assertEqual(self.picked(receipt), [("L1", 112.5)])

    # -- second looks ---------------------------------------------------
    def test_a_number_of_another_product_needs_a_look(self):
        self.build.lot(self.serial_product, "X1")
        receipt = self.open(self.product, self.serial_product)
        product_id = self.scan(receipt, GTIN, "info")["product_id"]
        answer = self.scan(receipt, "X1", "warning", product_id=product_id)
        self.assertIn("exists for another product: Device", answer["message"])
        self.assertEqual(answer["answer"], "look")

    # -- speed ----------------------------------------------------------
    def test_a_scan_costs_the_same_on_a_long_transfer(self):
        """A number of queries that does not grow with the transfer, within a second."""
        counts, seconds = [], []
        for length in (5, 200):
            products = self.env["product.product"].create(
                [
                    {
                        "name": f"P{length}-{at}",
                        "is_storable": True,
                        "tracking": "lot",
                        "barcode": f"P{length:03}{at:03}",
                    }
                    for at in range(length)
                ]
            )
            receipt = self.open(*products[:1])
            places = {
                "location_id": receipt.location_id.id,
                "location_dest_id": receipt.location_dest_id.id,
            }
            receipt.move_ids = [
                Command.create(
                    {"product_id": product.id, "product_uom_qty": 9, **places}
                )
                for product in products[1:]
            ]
            receipt.action_confirm()
            meant = self.scan(receipt, products[3].barcode, "info")["product_id"]
            self.scan(receipt, "WARM", product_id=meant)
            self.env.flush_all()
            self.env.invalidate_all()
            before, start = self.env.cr.sql_log_count, time.process_time()
            self.scan(receipt, "L1", product_id=meant)
            self.env.flush_all()
            seconds.append(time.process_time() - start)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLess(seconds[1], 1)
