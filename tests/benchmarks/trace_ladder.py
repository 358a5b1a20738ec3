"""A ladder: on each level four lots, each made of three of the level before.

Odoo's own report shows a lot again wherever it comes up, so its tree has 3^8 leaves.
"""

from tests.builder import SupplyChainBuilder

LEVELS, WIDTH, INPUTS = 8, 4, 3


def measure_ladder(env, asker, median):
    """Seconds, queries and rows of ours and of core, from the last lot upstream."""
    lot = asker["stock.lot"].browse(build(env).id)
    rows = {}

    def ask_ours():
        rows["ours"] = len(lot.trace_upstream(["lots"])["lots"])

    def ask_core():
        report = asker["stock.traceability.report"].with_context(
            active_id=lot.id, model="stock.lot"
        )
        rows["core"] = unfold(report, report.get_lines())

    ours, core = median(ask_ours, 5), median(ask_core, 1)
    return {
        "rows": rows,
        "seconds": {"ours": round(ours[0], 4), "core": round(core[0], 2)},
        "queries": {"ours": ours[1], "core": core[1]},
    }


def build(env):
    """Make the ladder by real orders and return a lot of its last level."""
    build = SupplyChainBuilder(env)
    products = [build.product(f"Ladder {level}") for level in range(LEVELS + 1)]
    below = [build.lot(products[0], f"L0-{index}") for index in range(WIDTH)]
    for lot in below:
        build.receive(lot, 100)
    for level, product in enumerate(products[1:], start=1):
        made = []
        for index in range(WIDTH):
            inputs = [below[(index + step) % WIDTH] for step in range(INPUTS)]
            name = f"L{level}-{index}"
            build.produce(product, {name: 10}, dict.fromkeys(inputs, 1))
            made.append(build.lot(product, name))
        below = made
    return below[0]


def unfold(report, lines):
    """Open all of the tree, as the reader of the report does, and count its rows."""
    return len(lines) + sum(
        unfold(
            report,
            report.get_lines(
                line["id"],
                model_id=line["model_id"],
                model_name=line["model"],
                level=line["level"] + 30,
            ),
        )
        for line in lines
        if line["unfoldable"]
    )
