from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import REASONS, RecallCase

ROLES = ("coordinator", "quality", "logistics", "sales", "manager", "auditor")
# action: the state it is done in, and who may; everybody else is refused
MATRIX = {
    "create": (None, "coordinator quality logistics sales manager"),
    "assess": ("draft", "coordinator quality manager"),
    "scope": ("assessment", "coordinator quality manager"),
    "approve": ("scoped", "quality manager"),
    "approve_class_1": ("scoped", "manager"),
    "hold": ("scoped", "coordinator quality logistics manager"),
    "plan": ("approved", "logistics manager"),
    "carry_out": ("approved", "logistics manager"),
    "notify": ("approved", "coordinator sales manager"),
    "open_notices": ("recovery", "coordinator sales manager"),
    "send_notices": ("recovery", "coordinator sales manager"),
    "claim": ("approved", "coordinator quality manager"),
    "recover": ("notifying", "coordinator manager"),
    "balance": ("recovery", "coordinator quality manager"),
    "reconcile": ("recovery", "coordinator quality manager"),
    "close": ("reconciled", "manager"),
    "extend": ("approved", "coordinator quality manager"),
    "reopen": ("closed", "manager"),
    "cancel": ("approved", "manager"),
    "delete": ("draft", "manager"),
    "write": ("approved", "coordinator quality logistics sales manager"),
    "read": ("approved", " ".join(ROLES)),
}


@tagged("post_install", "-at_install")
class TestRecallRoles(RecallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {"auditor": cls.auditor, "manager": cls.manager}
        for role in ("coordinator", "quality", "logistics", "sales"):
            cls.users[role] = cls._create_role(role)

    def do(self, action, recall):
        quants = self.lot.quant_ids.filtered(lambda q: q.location_id == self.shelf)
        plan = {
            "quant_id": quants.id,
            "lot_id": self.lot.id,
            "location_id": self.shelf.id,
            "company_id": self.env.company.id,
            "disposition": "scrap",
            "available": 5,
            "quantity": 5,
        }
        special = {
            "send_notices": lambda: recall._send_notices(recall.consignee_ids),
            "create": lambda: recall.create({"reason": "x"}),
            "close": lambda: recall.action_close(reasons=REASONS),
            "approve_class_1": recall.action_approve,
            "plan": lambda: recall._plan([plan]),
            "extend": lambda: recall._extend("x"),
            "reopen": lambda: recall._reopen("x"),
            "cancel": lambda: recall._cancel("x"),
            "delete": recall.unlink,
            "write": lambda: recall.write({"source_reference": "x"}),
            "read": lambda: recall.read(["name", "customer_count", "line_ids"]),
        }
        if action == "carry_out":
            recall.sudo()._plan([plan])
        if action == "send_notices":
            recall.sudo().notice_reason = "Glass"
        (special.get(action) or getattr(recall, f"action_{action}"))()

    def try_as(self, role, action, state):
        with self.cr.savepoint() as savepoint:
            recall = self.create_recall(
                recall_class="1" if action == "approve_class_1" else "2"
            )
            if state == "closed":
                recall._advance("reconciled")
                recall.action_close(reasons=REASONS)
            elif state:
                recall._advance(state)
            try:
                self.do(action, recall.with_user(self.users[role]))
                return True
            except AccessError:
                return False
            finally:
                self.env.invalidate_all()
                savepoint.rollback()

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_each_role_and_each_action(self):
        for action, (state, allowed) in MATRIX.items():
            for role in ROLES:
                with (
                    self.subTest(action=action, role=role),
                    self.cr.savepoint() as back,
                ):
                    self.assertEqual(
                        self.try_as(role, action, state), role in allowed.split()
                    )
                    back.rollback()
                    self.env.invalidate_all()

    def test_what_the_buttons_write_is_not_written_by_hand(self):
        recall = self.create_approved().with_user(self.manager)
        recall.action_balance()
        for record, vals in (
            (recall, {"state": "closed"}),
            (recall, {"job_user_id": self.env.uid}),
            (recall, {"recovered_percent": 100}),
            (recall.line_ids, {"in_force": False}),
            (recall.balance_ids, {"gap": 0}),
        ):
            with self.assertRaises(UserError):
                record.write(vals)
        for name in ("step", "scope", "disposition"):
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                self.env[f"lot.recall.{name}"].with_user(self.manager).create(
                    {"recall_id": recall.id}
                )
