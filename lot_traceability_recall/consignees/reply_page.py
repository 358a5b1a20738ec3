"""What the reply page shows to a consignee, and what it keeps of the answer.

The consignee comes from the signed link, with all rights (sudo): the page shows its own
goods only, and nothing else of the recall.
"""

from datetime import timedelta
from pathlib import PurePath

from markupsafe import Markup

from odoo import fields
from odoo.tools import format_datetime
from odoo.tools.mimetypes import guess_mimetype

from odoo.addons.lot_traceability.tools.parameter import read_float, read_int
from odoo.addons.lot_traceability.tools.quantity import format_quantity

from ..tools.reply_form import (
    ACCOUNTED,
    QUANTITIES,
    Delivered,
    ReplyError,
    read_form,
    write_quantity,
)
from . import outbox

PREFIX = "lot_traceability_recall."
# what a proof may be, told by its content, and how its name ends
PROOF_TYPES = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
MAX_NAME = 100


def get_upload_limits(env) -> dict:
    """Size of a file and of all of them in bytes, how many, and how many replies in an
    hour."""
    megabytes = read_float(env, PREFIX + "proof_megabytes", 10, least=0)
    size = int(megabytes * 1024 * 1024)
    count = read_int(env, PREFIX + "proof_files", 5, least=0)
    hourly = read_int(env, PREFIX + "replies_per_hour", 20, least=0)
    return {"size": size, "count": count, "total": size * count, "hourly": hourly}


def get_of_user(env):
    """The consignees of the company that the user works for, once they are told."""
    company = env.user.partner_id.commercial_partner_id
    # sudo: a portal user reads nothing of recalls but the page of the own company
    told = (
        env["lot.recall.consignee"]
        .sudo()
        .search(
            [
                ("partner_id", "child_of", company.id),
                ("state", "in", ("notified", "answered")),
            ]
        )
    )
    return told.filtered(lambda one: not one.recall_id._is_rehearsal())


def get_to_answer(told):
    """Those of them that we wait for."""
    return told.filtered(
        lambda one: one.state == "notified" and not one._is_reply_closed()
    )


def _get_language(consignee):
    """How the reader of the page writes numbers: the page is in that language."""
    languages = consignee.env["res.lang"]
    return languages._get_data(code=consignee.env.lang or consignee.lang or "en_US")


def read_answer(consignee, form):
    """See :func:`..tools.reply_form.read_form`."""
    lines = consignee._get_told_lines()
    delivered = {
        line.id: Delivered(line.shipped, line.product_uom_id.rounding) for line in lines
    }
    thousands = _get_language(consignee).thousands_sep or ""
    return read_form(form, lines.ids, delivered, thousands)


def get_form(consignee):
    """What was said last, as the form shows it and reads it again."""
    decimal = _get_language(consignee).decimal_point or "."
    reply = consignee.reply_ids[:1]
    form = {"received": "yes" if reply.received else "no"} if reply else {}
    for name in ("customers_told", "has_injury"):
        form[name] = "yes" if reply[name] else ""
    for name in ("answered_by", "injury_note", "comment"):
        form[name] = reply[name] or ""
    for line in consignee.line_ids:
        said = line.reply_line_id
        for name in QUANTITIES:
            form[f"{name}_{line.id}"] = (
                write_quantity(said[name], decimal) if said and said[name] else ""
            )
    return form


def get_accounts(consignee, lines):
    """For the line below each lot: what was delivered, and the words around it."""
    language = _get_language(consignee)
    return {
        line.id: {
            "names": " ".join(f"{name}_{line.id}" for name in ACCOUNTED),
            "delivered": line.shipped,
            "thousands": language.thousands_sep or "",
            "told": _get_delivered_text(consignee.env, line),
            "text": consignee.env._(
                "%(said)s of %(delivered)s accounted for",
                said="{said}",
                delivered=format_quantity(
                    consignee.env, line.shipped, line.product_uom_id
                ),
            ),
        }
        for line in lines
    }


def _get_delivered_text(env, line):
    delivered = format_quantity(env, line.shipped, line.product_uom_id)
    if not line.returned:
        return env._("Delivered: %s", delivered)
    return env._(
        "Delivered: %(delivered)s, of which %(returned)s came back",
        delivered=delivered,
        returned=format_quantity(env, line.returned, line.product_uom_id),
    )


def get_labels(consignee):
    return {
        "on_hand": consignee.env._("On hand now"),
        "quarantined": consignee.env._("Of this set aside"),
        "returned": consignee.env._("Sent back so far"),
        "destroyed": consignee.env._("Destroyed"),
        "corrected": consignee.env._("Corrected"),
        "used": consignee.env._("Used"),
        "sold_on": consignee.env._("Sold on"),
    }


def get_hints(consignee):
    """What a label alone does not say."""
    return {
        "quarantined": consignee.env._("marked, and not used or sold"),
        "corrected": consignee.env._("relabelled, repaired or refilled"),
    }


def get_error_text(consignee, error):
    name = error.field.rsplit("_", 1)[0]
    fields_said = consignee.env["lot.recall.reply"].fields_get(attributes=["string"])
    labels = {key: said["string"] for key, said in fields_said.items()}
    labels |= get_labels(consignee)
    labels["received"] = consignee.env._("Did you get the goods listed below?")
    labels["answered_by"] = consignee.env._("Your name")
    label = labels.get(error.field) or labels.get(name, "")
    texts = {
        "missing": consignee.env._("Please fill in: %s", label),
        "number": consignee.env._("%s: please give a number of zero or more.", label),
        "ambiguous": consignee.env._(
            "%s: this number can be read in two ways. Please write thousands without a "
            "mark, as 1250, and write decimals as 1.25.",
            label,
        ),
        "more": _get_more_text(consignee, error),
        "long": consignee.env._("%s: this text is too long.", label),
        "quarantined": consignee.env._(
            "You can set aside only as much as you have on hand."
        ),
        "files": consignee.env._("Too many files."),
        "size": consignee.env._("This file is too large, or empty."),
        "type": consignee.env._("Please send proofs as PDF, JPEG or PNG."),
        "often": consignee.env._(
            "You have answered many times within an hour. Please wait, or call us."
        ),
    }
    return texts[error.kind]


def _get_more_text(consignee, error):
    """More than was delivered can be true, and can be a slip."""
    lines = consignee._get_told_lines()
    line = lines.filtered(lambda one: error.field == f"more_{one.id}")
    return line and consignee.env._(
        "%(lot)s: you account for %(said)s, and %(delivered)s were delivered to you. "
        "Please check the numbers. If they are right, say so below the lot.",
        lot=line.lot_id.name or line.product_id.display_name,
        said=format_quantity(consignee.env, error.said, line.product_uom_id),
        delivered=format_quantity(consignee.env, line.shipped, line.product_uom_id),
    )


def keep_answer(consignee, values, quantities, files, visitor):
    """Keep an answer from the reply page, and thank for it by mail.

    :param visitor: dict of ``ip_address`` and ``user_id`` of who is logged in, or False
    :raise ReplyError: if there are too many answers, or a proof is not allowed
    """
    _check_reply_rate(consignee)
    proofs = _read_proofs(consignee, files)
    # Odoo makes large pictures smaller: a proof is kept as it was sent, and not opened
    replies = consignee.env["lot.recall.reply"].with_context(image_no_postprocess=True)
    reply = replies.create(
        dict(
            values,
            consignee_id=consignee.id,
            source="web",
            **visitor,
            line_ids=[
                fields.Command.create(dict(row, consignee_line_id=line_id))
                for line_id, row in quantities.items()
            ],
            attachment_ids=[fields.Command.create(proof) for proof in proofs],
        )
    )
    consignee.message_post(
        body=consignee.env._("%(name)s has answered.", name=reply.answered_by),
        author_id=consignee.partner_id.id,
    )
    _acknowledge(consignee, reply)
    return reply


def _acknowledge(consignee, reply):
    """The customer gets by mail what we have understood, to correct it if it is wrong;
    without a link, which only notices have."""
    if not consignee.email or consignee.recall_id._is_rehearsal():
        return
    env, labels = consignee.env, get_labels(consignee)
    rows = Markup().join(
        Markup("<li>%s: %s</li>")
        % (
            line.consignee_line_id.lot_id.name or line.consignee_line_id.display_name,
            ", ".join(
                f"{labels[name]} {format_quantity(env, line[name], uom)}"
                for name in QUANTITIES
                if line[name]
            )
            or env._("nothing of it"),
        )
        for line in reply.line_ids
        for uom in [line.product_uom_id]
    )
    intro = env._(
        "Thank you, %(name)s. We have your answer to %(recall)s of %(date)s:",
        name=reply.answered_by,
        recall=consignee.recall_id.name,
        date=format_datetime(env, reply.date),
    )
    outro = env._(
        "If something of it is wrong, please answer again by the link in our notice."
    )
    template = env.ref("lot_traceability_recall.mail_template_recall_notice")
    sender = template._render_field("email_from", consignee.ids)[consignee.id]
    env["mail.mail"].create(
        {
            "subject": env._("Your answer to %s", consignee.recall_id.name),
            "body_html": Markup("<p>%s</p><ul>%s</ul><p>%s</p>") % (intro, rows, outro),
            "email_from": sender,
            "email_to": consignee.email,
            "auto_delete": True,
        }
    )
    outbox.send_now(env)


def _check_reply_rate(consignee):
    since = fields.Datetime.now() - timedelta(hours=1)
    count = consignee.env["lot.recall.reply"].search_count(
        [
            ("consignee_id", "=", consignee.id),
            ("source", "=", "web"),
            ("date", ">", since),
        ]
    )
    if count >= get_upload_limits(consignee.env)["hourly"]:
        raise ReplyError("answered_by", "often")


def _read_proofs(consignee, files):
    """Uploaded files as attachments; what they are is told by their content."""
    limits = get_upload_limits(consignee.env)
    files = [one for one in files if one.filename]
    if len(files) > limits["count"]:
        raise ReplyError("proofs", "files")
    return [_read_proof(consignee, one, limits["size"]) for one in files]


def _read_proof(consignee, file, size):
    content = file.read(size + 1)
    if not 0 < len(content) <= size:
        raise ReplyError("proofs", "size")
    mimetype = guess_mimetype(content)
    if mimetype not in PROOF_TYPES:
        raise ReplyError("proofs", "type")
    return {
        "name": _get_safe_name(file.filename, mimetype),
        "raw": content,
        "mimetype": mimetype,
        "res_model": "lot.recall.consignee",
        "res_id": consignee.id,
    }


def _get_safe_name(filename, mimetype):
    """The name that was sent, as one of that type: nothing opens it as another."""
    stem = PurePath(filename.replace("\\", "/")).stem
    kept = "".join(char if char.isalnum() or char in " ._-" else "_" for char in stem)
    # page.html.pdf would still look like a page
    name = kept.replace(".", "_").strip()[:MAX_NAME] or "proof"
    return name + PROOF_TYPES[mimetype]
