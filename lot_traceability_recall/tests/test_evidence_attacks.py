import contextlib

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.models import MAGIC_COLUMNS
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.lot_traceability.evidence import checking

from ..consignees import notices
from .common import REASONS, RecallCase

CLOSING = "lot_traceability_recall.action_report_recall_closing"
LETTER = "lot_traceability_recall.action_report_recall_notice"
# what may still be written when a recall is over: what is done so that it does not
# happen again
OPEN = {"lot.recall.finding"}
CHATTER = ("message_", "activity_", "rating_", "website_message")


class DoneError(Exception):
    """It was not refused; what was done is taken back."""


@tagged("post_install", "-at_install")
class TestEvidenceAttacks(RecallCase):
    """Who has all rights, and wants that a closed recall had said something else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls._create_user(
            "evidence_admin",
            *("base.group_system", "stock.group_stock_manager"),
            *("lot_traceability.group_lot_hold", "base.group_partner_manager"),
            "lot_traceability_recall.group_recall_manager",
        )
        cls.customer.email = "shop@example.com"
        cls.other = cls.build.partner("Other Shop")
        cls.build.deliver(cls.lot, 2, cls.other)
        cls.recall = cls.create_approved(depth="retail", notice_reason="Glass")
        recall = cls.recall.with_user(cls.manager)
        recall.message_post(
            body="A word on it",
            message_type="comment",
            attachments=[("photo.txt", b"A splinter in the jar")],
        )
        told = recall._send_notices(recall.consignee_ids)
        notices.hand_over_safely(told.filtered(lambda one: one.method == "email"))
        letters = told.filtered(lambda one: one.method == "letter").consignee_id
        recall.env["ir.actions.report"]._render_qweb_pdf(LETTER, letters.ids)
        consignee = recall.consignee_ids.filtered("email")
        files = recall.env["ir.attachment"]
        proof = files.create({"name": "proof.txt", "raw": b"burnt"})
        recall.env["lot.recall.reply"].create(
            {
                "consignee_id": consignee.id,
                "answered_by": "Bob",
                "attachment_ids": [Command.set(proof.ids)],
                "line_ids": [
                    Command.create(
                        {"consignee_line_id": line.id, "destroyed": line.shipped}
                    )
                    for line in consignee.line_ids
                ],
            }
        )
        recall.action_recover()
        recall.check_level = "A"
        recall.action_draw_checks()
        recall.check_ids.result = "acted"
        recall.consignee_line_ids.reason = "They say so"
        recall.action_reconcile()

    def close(self):
        self.recall.with_user(self.manager).action_close(reasons=REASONS)

    def try_all(self, attempts):
        """Each as the administrator, and as who manages recalls."""
        for record, what, attempt in attempts:
            for user in (self.admin, self.manager):
                try:
                    with (
                        contextlib.suppress(AccessError, UserError),
                        self.env.cr.savepoint(),
                        mute_logger("odoo.sql_db"),
                    ):
                        attempt(record.with_user(user))
                        self.env.flush_all()
                        raise DoneError
                except DoneError:
                    self.done.append(f"{user.login}: {record} {what}")
                self.env.invalidate_all()

    def write_each(self, records, *values):
        for record in records:
            for vals in values:
                yield record, vals, lambda mine, vals=vals: mine.write(vals)
            yield record, "unlink", lambda mine: mine.unlink()

    def get_mails_and_files(self):
        told = self.recall.consignee_ids.notice_ids.sudo()
        self.assertTrue(told.mail_id.attachment_ids and told.letter_id)
        yield from self.write_each(
            told.mail_id,
            *({"body_html": "All is well"}, {"subject": "x"}, {"email_to": "a@b.c"}),
            *({"attachment_ids": [Command.clear()]}, {"mail_message_id": 1}),
        )
        proofs = self.recall.consignee_ids.reply_ids.attachment_ids
        kept = self.recall.signature_ids.pack_id
        yield from self.write_each(
            told.mail_id.attachment_ids | told.letter_id | proofs | kept,
            *({"raw": b"x"}, {"name": "x"}, {"mimetype": "text/plain"}),
            *({"res_id": 1, "res_model": "res.partner"}, {"public": True}),
            {"type": "url", "url": "https://x.example"},
        )
        word = self.recall.message_ids.attachment_ids
        yield from self.write_each(word, {"raw": b"x"}, {"name": "x"})
        for file in told.mail_id.attachment_ids | told.letter_id | proofs | kept | word:
            # as the web client does it for whoever may write the recall
            yield (
                file,
                "route of the web client",
                lambda mine: mine.sudo()._delete_and_notify(),
            )

    def get_parts(self):
        """The recall and each model of its parts, with each stored field."""
        for name, model in self.env.items():
            is_part = name.startswith("lot.recall") and not model._transient
            if not is_part or model._abstract or name in OPEN | {"lot.recall.plan"}:
                continue
            path = "id" if name == "lot.recall" else "recall_id"
            if path not in model._fields:
                path = "reply_id.recall_id"
            record = model.sudo().search([(path, "=", self.recall.id)], limit=1)
            if not record:
                continue
            names = [
                name
                for name, field in record._fields.items()
                if field.store
                and name not in MAGIC_COLUMNS
                and not name.startswith(CHATTER)
            ]
            values = (
                {name: value}
                for name in names
                if (value := self.get_other(record, name)) is not None
            )
            yield from self.write_each(record, *values)
            yield record, "load", self.load

    def get_other(self, record, name):
        """Another value than the one that is there."""
        field, value = record._fields[name], record[name]
        if field.type in ("char", "text", "html"):
            return "forged"
        if field.type in ("float", "integer", "monetary"):
            return (value or 0) + 7
        if field.type == "boolean":
            return not value
        if field.type in ("date", "datetime"):
            return "2020-01-01"
        if field.type == "selection":
            others = [other for other in field.get_values(self.env) if other != value]
            return others[0] if others else None
        if field.type == "many2one":
            records = self.env[field.comodel_name].sudo()
            return records.search([("id", "!=", value.id)], limit=1).id or None
        return None

    def load(self, record):
        name = next(
            name
            for name, field in record._fields.items()
            if field.store and field.type in ("char", "text", "date", "datetime")
        )
        found = record.load([".id", name], [[str(record.id), "2020-01-01"]])
        if not found["ids"]:
            raise UserError(str(found["messages"]))

    def get_words(self):
        messages = self.recall.message_ids | self.recall.consignee_ids.message_ids
        yield from self.write_each(
            messages,
            *({"body": "x"}, {"date": "2020-01-01"}, {"author_id": 1}),
            *({"model": "res.partner", "res_id": 1}, {"subject": "x"}),
            {"tracking_value_ids": [Command.clear()]},
        )

    def get_rows(self):
        for name in ("lot.trace.log", "lot.trace.fact"):
            row = self.env[name].search([], limit=1)
            yield from self.write_each(row, {"reason": "x"})
            yield row, "copy", lambda mine: mine.copy()
            yield row, "create", lambda mine: mine.create({"reason": "x"})
            yield row, "name_create", lambda mine: mine.name_create("x")
            yield row, "web_save", lambda mine: mine.web_save({"reason": "x"}, {})
            yield row, "load", self.load

    def read_report(self):
        self.env.invalidate_all()
        reports = self.env["ir.actions.report"]
        return reports._render_qweb_html(CLOSING, self.recall.ids)[0].decode()

    def test_nothing_is_made_different(self):
        self.done = []
        # also before it is closed
        self.try_all(self.get_mails_and_files())
        self.close()
        pack, report = self.recall._get_evidence(), self.read_report()
        for attempts in (
            self.get_mails_and_files,
            *(self.get_parts, self.get_words, self.get_rows),
        ):
            self.try_all(attempts())
        # two customers become one
        target = self.build.partner("Merged Into")
        self.env.flush_all()
        merging = self.env["base.partner.merge.automatic.wizard"].create({})
        with mute_logger("odoo.addons.base.wizard.base_partner_merge"):
            merging._merge((self.other | target).ids, target)
        self.assertFalse(self.other.exists())
        self.assertEqual(self.read_report(), report)
        rows = self.recall.consignee_line_ids.read(["partner_id"])
        self.assertIn("Other Shop", {row["partner_id"][1] for row in rows})
        self.assertEqual(self.recall._get_evidence(), pack)
        self.assertIsNone(checking.verify(self.env.company).problem)
        self.assertFalse(self.done, "\n".join(self.done))
