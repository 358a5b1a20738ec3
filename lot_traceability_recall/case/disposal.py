"""Plans what is to be done with the stock, and carries it out."""

from odoo.exceptions import AccessError, LockError, UserError
from odoo.tools import format_amount

from odoo.addons.lot_traceability import guards
from odoo.addons.lot_traceability.tools import redirect
from odoo.addons.lot_traceability.tools.parameter import read_int
from odoo.addons.lot_traceability.tools.quantity import format_quantity

from . import documents, job, roles, states
from .hold import as_list

ACTIVITY = "lot_traceability_recall.mail_activity_carry_out"
BACKGROUND_PARAMETER = "lot_traceability_recall.background_from"
SHOWN_LINES = 50


# -- planning ----------------------------------------------------------
def plan(recall, vals_list: list[dict]):
    """Note what is to be done with the stock.

    :return: the lines
    :raise AccessError: if the user's roles do not allow it
    :raise UserError: if goods are planned already, or are of no lot in scope
    """
    roles.check(recall, "dispose")
    return propose(recall, vals_list)


def propose(recall, vals_list: list[dict]):
    """The same for who finds the scope and may not carry it out: it waits for who may.

    :raise AccessError: for everybody else
    """
    if not roles.may(recall, "dispose"):
        roles.check(recall, "scope")
    states.check_not_over(recall)
    _check_in_scope(recall, vals_list)
    # sudo: nobody has the right to write plans by hand
    lines = recall.env["lot.recall.disposition"].sudo()
    taken = lines.search(
        [
            ("quant_id", "in", [vals["quant_id"] for vals in vals_list]),
            ("state", "=", "planned"),
            ("is_mock", "=", recall.is_mock),
        ]
    )
    if taken:
        other = taken[0].recall_id
        raise redirect.refuse(
            recall.env._(
                "%(goods)s: planned in %(recall)s already. Carry that out first, or "
                "withdraw it.",
                goods=taken[0]._describe(),
                recall=other.name,
            ),
            other.sudo(False),
            recall.env._("Open %s", other.name),
        )
    created = lines.create([dict(vals, recall_id=recall.id) for vals in vals_list])
    if not roles.may(recall, "dispose"):
        _say_waiting(recall, created)
    return created


def _check_in_scope(recall, vals_list):
    ids = set(recall._get_lots().ids)
    other = [vals["lot_id"] for vals in vals_list if vals["lot_id"] not in ids]
    if other:
        # searched: what the user may not read is not named
        lots = recall.env["stock.lot"].search([("id", "in", other)], limit=1)
        raise UserError(
            recall.env._(
                "%(lot)s is not in scope of %(recall)s. Extend the recall first.",
                lot=lots.name or recall.env._("A lot"),
                recall=recall.name,
            )
        )


def _say_waiting(recall, lines):
    group = recall.env.ref("lot_traceability_recall.group_recall_logistics")
    # sudo: the name of the role that has to go on
    role = group.sudo().name
    title = recall.env._("Planned for the stock; it waits for %(role)s:", role=role)
    recall.message_post(body=as_list(title, _get_texts(recall.env, lines)))


def wish(recall, vals_list: list[dict]) -> None:
    """Keep what was chosen while there is no scope to plan it in; it is planned as soon
    as somebody finds the scope."""
    known = recall.wishes or []
    guards.by_button(recall.sudo()).write({"wishes": known + vals_list})
    lines = recall.env["lot.recall.disposition"]
    texts = _get_texts(recall.env, [lines.new(vals) for vals in vals_list])
    title = recall.env._("Chosen for the stock, to be planned once the scope is found:")
    recall.message_post(body=as_list(title, texts))


def describe_plan(recall, lines) -> str:
    """What is to be done with how many places, and what that is worth at cost, such as
    “Scrap 9 places, $5,553.00”; of what belongs to somebody else only how many."""
    env = recall.env
    names = dict(
        env["lot.recall.disposition"]._fields["disposition"]._description_selection(env)
    )
    currency = recall.company_id.sudo().currency_id or env.company.currency_id
    own = env["res.company"].sudo().search([]).partner_id
    texts = []
    for disposition, rows in lines.grouped("disposition").items():
        count = len(rows)
        # sudo: what goods are worth is not asked of who deals with them
        value = sum(
            row.sudo().product_id.standard_price * row.quantity
            for row in rows
            if not row.owner_id or row.owner_id in own
        )
        places = (
            env._("1 place") if count == 1 else env._("%(count)s places", count=count)
        )
        texts.append(
            env._(
                "%(what)s %(places)s, %(value)s",
                what=names[disposition],
                places=places,
                value=format_amount(env, value, currency),
            )
        )
    return "; ".join(texts)


# -- with the approval -------------------------------------------------
def ask_for(recall) -> None:
    """Keep who wants the plan carried out as soon as it is approved."""
    guards.by_button(recall).write({"carry_out_user_id": recall.env.uid})


def find_who_may(recall):
    """Who can carry out the plan along with the approval: who asked for it, else who
    approves."""
    for user in (recall.carry_out_user_id.sudo(), recall.env.user):
        if user.active and roles.may(recall.with_user(user.id), "dispose"):
            return user
    return recall.env["res.users"]


def carry_out_as_asked(recall) -> None:
    """Do what is planned, now that it is approved. What goes wrong is said on the
    recall, and does not stop the approval; where neither of the two may do it, somebody
    who may is asked."""
    user = find_who_may(recall)
    if not get_planned(recall, 1):
        return
    if not user:
        _ask_logistics(recall)
        return
    try:
        with recall.env.cr.savepoint():
            carry_out(job.as_user(recall, user), is_asked=True)
    except UserError as error:
        recall.message_post(
            body=recall.env._("The plan could not be carried out: %s", error)
        )


def _ask_logistics(recall):
    users = roles.search_who_may(recall, "dispose")
    if users:
        recall.activity_unlink([ACTIVITY])
        recall.activity_schedule(
            ACTIVITY,
            summary=recall.env._("Carry out what is planned for the stock"),
            user_id=users[0].id,
        )


def take_wishes(recall) -> None:
    """Plan what was chosen before there was a scope, if the goods are still there."""
    wishes = recall.sudo().wishes
    if not wishes:
        return
    guards.by_button(recall.sudo()).write({"wishes": False})
    lots = set(recall._get_lots().ids)
    # sudo: what somebody chose is planned by whoever finds the scope
    quants = recall.sudo().env["stock.quant"]
    quants = quants.browse({vals["quant_id"]: None for vals in wishes}).exists()
    planned = (
        recall.sudo()
        .env["lot.recall.disposition"]
        .search([("quant_id", "in", quants.ids), ("state", "=", "planned")])
    )
    free = set(quants.ids) - set(planned.quant_id.ids)
    chosen = {vals["quant_id"]: vals for vals in wishes if vals["quant_id"] in free}
    chosen = [vals for vals in chosen.values() if vals["lot_id"] in lots]
    if chosen:
        propose(recall, chosen)


# -- carrying out ------------------------------------------------------
def carry_out(recall, is_asked: bool = False) -> None:
    """Do what is planned: at once, or in the background where it is much.

    :param is_asked: as it was asked for, with the approval
    :raise UserError: naming the goods that moved since, or cannot be dealt with
    """
    states.start(recall, "dispose", *states.DISPOSING_STATES)
    recall.activity_feedback([ACTIVITY])
    if recall.carry_out_user_id and not is_asked and not get_planned(recall, 1):
        # it was done together with the approval
        guards.by_button(recall).write({"carry_out_user_id": False})
        return
    if recall.planned_count > read_int(recall.env, BACKGROUND_PARAMETER, 500):
        job.start(recall)
    else:
        _carry_out_now(recall)


def get_planned(recall, limit=None):
    """The lines that wait, the oldest first."""
    return recall.env["lot.recall.disposition"].search(
        [("recall_id", "=", recall.id), ("state", "=", "planned")],
        order="id",
        limit=limit,
    )


def _carry_out_now(recall):
    env = recall.env
    lines = get_planned(recall)
    if not lines:
        raise UserError(env._("Nothing is planned for the stock."))
    lock_goods(lines)
    freed = carry_out_possible(lines)
    refused = lines.filtered(lambda line: line.state == "refused")
    if refused == lines:
        # nothing has happened: the plan stands, look at it again
        _refuse(env, {line: line.message for line in refused})
    recall.message_post(body=_describe(env, lines - refused, refused, freed))
    states.stamp(recall, "disposed")
    pass_on(recall)


def _refuse(env, problems):
    if problems:
        rows = [f"- {line._describe()}: {text}" for line, text in problems.items()]
        raise UserError(
            env._("Look at the stock again:\n%(lines)s", lines="\n".join(rows))
        )


def lock_goods(lines) -> None:
    """Nobody moves these goods until we are through.

    :raise UserError: if somebody does at this moment
    """
    try:
        lines.quant_id.exists().lock_for_update()
    except LockError as error:
        raise UserError(
            lines.env._(
                "Someone is moving these goods at this moment. Try again in a few "
                "seconds."
            )
        ) from error


def pass_on(recall) -> None:
    """Pass by itself what nobody has to wait for: no customer got anything."""
    if recall.state == "approved" and not recall.consignee_ids:
        states.advance(recall, "recovery")


def _describe(env, done, refused, freed):
    body = as_list(env._("Stock dealt with:"), _get_texts(env, done))
    if refused:
        texts = [
            f"{text}: {line.message}"
            for line, text in zip(refused, _get_texts(env, refused, None), strict=True)
        ]
        body += as_list(env._("This could not be done:"), texts)
    if freed:
        body += as_list(env._("These lost what was reserved for them:"), freed)
    return body


def _get_texts(env, lines, limit=SHOWN_LINES):
    field = env["lot.recall.disposition"]._fields["disposition"]
    names = dict(field._description_selection(env))
    texts = [
        env._(
            "%(what)s: %(goods)s, %(quantity)s",
            what=names[line.disposition],
            goods=line._describe(),
            quantity=format_quantity(env, line.quantity, line.product_uom_id),
        )
        for line in lines[:limit]
    ]
    if len(lines) > len(texts):
        texts.append(env._("and %(count)s more", count=len(lines) - len(texts)))
    return texts


# -- line by line ------------------------------------------------------
def carry_out_possible(lines) -> list[str]:
    """Do those of these lines that can be done; the others are refused with the reason.

    :return: sorted names of the documents that lost a reservation
    """
    problems = lines._get_problems()
    for line, problem in problems.items():
        documents.refuse(line, problem)
    possible = lines - lines.browse().concat(*problems)
    return possible._carry_out() if possible else []


def carry_out_lines(lines) -> list[str]:
    """Do these lines. One that cannot be done is refused with its reason, and does not
    stop the others.

    :return: sorted names of the documents that lost a reservation
    """
    recall = lines.recall_id
    if recall.is_mock and not recall.mock_scrap:
        documents.finish(lines, "simulated")
        return []
    freed, refused = set(), lines.browse()
    for group in lines.grouped("disposition").values():
        done, problems = _attempt(group)
        freed |= done
        for line, problem in problems.items():
            documents.refuse(line, problem)
            refused |= line
    documents.finish(lines - refused, "done")
    return sorted(freed)


def _attempt(lines):
    """Together if that goes, one by one if not.

    :return: (documents that lost a reservation, ``{line: why it cannot be done}``)
    """
    try:
        with lines.env.cr.savepoint():
            return documents.create(lines), {}
    except (AccessError, LockError):
        # this is not about the goods
        raise
    except UserError as error:
        if len(lines) == 1:
            return set(), {lines: str(error)}
    freed, problems = set(), {}
    for line in lines:
        done, problem = _attempt(line)
        freed |= done
        problems |= problem
    return freed, problems
