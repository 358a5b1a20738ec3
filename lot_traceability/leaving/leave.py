"""What is done before the tables of an addon go: kept, told, and left in order."""

import json
import logging

from odoo.api import Environment
from odoo.tools import SQL

from . import files, losses

_logger = logging.getLogger(__name__)
# what this addon finds again when it comes back; the only thing that stays of it
QUARANTINES = "lot_traceability.quarantines"


def leave(env: Environment, addon: str) -> None:
    """Export what the addon keeps, and take from others what would hold it back."""
    file = files.export(env, {addon})
    _logger.info("What %s kept is in the attachment %s (%s)", addon, file.id, file.name)
    models = losses.find_models(env, {addon})
    keep_attachments(env, models)
    keep_activities(env, addon)
    forget_records(env, addon, models)
    parameters = env["ir.config_parameter"].sudo()
    parameters.search([("key", "=like", f"{addon}.%")]).unlink()
    if addon == "lot_traceability":
        note_holds(env)
        remember_quarantines(env)
        env["ir.sequence"].sudo().search([("lot_numbering_id", "!=", False)]).unlink()


def keep_attachments(env, models):
    """Files stay, as the administrator's: Odoo would delete them with their model."""
    env["ir.attachment"].flush_model()
    env.cr.execute(
        SQL(
            "UPDATE ir_attachment SET description = concat_ws(E'\\n', description,"
            " concat(res_model, ' ', res_id)), res_model = NULL, res_id = NULL,"
            " res_field = NULL, access_token = NULL, public = FALSE, create_uid = %s"
            " WHERE res_model IN %s",
            env.ref("base.user_root").id,
            tuple(models) or (None,),
        )
    )
    env["ir.attachment"].invalidate_model()


def keep_activities(env, addon):
    """What somebody has to do remains to be done, under a kind that stays."""
    activities = env["mail.activity"].with_context(active_test=False)
    activities.flush_model()
    env.cr.execute(
        SQL(
            "UPDATE mail_activity SET activity_type_id = %s WHERE activity_type_id IN"
            " (SELECT res_id FROM ir_model_data"
            " WHERE model = 'mail.activity.type' AND module = %s)",
            env.ref("mail.mail_activity_data_todo").id,
            addon,
        )
    )
    activities.invalidate_model()


def forget_records(env, addon, models):
    """The ready-made records of models that go: they go with their table. Deleted one
    by one, as Odoo would, each is held back by what users made of it."""
    env["ir.model.data"].search(
        [("module", "=", addon), ("model", "in", models)]
    ).unlink()


def note_holds(env):
    """Nobody is stopped from here on: the lot itself tells that it was on hold."""
    held = losses.find_held(env)
    lots = env["stock.lot"].sudo().browse(held)
    lots._message_log_batch(
        bodies={
            lot.id: lot.env._(
                "It was on hold when Lot Traceability was uninstalled, and is not held "
                "any more: %s",
                held[lot.id],
            )
            for lot in lots
        }
    )


def remember_quarantines(env):
    warehouses = env["stock.warehouse"].sudo().with_context(active_test=False)
    env["ir.config_parameter"].sudo().set_param(
        QUARANTINES,
        json.dumps(
            {
                str(warehouse.id): warehouse.lot_quarantine_location_id.id
                for warehouse in warehouses.search(
                    [("lot_quarantine_location_id", "!=", False)]
                )
            }
        ),
    )


def find_quarantines(env: Environment) -> dict[int, int]:
    """The quarantines of an earlier installation, by warehouse: as it left them, or a
    place beside the stock that has this name in one of the languages."""
    env["stock.location"].flush_model()
    kept = env["ir.config_parameter"].sudo().get_param(QUARANTINES)
    known = {int(key): place for key, place in json.loads(kept or "{}").items()}
    names = {"Quarantine", *_get_names(env)}
    rows = env.execute_query(
        SQL(
            "SELECT DISTINCT ON (warehouse.id) warehouse.id, place.id"
            " FROM stock_warehouse warehouse JOIN stock_location place"
            " ON place.location_id = warehouse.view_location_id"
            " AND place.usage = 'internal' AND place.active"
            " WHERE (place.name IN %s OR place.id IN %s)"
            " AND place.id <> warehouse.lot_stock_id"
            " ORDER BY warehouse.id, place.id IN %s DESC, place.id",
            tuple(names),
            tuple(known.values()) or (None,),
            tuple(known.values()) or (None,),
        )
    )
    return dict(rows)


def _get_names(env):
    for code, _name in env["res.lang"].get_installed():
        yield env["stock.warehouse"].with_context(lang=code)._get_quarantine_name()
