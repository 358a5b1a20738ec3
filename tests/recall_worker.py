"""A process of its own that deals with the stock of recalls, as the cron does.

    python recall_worker.py DATABASE HALT_IN_BATCH [ODOO OPTIONS...]

In the given batch, when its documents are done and not yet committed, it says so and
waits to be killed. With 0 it runs to its end.
"""

import sys
import time

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def halt_in_batch(model, number):
    carry_out = model._carry_out
    batches = []

    def carry_out_and_halt(lines):
        result = carry_out(lines)
        batches.append(lines)
        if len(batches) == number:
            lines.env.flush_all()
            say("half way")
            time.sleep(600)
        return result

    model._carry_out = carry_out_and_halt


def main(database, batch, options):
    config.parse_config(options)
    registry = Registry(database)
    halt_in_batch(registry["lot.recall.disposition"], int(batch))
    with registry.cursor() as cr:
        api.Environment(cr, SUPERUSER_ID, {})["lot.recall"]._cron_carry_out()
    say("done")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
