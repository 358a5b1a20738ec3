"""Which goods went into which: the order that books them says it, and nobody else.

The trace follows the relation of Odoo between lines; whoever may write lines could join
any two of them, or part them.
"""

from odoo.exceptions import UserError

from .. import apps, guards

FIELDS = ("consume_line_ids", "produce_line_ids")


def refuse_joining(lines, vals):
    """:raise UserError: if lines are joined by hand with those of another document, or
    parted from their own"""
    given = [name for name in FIELDS if name in vals]
    if not given or guards.is_system(lines.env) or _is_booked_by_order(lines.env):
        return
    # sudo: what a line was made of does not depend on who may read it
    for line in lines.sudo():
        for name in given:
            wanted = set(line._fields[name].convert_to_cache(vals[name], line))
            _refuse(line, set(line[name]._ids), wanted)


def refuse_joined(lines, vals_list):
    """As :func:`refuse_joining`, of lines that were created."""
    if guards.is_system(lines.env) or _is_booked_by_order(lines.env):
        return
    named = [name for name in FIELDS if f"default_{name}" in lines.env.context]
    for line, vals in zip(lines.sudo(), vals_list, strict=True):
        for name in {*named, *(name for name in FIELDS if name in vals)}:
            _refuse(line, set(), set(line[name]._ids))


def _is_booked_by_order(env):
    return guards.handed(env, "joins_lines")


def _refuse(line, before, wanted):
    if wanted == before:
        return
    order = _get_order(line.move_id)
    added = line.browse(wanted - before)
    if (
        order
        and before <= wanted
        and all(_get_order(other.move_id) == order for other in added)
    ):
        return
    raise UserError(
        line.env._(
            "%(document)s: what goods are made of is said by the order that booked "
            "them. Correct the lots of its lines, or assign the components to units.",
            document=line._get_document_name() or line.display_name,
        )
    )


def _get_order(move):
    """What used goods to make others; a transfer never does."""
    for name in apps.DOCUMENT_FIELDS:
        if name != "picking_id" and name in move._fields and move[name]:
            return move[name]
    return None
