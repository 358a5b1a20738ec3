from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.lot_traceability import guards

from .common import REASONS, RecallCase
from .recall_reply_common import ConsigneeCase

NAILED = "The pallet is nailed down"
MODELS = (
    *("lot.recall", "lot.recall.seed", "lot.recall.scope", "lot.recall.line"),
    *("lot.recall.step", "lot.recall.disposition", "lot.recall.difference"),
    *("lot.recall.balance", "lot.recall.finding", "lot.recall.consignee"),
    *("lot.recall.consignee.line", "lot.recall.notice", "lot.recall.reply"),
    *("lot.recall.reply.line", "lot.recall.check"),
)


@contextmanager
def no_walk(case):
    """Whoever walks the trace meanwhile has lost."""

    def walk(_self, *_args, **_kwargs):
        raise AssertionError("the trace was walked")

    lots = type(case.env["stock.lot"])
    with (
        patch.object(lots, "trace_downstream", walk),
        patch.object(lots, "trace_upstream", walk),
        patch.object(lots, "_trace_downstream", walk),
        patch.object(lots, "_trace_upstream", walk),
        patch.object(lots, "trace_balance", walk),
    ):
        yield


class DoorCase(RecallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain = cls._create_role("user")
        cls.quality = cls._create_role("quality")
        cls.coordinator = cls._create_role("coordinator")
        cls.logistics = cls._create_role("logistics")
        cls.sales = cls._create_role("sales")

    def assertRefused(self, action, kind=UserError, text=""):
        with (
            mute_logger("odoo.models", "odoo.addons.base.models.ir_model"),
            self.assertRaisesRegex(kind, text),
            self.cr.savepoint(),
        ):
            action()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestRecallForged(DoorCase):
    """Nobody gives what the buttons give, whatever the way."""

    def get_value(self, model, name):
        field = model._fields[name]
        if field.type == "selection":
            return field.get_values(self.env)[-1]
        if field.type in ("many2one", "many2one_reference"):
            return self.env[field.comodel_name].sudo().search([], limit=1).id or 1
        return {
            "boolean": True,
            "char": "x",
            "date": "2026-01-01",
            "datetime": "2026-01-01 10:00:00",
            "float": 7,
            "integer": 7,
            "json": {"lots": []},
            "many2many": [Command.set([1])],
            "monetary": 7,
            "one2many": [Command.create({})],
            "text": "x",
        }[field.type]

    def get_owned(self, model):
        """The fields that nobody may give, with a value for each."""
        owned = {
            name: self.get_value(model, name)
            for name, guard in guards.get_guards(model).items()
            if not guard.at_creation and not guard.group and not guard.when
        }
        return {name: value for name, value in owned.items() if value}

    def test_given_as_a_value_or_a_default(self):
        recalls = self.env["lot.recall"].with_user(self.manager)
        for name, value in self.get_owned(recalls).items():
            with self.subTest(name=name):
                for model, vals in (
                    (recalls, {name: value}),
                    (recalls.with_context(**{f"default_{name}": value}), {}),
                ):
                    self.assertRefused(
                        lambda model=model, vals=vals: model.create(
                            {"reason": "x"} | vals
                        )
                    )

    def test_somebody_outside_is_not_in_charge(self):
        outside = self._create_user("outside", "base.group_portal")
        recall = self.create_recall()
        plan = self.env["lot.recall.plan"].create(
            {"name": "Jars", "categ_id": self.env["product.category"].search([])[0].id}
        )
        finding = {"recall_id": recall.id, "name": "Slow"}
        finding = self.env["lot.recall.finding"].create(finding)
        for record, name in (
            (recall, "user_id"),
            (recall, "responsible_id"),
            (plan, "user_id"),
            (finding, "user_id"),
        ):
            with self.subTest(model=record._name, name=name):
                record = record.with_user(self.manager)
                with self.assertRaisesRegex(ValidationError, "in charge"):
                    record.write({name: outside.id})
        with self.assertRaisesRegex(ValidationError, "in charge"):
            self.create_recall(user_id=outside.id)

    def test_given_by_an_action_that_an_administrator_made(self):
        """It runs with all rights, but nobody has signed."""
        recall = self.env["lot.recall"].create({"reason": "x"})
        action = self.env["ir.actions.server"].create(
            {
                "name": "Approve",
                "model_id": self.env["ir.model"]._get_id("lot.recall"),
                "state": "object_write",
                "update_path": "state",
                "selection_value": self.env["ir.model.fields.selection"]
                .search(
                    [
                        ("field_id.model", "=", "lot.recall"),
                        ("field_id.name", "=", "state"),
                        ("value", "=", "approved"),
                    ]
                )
                .id,
            }
        )
        mine = action.with_user(self.manager).with_context(
            active_model="lot.recall", active_id=recall.id, active_ids=recall.ids
        )
        self.assertRefused(mine.run)
        self.assertRefused(lambda: recall.sudo().write({"approved_by_id": 2}))
        self.assertRefused(
            lambda: recall.sudo().create({"reason": "x", "state": "approved"})
        )
        self.assertEqual(recall.state, "draft")

    def test_given_as_a_default_of_the_user(self):
        recalls = self.env["lot.recall"].with_user(self.manager)
        for name, value in (
            ("state", "approved"),
            ("approved_by_id", 2),
            ("signed_by_id", 2),
            ("hours_to_hold", 1),
        ):
            default = self.env["ir.default"].with_user(self.manager)
            default.set("lot.recall", name, value, user_id=self.manager.id)
            self.assertRefused(lambda: recalls.create({"reason": "x"}))
            self.env["ir.default"].search([("user_id", "=", self.manager.id)]).unlink()
        self.assertEqual(recalls.create({"reason": "x"}).state, "draft")
        # what the system itself creates does not take them either
        other, moment = self.coordinator.id, "2020-01-01 00:00:00"
        for model, name, value in (
            ("lot.hold", "hold_user_id", other),
            ("lot.hold", "state", "released"),
            ("lot.hold", "reject_user_id", other),
            ("lot.recall.signature", "void_date", moment),
            ("lot.recall.consignee", "is_escalated", True),
        ):
            default.set(model, name, value, user_id=self.manager.id)
        recall = self.create_recall().with_user(self.manager)
        recall._advance("approved")
        hold = self.lot.hold_ids
        self.assertEqual((hold.hold_user_id, hold.state), (self.manager, "held"))
        self.assertFalse(hold.reject_user_id or recall.signature_ids.void_date)
        self.assertFalse(recall.consignee_ids.filtered("is_escalated"))

    def test_loaded(self):
        recalls = self.env["lot.recall"].with_user(self.manager)
        with mute_logger("odoo.models", "odoo.sql_db"):
            result = recalls.load(["reason", "state"], [["Forged", "approved"]])
        self.assertFalse(result["ids"])
        self.assertFalse(recalls.search([("reason", "=", "Forged")]))

    def test_parts_with_given_defaults(self):
        recall = self.create_recall().with_user(self.manager)
        consignee = self.env["lot.recall.consignee"].create({"recall_id": recall.id})
        base = {
            "lot.recall.seed": {"recall_id": recall.id, "lot_id": self.lot.id},
            "lot.recall.finding": {"recall_id": recall.id, "name": "x"},
            "lot.recall.reply": {"consignee_id": consignee.id, "answered_by": "x"},
        }
        for name in MODELS[1:]:
            model = self.env[name].with_user(self.manager)
            vals = base.get(name, {"recall_id": recall.id})
            for field, value in self.get_owned(model).items():
                with self.subTest(model=name, field=field):
                    self.assertRefused(
                        lambda model=model, field=field, value=value, vals=vals: (
                            model.with_context(**{f"default_{field}": value}).create(
                                vals
                            )
                        )
                    )

    def test_every_field_that_the_system_fills(self):
        """Stored, and computed or readonly: by hand it is refused on each model."""
        for name in MODELS:
            model = self.env[name]
            owned = {
                field.name
                for field in model._fields.values()
                if field.store
                and field.readonly
                and field.name not in self.env["base"]._fields
                and field.name not in ("create_uid", "create_date")
                and field.name not in ("write_uid", "write_date")
                and not field.name.startswith(model._guard_free)
            }
            self.assertLessEqual(owned, set(guards.get_guards(model)), name)

    def test_documents_of_a_recall(self):
        recall = self.create_approved()
        delivery = self.delivery.with_user(self.manager)
        self.assertRefused(lambda: delivery.write({"recall_id": recall.id}))
        scraps = self.env["stock.scrap"].with_user(self.manager)
        self.assertRefused(
            lambda: scraps.create(
                {
                    "product_id": self.product.id,
                    "scrap_qty": 1,
                    "recall_id": recall.id,
                }
            )
        )


@tagged("post_install", "-at_install")
class TestRecallFixed(DoorCase):
    """What is approved is fixed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recall = cls.create_approved()
        cls.second = cls.build.lot(cls.product, "BAD-2")

    def test_who_has_no_role_changes_nothing(self):
        recall = self.recall.with_user(self.plain)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.plain.company_ids += company
        for vals in (
            {"recall_class": "3"},
            {"kind": "hold"},
            {"reason": "All is well"},
            {"depth": "retail"},
            {"hazard_assessment": "None"},
            {"date_deadline": "2030-01-01"},
            {"date_answer_deadline": "2030-01-01"},
            {"notice_reason": "Nothing"},
            {"notice_instructions": "Eat it"},
            {"notice_contact": "me"},
            {"mock_scrap": True},
            {"check_level": "E"},
            {"company_id": company.id},
            {"seed_lot_ids": [Command.link(self.second.id)]},
            {"seed_lot_ids": [Command.set(self.second.ids)]},
            {"seed_lot_ids": [Command.clear()]},
            {"seed_ids": [Command.create({"lot_id": self.second.id})]},
            {"line_ids": [Command.update(self.recall.line_ids.id, {"lot_id": 1})]},
        ):
            with self.subTest(vals=vals):
                self.assertRefused(lambda vals=vals: recall.write(vals))
        seed = self.recall.seed_ids.with_user(self.plain)
        self.assertRefused(seed.unlink)
        self.assertRefused(lambda: seed.write({"lot_id": self.second.id}))
        self.assertRefused(
            lambda: seed.create({"recall_id": recall.id, "lot_id": self.second.id})
        )
        self.assertEqual(self.recall.state, "approved")

    def test_the_company_never_changes(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.manager.company_ids += company
        recall = self.create_recall().with_user(self.manager)
        self.assertRefused(lambda: recall.write({"company_id": company.id}))

    def test_a_change_is_approved_anew(self):
        for vals, label in (
            ({"recall_class": "3"}, "Class"),
            ({"kind": "withdrawal"}, "Kind"),
            ({"reason": "Metal, too"}, "Reason"),
            ({"depth": "consumer"}, "Depth"),
        ):
            with self.subTest(vals=vals):
                recall = self.create_approved(
                    self.build.lot(self.product, f"X-{label}"), recall_class="2"
                ).with_user(self.coordinator)
                recall.write(vals)
                self.assertEqual(recall.state, "scoped")
                self.assertFalse(recall.approved_by_id)
                self.assertEqual(recall.assessed_by_id, self.coordinator)
                self.assertIn(label, recall.step_ids.sorted("id")[-2].note)
                self.assertEqual(recall.scope_id.version, 2)

    def test_the_same_value_changes_nothing(self):
        recall = self.recall.with_user(self.coordinator)
        recall.write({"recall_class": "2", "reason": "Glass found"})
        self.assertEqual(recall.state, "approved")

    def test_lowered_approved_and_raised(self):
        self.env.company.lot_recall_separate_approval = True
        recall = self.create_recall(self.second, recall_class="1")
        recall = recall.with_user(self.coordinator)
        recall._advance("scoped")
        mine = recall.with_user(self.quality)
        # who lowers the class has assessed it
        mine.recall_class = "2"
        self.assertEqual(recall.assessed_by_id, self.quality)
        self.assertRefused(mine.action_approve, AccessError, "You assessed")
        recall.with_user(self.manager).action_approve()
        mine.recall_class = "1"
        self.assertEqual(recall.state, "scoped")
        self.assertRefused(mine.action_approve, AccessError)

    def test_a_lot_left_out_by_who_approves(self):
        self.env.company.lot_recall_separate_approval = True
        recall = self.create_recall(self.second | self.build.lot(self.product, "B-3"))
        recall = recall.with_user(self.coordinator)
        recall._advance("scoped")
        line = recall.line_ids[0].with_user(self.quality)
        line.write({"included": False, "decision_reason": "Other oven"})
        self.assertEqual(recall.assessed_by_id, self.quality)

    def test_suspect_lots_are_approved_anew_and_logged(self):
        recall = self.recall.with_user(self.coordinator)
        recall.seed_lot_ids += self.second.with_user(self.coordinator)
        self.assertEqual(recall.state, "scoped")
        self.assertEqual(recall.line_ids.lot_id.ids, (self.lot | self.second).ids)
        log = "".join(recall.message_ids.mapped("body"))
        self.assertIn("Suspect lots added: BAD-2", log)
        recall.seed_ids.filtered(lambda seed: seed.lot_id == self.second).unlink()
        log = "".join(recall.message_ids.mapped("body"))
        self.assertIn("Suspect lots removed: BAD-2", log)
        self.assertRefused(
            recall.with_user(self.manager).action_approve, text="BAD-2: not suspect"
        )
        recall.action_scope()
        recall.with_user(self.manager).action_approve()
        self.assertEqual(recall.line_ids.lot_id.ids, self.lot.ids)

    def test_the_finder_asks_anew_as_well(self):
        values = {
            "recall_id": self.recall.id,
            "method": "numbers",
            "numbers": "BAD-2",
        }
        finder = self.env["lot.recall.finder"]
        finder = finder.with_user(self.plain).create(values)
        self.assertRefused(finder.action_use, AccessError)
        finder = finder.with_user(self.coordinator).create(values)
        finder.action_use()
        self.assertEqual(self.recall.state, "scoped")

    def test_the_job_stops_where_nothing_is_approved(self):
        wizard = self.env["lot.recall.wizard"].browse(
            self.recall.action_open_wizard()["res_id"]
        )
        self.tick(wizard)
        param = self.env["ir.config_parameter"].sudo()
        param.set_param("lot_traceability_recall.background_from", "0")
        wizard.action_carry_out()
        self.assertEqual(self.recall.job_state, "running")
        self.recall.with_user(self.coordinator).recall_class = "3"
        self.assertEqual(self.recall.job_state, "stopped")

    def test_words_and_deadlines_by_their_roles(self):
        self.recall.with_user(self.sales).notice_reason = "Glass"
        self.recall.with_user(self.coordinator).date_deadline = "2030-01-01"
        for user, name, value in (
            (self.logistics, "notice_reason", False),
            (self.sales, "date_deadline", False),
            # by which an exercise passes
            (self.sales, "target_hours", 100),
        ):
            mine, values = self.recall.with_user(user), {name: value}
            self.assertRefused(lambda m=mine, v=values: m.write(v), AccessError)
        # no number is above or below it
        for name in ("target_hours", "check_percent"):
            for value in (float("inf"), float("nan")):
                mine, values = self.recall.with_user(self.coordinator), {name: value}
                self.assertRefused(lambda m=mine, v=values: m.write(v))
        self.assertEqual(self.recall.state, "approved")
        # nor as translations, which Odoo writes by another way
        self.env["res.lang"]._activate_lang("fr_FR")
        said = self.recall.with_user(self.logistics).update_field_translations
        for lang in ("en_US", "fr_FR"):
            self.assertRefused(
                lambda lang=lang: said("notice_reason", {lang: "All is well"}),
                AccessError,
            )
        said = self.recall.with_user(self.sales).update_field_translations
        said("notice_reason", {"en_US": "Splinters", "fr_FR": "Verre"})
        french = self.recall.with_context(lang="fr_FR")
        self.assertEqual(self.recall.notice_reason, "Splinters")
        self.assertEqual(french.notice_reason, "Verre")
        logged = self.env["lot.trace.log"].search(
            [("res_model", "=", "lot.recall"), ("res_id", "=", self.recall.id)]
        )
        words = "\n".join(row.new_value or "" for row in logged)
        self.assertIn("Splinters", words)
        self.assertIn("Verre", words)

    def test_a_hold_does_not_skip_who_was_told(self):
        self.env.company.lot_recall_separate_approval = False
        recall = self.create_recall(self.lot, depth="consumer", is_mock=False)
        self.recall._cancel("Another")
        recall.notice_reason = "Glass"
        recall._advance("approved")
        recall._send_notices(recall.consignee_ids)
        recall.with_user(self.quality).kind = "hold"
        recall._advance("recovery")
        self.assertEqual(recall.kind, "hold")
        self.assertRefused(recall.action_reconcile, text="Not accounted for")


@tagged("post_install", "-at_install")
class TestRecallParents(DoorCase):
    """What belongs to a recall stays with it, and with a closed one as it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.closed = cls.create_approved()
        cls.closed.action_balance()
        cls.env["lot.recall.finding"].create({"recall_id": cls.closed.id, "name": "x"})
        cls.closed._advance("recovery")
        cls.closed._advance("closed", REASONS)
        cls.draft = cls.create_recall()
        cls.finding = cls.env["lot.recall.finding"].create(
            {"recall_id": cls.draft.id, "name": "x"}
        )
        cls.draft._advance("scoped")

    def test_nothing_is_moved_from_one_to_another(self):
        other = self.create_recall()
        for user in (self.plain, self.manager):
            for parts in (
                *(self.finding, self.draft.seed_ids, self.draft.step_ids),
                *(self.closed.finding_ids, self.closed.seed_ids),
                *(self.closed.step_ids, self.closed.balance_ids),
                *(self.closed.consignee_ids, self.closed.scope_ids),
            ):
                self.assertTrue(parts)
                for recall in (other, self.closed):
                    part = parts.with_user(user)[0]
                    if part.recall_id == recall:
                        continue
                    with self.subTest(part=part, user=user.login, to=recall.state):
                        self.assertRefused(
                            lambda part=part, recall=recall: part.write(
                                {"recall_id": recall.id}
                            )
                        )
            for line in self.draft.line_ids | self.closed.line_ids:
                line = line.with_user(user)
                for scope in self.draft.scope_id | self.closed.scope_id:
                    if line.scope_id == scope:
                        continue
                    self.assertRefused(
                        lambda line=line, scope=scope: line.write(
                            {"scope_id": scope.id}
                        )
                    )

    def test_nothing_is_added_to_a_closed_one(self):
        recall = self.closed.with_user(self.manager)
        second = self.build.lot(self.product, "BAD-2")
        for vals in (
            {"finding_ids": [Command.create({"name": "y"})]},
            {"finding_ids": [Command.link(self.finding.id)]},
            {"seed_ids": [Command.create({"lot_id": second.id})]},
            {"seed_ids": [Command.link(self.draft.seed_ids.id)]},
            {"finding_ids": [Command.clear()]},
            {"balance_ids": [Command.clear()]},
        ):
            with self.subTest(vals=vals):
                self.assertRefused(lambda vals=vals: recall.write(vals))
        for name, vals in (
            ("finding", {"name": "y"}),
            ("seed", {"lot_id": second.id}),
        ):
            model = self.env[f"lot.recall.{name}"].with_user(self.manager)
            self.assertRefused(
                lambda model=model, vals=vals: model.create(
                    dict(vals, recall_id=self.closed.id)
                ),
                text="is over",
            )
        # nor by a default
        model = self.env["lot.recall.finding"].with_user(self.plain)
        model = model.with_context(default_recall_id=self.closed.id)
        self.assertRefused(lambda: model.create({"name": "y"}), text="is over")

    def test_parts_of_a_closed_one_stay(self):
        user = self.manager
        self.assertRefused(self.closed.finding_ids.with_user(user).unlink)
        for part, vals in (
            (self.closed.finding_ids, {"measure": "y"}),
            (self.closed.balance_ids, {"reason": "y"}),
            (self.closed.consignee_ids, {"note": "y"}),
            (self.closed.consignee_ids, {"deadline": "2030-01-01"}),
            (self.closed.consignee_line_ids, {"reason": "y"}),
            (self.closed, {"hours_to_hold": 0.1}),
            (self.closed, {"answered_percent": 100}),
            (self.closed, {"user_id": user.id}),
        ):
            with self.subTest(part=part, vals=vals):
                self.assertRefused(
                    lambda part=part, vals=vals: part.with_user(user).write(vals)
                )

    def test_computed_figures_of_a_running_one(self):
        recall = self.draft.with_user(self.coordinator)
        for name in ("hours_to_hold", "answered_percent", "contacted_percent"):
            self.assertRefused(lambda name=name: recall.write({name: 42}))
        self.assertRefused(lambda: recall.write({"seed_product_ids": [(5, 0, 0)]}))

    def test_the_log_is_evidence(self):
        message = self.closed.message_post(body="What happened")
        for user in (self.plain, self.manager):
            mine = message.with_user(user)
            self.assertRefused(lambda mine=mine: mine.write({"body": "Nothing"}))
            self.assertRefused(mine.unlink)
        self.assertIn("What happened", self.closed.message_ids[0].body)

    def test_notes_and_activities_stay_possible(self):
        recall = self.closed.with_user(self.plain)
        recall.message_post(body="Asked for by an authority")
        recall.activity_schedule("mail.mail_activity_data_todo", user_id=self.plain.id)


@tagged("post_install", "-at_install")
class TestRecallAnswers(ConsigneeCase):
    """Who is told, and what was answered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain = cls._create_role("user")
        cls.logistics = cls._create_role("logistics")
        cls.sales = cls._create_role("sales")

    assertRefused = DoorCase.assertRefused

    def call(self, user, consignee=None):
        consignee = consignee or self.consignee()
        call = self.env["lot.recall.call"].with_user(user)
        return call.create({"consignee_id": consignee.id, "note": "Told"})

    def test_who_has_the_role_tells(self):
        for user in (self.plain, self.logistics):
            self.assertRefused(self.call(user).action_save, AccessError)
        self.assertEqual(self.consignee().state, "to_notify")
        self.call(self.sales).action_save()
        self.assertEqual(self.consignee().state, "notified")

    def test_nobody_is_told_before_the_approval(self):
        self.recall.with_user(self.user)._extend("More")
        self.assertRefused(self.call(self.sales).action_save)

    def test_who_has_the_role_takes_down_answers(self):
        for user in (self.plain, self.logistics):
            self.assertRefused(lambda user=user: self.reply(user=user), AccessError)
        self.reply(user=self.sales)
        self.assertEqual(self.consignee().state, "answered")

    def test_where_notices_go_to(self):
        consignee = self.consignee().with_user(self.plain)
        for vals in (
            {"email": "me@example.com"},
            {"partner_id": self.other.id},
            {"deadline": "2030-01-01"},
        ):
            self.assertRefused(lambda vals=vals: consignee.write(vals), AccessError)
        self.assertRefused(consignee.action_renew_link, AccessError)
        consignee.note = "Closed on Mondays"
        mine = consignee.with_user(self.sales)
        self.call(self.sales).action_save()
        self.assertRefused(lambda: mine.write({"partner_id": self.letter.id}))

    def test_nothing_is_added_to_an_answer(self):
        reply = self.reply(on_hand=1)
        lines = self.env["lot.recall.reply.line"].with_user(self.user)
        vals = {"reply_id": reply.id, "consignee_line_id": self.line().id}
        self.assertRefused(lambda: lines.create(vals), text="kept as it was given")
        self.assertRefused(
            lambda: reply.with_user(self.user).write(
                {"line_ids": [Command.create({"consignee_line_id": self.line().id})]}
            ),
            text="kept as it was given",
        )
        self.assertEqual(len(reply.line_ids), 1)

    def test_nobody_answers_in_the_name_of_the_page(self):
        replies = self.env["lot.recall.reply"].with_user(self.user)
        vals = {"consignee_id": self.consignee().id, "answered_by": "Ann"}
        self.assertRefused(lambda: replies.create(dict(vals, source="web")))
        model = replies.with_context(default_source="web")
        self.assertRefused(lambda: model.create(vals))
        for name, value in (("ip_address", "10.0.0.1"), ("date", "2020-01-01")):
            self.assertRefused(
                lambda name=name, value=value: replies.create(vals | {name: value})
            )

    def test_who_asks_whether_it_was_followed(self):
        self.recall.check_level = "A"
        mine = self.recall.with_user(self.logistics)
        self.assertRefused(mine.action_draw_checks, AccessError)
        self.recall.with_user(self.sales).action_draw_checks()
        check = self.recall.check_ids[0]
        for user in (self.plain, self.logistics):
            self.assertRefused(
                lambda user=user: check.with_user(user).write({"result": "acted"}),
                AccessError,
            )
        check.with_user(self.sales).result = "acted"
        self.assertEqual(check.user_id, self.sales)

    def test_proofs_are_kept(self):
        proof = self.env["ir.attachment"].with_user(self.user)
        proof = proof.create({"name": "burnt.pdf", "raw": b"%PDF-1.4"})
        self.env["lot.recall.reply"].with_user(self.user).create(
            {
                "consignee_id": self.consignee().id,
                "answered_by": "Ann",
                "attachment_ids": [Command.set(proof.ids)],
            }
        )
        self.assertRefused(lambda: proof.write({"raw": b"other"}))
        self.assertRefused(proof.unlink)

    def test_answers_of_a_closed_one(self):
        reply = self.reply(on_hand=4)
        self.recall.check_level = "A"
        self.recall.action_draw_checks()
        check = self.recall.check_ids[0]
        self.recall.consignee_line_ids.reason = "Asked"
        self.recall.with_user(self.manager)._advance("closed", REASONS)
        self.assertEqual(self.recall.state, "closed")
        lines = self.env["lot.recall.reply.line"].with_user(self.manager)
        for action in (
            lambda: check.with_user(self.manager).write({"note": "x"}),
            lambda: check.with_user(self.manager).write({"result": "acted"}),
            lambda: reply.line_ids.with_user(self.manager).write({"on_hand": 0}),
            lambda: lines.create(
                {"reply_id": reply.id, "consignee_line_id": self.line().id}
            ),
            lambda: self.consignee().with_user(self.manager).write({"note": "x"}),
            self.call(self.manager).action_save,
        ):
            self.assertRefused(action)


@tagged("post_install", "-at_install")
class TestRecallHoldsEnd(DoorCase):
    """Every hold of a recall has an end."""

    def test_what_left_the_scope_is_free(self):
        second, third = (self.build.lot(self.product, f"B-{n}") for n in (2, 3))
        recall = self.create_approved(self.lot | second | third)
        recall = recall.with_user(self.user)
        self.assertEqual((self.lot | second | third).mapped("on_hold"), [True] * 3)
        recall._extend("One is good")
        line = recall.line_ids.filtered(lambda line: line.lot_id == second)
        line.write({"included": False, "decision_reason": "Other oven"})
        recall.seed_ids.filtered(lambda seed: seed.lot_id == third).unlink()
        recall.action_scope()
        self.assertTrue(second.on_hold, "until it is approved")
        recall.action_approve()
        self.assertEqual(
            (self.lot.on_hold, second.on_hold, third.on_hold), (True, False, False)
        )
        self.assertIn("B-2", "".join(recall.message_ids.mapped("body")))

    def test_what_a_user_holds_is_not_released_by_the_recall(self):
        second = self.build.lot(self.product, "B-2")
        second.with_user(self.user).action_hold("Smells")
        recall = self.create_approved(self.lot | second)
        recall._extend("One is good")
        recall.seed_ids.filtered(lambda seed: seed.lot_id == second).unlink()
        recall.action_scope()
        recall.action_approve()
        self.assertTrue(second.on_hold)
        second.with_user(self.user).action_release("Smells of lemon, as it should")
        self.assertFalse(second.on_hold)

    def test_closed_the_holds_are_those_of_users(self):
        self.lot.with_user(self.user).action_hold("Smells")
        recall = self.create_approved()
        recall._advance("reconciled")
        self.assertEqual(recall.held_count, 1)
        recall.with_user(self.manager).action_close(reasons=REASONS)
        self.assertTrue(self.lot.on_hold)
        self.lot.with_user(self.user).action_release("Looked at")
        self.assertFalse(self.lot.on_hold)

    def test_closed_with_a_release(self):
        recall = self.create_approved()
        recall._advance("reconciled")
        action = recall.with_user(self.manager).action_ask_close()
        wizard = self.env["lot.recall.reason"].with_user(self.manager)
        wizard = wizard.with_context(**action["context"]).create(
            {"holds": "release", "reason": "Only the label was wrong"}
        )
        self.assertEqual(wizard.line_ids.mapped("point"), ["stock", "holds"])
        wizard.line_ids.reason = "It goes back to the shelf"
        wizard.action_confirm()
        self.assertEqual(recall.state, "closed")
        self.assertFalse(self.lot.on_hold)
        self.assertIn("Only the label", self.lot.hold_ids[0].release_reason)

    def test_reopened_everything_is_held_again(self):
        recall = self.create_approved()
        recall._advance("reconciled")
        recall.action_close(holds="release", reasons=REASONS)
        self.assertFalse(self.lot.on_hold)
        recall.with_user(self.manager)._reopen("A shop found more")
        self.assertTrue(self.lot.on_hold)

    def test_how_it_is_closed_is_one_of_two(self):
        recall = self.create_approved()
        recall._advance("reconciled")
        self.assertRefused(lambda: recall.action_close(holds="burn"), text="holds")


@tagged("post_install", "-at_install")
class TestRecallWork(DoorCase):
    """What the work on a recall must not stumble over."""

    def test_returns_do_not_walk(self):
        recall = self.create_approved(depth="consumer")
        line = recall.consignee_line_ids
        self.assertEqual((line.shipped, line.returned), (4, 0))
        with no_walk(self):
            self.build.return_picking(self.delivery, {self.product: 3})
        self.assertEqual((line.returned, line.unaccounted), (3, 1))
        recall.action_refresh_consignees()
        self.assertEqual((line.returned, line.unaccounted), (3, 1))

    def test_returns_above_the_limit_of_the_trace(self):
        recall = self.create_approved(depth="consumer")
        param = self.env["ir.config_parameter"].sudo()
        param.set_param("lot_traceability.trace_limit", "1")
        back = self.build.return_picking(self.delivery, {self.product: 1})
        self.assertEqual((back.state, back.recall_id), ("done", recall))

    def test_the_form_does_not_walk(self):
        for recall in (self.create_recall(), self.create_approved()):
            recall = recall.with_user(self.manager)
            self.env.flush_all()
            self.env.invalidate_all()
            arch = recall.get_views([(False, "form")])["models"]["lot.recall"]
            spec = {name: {} for name in arch["fields"]}
            with no_walk(self):
                values = recall.web_read(spec)[0]
            self.assertEqual(values["customer_count"], 1)
            self.assertEqual(values["impact_stock_count"], 2)

    def test_walks_of_a_claim(self):
        recall = self.create_approved().with_user(self.coordinator)
        lots, walks = type(self.lot), []
        for name in ("_trace_upstream", "_trace_downstream"):
            walk = getattr(lots, name)

            def count(lots, *args, walk=walk, name=name, **kwargs):
                walks.append(name)
                return walk(lots, *args, **kwargs)

            patcher = patch.object(lots, name, count)
            self.startPatcher(patcher)
        recall.action_claim()
        self.assertEqual(walks, ["_trace_upstream"])
        walks.clear()
        claim = self.env["lot.recall.claim"].with_user(self.coordinator)
        claim = claim.create({"recall_id": recall.id})
        claim.flush_recordset()
        self.assertEqual(sorted(walks), ["_trace_downstream", "_trace_upstream"])
        walks.clear()
        claim.action_write_mail()
        self.assertEqual(walks, ["_trace_downstream"])

    def test_somebody_else_is_at_it(self):
        recall = self.create_recall()

        def busy(_self, **_kwargs):
            raise LockError("Cannot grab a lock on records")

        with patch.object(type(recall), "lock_for_update", busy):
            self.assertRefused(recall.action_assess, text="Somebody else is working")

    def test_a_claim_without_a_vendor_is_refused_in_words(self):
        lot = self.build.lot(self.product, "FOUND-1")
        self.build.count(lot, 3, self.shelf)
        recall = self.create_approved(lot).with_user(self.coordinator)
        claims = self.env["lot.recall.claim"].with_user(self.coordinator)
        claim = claims.create({"recall_id": recall.id})
        self.assertRefused(claim.action_write_mail, text="Choose the vendor")
        claim = claims.create({"recall_id": recall.id, "partner_id": self.vendor.id})
        self.assertRefused(claim.action_write_mail, text="Choose the vendor")

    def test_a_coordinator_who_picks_scrap(self):
        self.env.company.lot_recall_separate_approval = True
        for name in ("action_create_recall", "action_carry_out"):
            lot = self.build.lot(self.product, f"BAD {name}")
            self.build.receive(lot, 3)
            wizard = self.open_wizard(lot, user=self.coordinator)
            self.tick(wizard)
            recall = self.recall_of(getattr(wizard, name)())
            self.assertEqual(recall.state, "scoped")
            self.assertTrue(lot.on_hold)
            self.assertEqual(recall.planned_count, 1)
            self.assertIn("Recall Logistics", recall.message_ids[0].body)
            recall.with_user(self.manager).action_approve()
            if name == "action_create_recall":
                # only planned: it waits for who carries it out
                self.assertEqual(self.build.on_hand(lot), 3)
            recall.with_user(self.logistics).action_carry_out()
            self.assertEqual(self.build.on_hand(lot), 0)

    def test_who_has_no_role_picks_scrap(self):
        wizard = self.open_wizard(user=self.sales)
        self.tick(wizard)
        recall = self.recall_of(wizard.action_carry_out())
        self.assertEqual((recall.state, recall.planned_count), ("draft", 0))
        self.assertIn("Scrap: BAD-1", recall.message_ids[0].body)
        # the goods stay where they are until somebody looks at it
        self.assertTrue(self.lot.on_hold)
        self.assertEqual(self.lot.hold_ids.hold_user_id, self.sales)
        self.assertRefused(
            lambda: self.lot.with_user(self.sales).action_release("It was me"),
            AccessError,
        )

    def test_who_has_no_role_plans_nothing(self):
        recall = self.create_approved()
        for user in (self.plain, self.sales):
            wizard = self.env["lot.recall.wizard"].browse(
                recall.action_open_wizard()["res_id"]
            )
            self.tick(wizard, self.shelf)
            mine = self.env["lot.recall.wizard"].with_user(user)
            mine = mine.create(wizard.copy_data()[0])
            values = wizard.stock_ids.filtered("disposition").copy_data()[0]
            mine.write({"stock_ids": [Command.create(values)]})
            self.assertRefused(mine.action_create_recall, AccessError)
        self.assertFalse(recall.planned_count)

    def test_only_lots_in_scope_are_planned(self):
        recall = self.create_approved().with_user(self.logistics)
        good = self.build.lot(self.product, "GOOD-1")
        self.build.receive(good, 3)
        wizard = recall.env["lot.recall.wizard"].browse(
            recall.action_open_wizard()["res_id"]
        )
        line = self.tick(wizard, self.shelf)
        quant = good.quant_ids.filtered(lambda q: q.location_id.usage == "internal")
        line.write({"lot_id": good.id, "quant_id": quant.id})
        self.assertRefused(wizard.action_carry_out, text="GOOD-1 is not in scope")

    def test_one_line_that_cannot_be_done_does_not_stop_the_others(self):
        second = self.build.lot(self.product, "BAD-2")
        self.build.receive(second, 3)
        recall = self.create_approved(self.lot | second).with_user(self.user)
        wizard = recall.env["lot.recall.wizard"].browse(
            recall.action_open_wizard()["res_id"]
        )
        self.tick(wizard, disposition="quarantine")
        pickings = type(self.env["stock.picking"])
        done = pickings._action_done

        def refuse(pickings):
            if second in pickings.move_line_ids.lot_id:
                raise UserError(NAILED)
            return done(pickings)

        with patch.object(pickings, "_action_done", refuse):
            wizard.action_carry_out()
        states = {
            (line.lot_id, line.state, line.message) for line in recall.disposition_ids
        }
        self.assertEqual(
            states,
            {
                (self.lot, "done", False),
                (second, "refused", "The pallet is nailed down"),
            },
        )
        place = self.build.warehouse.lot_quarantine_location_id
        self.assertEqual(self.build.on_hand(self.lot, place), 16)
        self.assertEqual(self.build.on_hand(second, place), 0)
        self.assertIn("nailed down", recall.message_ids[0].body)

    def test_where_nothing_can_be_done_nothing_has_happened(self):
        recall = self.create_approved().with_user(self.user)
        wizard = recall.env["lot.recall.wizard"].browse(
            recall.action_open_wizard()["res_id"]
        )
        self.tick(wizard, disposition="quarantine")

        def refuse(_pickings):
            raise UserError(NAILED)

        pickings = type(self.env["stock.picking"])
        with patch.object(pickings, "_action_done", refuse):
            self.assertRefused(wizard.action_carry_out, text="nailed down")

    def test_decided_once(self):
        second = self.build.lot(self.product, "BAD-2")
        recall = self.create_approved()
        recall.scope_id.frozen_date = fields.Datetime.now()
        recall._add_seeds(second, "A further complaint")
        recall.action_check_scope()
        change = recall.difference_ids.with_user(self.coordinator)
        change = change.filtered(lambda line: line.kind == "new")
        change.reason = "Another plant"
        change.action_decline()
        self.assertRefused(change.action_accept, text="decided already")
