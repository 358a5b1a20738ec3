from odoo import fields, models
from odoo.exceptions import UserError

from ..evidence import checking
from ..tools import public
from ..tools.check_log import LATE


class LotTraceLogCheck(models.TransientModel):
    """Verifies the log of a company, and exports it."""

    _name = "lot.trace.log.check"
    _inherit = ["lot.dialog"]
    _description = "Verify the Traceability Log"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    noted = fields.Char(
        "Noted Entry",
        help="Optional: number and hash of an entry as a report or this dialog showed "
        "it, such as 12:ab34…. So a log whose end was cut off is found, too.",
    )
    state = fields.Selection(
        [("sound", "Sound"), ("late", "Look at This"), ("broken", "Broken")],
        readonly=True,
    )
    result = fields.Text(readonly=True)
    entry_id = fields.Many2one("lot.trace.log", "Entry to Look At", readonly=True)
    head = fields.Char(
        "Last Entry",
        readonly=True,
        help="Its number and hash. Note it outside of this database: later on it "
        "proves that nothing before it was changed or taken away.",
    )

    @public.record()
    def action_verify(self):
        """Seal what is left, check the log, and show the first broken entry.

        :raise UserError: if the noted entry is no number and hash
        """
        self.ensure_one()
        self.check_access("write")
        self._check_may_read()
        verdict = checking.verify(self.company_id, self._get_noted())
        state, texts, number = "sound", [], 0
        if verdict.problem:
            state, number = "broken", verdict.problem[1]
            texts.append(checking.tell_problem(self.env, verdict.problem))
        elif verdict.late:
            state, number = "late", verdict.late[0]
            texts += [
                checking.tell_problem(self.env, (LATE, found))
                for found in verdict.late[:10]
            ]
        texts.append(self.env._("%s entries are as they were written.", verdict.count))
        entry = self.env["lot.trace.log"].search(
            [("company_id", "=", self.company_id.id), ("number", "=", number)], limit=1
        )
        self.write(
            {
                "state": state,
                "result": "\n".join(texts),
                "entry_id": number and entry.id,
                "head": f"{verdict.head[0]}:{verdict.head[1]}",
            }
        )
        return self._show_again("lot_traceability.action_lot_trace_log_check")

    @public.record()
    def action_export(self):
        """Download the log as JSON lines, with hashes.

        :return: the action
        """
        self.ensure_one()
        self.check_access("read")
        self._check_may_read()
        return {
            "type": "ir.actions.act_url",
            "url": f"/lot_traceability/log.jsonl?company={self.company_id.id}",
            "target": "download",
        }

    def _check_may_read(self):
        self.env["lot.trace.log"].check_access("read")
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("Choose a company that you work in."))

    def _get_noted(self):
        if not self.noted:
            return None
        number, _colon, digest = self.noted.partition(":")
        digest = digest.strip().lower()
        if not number.strip().isdecimal() or len(digest) != 64:
            raise UserError(
                self.env._(
                    "The noted entry has to be a number, a colon and 64 characters, as "
                    "the dialog shows it."
                )
            )
        return int(number), digest
