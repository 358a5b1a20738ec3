import json
from contextlib import closing
from unittest.mock import patch

from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import file_open

from odoo.addons.lot_traceability.evidence import changes, sealing
from odoo.addons.lot_traceability.models import ir_actions_server

from .recall_reply_common import ConsigneeCase


@tagged("post_install", "-at_install")
class TestPrograms(ConsigneeCase):
    """What other programs are told, and what they may do."""

    def plan(self, *rows, user=None):
        return self.recall.with_user(user or self.user).plan_dispositions(list(rows))

    def row(self, **values):
        place = {"lot_id": self.lot.id, "location_id": self.shelf.id}
        return place | {"disposition": "scrap"} | values

    def test_plan(self):
        stock = self.build.stock
        ids = self.plan(self.row(quantity=2), self.row(location_id=stock.id))
        lines = self.env["lot.recall.disposition"].browse(ids)
        self.assertRecordValues(
            lines,
            [
                {"location_id": self.shelf.id, "quantity": 2, "state": "planned"},
                {"location_id": stock.id, "quantity": 8, "state": "planned"},
            ],
        )
        with self.assertRaisesRegex(UserError, "planned in"):
            self.plan(self.row())
        self.recall.action_carry_out()
        self.assertEqual(set(lines.mapped("state")), {"done"})
        self.assertEqual(self.build.on_hand(self.lot), 3)

    def test_plan_that_is_wrong_is_named(self):
        other = self.build.lot(self.product, "GOOD-1")
        self.build.receive(other, 1, to=self.shelf)
        for row, words in (
            ({}, "rows[0].lot_id"),
            (self.row(lot_id="x"), "rows[0].lot_id"),
            (self.row(location_id=None), "rows[0].location_id"),
            (self.row(disposition="burn"), "rows[0].disposition"),
            (self.row(quantity="2"), "rows[0].quantity"),
            (self.row(quantity=99), "rows[0].quantity"),
            (self.row(quantity=-1), "rows[0].quantity"),
            # nothing is not all of it
            (self.row(quantity=0), "rows[0].quantity"),
            (self.row(quantity=1e-9), "rows[0].quantity"),
            (self.row(quantity=float("nan")), "rows[0].quantity"),
            (self.row(package_id=1.5), "rows[0].package_id"),
            (self.row(colour="red"), "rows[0].colour"),
            (self.row(location_id=self.build.customers.id), "rows[0]"),
            (self.row(lot_id=other.id), "not in scope"),
        ):
            with self.subTest(row), self.assertRaises(UserError) as refused:
                self.plan(row)
            self.assertIn(words, str(refused.exception))
        with self.assertRaises(AccessError):
            self.plan(self.row(), user=self._create_role("sales"))
        self.assertFalse(self.recall.disposition_ids)

    def test_a_case_that_is_wrong_is_named(self):
        values = {
            "reason": "Glass found",
            "recall_class": "2",
            "depth": "retail",
            "seed_lot_ids": [(6, 0, self.lot.ids)],
        }
        gone = self.build.lot(self.product, "GONE")
        gone.unlink()
        for wrong, error, words in (
            ({"recall_class": "9"}, UserError, "recall_class"),
            ({"depth": "moon"}, UserError, "depth"),
            ({"colour": "red"}, UserError, "colour"),
            ({"seed_lot_ids": [(6, 0, gone.ids)]}, MissingError, str(gone.id)),
        ):
            with self.subTest(wrong), self.assertRaisesRegex(error, words):
                self.env["lot.recall"].create(values | wrong)
        with self.assertRaisesRegex(UserError, "recall_class"):
            self.recall.recall_class = "9"

    def test_notices(self):
        known = self.recall.consignee_ids.filtered("partner_id")
        ids = self.recall.send_notices(known[:1].ids)
        self.assertEqual(
            self.env["lot.recall.notice"].browse(ids).consignee_id, known[:1]
        )
        with self.assertRaisesRegex(UserError, "consignee_ids"):
            self.recall.send_notices([])
        with self.assertRaisesRegex(UserError, "nobody to tell"):
            self.recall.send_notices(known[:1].ids)
        self.recall.send_notices()
        self.assertEqual(set(known.mapped("state")), {"queued"})

    # -- what changed since -----------------------------------------------
    def test_changes_by_a_cursor(self):
        log = self.env["lot.trace.log"]
        company = self.env.company
        start = sealing.get_head(self.env.cr, company.id)[0]
        # sealed after each commit; here is one transaction
        self.env.cr.execute(
            """UPDATE lot_trace_log log SET number = %s + seen.place
            FROM (SELECT id, row_number() OVER (ORDER BY id) AS place
                FROM lot_trace_log WHERE number IS NULL AND company_id = %s) seen
            WHERE log.id = seen.id""",
            [start, company.id],
        )
        self.env.invalidate_all()
        total = log.search_count([("company_id", "=", company.id)])
        cursor, found = "", []
        while True:
            page = log.get_changes(cursor, 2)
            cursor = page["cursor"]
            found += page["entries"]
            if not page["more"]:
                break
        numbers = [row["number"] for row in found]
        self.assertEqual(numbers, sorted(set(numbers)))
        self.assertEqual(len(found), total)
        self.assertEqual(log.get_changes(cursor)["entries"], [])
        holds = [row for row in found if row["kind"] == "hold"]
        self.assertIn("BAD-1", [row["lot"] for row in holds])
        json.dumps(found)
        # of a log that went on farther, as before a backup was put back
        later = f"{company.id}:{numbers[-1] + 1}"
        for wrong in ("x", "1:", "1:2,", "1;2", later):
            with self.assertRaisesRegex(UserError, "cursor"):
                log.get_changes(wrong)
        for wrong in (0, changes.MOST_ENTRIES + 1):
            with self.assertRaisesRegex(UserError, "limit"):
                log.get_changes("", wrong)

    # -- events -----------------------------------------------------------
    def webhook(self, event, model, **values):
        return self.env["ir.actions.server"].create(
            {
                "name": f"Tell of {event}",
                "model_id": self.env["ir.model"]._get_id(model),
                "state": "webhook",
                "webhook_url": "https://hooks.example.com/x",
                "lot_event": event,
                **values,
            }
        )

    def posted(self):
        """What was posted since; nothing before the transaction is saved."""
        with patch.object(ir_actions_server, "post_json") as post:
            self.assertFalse(post.called)
            self.env.cr.postcommit.run()
        return [call.args[1] for call in post.call_args_list]

    def test_an_event_for_hold_release_and_each_step(self):
        lot_field = self.env.ref("lot_traceability.field_lot_hold__lot_id")
        fields = {"webhook_field_ids": [(6, 0, lot_field.ids)]}
        self.webhook("hold", "lot.hold", **fields)
        self.webhook("release", "lot.hold")
        self.webhook("reject", "lot.hold")
        self.webhook("recall_step", "lot.recall.step")
        self.env.cr.postcommit.clear()
        lots = self.build.lot(self.product, "E-1") | self.build.lot(self.product, "E-2")
        lots.action_hold("Glass")
        [held] = self.posted()
        self.assertEqual((held["event"], held["count"]), ("hold", 2))
        self.assertEqual([row["lot_id"] for row in held["records"]], lots.ids)
        lots.action_reject("Not fine")
        [rejected] = self.posted()
        self.assertEqual(
            (rejected["event"], rejected["_ids"]), ("reject", held["_ids"])
        )
        lots.action_release("Fine")
        [released] = self.posted()
        self.assertEqual(
            (released["event"], released["_ids"]), ("release", held["_ids"])
        )
        self.recall.action_notify()
        [step] = self.posted()
        self.assertEqual(
            (step["event"], step["_model"]), ("recall_step", "lot.recall.step")
        )
        self.assertEqual(step["_id"], self.recall.step_ids[-1].id)

    def test_what_was_taken_back_is_told_to_nobody(self):
        """A part of a transaction that failed: the rest of it is saved."""
        for event in ("hold", "release", "reject"):
            self.webhook(event, "lot.hold")
        self.env.cr.postcommit.clear()
        lot, other = (self.build.lot(self.product, name) for name in ("T-1", "T-2"))
        with closing(self.env.cr.savepoint()):
            lot.action_hold("Glass")
        lot.action_hold("Seal")
        with closing(self.env.cr.savepoint()):
            lot.action_release("Fine")
            other.action_reject("Burnt")
        self.assertTrue(lot.on_hold)
        [told] = self.posted()
        self.assertEqual((told["event"], told["_ids"]), ("hold", lot.hold_ids.ids))

    def test_one_message_for_each_company(self):
        self.webhook("hold", "lot.hold")
        sister = self.env["res.company"].create({"name": "Sister"})
        lots = self.build.lot(self.product, "C-1")
        lots.company_id = self.env.company
        lots |= self.build.lot(self.product, "C-2", company_id=sister.id)
        self.env.cr.postcommit.clear()
        lots.action_hold("Glass")
        told = self.posted()
        self.assertEqual(
            {row["company_id"]: row["_ids"] for row in told},
            {lot.company_id.id: lot.hold_ids.ids for lot in lots},
        )

    def test_a_copy_of_the_database_tells_nobody(self):
        action = self.webhook("hold", "lot.hold")
        self.env.flush_all()
        with file_open("lot_traceability/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertFalse(action.lot_event)
        self.assertNotIn("example.com", action.webhook_url)

    def test_the_address_is_guarded(self):
        for url in ("http://hooks.example.com", "https://hooks.example.com:22/", "x"):
            with self.assertRaises(ValidationError):
                self.webhook("hold", "lot.hold", webhook_url=url)
        with self.assertRaises(ValidationError):
            self.webhook("hold", "lot.recall")
        # where its name leads is looked at when it is called, also of other actions
        for url in (
            *("https://127.0.0.1/", "https://10.1.2.3/", "https://[::1]/"),
            *("https://[64:ff9b::a00:1]/", "https://[::ffff:10.0.0.1]/"),
            "https://[::10.0.0.1]/",
        ):
            action = self.webhook("hold", "lot.hold", webhook_url=url)
            action.lot_event = False
            hold = self.lot.hold_ids[:1]
            self.env.cr.postcommit.clear()
            action.with_context(
                active_model="lot.hold", active_id=hold.id, active_ids=hold.ids
            ).run()
            with self.assertLogs(ir_actions_server.__name__, "WARNING") as logs:
                self.env.cr.postcommit.run()
            self.assertIn("private network", logs.output[0])
            action.unlink()
