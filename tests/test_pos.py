from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.lot_traceability.documents import epcis_file
from odoo.addons.lot_traceability.tests.epcis_case import EpcisCase
from odoo.addons.point_of_sale.tests.common import CommonPosTest


@tagged("post_install", "-at_install")
class TestPos(EpcisCase, CommonPosTest):
    """The till: what is held or expired is not offered; what is sold is booked."""

    # as a till tells it that had no connection
    sold_on = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.ten_dollars_with_10_incl.product_variant_id
        cls.product.write({"tracking": "lot", "is_storable": True})
        cls.source = cls.pos_config_usd.picking_type_id.default_location_src_id
        cls.lot, cls.other = cls.env["stock.lot"].create(
            [{"name": name, "product_id": cls.product.id} for name in ("P-1", "P-2")]
        )
        cls.put(cls.lot, cls.source)
        cls.put(cls.other, cls.source)

    @classmethod
    def put(cls, lot, place, quantity=5):
        cls.env["stock.quant"]._update_available_quantity(
            cls.product, place, quantity, lot_id=lot
        )

    def offer(self):
        rows = self.env["pos.order.line"].get_existing_lots(
            self.env.company.id, self.pos_config_usd.id, self.product.id
        )
        return {row["name"]: row["product_qty"] for row in rows}

    def sell(self, name, quantity=1):
        order, _refund = self.create_backend_pos_order(
            {
                "order_data": {
                    "partner_id": self.partner_adgu.id,
                    "date_order": self.sold_on or fields.Datetime.now(),
                },
                "line_data": [
                    {
                        "product_id": self.product.id,
                        "qty": quantity,
                        "pack_lot_ids": [[0, 0, {"lot_name": name}]],
                    }
                ],
                "payment_data": [
                    {
                        "payment_method_id": self.cash_payment_method.id,
                        "amount": 10 * quantity,
                    }
                ],
            }
        )
        self.pos_config_usd.current_session_id.action_pos_session_closing_control()
        return order.picking_ids

    def assert_flagged(self, picking, text):
        self.assertEqual(picking.state, "done")
        self.assertIn(text, "".join(picking.message_ids.mapped("body")))
        self.assertTrue(picking.activity_ids)

    # -- what is offered ----------------------------------------------------
    def test_a_sale_is_a_sale_in_events(self):
        """Also when it is told of what was frozen then."""
        picking = self.sell("P-1", 2)
        document = epcis_file.get_document_of_records(picking)
        self.check_document(document)
        (event,) = document["epcisBody"]["eventList"]
        self.assertEqual(
            (event["bizStep"], event["disposition"]), ("retail_selling", "retail_sold")
        )
        self.assertEqual(event["quantityList"][0]["quantity"], 2)
        frozen = self.env["lot.trace.fact"].search(
            [("line_ref", "in", picking.move_line_ids.ids)]
        )
        self.assertEqual(frozen.details["how"], "retail")

    def test_held_is_not_offered(self):
        self.assertEqual(self.offer(), {"P-1": 5, "P-2": 5})
        self.lot.action_hold("Metal found")
        self.assertEqual(self.offer(), {"P-2": 5})

    def test_what_is_free_of_a_held_lot_is_offered(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.source.id, "usage": "internal"}
        )
        self.put(self.lot, shelf, 2)
        self.lot.action_hold("Wet", shelf.ids)
        self.assertEqual(self.offer(), {"P-1": 5, "P-2": 5})

    def test_expired_is_not_offered(self):
        self.product.use_expiration_date = True
        self.lot.expiration_date = fields.Datetime.now() - timedelta(days=1)
        self.assertEqual(self.offer(), {"P-2": 5})

    # -- what is sold all the same ----------------------------------------------
    def test_held_is_booked_and_flagged(self):
        self.lot.action_hold("Metal found")
        picking = self.sell("P-1")
        self.assert_flagged(picking, "Metal found")
        self.assertEqual(picking.move_line_ids.lot_id, self.lot)
        [delivery] = self.lot.trace_downstream(["deliveries"])["deliveries"]
        self.assertEqual(delivery["partner_id"], self.partner_adgu.id)

    def test_expired_is_booked(self):
        self.product.use_expiration_date = True
        self.lot.expiration_date = fields.Datetime.now() - timedelta(days=1)
        picking = self.sell("P-1")
        self.assert_flagged(picking, "P-1")
        self.assertEqual(picking.move_line_ids.lot_id, self.lot)

    def test_what_was_sold_in_time_and_booked_later(self):
        """A till without a connection tells of its sales when the lot is expired."""
        self.product.write({"use_expiration_date": True, "expiry_kind": "use_by"})
        now = fields.Datetime.now()
        self.lot.expiration_date = now - timedelta(days=2)
        for days, is_flagged in ((3, False), (1, True)):
            self.sold_on = now - timedelta(days=days)
            picking = self.sell("P-1")
            self.assertEqual(picking.state, "done")
            self.assertEqual(bool(picking.activity_ids), is_flagged)

    def test_what_is_past_its_use_by_date_is_booked(self):
        self.product.write({"use_expiration_date": True, "expiry_kind": "use_by"})
        self.lot.expiration_date = fields.Datetime.now() - timedelta(days=1)
        picking = self.sell("P-1")
        self.assert_flagged(picking, "must not leave")
        self.assertEqual(picking.move_line_ids.lot_id, self.lot)

    def test_due_for_a_retest_is_not_offered(self):
        self.product.use_expiration_date = True
        self.lot.expiration_date = fields.Datetime.now() + timedelta(days=30)
        self.lot.retest_date = fields.Date.today()
        self.assertEqual(self.offer(), {"P-2": 5})

    def test_another_spelling_is_that_number(self):
        picking = self.sell("p-1")
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.move_line_ids.lot_id, self.lot)
        self.assertFalse(self.env["stock.lot"].search([("name", "=", "p-1")], limit=1))

    def test_a_number_against_a_rule_is_noted(self):
        picking = self.sell("TBD")
        self.assert_flagged(picking, "TBD")
        self.assertEqual(picking.move_line_ids.lot_id.name, "TBD")

    def test_what_no_number_is_made_of_is_sold_all_the_same(self):
        for name, text in (
            ("1.23E+12", "shortened"),
            ("#N/A", "no value"),
            ("X" * 600, "too long"),
        ):
            picking = self.sell(name)
            self.assert_flagged(picking, text)
            self.assertEqual(picking.move_line_ids.lot_id.name, name[:500])

    def test_a_part_of_a_serial_is_booked_and_listed(self):
        serial = self.product.copy({"tracking": "serial", "available_in_pos": True})
        self.product = serial
        unit = self.env["stock.lot"].create({"name": "S-1", "product_id": serial.id})
        self.env["stock.quant"]._update_available_quantity(
            serial, self.source, 1, lot_id=unit
        )
        picking = self.sell("S-1", 0.5)
        self.assertEqual(picking.state, "done")
        rule = next(
            rule
            for rule in self.env["lot.health.rules"]._get_checks(self.env.company)
            if rule.code == "parts_of_serials"
        )
        found = self.env["stock.quant"].search(rule.get_domain())
        if picking.move_line_ids.quantity != 1:
            self.assert_flagged(picking, "is one unit")
            self.assertIn(unit, found.lot_id)

    def test_more_than_there_is(self):
        self.env.company.lot_no_negative = True
        picking = self.sell("P-1", 7)
        self.assert_flagged(picking, "P-1")
        self.assertEqual(picking.move_line_ids.quantity, 7)

    def test_nothing_wrong_nothing_said(self):
        picking = self.sell("P-2")
        self.assertEqual(picking.state, "done")
        self.assertFalse(picking.activity_ids)
