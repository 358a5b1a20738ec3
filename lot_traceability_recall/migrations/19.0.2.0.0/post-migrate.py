"""Papers of closed recalls stay as they are now: what was not kept when they were
closed is kept from now on."""

import json

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

from odoo.addons.lot_traceability_recall.evidence import kept


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for recall in env["lot.recall"].search([("state", "=", "closed")]):
        mine = recall.with_company(recall.company_id)
        facts, now = recall.frozen_facts or {}, kept.collect(mine)
        known = facts.get("names", {})
        names = {
            model: {**found, **known.get(model, {})}
            for model, found in {**known, **now["names"]}.items()
        }
        # past the guards: nobody changes a closed recall
        env.cr.execute(
            SQL(
                "UPDATE lot_recall SET frozen_facts = %s WHERE id = %s",
                json.dumps({**now, **facts, "names": names}),
                recall.id,
            )
        )
    env["lot.recall"].invalidate_model(["frozen_facts"])
