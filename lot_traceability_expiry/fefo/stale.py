"""Reservations whose lot must not go any more: seen, told, and taken back."""

from collections import defaultdict

from markupsafe import Markup

from odoo import fields
from odoo.api import Environment
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.lot_traceability.tools.calendar_days import local_date

from .verdicts import get_date_obstacle

OPEN_STATES = ("assigned", "partially_available", "confirmed", "waiting")
ACTIVITY = "lot_traceability_expiry.mail_activity_stale_reservation"


def get_stale(lines) -> dict:
    """``{line: why its lot must not go}`` of the lines that wait for their day."""
    return {
        line: why
        for line in lines
        if _is_reserved(line) and (why := get_date_obstacle(line.lot_id, line.move_id))
    }


def _is_reserved(line):
    return (
        line.state in OPEN_STATES
        and line.quantity > 0
        and line.lot_id
        and line.product_id.use_expiration_date
        and line.location_id.usage in ("internal", "transit")
    )


def find_lines(env: Environment):
    """All reserved lines of the companies in use whose lot must not go any more."""
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """
            WITH RECURSIVE steps (move_id, dest_id) AS (
                SELECT id, id FROM stock_move WHERE id IN (
                       SELECT move_id FROM stock_move_line
                        WHERE state IN %(states)s AND company_id IN %(companies)s
                          AND lot_id IS NOT NULL)
                 UNION
                SELECT steps.move_id, rel.move_dest_id
                  FROM steps
                  JOIN stock_move_move_rel AS rel ON rel.move_orig_id = steps.dest_id
            ), planned AS (
                SELECT steps.move_id, MAX(step.date) AS date
                  FROM steps
                  JOIN stock_move AS step ON step.id = steps.dest_id
                   AND step.state NOT IN ('done', 'cancel')
              GROUP BY steps.move_id
            )
            SELECT line.id
              FROM stock_move_line AS line
              JOIN stock_move AS move ON move.id = line.move_id
              LEFT JOIN planned ON planned.move_id = move.id
              JOIN stock_lot AS lot ON lot.id = line.lot_id
              JOIN product_product AS product ON product.id = line.product_id
              JOIN product_template AS template ON template.id = product.product_tmpl_id
               AND template.use_expiration_date
             WHERE line.state IN %(states)s
               AND line.company_id IN %(companies)s
               AND (lot.expiration_date IS NULL
                OR LEAST(lot.removal_date, lot.expiration_date, lot.retest_date)
                    <= GREATEST(planned.date, move.date, move.date_deadline,
                                %(now)s::timestamp)
                       + %(days)s * INTERVAL '1 day')
            """,
            states=OPEN_STATES,
            companies=tuple(env.companies.ids),
            now=fields.Datetime.now(),
            days=_get_longest_life(env) + 2,
        )
    )
    # sudo: whose reservation it is, is asked by whoever shows it
    lines = env["stock.move.line"].sudo().browse([row[0] for row in rows])
    return lines.browse(line.id for line in get_stale(lines))


def _get_longest_life(env):
    """So many days before its end at most may a lot become too old for somebody."""
    # sudo: rules bind also those who may not read them
    rules = env["lot.shelf.life.rule"].sudo().search([])
    days = max((rule.minimum for rule in rules if rule.unit == "days"), default=0)
    if any(rule.unit == "percent" for rule in rules):
        groups = env["product.template"].sudo()
        groups = groups._read_group([], [], ["expiration_time:max"])
        # a lot may be good for longer than its product
        days = max(days, 2 * (groups[0][0] or 0), 3650)
    return days


def free(moves) -> None:
    """Take back what is reserved of lots that must not go any more.

    What somebody picked already, or gave a reason for, stays.
    """
    lines = moves.move_line_ids.filtered(
        lambda line: not line.picked and not has_reason(line)
    )
    stale = get_stale(lines)
    moves.env["stock.move.line"].browse(line.id for line in stale).unlink()


def has_reason(line) -> bool:
    """Whether somebody said why the lot of a line goes in spite of its dates."""
    # sudo: a reason counts, whoever may read it
    line = line.sudo()
    return bool(line.shelf_life_reason or line.expiry_override_reason)


def get_text(line, why) -> str:
    """A line of a transfer with what is wrong with its lot."""
    env, lot = line.env, line.lot_id.sudo()
    values = {"product": line.product_id.display_name, "lot": lot.name, "why": why}
    if not lot.expiration_date:
        return env._("%(product)s, %(lot)s: %(why)s", **values)
    day = local_date(lot.expiration_date, line.move_id._get_expiry_tz())
    return env._(
        "%(product)s, %(lot)s (expires %(date)s): %(why)s",
        date=format_date(env, day),
        **values,
    )


# -- who is told ----------------------------------------------------------
def tell(lines) -> None:
    """Put a to-do on each document whose reservation has to be looked at.

    One for each document; it goes when nothing is left to do.
    """
    found = defaultdict(lines.sudo().browse)
    for line in get_stale(lines.sudo()):
        document = _get_document(line.move_id)
        if document:
            found[document] |= line
    for document, theirs in found.items():
        _put(document, theirs)


def watch(lots) -> None:
    """Look at what is reserved of lots whose dates have changed."""
    # sudo: whoever changes a date need not see whose order it is for
    lines = lots.env["stock.move.line"].sudo()
    lines = lines.search([("lot_id", "in", lots.ids), ("state", "in", OPEN_STATES)])
    if not lines:
        return
    tell(lines)
    for document in {_get_document(move) for move in lines.move_id} - {False}:
        settle(document)


class Following:
    """Lines that come to another document, such as a wave, take along what is to be
    told of them.

    :param lines: before they are written
    """

    def __init__(self, lines, vals):
        self.lines = self.moves = None
        if "picking_id" in vals:
            self.lines = lines.filtered(_is_reserved)
            self.moves = self.lines.move_id

    def settle(self) -> None:
        """To be called when they are."""
        if self.lines:
            tell(self.lines)
            settle_moves(self.moves | self.lines.move_id)


def settle(documents) -> None:
    """Take back the to-dos of documents in which nothing is wrong any more."""
    for document in documents.sudo():
        activities = document.activity_ids.filtered(_is_ours)
        if not activities or get_stale(_get_moves(document).move_line_ids):
            continue
        if document.state in ("done", "cancel"):
            activities.unlink()
        else:
            activities.action_feedback(document.env._("Reserved again"))


def settle_moves(moves) -> None:
    """Take back the to-dos of the documents of these moves, as far as they are over."""
    dated = moves.filtered("product_id.use_expiration_date")
    documents = {_get_document(move) for move in dated}
    domain = Domain.OR(
        Domain("res_model", "=", document._name) & Domain("res_id", "=", document.id)
        for document in documents
        if document
    )
    if not domain.is_false():
        _settle_told(moves.env, domain)


def settle_all(env: Environment, products=None) -> None:
    """Take back all to-dos that are over, whatever ended them.

    :param products: only of documents with these
    """
    _settle_told(env, Domain.TRUE, products)


def _settle_told(env, domain, products=None):
    kind = env.ref(ACTIVITY, raise_if_not_found=False)
    # sudo: whose to-do it is does not matter
    told = env["mail.activity"].sudo()
    if kind:
        told = told.search(domain & Domain("activity_type_id", "=", kind.id))
    for name, activities in told.grouped("res_model").items():
        documents = env[name].sudo().browse(activities.mapped("res_id")).exists()
        if products is not None:
            documents = documents.filtered(
                lambda document: _get_moves(document).product_id & products
            )
        settle(documents)


def _put(document, lines):
    """In the language of who reads it; of what is told already, that of its person."""
    activities = document.activity_ids.filtered(_is_ours)
    company = lines[0].company_id
    # who left since, or became a user of the portal, sees it no more
    user = activities.user_id.filtered(lambda user: _is_usable(user, company))[:1]
    user = user or _get_responsible(document, lines[0])
    lines = lines.with_context(lang=user.lang or lines.env.lang)
    note = Markup("<br/>").join(
        get_text(line, why) for line, why in get_stale(lines).items()
    )
    if activities:
        activities.note = note
        if activities.user_id != user:
            quickly = activities.with_context(mail_activity_quick_update=True)
            quickly.user_id = user
        return
    document.with_context(mail_activity_quick_update=True).activity_schedule(
        ACTIVITY,
        summary=lines.env._("Reserved lots must not go any more"),
        note=note,
        user_id=user.id,
    )


def _is_ours(activity):
    kind = activity.env.ref(ACTIVITY, raise_if_not_found=False)
    return bool(kind) and activity.activity_type_id == kind


def _get_document(move):
    for name in ("raw_material_production_id", "repair_id"):
        if name in move._fields and move[name]:
            return move[name]
    return move.picking_id


def _get_moves(document):
    if document._name == "mrp.production":
        return document.move_raw_ids
    return document.move_ids


def _get_responsible(document, line):
    company = line.company_id
    product = line.product_id.with_company(company)
    people = (
        document.user_id,
        product.responsible_id,
        company.lot_expiry_responsible_id,
        document.create_uid,
    )
    usable = [user for user in people if _is_usable(user, company)]
    return next(iter(usable), document.env.user)


def _is_usable(user, company):
    return user.active and not user.share and company in user.company_ids
