"""Letters as they were printed: the file is kept with the notice that it is for."""

import hashlib

from odoo.addons.lot_traceability.documents import page_numbers
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


def is_attached(template) -> bool:
    """Whether mails by this template have the letter with them."""
    return template.env.ref(REPORT) in template.report_template_ids


def prepare(consignees) -> dict[int, bytes]:
    """The letters of many, by one call of the program that prints: it takes longer to
    start than to print.

    :return: ``{id of a consignee: its letter}``; none where they cannot be told apart
        or nothing prints
    """
    if len(consignees) < 2:
        return {}
    reports = consignees.env["ir.actions.report"]
    content, kind = reports._render_qweb_pdf(REPORT, consignees.ids)
    if kind != "pdf" or not content.startswith(b"%PDF"):
        return {}
    letters = page_numbers.split(content, len(consignees))
    return dict(zip(consignees.ids, letters, strict=True)) if letters else {}


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
