"""Effectiveness checks: whom to ask whether the notice was got and followed."""

import secrets

from odoo.exceptions import UserError

from ..case import roles, states
from ..tools import check_sample


def draw(recall) -> None:
    """Draw the consignees to ask. What was drawn or asked before stays.

    :raise AccessError: if the user's roles do not allow it
    :raise UserError: without a level, or without consignees
    """
    recall.check_access("write")
    states.check_not_over(recall)
    roles.check(recall, "check")
    _check_can_draw(recall)
    # sudo: the draw is not for choosing by hand
    recall = recall.sudo()
    if not recall.check_seed:
        recall.check_seed = secrets.token_hex(8)
    drawn = check_sample.draw(
        recall.consignee_ids.ids,
        recall.check_level,
        recall.check_seed,
        recall.check_percent / 100,
    )
    known = set(recall.check_ids.consignee_id.ids)
    recall.env["lot.recall.check"].create(
        [
            {"recall_id": recall.id, "consignee_id": consignee_id}
            for consignee_id in drawn
            if consignee_id not in known
        ]
    )


def _check_can_draw(recall):
    if not recall.check_level:
        raise UserError(
            recall.env._(
                "Choose a level of effectiveness checks for %(recall)s first.",
                recall=recall.name,
            )
        )
    if not recall.consignee_ids:
        raise UserError(
            recall.env._("%(recall)s has no consignees yet.", recall=recall.name)
        )


def get_figures(recalls) -> dict:
    """``{recall: {result: how many}}``; False stands for those not asked yet."""
    counts = {}
    for recall, result, count in recalls.env["lot.recall.check"]._read_group(
        [("recall_id", "in", recalls.ids)], ["recall_id", "result"], ["__count"]
    ):
        counts.setdefault(recall, {})[result] = count
    return counts
