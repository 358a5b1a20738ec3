"""Signatures: by password, of a content that is kept; void once the content changes."""

import hashlib
import json

from odoo import fields
from odoo.exceptions import AccessDenied, UserError
from odoo.http import request
from odoo.tools.translate import LazyTranslate

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.evidence import log

_lt = LazyTranslate(__name__)

# what was approved, besides the lots and the company
FIXED = (
    *("kind", "recall_class", "reason", "depth", "hazard_assessment"),
    *("mock_hold", "mock_scrap"),
)
# what a signature stands behind: not even an administrator's own automation writes it
GUARDS = dict.fromkeys(
    ("state", "approved_by_id", "signed_by_id"),
    guards.Guard(
        way=_lt("The status of a recall is changed by its buttons only."),
        binds_system=True,
    ),
)
# what needs a valid approval
CARRIED_OUT = ("notify", "recover", "dispose", "reconcile", "close")


# -- who signs ---------------------------------------------------------
def is_asked(password: str | None = None) -> bool:
    """Whether the password is still to be asked for: of whoever is at the screen or at
    the API; a program on the server signs without."""
    return bool(request) and not password


def _check_identity(env, password):
    """:raise UserError: if the password is wrong, or missing where it is asked for"""
    if not password:
        if is_asked():
            raise UserError(env._("Sign with your password."))
        return False
    try:
        env.user._check_credentials(
            {"login": env.user.login, "password": password, "type": "password"},
            {"interactive": True},
        )
    except AccessDenied as error:
        raise UserError(env._("The password is wrong. Nothing was signed.")) from error
    return True


def sign(recall, kind: str, password: str | None = None):
    """Sign what the recall says now.

    :param kind: ``approval`` or ``closing``
    :return: the signature
    :raise UserError: if the password is wrong, or missing where it is asked for
    """
    by_password = _check_identity(recall.env, password)
    content = _get_content(recall, kind)
    # sudo: nobody has the right to sign by hand
    signatures = guards.by_button(recall.env["lot.recall.signature"].sudo())
    signature = signatures.create(
        {
            "recall_id": recall.id,
            "kind": kind,
            "user_id": recall.env.uid,
            "date": fields.Datetime.now(),
            "by_password": by_password,
            "meaning": _get_meaning(recall.env, kind),
            "content": content,
            "content_hash": _get_hash(content),
        }
    )
    log.note(
        recall,
        "signature",
        new=f"{signature.meaning}\nSHA-256 {signature.content_hash}",
        reason=recall.env._("by password") if by_password else None,
    )
    return signature


def _get_meaning(env, kind):
    if kind == "approval":
        return env._(
            "I approve the scope, the class and the depth of this recall, as listed."
        )
    return env._("I confirm that this recall is complete, but for the points named.")


# -- what is signed ----------------------------------------------------
def _get_content(recall, kind):
    """As JSON; ids, as names may change without a change of what was meant."""
    # sudo: what is signed does not depend on what the user may read
    recall = recall.sudo()
    content = {"recall": recall.name, "company": recall.company_id.id}
    content |= {name: recall[name] or None for name in FIXED}
    content["scope_version"] = recall.scope_id.version
    content["lots"] = [
        [line.lot_id.id, line.included, line.decision_reason or None]
        for line in recall.line_ids.sorted("lot_id")
    ]
    if kind == "closing":
        content |= {
            "balance": [
                [line.lot_id.id, log.to_text(line.unaccounted), line.reason or None]
                for line in recall.balance_ids.sorted("id")
            ],
            "consignees": [
                [one.id, one.state] for one in recall.consignee_ids.sorted("id")
            ],
            "open_points": [
                [point.point, point.text, point.reason]
                for point in recall.open_point_ids.sorted("id")
            ],
        }
    return json.dumps(content, sort_keys=True)


def _get_hash(content):
    return hashlib.sha256(content.encode()).hexdigest()


# -- is it valid? ------------------------------------------------------
def is_valid(signature) -> bool:
    """Whether it was not withdrawn, and what was signed is the same now."""
    if signature.void_date or _get_hash(signature.content) != signature.content_hash:
        return False
    content = _get_content(signature.recall_id, signature.kind)
    return _get_hash(content) == signature.content_hash


def get_last(recall, kind: str):
    """The last signature of a kind that was not withdrawn; perhaps none."""
    signatures = recall.sudo().signature_ids
    return signatures.filtered(
        lambda signature: signature.kind == kind and not signature.void_date
    ).sorted("id")[-1:]


def check_approved(recall, action: str) -> None:
    """:raise UserError: if what was approved is not what the recall says now"""
    if action not in CARRIED_OUT:
        return
    approval = get_last(recall, "approval")
    if approval and not is_valid(approval):
        raise UserError(
            recall.env._(
                "What %(user)s approved is not what %(recall)s says now: the approval "
                "is void. Extend the recall, and have it approved again.",
                user=approval.user_id.name,
                recall=recall.name,
            )
        )


def withdraw(recall, reason: str, *kinds: str) -> None:
    """What was signed is void from now on."""
    signatures = recall.sudo().signature_ids.filtered(
        lambda signature: signature.kind in kinds and not signature.void_date
    )
    if signatures:
        guards.by_button(signatures).write(
            {"void_date": fields.Datetime.now(), "void_reason": reason}
        )
        log.note(
            recall,
            "void",
            old="\n".join(signatures.mapped("content_hash")),
            reason=reason,
        )
