"""Who held a lot and why stands in its chatter: nobody rewrites that."""

from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from .common import LotTraceCase


@tagged("post_install", "-at_install")
class TestChatterEvidence(LotTraceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper = new_test_user(
            cls.env, "keeper", groups="lot_traceability.group_lot_hold"
        )
        cls.admin = new_test_user(
            cls.env, "boss", groups="base.group_system,stock.group_stock_manager"
        )
        cls.lot = cls._create_lot("EVIDENCE-1")
        cls.lot.with_user(cls.keeper).action_hold("glass found")
        cls.note = cls.lot.message_ids.filtered(lambda m: "glass found" in m.body)

    @classmethod
    def _create_lot(cls, name):
        product = cls.env["product.product"].create(
            {"name": "Jar", "is_storable": True, "tracking": "lot"}
        )
        return cls.env["stock.lot"].create({"name": name, "product_id": product.id})

    def test_the_note_is_not_rewritten_or_deleted(self):
        self.assertTrue(self.note)
        for user in (self.keeper, self.admin):
            note = self.note.with_user(user)
            for vals in (
                {"body": "all is well"},
                {"date": "2020-01-01 00:00:00"},
                {"author_id": self.admin.partner_id.id},
                {"res_id": self._create_lot(f"O-{user.login}").id},
                {"message_type": "comment"},
                {"subject": "nothing"},
            ):
                what = self.subTest(user=user.login, vals=vals)
                with what, self.assertRaises(UserError):
                    note.write(vals)
            with self.assertRaises(UserError):
                note.unlink()
        self.assertIn("glass found", self.note.body)

    def test_the_day_is_not_a_default_of_the_user(self):
        self.env["ir.default"].with_user(self.keeper).set(
            "mail.message", "date", "2001-01-01 00:00:00", user_id=True
        )
        lot = self._create_lot("EVIDENCE-2")
        lot.with_user(self.keeper).action_hold("glass found")
        self.assertGreater(min(lot.message_ids.mapped("date")).year, 2001)

    def test_nothing_is_moved_from_or_to_it(self):
        # Odoo moves whole threads as the superuser
        lot = self.lot.with_user(self.keeper)
        other = lot.product_id.product_tmpl_id
        for source, target in ((lot, other), (other, lot)):
            with self.assertRaises(UserError):
                source.message_change_thread(target)

    def test_the_web_client_does_not_edit_it(self):
        # its route asks for nothing but the author and goes on as the superuser
        lot = self.lot.with_user(self.keeper)
        for body in ("all is well", ""):
            with self.assertRaises(UserError):
                lot._message_update_content(self.note.sudo(), body=body)
        self.assertIn("glass found", self.note.body)

    def test_values_that_changed_are_not_forged(self):
        field = self.env["ir.model.fields"]._get("stock.lot", "name")
        vals = {
            "mail_message_id": self.note.id,
            "field_id": field.id,
            "old_value_char": "A",
            "new_value_char": "B",
        }
        values = self.env["mail.tracking.value"]
        with self.assertRaises(UserError):
            values.with_user(self.admin).create(vals)
        value = values.sudo().create(vals)
        with self.assertRaises(UserError):
            value.with_user(self.admin).write({"new_value_char": "C"})
        with self.assertRaises(UserError):
            value.with_user(self.admin).unlink()

    def test_nothing_is_written_in_somebody_elses_name(self):
        lot = self.lot.with_user(self.keeper)
        messages = self.env["mail.message"].with_user(self.keeper)
        place = {"model": "stock.lot", "res_id": self.lot.id, "body": "released"}
        for vals in (
            {"author_id": self.admin.partner_id.id},
            {"date": "2020-01-01 00:00:00"},
            {"tracking_value_ids": [(0, 0, {"new_value_char": "B"})]},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                messages.create(place | vals)
            with self.subTest(post=vals), self.assertRaises(UserError):
                lot.message_post(body="released", **vals)
        with self.assertRaises(UserError):
            messages.with_context(default_date="2020-01-01 00:00:00").create(place)

    def test_people_go_on_writing(self):
        lot = self.lot.with_user(self.keeper)
        message = lot.message_post(body="Asked the vendor", message_type="comment")
        message.write({"starred_partner_ids": [(4, self.keeper.partner_id.id)]})
        self.note.with_user(self.keeper).write(
            {"starred_partner_ids": [(4, self.keeper.partner_id.id)]}
        )
        # a word of one's own is no evidence of the system
        message.write({"body": "Asked the vendor twice"})
        message.unlink()


@tagged("post_install", "-at_install")
class TestChatterEvidenceOverHttp(HttpCase):
    def test_the_route_of_the_web_client(self):
        product = self.env["product.product"].create(
            {"name": "Jar", "is_storable": True, "tracking": "lot"}
        )
        lot = self.env["stock.lot"].create({"name": "E-2", "product_id": product.id})
        user = new_test_user(
            self.env,
            "keeper",
            groups="lot_traceability.group_lot_hold",
            password="keeper of jars",
        )
        lot.with_user(user).action_hold("glass found")
        note = lot.message_ids.filtered(lambda m: "glass found" in m.body)
        self.authenticate("keeper", "keeper of jars")
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request(
                "/mail/message/update_content",
                {
                    "message_id": note.id,
                    "update_data": {"body": "all is well", "attachment_ids": []},
                },
            )
        self.assertIn("glass found", note.body)
