from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestSerialConflict(LotTraceCase):
    """The policies, and the question that is asked at Validate."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category = cls.env["product.category"].create({"name": "Machines"})
        cls.serial_product.categ_id = cls.category
        cls.shelf = cls.build.location("Shelf")
        cls.unit = cls.build.lot(cls.serial_product, "S-1")
        cls.receipt = cls.build.receive(cls.unit, 1, cls.vendor)
        cls.user = cls._create_user("place_user", "stock.group_stock_user")

    def set_policy(self, policy):
        self.category.serial_conflict_policy = policy

    def conflicting_receipt(self, number="S-1"):
        receipt = self.build.open_receipt(self.serial_product, 1, number)
        receipt.move_line_ids.location_dest_id = self.shelf
        return receipt

    def conflicting_delivery(self):
        """The unit is on the shelf, the delivery takes it from the stock."""
        self.build.move(self.unit, 1, self.build.stock, self.shelf)
        delivery = self.env["stock.picking"].create(
            {
                "picking_type_id": self.build.warehouse.out_type_id.id,
                "location_id": self.build.stock.id,
                "location_dest_id": self.build.customers.id,
            }
        )
        values = self.build._prepare_move_vals(
            self.unit, 1, self.build.stock, self.build.customers
        )
        values["picking_id"] = delivery.id
        values["move_line_ids"][0][2]["picking_id"] = delivery.id
        self.env["stock.move"].create(values)
        delivery.action_confirm()
        return delivery

    def ask(self, picking):
        """Press Validate and return the wizard."""
        answer = picking.with_context(skip_sms=True).button_validate()
        self.assertEqual(answer["res_model"], "lot.serial.conflict")
        self.assertNotIn("done", picking.mapped("state"))
        wizard = self.env[answer["res_model"]].with_env(picking.env)
        return wizard.with_context(**answer["context"]).browse(answer["res_id"])

    # -- policy ---------------------------------------------------------
    def test_refused_by_default(self):
        self.assertEqual(self.env.company.lot_serial_conflict_policy, "forbid")
        with self.assertRaisesRegex(UserError, "S-1"):
            self.conflicting_receipt()._action_done()

    def test_category_before_company(self):
        self.env.company.lot_serial_conflict_policy = "allow"
        self.set_policy("forbid")
        with self.assertRaisesRegex(UserError, "S-1"):
            self.conflicting_receipt()._action_done()

    def test_parent_category(self):
        parent = self.env["product.category"].create(
            {"name": "All", "serial_conflict_policy": "allow"}
        )
        self.category.parent_id = parent
        self.conflicting_receipt()._action_done()
        self.assertEqual(self.build.on_hand(self.unit), 2)

    def test_company_when_no_category_says_anything(self):
        self.env.company.lot_serial_conflict_policy = "allow"
        self.conflicting_receipt()._action_done()
        self.assertEqual(self.build.on_hand(self.unit), 2)

    def test_allowed_leaves_a_note_on_the_lot(self):
        self.set_policy("allow")
        receipt = self.conflicting_receipt()
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        note = self.unit.message_ids[:1].body
        self.assertIn(receipt.name, note)
        self.assertIn("allows", note)

    def test_reason_on_the_line_lets_a_program_through(self):
        self.set_policy("warn")
        receipt = self.conflicting_receipt()
        with self.assertRaisesRegex(UserError, "Reason for Serial Conflict"):
            receipt._action_done()
        receipt.move_line_ids.serial_conflict_reason = "two makers, one number"
        receipt._action_done()
        self.assertEqual(receipt.state, "done")
        for record in (receipt, self.unit):
            self.assertIn("two makers", "".join(record.message_ids.mapped("body")))

    def test_reason_is_no_way_around_forbid(self):
        receipt = self.conflicting_receipt()
        receipt.move_line_ids.serial_conflict_reason = "because"
        with self.assertRaisesRegex(UserError, "S-1"):
            receipt._action_done()

    def test_reason_is_for_one_number(self):
        line = self.conflicting_receipt().move_line_ids
        line.serial_conflict_reason = "because"
        line.lot_name = "S-2"
        self.assertFalse(line.serial_conflict_reason)

    def test_reason_is_for_one_lot(self):
        line = self.conflicting_delivery().move_line_ids
        line.serial_conflict_reason = "because"
        line.lot_id = self.unit
        self.assertEqual(line.serial_conflict_reason, "because")
        line.lot_id = self.build.lot(self.serial_product, "S-2")
        self.assertFalse(line.serial_conflict_reason)

    def test_blank_is_no_reason(self):
        self.set_policy("warn")
        receipt = self.conflicting_receipt()
        receipt.move_line_ids.serial_conflict_reason = "  "
        with self.assertRaisesRegex(UserError, "S-1"):
            receipt._action_done()

    def count(self, *numbers, reason=None):
        quants = self.env["stock.quant"].with_context(inventory_mode=True)
        for number in numbers:
            lot = self.build.lot(self.serial_product, number)
            quants += quants.create(
                {
                    "product_id": self.serial_product.id,
                    "lot_id": lot.id,
                    "location_id": self.shelf.id,
                    "inventory_quantity": 1,
                    "serial_conflict_reason": reason,
                }
            )
        return quants

    def test_count_has_a_place_for_the_reason(self):
        self.set_policy("warn")
        unit = self.unit
        quant = self.count("S-1")
        with self.assertRaisesRegex(UserError, "column “Reason for Serial Conflict”"):
            quant.action_apply_inventory()
        quant.serial_conflict_reason = "Two were engraved alike"
        quant.action_apply_inventory()
        self.assertEqual(unit.product_qty, 2)
        self.assertFalse(quant.serial_conflict_reason)

    def test_scrap_has_a_place_for_the_reason(self):
        unit = self.unit
        self.build.move(unit, 1, self.build.stock, self.shelf)
        for policy, reason, pattern in (
            ("forbid", "Found broken in the yard", "S-1"),
            ("warn", False, "of the scrap"),
            ("warn", "  ", "of the scrap"),
        ):
            self.set_policy(policy)
            scrap = self.scrap(unit, reason)
            with self.assertRaisesRegex(UserError, pattern):
                scrap.do_scrap()
            self.assertEqual(scrap.asks_for_conflict_reason, policy == "warn")
        scrap = self.scrap(unit, "Found broken in the yard")
        scrap.do_scrap()
        self.assertEqual(scrap.state, "done")
        self.assertIn("in the yard", "".join(unit.message_ids.mapped("body")))

    def scrap(self, lot, reason):
        return self.env["stock.scrap"].create(
            {
                "product_id": lot.product_id.id,
                "lot_id": lot.id,
                "location_id": self.build.stock.id,
                "serial_conflict_reason": reason,
            }
        )

    def test_one_refused_count_does_not_stop_the_others(self):
        quants = self.count("S-7", "S-1", "S-8")
        wizard = self.env["stock.inventory.adjustment.name"].create(
            {"quant_ids": [Command.set(quants.ids)]}
        )
        answer = wizard.action_apply()
        self.assertEqual(quants.mapped("quantity"), [1, 0, 1])
        self.assertEqual(quants.mapped("inventory_quantity_set"), [False, True, False])
        self.assertIn("S-1", answer["params"]["message"])
        self.assertIn("Counts applied: 2. Refused: 1.", answer["params"]["title"])

    def test_the_second_unit_is_received_used_and_delivered(self):
        """With its reason, or where the policy allows it: nothing of Odoo stops it."""
        for policy, number in (("allow", "D-1"), ("warn", "D-2")):
            self.set_policy(policy)
            unit = self.build.lot(self.serial_product, number)
            self.build.receive(unit, 1, self.vendor)
            receipt = self.build.open_receipt(self.serial_product, 1, number)
            receipt.move_line_ids.serial_conflict_reason = "Engraved twice"
            receipt._action_done()
            self.assertEqual(unit.product_qty, 2)
            for _unit in range(2):
                self.build.deliver(unit, 1, self.customer)
            self.assertEqual(unit.product_qty, 0)
            gaps = unit.trace_downstream()["gaps"]
            [gap] = [gap for gap in gaps if gap["kind"] == "two_lives"]
            self.assertIn("cannot keep them apart", gap["message"])
        gaps = self.unit.trace_downstream()["gaps"]
        self.assertNotIn("two_lives", [gap["kind"] for gap in gaps])

    def test_the_second_unit_is_scanned(self):
        """The scanner goes by the policy: refused, or booked with a second look."""
        for policy, answer in (
            ("forbid", "refused"),
            ("warn", "look"),
            ("allow", "look"),
        ):
            self.set_policy(policy)
            receipt = self.build.open_receipt(self.serial_product)
            found = receipt.scan_number("s-1")
            self.assertEqual(found["answer"], answer, policy)
            self.assertIn("in stock already: WH/Stock", found["message"])
            picked = receipt.move_line_ids.filtered("picked")
            self.assertEqual(len(picked), int(answer == "look"))
        # the last of them is received, the one before it is asked about
        receipt.button_validate()
        self.assertEqual((receipt.state, self.unit.product_qty), ("done", 2))

    # -- the question ---------------------------------------------------
    def test_line_of_the_question(self):
        wizard = self.ask(self.conflicting_receipt())
        line = wizard.line_ids
        self.assertEqual(line.number, "S-1")
        self.assertEqual(line.product_id, self.serial_product)
        self.assertEqual(line.place, "In stock: WH/Stock")
        self.assertEqual(line.document, self.receipt.name)
        self.assertTrue(line.since)
        self.assertEqual(line.policy, "forbid")
        self.assertEqual((line.choices, line.choice), ("number", "number"))
        action = line.action_open_document()
        self.assertEqual(action["res_id"], self.receipt.id)

    def test_another_unit_gets_the_next_number(self):
        receipt = self.conflicting_receipt()
        wizard = self.ask(receipt)
        shown = wizard.line_ids.new_number
        wizard.action_confirm()
        self.assertEqual(receipt.state, "done")
        number = receipt.move_line_ids.lot_id.name
        # it was shown before, and stays noted with the transfer and the number
        self.assertEqual(number, shown)
        for record in (receipt, self.unit):
            self.assertIn(number, "".join(record.message_ids.mapped("body")))
        self.assertNotEqual(number, "S-1")
        self.assertEqual(self.build.on_hand(self.unit), 1)

    def test_two_units_get_two_numbers(self):
        self.build.receive((self.serial_product, "S-2"), 1)
        receipt = self.build.open_receipt(self.serial_product, 2)
        for line, number in zip(receipt.move_line_ids, ("S-1", "S-2"), strict=True):
            line.write({"lot_name": number, "quantity": 1})
        receipt.move_ids.picked = True
        self.ask(receipt).action_confirm()
        self.assertEqual(receipt.state, "done")
        self.assertEqual(len(receipt.move_line_ids.lot_id), 2)

    def test_that_unit_is_taken_from_where_it_is(self):
        delivery = self.conflicting_delivery()
        wizard = self.ask(delivery)
        self.assertEqual(wizard.line_ids.choices, "move")
        wizard.action_confirm()
        self.assertEqual(delivery.state, "done")
        self.assertEqual(delivery.move_line_ids.location_id, self.shelf)
        self.assertEqual(self.build.on_hand(self.unit), 0)

    def test_not_from_another_warehouse(self):
        delivery = self.conflicting_delivery()
        other = self.env["stock.warehouse"].create({"name": "Two", "code": "W2"})
        self.build.move(self.unit, 1, self.shelf, other.lot_stock_id)
        wizard = self.ask(delivery)
        self.assertFalse(wizard.line_ids.choices)
        with self.assertRaisesRegex(UserError, "S-1 of Device: Take it from where"):
            wizard.action_confirm()

    def test_what_another_document_took_first(self):
        """It is not offered as if it were elsewhere: that answer would be asked again
        for ever. A unit that is in two places is taken from the other one."""
        take = [
            self.build.open_delivery(self.serial_product, 1, self.customer)
            for _number in range(2)
        ]
        both = take[0] | take[1]
        both.move_line_ids.unlink()
        for move in both.move_ids:
            values = {
                "product_id": self.serial_product.id,
                "lot_id": self.unit.id,
                "quantity": 1,
                "picked": True,
                "picking_id": move.picking_id.id,
            }
            move.move_line_ids = [Command.create(values)]
        wizard = self.ask(both)
        self.assertFalse(wizard.line_ids.choices)
        with self.assertRaisesRegex(UserError, "S-1 of Device"):
            wizard.action_confirm()
        # from before the addon
        self.env["stock.quant"].create(
            {
                "product_id": self.serial_product.id,
                "location_id": self.shelf.id,
                "lot_id": self.unit.id,
                "quantity": 1,
            }
        )
        wizard = self.ask(both)
        self.assertEqual(wizard.line_ids.choices, "move")
        self.assertEqual(wizard.line_ids.place_id, self.shelf)

    def test_reason_is_written_down(self):
        self.set_policy("warn")
        receipt = self.conflicting_receipt()
        wizard = self.ask(receipt)
        self.assertEqual(wizard.line_ids.choices, "number,reason")
        with self.assertRaisesRegex(UserError, "choose what to do"):
            wizard.action_confirm()
        wizard.line_ids.choice = "reason"
        with self.assertRaisesRegex(UserError, "write a reason"):
            wizard.action_confirm()
        wizard.line_ids.reason = "two makers, one number"
        wizard.action_confirm()
        self.assertEqual(receipt.state, "done")
        self.assertEqual(
            receipt.move_line_ids.serial_conflict_reason, "two makers, one number"
        )

    def test_bought_back_or_left_out(self):
        self.build.deliver(self.unit, 1, self.customer)
        receipt = self.build.open_receipt(self.serial_product, 1, "S-1")
        line = receipt.move_line_ids
        other = line.copy({"lot_name": "S-2", "picked": True, "quantity": 1})
        other.picking_id = receipt
        wizard = self.ask(receipt)
        self.assertEqual(wizard.line_ids.choices, "number,back,leave")
        # the number is shown, not used up
        shown = wizard.line_ids.new_number
        self.assertEqual(
            self.env["lot.number"]._generate(self.serial_product, 1, draw=False),
            [shown],
        )
        wizard.line_ids.choice = "back"
        wizard.action_confirm()
        self.assertEqual(receipt.state, "done")
        self.assertEqual(line.lot_id, self.unit)
        self.assertEqual(line.location_id.usage, "customer")
        self.assertEqual(self.unit.product_qty, 1)
        self.assertIn("bought back", receipt.message_ids.mapped("body")[0] or "")
        # the next one is left out
        receipt = self.build.open_receipt(self.serial_product, 1, "S-1")
        other = receipt.move_line_ids.copy(
            {"lot_name": "S-3", "picked": True, "quantity": 1}
        )
        other.picking_id = receipt
        wizard = self.ask(receipt)
        wizard.line_ids.choice = "leave"
        wizard.action_confirm()
        self.assertEqual(receipt.move_line_ids.lot_id.mapped("name"), ["S-3"])

    def test_no_reason_where_it_is_forbidden(self):
        receipt = self.conflicting_receipt()
        wizard = self.ask(receipt)
        wizard.line_ids.write({"choice": "reason", "reason": "because"})
        with self.assertRaisesRegex(UserError, "choose what to do"):
            wizard.action_confirm()
        self.assertNotEqual(receipt.state, "done")

    def test_unit_of_a_customer_is_to_be_returned(self):
        self.build.deliver(self.unit, 1, self.customer)
        wizard = self.ask(self.conflicting_receipt())
        self.assertEqual(wizard.line_ids.place, "At a customer: Customer")
        self.assertIn("return of its delivery", wizard.line_ids.hint)

    def test_no_question_without_a_conflict(self):
        receipt = self.conflicting_receipt("S-NEW")
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")

    def test_number_typed_twice_is_an_error(self):
        receipt = self.build.open_receipt(self.serial_product, 2, "NEW")
        receipt.move_line_ids.quantity = 1
        with self.assertRaisesRegex(ValidationError, "NEW of Device is there twice"):
            receipt.button_validate()

    def test_after_the_question_for_a_backorder(self):
        receipt = self.build.open_receipt(self.serial_product, 2)
        lines = receipt.move_line_ids
        lines[0].write({"lot_name": "S-1", "quantity": 1})
        lines[1:].unlink()
        receipt.move_ids.picked = True
        answer = receipt.button_validate()
        self.assertEqual(answer["res_model"], "stock.backorder.confirmation")
        wizard = Form.from_action(self.env, answer).save()
        answer = wizard.process_cancel_backorder()
        self.assertEqual(answer["res_model"], "lot.serial.conflict")
        wizard = self.env[answer["res_model"]].with_context(**answer["context"])
        wizard.browse(answer["res_id"]).action_confirm()
        self.assertEqual(receipt.state, "done")
        self.assertFalse(receipt.backorder_ids)

    # -- rights ---------------------------------------------------------
    def test_warehouse_user_answers(self):
        receipt = self.conflicting_receipt().with_user(self.user)
        self.ask(receipt).action_confirm()
        self.assertEqual(receipt.state, "done")

    def test_question_is_private(self):
        wizard = self.ask(self.conflicting_receipt())
        with self.assertRaises(AccessError):
            wizard.with_user(self.user).action_confirm()

    def test_user_who_may_not_read_lots(self):
        visitor = self._create_user("place_visitor", "base.group_user")
        receipt = self.conflicting_receipt()
        with self.assertRaisesRegex(UserError, "S-1 .*elsewhere: Elsewhere"):
            receipt.with_user(visitor).sudo()._action_done()

    def test_nothing_is_told_of_another_company(self):
        company = self.env["res.company"].create({"name": "Secret Sister"})
        build = type(self.build)(self.env, company)
        unit = self.env["stock.lot"].create(
            {"name": "X-1", "product_id": self.serial_product.id, "company_id": False}
        )
        secret = build.receive(unit, 1, build.partner("Secret Vendor"))
        receipt = self.conflicting_receipt("X-1").with_user(self.user)
        with self.assertRaisesRegex(UserError, "In another company") as caught:
            receipt.sudo()._action_done()
        wizard = self.ask(receipt)
        text = f"{caught.exception} {wizard.line_ids.read()}"
        for word in (secret.name, "Secret", build.stock.display_name):
            self.assertNotIn(word, text)
