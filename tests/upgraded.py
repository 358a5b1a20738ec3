"""In an Odoo shell, on a database that was upgraded: whether everything still answers.

Prints a line ``FAULT ...`` for each thing that does not, and ``CHECKED ...`` last.
"""

import traceback

from odoo.addons.lot_traceability.evidence import checking

faults, counts = [], {}


def attempt(what, question):
    try:
        # what one question leaves behind is not the next one's
        with env.cr.savepoint():
            result = question()
            env.flush_all()
            return result
    except Exception:
        faults.append(f"{what}: {traceback.format_exc(limit=-3)}")
        return None


def get_models():
    for name, model in env.registry.items():
        is_ours = (model._original_module or "").startswith("lot_traceability")
        if is_ours and model._auto and not model._abstract and not model._transient:
            yield env[name].with_context(active_test=False)


def read_all(model):
    records = model.search([])
    counts["records"] = counts.get("records", 0) + len(records)
    for name, field in model._fields.items():
        if field.store or field.compute:
            attempt(f"{model._name}.{name}", lambda name=name: records.mapped(name))
    for name, field in model._fields.items():
        if field.store and field.type == "selection":
            allowed = {None, False, *dict(field._description_selection(env))}
            found = {record[name] for record in records} - allowed
            if found:
                faults.append(f"{model._name}.{name}: unknown {found}")
        if field.store and field.required and field.column_type:
            empty = records.filtered(
                lambda r, name=name, field=field: (
                    r[name] is False and field.type != "boolean"
                )
            )
            if empty:
                faults.append(f"{model._name}.{name}: required, empty on {empty.ids}")


def open_views(model):
    kinds = env["ir.ui.view"].search([("model", "=", model._name)]).mapped("type")
    for kind in {*kinds} & {"form", "list", "kanban", "search", "pivot", "graph"}:
        attempt(
            f"view {model._name} {kind}", lambda k=kind: model.get_view(view_type=k)
        )


def ask_lots():
    lots = env["stock.lot"].search([])
    counts["lots"] = len(lots)
    user = env.ref("base.user_admin")
    lots = lots.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
    for lot in lots:
        attempt(f"downstream of {lot.name}", lot.trace_downstream)
        attempt(f"upstream of {lot.name}", lot.trace_upstream)
        attempt(f"movements of {lot.name}", lot.trace_movements)
        attempt(
            f"where is {lot.name}", lambda name=lot.name: lots.search_any_number(name)
        )
    attempt("lots again", lambda: lots.read())
    # an unchanged value is written: whatever is checked of it still holds
    attempt("notes of lots", lambda: [lot.write({"note": lot.note}) for lot in lots])


def check_evidence():
    for company in env["res.company"].search([]):
        verdict = attempt(
            f"log of {company.name}", lambda c=company: checking.verify(c)
        )
        if verdict is not None and verdict.problem:
            faults.append(f"log of {company.name}: {verdict}")
    counts["log"] = env["lot.trace.log"].search_count([])
    counts["facts"] = env["lot.trace.fact"].search_count([])
    done = env["stock.move.line"].search_count(
        [("state", "=", "done"), ("lot_id", "!=", False), ("quantity", "!=", 0)]
    )
    if done and not counts["facts"]:
        faults.append(f"no facts of {done} done lines")


def go_on():
    """Work goes on: what is on hand is counted, held, released and recalled."""
    quant = env["stock.quant"].search(
        [
            ("lot_id", "!=", False),
            ("location_id.usage", "=", "internal"),
            ("quantity", ">", 1),
            ("lot_id.on_hold", "=", False),
            ("lot_id.company_id", "in", [env.company.id, False]),
            ("reserved_quantity", "=", 0),
        ],
        limit=1,
    )
    lot = quant.lot_id
    attempt("hold", lambda: lot.action_hold("After the upgrade"))
    if not lot.on_hold:
        faults.append("hold: the lot is not on hold")
    attempt("release", lambda: lot.action_release("All is well"))
    recall = attempt(
        "recall",
        lambda: env["lot.recall"].create(
            {
                "reason": "After the upgrade",
                "recall_class": "2",
                "hazard_assessment": "None",
                "seed_ids": [(0, 0, {"lot_id": lot.id})],
            }
        ),
    )
    if recall:
        attempt("assess", lambda: recall.action_assess())
        attempt("scope", lambda: recall.action_scope())
    for cron in env["ir.cron"].search([]):
        owners = cron._get_external_ids().get(cron.id, [])
        if any(owner.startswith("lot_traceability") for owner in owners):
            run_job(cron)


def run_job(cron):
    """It commits its batches: there is no way back, and this database goes anyway."""
    name = cron.name
    try:
        cron.ir_actions_server_id.with_context(cron_id=cron.id).run()
        env.cr.commit()
    except Exception:
        env.cr.rollback()
        faults.append(f"job {name}: {traceback.format_exc(limit=-3)}")


for model in get_models():
    read_all(model)
    open_views(model)
ask_lots()
attempt("health", lambda: env["lot.health.check"].search([]).read())
# the jobs write what is missing
go_on()
check_evidence()
for fault in faults:
    print("FAULT", fault)
text = ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
print("CHECKED" if not faults else f"{len(faults)} FAULTS in", text)
env.cr.rollback()
