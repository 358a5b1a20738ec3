"""The file with all that goes: a table for each, written by the database itself."""

import tempfile
import zipfile

from odoo import fields
from odoo.api import Environment
from odoo.tools import SQL

from . import losses

MESSAGES = """
    SELECT model, res_id, date, author_id, email_from, message_type, subject, body
      FROM mail_message WHERE model IN %s ORDER BY id
"""
ACTIVITIES = """
    SELECT res_model, res_id, user_id, date_deadline, summary, note
      FROM mail_activity WHERE res_model IN %s ORDER BY id
"""
SETTINGS = """
    SELECT key, value FROM ir_config_parameter WHERE key LIKE ANY(%s) ORDER BY key
"""
COUNTERS = """
    SELECT numbering.name AS numbering, counter.lot_product_id AS product_id,
           counter.lot_category_id AS category_id, counter.id AS sequence_id,
           counter.number_next, counter.use_date_range
      FROM ir_sequence counter
      JOIN lot_numbering numbering ON numbering.id = counter.lot_numbering_id
     ORDER BY counter.id
"""


def export(env: Environment, addons: set[str]):
    """An attachment with what is lost when these addons go; for administrators."""
    env.flush_all()
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, query in get_tables(env, addons):
                with archive.open(f"{name}.csv", "w", force_zip64=True) as table:
                    copy(env, query, table)
        file.seek(0)
        return (
            env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": f"{min(addons)}_{fields.Date.today()}.zip",
                    "description": env._("What %s kept.", ", ".join(sorted(addons))),
                    "mimetype": "application/zip",
                    "raw": file.read(),
                }
            )
        )


def copy(env, query, table):
    # nothing of a user in it: names of tables and columns, and of models
    text = env.cr.mogrify(query.code, query.params).decode()
    env.cr.copy_expert(f"COPY ({text}) TO STDOUT WITH CSV HEADER", table)


def get_tables(env, addons):
    """Pairs of a name and what stands in that table."""
    models = losses.find_models(env, addons)
    for model in models:
        yield model, select(env, model)
        yield from get_relations(env, model, env[model]._fields)
    for model, names in losses.find_fields(env, addons, set(models)).items():
        yield model, select(env, model, names)
    for name, relation in losses.find_relations(env, addons, set(models)).items():
        yield name, SQL("SELECT * FROM %s", SQL.identifier(relation))
    if models:
        yield "messages", SQL(MESSAGES, tuple(models))
        yield "activities", SQL(ACTIVITIES, tuple(models))
    yield "settings", SQL(SETTINGS, [f"{addon}.%" for addon in sorted(addons)])
    if "lot_traceability" in addons:
        yield "counters", SQL(COUNTERS)
        yield "held_goods", SQL(losses.HELD_GOODS)


def get_relations(env, model, names):
    for field in (env[model]._fields[name] for name in names):
        if field.type == "many2many" and field.store and not field.inherited:
            relation = SQL.identifier(field.relation)
            yield f"{model}.{field.name}", SQL("SELECT * FROM %s", relation)


def select(env, model, names=()):
    """The columns, and beside each link what it is called."""
    owner = env[model]
    asked = names or [
        name
        for name, field in owner._fields.items()
        if field.store and field.column_type and name not in losses.SECRET
    ]
    columns, joins = [SQL("t.id")], []
    if names and owner._rec_name and owner._fields[owner._rec_name].column_type:
        columns.append(_get_text(owner, "t", "name"))
    for number, name in enumerate(name for name in asked if name != "id"):
        columns.append(SQL("t.%s", SQL.identifier(name)))
        field = owner._fields[name]
        if field.type != "many2one":
            continue
        other, alias = env[field.comodel_name], f"r{number}"
        known = other._fields.get(other._rec_name)
        if (
            known is not None
            and known.store
            and known.column_type
            and not known.related
        ):
            columns.append(_get_text(other, alias, f"{name}__name"))
            joins.append(
                SQL(
                    "LEFT JOIN %s %s ON %s = %s",
                    SQL.identifier(other._table),
                    SQL.identifier(alias),
                    SQL.identifier(alias, "id"),
                    SQL.identifier("t", name),
                )
            )
    return SQL(
        "SELECT %s FROM %s t %s %s ORDER BY t.id",
        SQL(", ").join(columns),
        SQL.identifier(owner._table),
        SQL(" ").join(joins),
        losses.get_filled(env, model, tuple(names)),
    )


def _get_text(owner, alias, label):
    column = SQL.identifier(alias, owner._rec_name)
    if owner._fields[owner._rec_name].translate:
        column = SQL("%s ->> 'en_US'", column)
    return SQL("%s AS %s", column, SQL.identifier(label))
