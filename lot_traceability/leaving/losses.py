"""What goes with addons that are uninstalled: tables, and columns of others."""

from typing import NamedTuple

from odoo.api import Environment
from odoo.tools import SQL

# what is told of lots on hold
SHOWN_LOTS = 10
# in a file that leaves the database: no key of anybody
SECRET = {"access_key", "access_token", "check_seed"}


class Loss(NamedTuple):
    model: str
    # those of the addons alone; empty if the whole table goes
    fields: tuple[str, ...]
    rows: int


def find_addons(env: Environment, addons: set[str]) -> set[str]:
    """Those of the addons that keep what this family keeps: this one, and what is built
    on it."""
    modules = env["ir.module.module"].sudo()
    ours = modules.search([("name", "=", "lot_traceability")])
    return addons & {*(ours | ours.downstream_dependencies(ours)).mapped("name")}


def find_losses(env: Environment, addons: set[str]) -> list[Loss]:
    """The tables and the columns of these addons alone, with the rows that have any."""
    models = find_models(env, addons)
    losses = [Loss(model, (), count(env, model)) for model in models]
    for model, names in find_fields(env, addons, set(models)).items():
        losses.append(Loss(model, names, count(env, model, names)))
    return [loss for loss in losses if loss.rows]


def find_models(env: Environment, addons: set[str]) -> list[str]:
    """Models with a table of their own that no other addon knows."""
    found = _find_owned(env, "ir.model", addons)
    names = env["ir.model"].sudo().browse(found).mapped("model")
    return sorted(
        name
        for name in names
        if name in env
        and not (env[name]._abstract or env[name]._transient)
        and env[name]._auto
    )


def find_fields(env: Environment, addons: set[str], models: set[str]) -> dict:
    """What these addons keep in the tables of others, by model: what was given, not
    what can be computed again."""
    fields = env["ir.model.fields"].sudo()
    found = {}
    for field in fields.browse(_find_owned(env, "ir.model.fields", addons)):
        if field.model in models or field.model not in env:
            continue
        model = env[field.model]
        if model._abstract or model._transient or not model._auto:
            continue
        known = model._fields.get(field.name)
        is_kept = known is not None and known.store and known.column_type
        is_given = is_kept and not (known.compute and known.readonly)
        if is_given and not known.related and field.name not in SECRET:
            found.setdefault(field.model, []).append(field.name)
    return {model: tuple(sorted(names)) for model, names in sorted(found.items())}


def find_relations(env: Environment, addons: set[str], models: set[str]) -> dict:
    """Links of records of others that only these addons know: table by name."""
    fields = env["ir.model.fields"].sudo()
    found = {}
    for field in fields.browse(_find_owned(env, "ir.model.fields", addons)):
        known = field.model in env and env[field.model]._fields.get(field.name)
        if (
            field.model not in models
            and known
            and known.type == "many2many"
            and known.store
            and not known.inherited
            and not env[field.model]._transient
        ):
            found[f"{field.model}.{field.name}"] = known.relation
    return found


def _find_owned(env, model, addons):
    """The ids of what has an external id of these addons, and none of another."""
    rows = env.execute_query(
        SQL(
            "SELECT res_id FROM ir_model_data WHERE model = %s GROUP BY res_id"
            " HAVING bool_and(module IN %s)",
            model,
            tuple(addons) or (None,),
        )
    )
    return [res_id for (res_id,) in rows]


def count(env: Environment, model: str, names: tuple[str, ...] = ()) -> int:
    table = SQL.identifier(env[model]._table)
    where = get_filled(env, model, names)
    return env.execute_query(SQL("SELECT count(*) FROM %s t %s", table, where))[0][0]


def get_filled(env: Environment, model: str, names: tuple[str, ...]) -> SQL:
    """The rows where one of the fields says something."""
    if not names:
        return SQL()
    return SQL(
        "WHERE %s",
        SQL(" OR ").join(_is_filled(env[model]._fields[name]) for name in names),
    )


def _is_filled(field):
    column = SQL("t.%s", SQL.identifier(field.name))
    if field.type == "boolean":
        return SQL("%s", column)
    if field.type in ("integer", "float", "monetary"):
        return SQL("%s <> 0", column)
    if field.type in ("char", "text", "html", "selection"):
        return SQL("%s::text <> ''", column)
    return SQL("%s IS NOT NULL", column)


# each lot with the places and the quantities that its holds keep
HELD_GOODS = """
    SELECT lot.id AS lot_id, lot.name AS lot, template.name ->> 'en_US' AS product,
           place.complete_name AS place, quant.quantity, hold.state, hold.reason,
           hold.origin, holder.login AS held_by, hold.hold_date AS held_on
      FROM lot_hold hold
      JOIN stock_lot lot ON lot.id = hold.lot_id
      JOIN product_product product ON product.id = lot.product_id
      JOIN product_template template ON template.id = product.product_tmpl_id
      JOIN res_users holder ON holder.id = hold.hold_user_id
      LEFT JOIN stock_location around ON around.id = hold.location_id
      LEFT JOIN (
           stock_quant quant
           JOIN stock_location place ON place.id = quant.location_id
            AND place.usage IN ('internal', 'transit')
      ) ON quant.lot_id = lot.id AND quant.quantity > 0
       AND (hold.location_id IS NULL
            OR place.parent_path LIKE around.parent_path || '%%')
       AND NOT EXISTS (
           SELECT FROM lot_hold freed
             JOIN stock_location free ON free.id = freed.location_id
            WHERE freed.part_of_id = hold.id AND freed.state = 'released'
              AND place.parent_path LIKE free.parent_path || '%%')
     WHERE hold.state <> 'released'
     ORDER BY lot.id, hold.id, place.complete_name
"""


def find_held(env: Environment) -> dict[int, str]:
    """Why each lot is on hold that is so now, by the id of the lot."""
    env["lot.hold"].flush_model()
    rows = env.execute_query(
        SQL(
            "SELECT lot_id, string_agg(reason, ', ' ORDER BY id) FROM lot_hold"
            " WHERE state <> 'released' GROUP BY lot_id ORDER BY lot_id"
        )
    )
    return dict(rows)
