"""From the suspect lots to the scope: everything comes from the one trace."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.evidence import log
from odoo.addons.lot_traceability.tools.public import check_exist

from ..tools.scope_path import get_paths
from . import impact, states

SHOWN_NAMES = 10


# -- suspect lots ------------------------------------------------------
def add_seeds(recall, lots, origin: str, is_scoped_next: bool = False) -> None:
    """Add suspect lots, and say how they were found.

    Who calls it has the scope of a recall that is approved found anew.

    :param is_scoped_next: the trace is walked by what follows, not for the figures
    """
    recall.ensure_one()
    recall.check_access("write")
    states.check_not_over(recall)
    seeds = recall.env["lot.recall.seed"]
    guards.hand_on(guards.by_button(seeds), is_scoped_next=is_scoped_next).create(
        [
            {"recall_id": recall.id, "lot_id": lot.id, "origin": origin}
            for lot in lots - recall.seed_ids.lot_id
        ]
    )


def set_seeds(recall, lots) -> None:
    """Make these the suspect lots: others are removed, missing ones added."""
    check_exist(lots)
    gone = recall.seed_ids.filtered(lambda seed: seed.lot_id not in lots)
    added = lots - recall.seed_ids.lot_id
    recall.seed_ids = [
        Command.create({"lot_id": lot.id, "origin": recall.env._("Picked")})
        for lot in added
    ] + [Command.delete(seed.id) for seed in gone]


def log_seeds(recall, title: str, lots) -> None:
    """Keep on the case that suspect lots were added or removed."""
    names = ", ".join(lots[:SHOWN_NAMES].mapped("name"))
    if len(lots) > SHOWN_NAMES:
        count = len(lots) - SHOWN_NAMES
        names += " " + recall.env._("and %(count)s more", count=count)
    recall._message_log(body=f"{title} {names}")


# -- finding -----------------------------------------------------------
def find(recall) -> None:
    """Trace the suspect lots down: a new version of the scope, still a draft.

    :raise UserError: without a suspect lot
    """
    if not recall.seed_lot_ids:
        raise UserError(
            recall.env._(
                "Add the suspect lots of %(recall)s first.", recall=recall.name
            )
        )
    trace = recall.seed_lot_ids._trace_downstream(["lots", "deliveries"])
    version = _get_draft(recall)
    lines = _prepare_lines(recall, version, trace)
    version.line_ids.unlink()
    # sudo: nobody has the right to write the scope by hand
    recall.env["lot.recall.line"].sudo().create(lines)
    version.outside_scope = trace["outside_scope"]["message"]
    guards.by_button(recall).write(
        {"scope_id": version.id, "impact_facts": impact.get_facts(trace)}
    )
    states.stamp(recall, "traced")
    if recall.is_mock and "traced_back" not in recall.step_ids.mapped("step"):
        # an exercise is timed until it was traced both ways
        recall.seed_lot_ids._trace_upstream(["receipts"])
        states.stamp(recall, "traced_back")


def _get_draft(recall):
    """The version that is not frozen yet, or a further one."""
    # sudo: nobody has the right to write the scope by hand
    scopes = recall.sudo().scope_ids
    if recall.scope_id.state == "draft":
        return recall.scope_id.sudo()
    version = max(scopes.mapped("version"), default=0) + 1
    return scopes.create({"recall_id": recall.id, "version": version})


def _prepare_lines(recall, version, trace):
    paths = get_paths(trace["lots"])
    left_out = {
        line.lot_id.id: line.decision_reason
        for line in recall.sudo().scope_id.line_ids
        if not line.included
    }
    return [
        {
            "scope_id": version.id,
            "lot_id": row["id"],
            "level": row["level"],
            "certainty": row["certainty"],
            "via_lot_id": row["via_lot_id"],
            "path": paths[row["id"]],
            # what was decided once stays decided
            "included": row["id"] not in left_out,
            "decision_reason": left_out.get(row["id"]),
        }
        for row in trace["lots"]
    ]


# -- freezing ----------------------------------------------------------
def freeze(version) -> None:
    """From now on this version stands, and the lots in it belong to the recall.

    :raise UserError: if no lot is in scope, the suspect lots are others by now, or a
        lot is in another active recall
    """
    version.ensure_one()
    recall = version.recall_id
    # sudo: nobody has the right to write the scope by hand
    lines = version.sudo().line_ids.filtered("included")
    if not lines:
        raise UserError(
            version.env._("No lot is in scope of %(name)s.", name=recall.name)
        )
    _check_seeds(version)
    leave_force(recall)
    if not recall.is_mock:
        lines._check_elsewhere()
        lines.in_force = True
    version.sudo().write(
        {
            "state": "frozen",
            "frozen_date": fields.Datetime.now(),
            "frozen_by_id": version.env.uid,
        }
    )
    words = {
        True: version.env._("in scope"),
        False: version.env._("left out"),
    }
    log.note(
        version.sudo(False).line_ids,
        "scope",
        new=lambda line: f"{version.display_name}: {words[line.included]}",
        reason=lambda line: line.decision_reason,
        company=recall.company_id,
    )


def _check_seeds(version):
    """What was added or removed after the scope was found is not frozen untraced."""
    seeds, lines = version.recall_id.seed_lot_ids, version.sudo().line_ids
    added = seeds - lines.lot_id
    if added:
        raise UserError(
            version.env._(
                "%(lots)s: suspect since the scope was found. Find it again.",
                lots=_get_names(added),
            )
        )
    gone = lines.filtered(lambda line: not line.via_lot_id).lot_id - seeds
    if gone:
        raise UserError(
            version.env._(
                "%(lots)s: not suspect any more since the scope was found. Find it "
                "again.",
                lots=_get_names(gone),
            )
        )


def _get_names(lots):
    return ", ".join(lots[:SHOWN_NAMES].mapped("name"))


def leave_force(recalls) -> None:
    """Their lots are free for another recall."""
    # sudo: nobody has the right to write the scope by hand
    recalls.env["lot.recall.line"].sudo().search(
        [("recall_id", "in", recalls.ids), ("in_force", "=", True)]
    ).in_force = False
