import json
import logging
from itertools import product

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.parameter import read_bool, read_int
from ..tools.taken_back import get_writers, is_taken_back
from ..tools.webhook import WebhookError, check_url, post_json

_logger = logging.getLogger(__name__)
PARAMETER = "lot_traceability."
# records that one message tells of; the log has all of them
MOST_RECORDS = 500


class IrActionsServer(models.Model):
    """Odoo's own server actions, run when something happens to lots."""

    _inherit = "ir.actions.server"

    lot_event = fields.Selection(
        [
            ("hold", "Lots Are Put on Hold"),
            ("release", "Lots Are Released"),
            ("reject", "Lots Are Rejected"),
        ],
        "Run When",
        copy=False,
        index="btree_not_null",
        help="Runs automatically, with the records of the event. A webhook gets one "
        "message "
        "for each event, after it is saved: once, and not again if nobody answers. "
        "What was missed is in the log. The address has to be a public one.",
    )

    @api.model
    def _get_lot_event_models(self):
        """``{event: model of its records}``; another addon adds its own."""
        return dict.fromkeys(("hold", "release", "reject"), "lot.hold")

    @api.constrains("lot_event", "model_id", "state", "webhook_url")
    def _check_lot_event(self):
        known = self._get_lot_event_models()
        for action in self.filtered("lot_event"):
            model = known[action.lot_event]
            if action.model_id.model != model:
                raise ValidationError(
                    self.env._(
                        "“%(action)s” runs for an event about %(model)s: choose that "
                        "model.",
                        action=action.name,
                        model=model,
                    )
                )
            if action.state == "webhook" and action.webhook_url:
                action._check_webhook_url()

    def _check_webhook_url(self):
        try:
            check_url(self.webhook_url, self._may_post_privately())
        except WebhookError as error:
            raise ValidationError(
                self.env._(
                    "The webhook of “%(action)s”: %(error)s",
                    action=self.name,
                    error=error,
                )
            ) from error

    @api.model
    def _may_post_privately(self):
        return read_bool(self.env, PARAMETER + "webhook_private", False)

    @api.model
    def _run_lot_event(self, event, records):
        """Run what administrators have chosen for an event.

        :param records: of the model that :meth:`_get_lot_event_models` says
        """
        if not records:
            return
        # sudo: an event is told whoever caused it; only administrators set this up
        actions = self.sudo().search([("lot_event", "=", event)])
        for action, of_company in product(actions, _split_by_company(records)):
            if action.state == "webhook":
                action._post_after_commit(of_company, event)
            else:
                action.with_context(
                    active_model=of_company._name,
                    active_ids=of_company.ids,
                    active_id=of_company.ids[0],
                ).run()

    def _run_action_webhook(self, eval_context=None):
        # overridden: also where an automation rule asks for it, what is about lots goes
        # to a checked address alone
        if self.model_id.model not in self._get_lot_event_models().values():
            return super()._run_action_webhook(eval_context=eval_context)
        record = self.env[self.model_id.model].browse(self.env.context.get("active_id"))
        if record:
            self._post_after_commit(record.sudo(), self.lot_event)
        return None

    def _post_after_commit(self, records, event):
        """Post one message about records, once they are saved."""
        url, message = self.webhook_url or "", self._get_message(records, event)
        options = {
            "private": self._may_post_privately(),
            "timeout": read_int(self.env, PARAMETER + "webhook_timeout", 5, least=1),
        }
        name, writers, cr = self.name, get_writers(records), self.env.cr

        @cr.postcommit.add
        def post():
            if is_taken_back(cr, writers):
                return
            try:
                post_json(url, message, **options)
            except WebhookError as error:
                _logger.warning("Webhook “%s” was not told: %s", name, error)

    def _get_message(self, records, event):
        """As Odoo's own webhooks, with a list of records."""
        names = self.webhook_field_ids.mapped("name") or ["display_name"]
        shown = records[:MOST_RECORDS]
        message = {
            "_model": records._name,
            "_id": records.ids[0],
            "_ids": shown.ids,
            "_action": f"{self.name}(#{self.id})",
            "event": event or False,
            "date": fields.Datetime.to_string(fields.Datetime.now()),
            "user": self.env.user.display_name,
            "company_id": (_get_company(records) or self.env.company).id,
            "count": len(records),
            "records": shown.read(names, load=None),
        }
        # dates and the like as text
        return json.loads(json.dumps(message, default=str))


def _split_by_company(records):
    """As the superuser, so that no message tells one company of another."""
    records = records.sudo().sorted("id")
    if "company_id" not in records._fields:
        return [records]
    return list(records.grouped("company_id").values())


def _get_company(records):
    return records.company_id if "company_id" in records._fields else None
