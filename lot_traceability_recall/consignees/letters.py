"""Letters as they were printed: the file is kept with the notice that it is for."""

import hashlib

from odoo.addons.lot_traceability.evidence import log

REPORT = "lot_traceability_recall.action_report_recall_notice"


def keep_printed(consignees, content: bytes, kind: str) -> None:
    """Keep a file of letters with the notices that wait for it; a later print takes the
    place of an earlier one, until the letter is posted."""
    # sudo: nobody has the right to write notices by hand
    waiting = consignees.sudo().notice_ids.filtered(
        lambda one: (one.method, one.state) == ("letter", "to_send")
    )
    if waiting:
        _keep(waiting, content, kind)


def keep_missing(notices) -> None:
    """Letters that are posted and were never printed here, as they would be now."""
    # sudo: nobody has the right to write notices by hand
    missing = notices.sudo().filtered(lambda one: not one.letter_id)
    if missing:
        reports = notices.env["ir.actions.report"]
        # keeps it by itself
        reports._render_qweb_pdf(REPORT, missing.consignee_id.ids)


def _keep(notices, content, kind):
    digest = hashlib.sha256(content).hexdigest()
    for mine in notices.grouped("recall_id").values():
        mine.write({"letter_id": _attach(mine, content, kind).id})
    log.note(notices, "notice", new=f"letters.{kind}, SHA-256 {digest}")


def _attach(notices, content, kind):
    """The file, read by whoever may read the field that it belongs to."""
    return notices.env["ir.attachment"].create(
        {
            "name": f"letters.{kind}",
            "raw": content,
            "res_model": notices._name,
            "res_field": "letter_id",
            "res_id": notices[0].id,
        }
    )
