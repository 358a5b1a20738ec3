"""Lists the screens of the demo for ``setup/pictures``, in the shell of its database.

Writes ``[{addon, name, path, login, phone, companies}]`` to the file that ``SCREENS``
names: each menu entry of our addons, and what is opened from there.
"""

import json
import os
import pathlib

ADDONS = ("lot_traceability", "lot_traceability_expiry", "lot_traceability_recall")
# what is used with a phone in the hand
ON_PHONE = {
    "lot_trace_search",
    "number_place",
    "lot_form",
    "trace",
    "transfer",
    "lot_expiry_board",
    "lot_hold",
    "recall_form",
    "reply_page",
}


def get_menu_screens(env):
    names = env["ir.model.data"].search(
        [("model", "=", "ir.ui.menu"), ("module", "in", ADDONS)], order="module, name"
    )
    for row in names:
        menu = env["ir.ui.menu"].browse(row.res_id)
        if menu.action:
            name = row.name.removeprefix("menu_").removeprefix("stock_")
            # an answer says more than an empty field
            path = (
                f"/odoo/where-is-number?number={env.ref('lot_demo.suspect_lot').name}"
            )
            if name != "number_place":
                path = f"/odoo/action-{menu.action.id}"
            yield row.module, name, path


def get_record_screens(env):
    lot = env.ref("lot_demo.suspect_lot")
    lots = env.ref("stock.action_production_lot_form").id
    yield "lot_traceability", "lot_form", f"/odoo/action-{lots}/{lot.id}"
    yield "lot_traceability", "lot_list", f"/odoo/action-{lots}"
    trace = env.ref("lot_traceability.action_lot_trace").id
    yield "lot_traceability", "trace", f"/odoo/action-{lots}/{lot.id}/action-{trace}"
    product = lot.product_id.product_tmpl_id
    products = env.ref("stock.product_template_action_product").id
    yield "lot_traceability", "product_form", f"/odoo/action-{products}/{product.id}"
    settings = env.ref("stock.action_stock_config_settings").id
    yield "lot_traceability", "settings", f"/odoo/action-{settings}"
    transfers = env["stock.picking"].search(
        [("company_id", "=", env.company.id)], order="id desc"
    )
    # one that can still be scanned, if there is one
    transfers = transfers.filtered(lambda one: one.state == "assigned") or transfers
    if picking := transfers[:1]:
        pickings = env.ref("stock.action_picking_tree_all").id
        yield "lot_traceability", "transfer", f"/odoo/action-{pickings}/{picking.id}"
    rule = env["lot.alert.rule"].search([], limit=1)
    rules = env.ref("lot_traceability_expiry.action_lot_alert_rule").id
    yield "lot_traceability_expiry", "alert_rule", f"/odoo/action-{rules}/{rule.id}"


def get_wizard_screens(env):
    lot = env.ref("lot_demo.suspect_lot")
    action = lot.action_recall()
    wizard = env[action["res_model"]].browse(action["res_id"])
    wizard.write({"reason": "Metal found in a sack", "recall_class": "1"})
    path = f"/odoo/{wizard._name}/{wizard.id}"
    yield "lot_traceability_recall", "wizard", path


def get_recall_screens(env):
    addon = "lot_traceability_recall"
    recall = env["lot.recall"].sudo().search([], limit=1)
    if not recall:
        return
    recalls = env.ref(f"{addon}.action_lot_recall").id
    yield addon, "recall_form", f"/odoo/action-{recalls}/{recall.id}"
    consignee = recall.consignee_ids[:1]
    if consignee:
        told = env.ref(f"{addon}.action_lot_recall_consignee").id
        yield addon, "consignee_form", f"/odoo/action-{told}/{consignee.id}"
        yield addon, "reply_page", f"/recall/reply/{consignee._get_reply_token()}"


def get_screens(env):
    env = env(
        user=env.ref("base.user_admin"),
        su=False,
    )
    own = env.user.company_id
    # the first of them is the one that the screens are of
    env = env(
        context={"allowed_company_ids": (own | env["res.company"].search([])).ids}
    )
    other = env["lot.recall"].sudo().search([], limit=1).company_id or own
    for kind in (
        *(get_menu_screens, get_record_screens),
        *(get_wizard_screens, get_recall_screens),
    ):
        for addon, name, path in kind(env(su=kind is get_menu_screens)):
            yield {
                "addon": addon,
                "name": name,
                "path": path,
                "login": "" if name == "reply_page" else "admin",
                "phone": name in ON_PHONE,
                # as most users are: in one company
                "companies": (
                    other if addon == ADDONS[-1] and name != "wizard" else own
                ).ids,
            }


pathlib.Path(os.environ["SCREENS"]).write_text(json.dumps(list(get_screens(env))))
# the wizard, for whom it is opened
env.cr.commit()
