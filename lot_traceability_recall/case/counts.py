"""The counters of a recall: one query for all recalls that are asked for."""

from ..consignees import notices
from . import hold


def set_counts(recalls, model_name: str, **domains: list) -> None:
    """Set fields to the number of parts that fit the domain of each."""
    for name, domain in domains.items():
        groups = recalls.env[model_name]._read_group(
            [*domain, ("recall_id", "in", recalls.ids)], ["recall_id"], ["__count"]
        )
        counts = dict(groups)
        for recall in recalls:
            recall[name] = counts.get(recall._origin, 0)


def _count_by(recalls, model_name, field_name):
    """``{recall: {value: number of parts}}``"""
    counts = {}
    for recall, value, count in recalls.env[model_name]._read_group(
        [("recall_id", "in", recalls.ids)], ["recall_id", field_name], ["__count"]
    ):
        counts.setdefault(recall, {})[value] = count
    return {recall: counts.get(recall._origin, {}) for recall in recalls}


def set_held(recalls) -> None:
    counts = hold.count_held(recalls)
    for recall in recalls:
        recall.held_count = counts.get(recall._origin, 0)


def set_progress(recalls) -> None:
    """How far the stock is dealt with, in lines and percent."""
    for recall, found in _count_by(recalls, "lot.recall.disposition", "state").items():
        total, planned = sum(found.values()), found.get("planned", 0)
        recall.planned_count = planned
        recall.disposed_count = found.get("done", 0) + found.get("simulated", 0)
        recall.refused_count = found.get("refused", 0)
        recall.progress = 100 * (total - planned) / total if total else 0


def set_consignees(recalls) -> None:
    """How many there are, were reached, and have answered."""
    for recall, found in _count_by(recalls, "lot.recall.consignee", "state").items():
        answered = found.get("answered", 0)
        recall.consignee_count = sum(found.values())
        recall.contacted_count = answered + found.get("notified", 0)
        recall.answered_count = answered


def set_consignee_percents(recalls) -> None:
    for recall in recalls:
        total = recall.consignee_count
        contacted, answered = recall.contacted_count, recall.answered_count
        recall.contacted_percent = 100 * contacted / total if total else 0
        recall.answered_percent = 100 * answered / total if total else 0


def set_missing_contacts(recalls) -> None:
    """Consignees without e-mail or phone."""
    for recall in recalls:
        recall.contact_missing_count = sum(
            not (one.email and one.phone) for one in recall.consignee_ids
        )


def set_notices(recalls) -> None:
    """Consignees that no notice tells yet, and letters that wait."""
    untold = recalls.env["lot.recall.consignee.line"]._read_group(
        notices.get_untold_domain(recalls),
        ["recall_id"],
        ["consignee_id:count_distinct"],
    )
    untold = dict(untold)
    for recall in recalls:
        recall.untold_count = untold.get(recall._origin, 0)
    domain = notices.get_letter_domain(recalls)
    set_counts(recalls, "lot.recall.notice", letter_count=domain)


def set_checks(recalls) -> None:
    """Drawn, asked, and how many of those got the notice and followed it."""
    for recall, found in _count_by(recalls, "lot.recall.check", "result").items():
        drawn = sum(found.values())
        checked = drawn - found.get(False, 0)
        recall.check_count, recall.checked_count = drawn, checked
        acted = found.get("acted", 0)
        recall.effective_percent = 100 * acted / checked if checked else 0
