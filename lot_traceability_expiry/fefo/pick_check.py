"""What speaks against the lots that are picked: FEFO and minimum shelf life."""

from dataclasses import dataclass

from markupsafe import Markup

from odoo import models
from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.lot_traceability.done_lines import sold
from odoo.addons.lot_traceability.evidence import log
from odoo.addons.lot_traceability.tools.quantity import format_quantity

from .verdicts import judge_lines


@dataclass(frozen=True)
class Problem:
    """``level``: ``log``, ``warn``, ``reason`` or ``refuse``; ``kind`` tells which
    reason of the line answers it."""

    line: models.BaseModel
    kind: str
    level: str
    text: str

    @property
    def reason_field(self) -> str:
        return f"{self.kind}_reason"

    @property
    def is_answered(self) -> bool:
        return bool((self.line[self.reason_field] or "").strip())


def find_problems(lines, freed=None) -> list[Problem]:
    """The problems of lines, those that are only counted left out.

    :param lines: ``stock.move.line``, not done
    :param freed: lines whose reservation the picker could have used instead
    """
    return _find(lines, judge_lines(lines, freed))


def pass_lines(lines, freed=None) -> dict:
    """Let lines be done, or say what has to be done before.

    :return: the FEFO verdicts by line, for the log
    :raise UserError: names document, line, lot and the way out
    """
    verdicts = judge_lines(lines, freed)
    problems = _find(lines, verdicts)
    raise_refused(
        lines.env,
        [
            problem
            for problem in problems
            if problem.level == "refuse"
            or (problem.level == "reason" and not problem.is_answered)
        ],
    )
    _note(problems)
    return verdicts


def check_corrected(lines) -> None:
    """Refuse goods with too short a shelf life that leave, or come, by a correction of
    lines that are done.

    :raise UserError: names document, line, lot and the way out
    """
    raise_refused(
        lines.env,
        [
            problem
            for problem in _find_shelf_life(lines)
            if problem.level != "warn" and not problem.is_answered
        ],
    )


def raise_refused(env: Environment, problems: list[Problem]) -> None:
    """Refuse what cannot be done, if there is anything.

    :raise UserError: names document, line, lot and the way out
    """
    if not problems:
        return
    ways = {
        "fefo": env._(
            "Take the earlier lot, or write a “Reason for FEFO Deviation” on the "
            "line where the operation type takes one."
        ),
        "shelf_life": env._(
            "Take a fresher lot, or ask somebody who may override the minimum "
            "shelf life to validate with a reason."
        ),
    }
    rows = [f"- {_get_row(problem)}" for problem in problems]
    kinds = dict.fromkeys(problem.kind for problem in problems)
    text = "\n".join([*rows, "", *(ways[kind] for kind in kinds)])
    # what is paid at a till is gone: then it is noted
    sold.refuse(env, UserError(text))


def _get_row(problem):
    document = problem.line.picking_id.name or problem.line.reference or ""
    return ": ".join(filter(None, [document, problem.text]))


def _find(lines, verdicts):
    return [*_find_fefo(verdicts), *_find_shelf_life(lines)]


# -- FEFO ---------------------------------------------------------------
def _find_fefo(verdicts):
    return [
        Problem(line, "fefo", policy, _get_fefo_text(line, verdict.better))
        for line, verdict in verdicts.items()
        if verdict.better and (policy := _get_fefo_policy(line)) != "log"
    ]


def _get_fefo_policy(line):
    """That of the transfer; its moves could name another operation type."""
    picking_type = line.picking_id.picking_type_id or line.move_id.picking_type_id
    return picking_type.fefo_policy


def _get_fefo_text(line, better):
    env = line.env
    return env._(
        "%(product)s: %(lot)s is picked, %(better)s with the earlier date %(date)s "
        "is free (%(free)s)",
        product=line.product_id.display_name,
        lot=line.lot_id.name,
        better=env["stock.lot"].browse(better.lot).sudo().name,
        date=format_date(env, better.day),
        free=format_quantity(env, better.free, line.product_id.uom_id),
    )


# -- shelf life -----------------------------------------------------------
def _find_shelf_life(lines):
    found = []
    for line in lines:
        rule, partner, missing = line._get_missing_life()
        if missing:
            text = _get_shelf_life_text(line, rule, partner, missing)
            level = _get_shelf_life_level(line, rule)
            found.append(Problem(line, "shelf_life", level, text))
    return found


def _get_shelf_life_level(line, rule):
    if rule.policy == "warn":
        return "warn"
    may_pass = line._may_override_shelf_life() or line.shelf_life_reason
    return "reason" if may_pass else "refuse"


def _get_shelf_life_text(line, rule, partner, missing):
    env = line.env
    return env._(
        "%(product)s: the shelf life of %(lot)s is too short for %(partner)s "
        "(%(minimum)s). Days missing: %(days)s",
        product=line.product_id.display_name,
        lot=line.lot_id.name or line.lot_name or "",
        days=missing,
        partner=partner.display_name or env._("the rule"),
        minimum=env["lot.shelf.life.rule"]._get_minimum_text(rule.value, rule.unit),
    )


# -- what is kept with the document ---------------------------------------
def _note(problems):
    """Write on each document what was let pass, and why."""
    by_document = {}
    for problem in problems:
        document = problem.line.move_id._get_source_document()
        if document and hasattr(document, "message_post"):
            by_document.setdefault(document, []).append(problem)
    for document, found in by_document.items():
        document.message_post(body=_get_note(found))
    for kind in dict.fromkeys(problem.kind for problem in problems):
        texts = {row.line.id: row.text for row in problems if row.kind == kind}
        lines = problems[0].line.browse(texts)
        reason = f"{kind}_reason"
        log.note(lines, "override", new=texts, reason=lambda line, f=reason: line[f])


def _get_note(problems):
    items = Markup().join(
        Markup("<li>%s</li>")
        % ": ".join(filter(None, [problem.text, problem.line[problem.reason_field]]))
        for problem in problems
    )
    text = problems[0].line.env._("Picked against the dates:")
    return Markup("<p>%s</p><ul>%s</ul>") % (text, items)
