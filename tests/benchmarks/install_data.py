"""For an Odoo shell on a database without the addons: fills it as a company would have
over the years, and says how much there is. ``install.py`` runs it."""

import os
import sys

sys.path.insert(0, os.environ["LOT_BENCH_HERE"])
from trace_data import Writer

LINES = int(os.environ["LOT_BENCH_LINES"])
# of a chain of so many lots
CHAIN_LINES = 300

writer = Writer(env)
writer.add_chains(LINES // CHAIN_LINES)
env.cr.execute("ANALYZE")
env.cr.execute(
    "SELECT (SELECT count(*) FROM stock_move_line), (SELECT count(*) FROM stock_lot)"
)
lines, lots = env.cr.fetchone()
env.cr.commit()
print(f"READY {lines:,} move lines, {lots:,} lots")
