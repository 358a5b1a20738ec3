"""The figures of the dashboard, and of the reports."""

from odoo import fields

from ..case import clock, impact
from . import consignee_table

# the balance of a lot, in the order of the reports
QUANTITIES = ("made", "on_hand", "retained", "shipped", "returned_to_vendor")
QUANTITIES += ("consumed", "scrapped", "sampled", "adjusted", "unaccounted")
# of which an average counts those that are over
CLOCK = ("hours_to_hold", "hours_to_trace", "hours_to_full_trace", "hours_to_close")


def get_first_steps(recall) -> dict:
    """When each step was done for the first time (UTC)."""
    return {step.step: step.date for step in recall.step_ids.sorted(reverse=True)}


def get_clock(recall) -> dict:
    """Hours from the begin of the assessment until each moment that counts; 0 where one
    is missing."""
    first = get_first_steps(recall)
    steps = {"hold": "held", "trace": "traced", "close": "closed"}
    both = [first.get("traced"), first.get("traced_back")]
    return {
        f"hours_to_{name}": _get_hours(recall, first.get(step))
        for name, step in steps.items()
    } | {"hours_to_full_trace": _get_hours(recall, max(both) if all(both) else None)}


def get_target_result(recall):
    """Whether an exercise was traced both ways in its time; None of a real recall."""
    if not recall.is_mock or not recall.date_opened:
        return "open" if recall.is_mock else None
    first = get_first_steps(recall)
    both = [first.get("traced"), first.get("traced_back")]
    end = max(both) if all(both) else None
    if not end and recall.state in ("closed", "cancelled"):
        return "fail"
    hours = _get_hours(recall, end or fields.Datetime.now())
    if hours > recall.target_hours:
        return "fail"
    return "pass" if end else "open"


def get_vendor_rows(recall):
    """From whom the suspect lots came, and on which ``day``: receipts of the trace
    back."""
    if not recall.seed_lot_ids:
        return []
    trace = recall.seed_lot_ids._trace_upstream(["lots", "receipts"])
    lots = {row["id"]: row for row in trace["lots"]}
    return [
        row
        | {
            "lot": lots.get(row["lot_id"], {}).get("name") or "",
            "day": str(clock.get_day(recall.company_id, row["date"])),
        }
        for row in trace["receipts"]
    ]


def _get_hours(recall, date):
    if not date or not recall.date_opened:
        return 0
    return max((date - recall.date_opened).total_seconds(), 0) / 3600


def get_report_figures(recall):
    """The six items of 21 CFR 7.53, and what the reports say besides.

    :return: dict: ``rows`` of consignees, those ``answered`` and ``silent``,
        ``checks`` (may be empty), ``reported``: (product, quantity)
    """
    recall.ensure_one()
    rows = consignee_table.get_rows(recall)
    answered = [row for row in rows if row["state"] == "answered"]
    notified = [row for row in rows if row["state"] in ("notified", "answered")]
    return {
        "rows": rows,
        "notified_since": get_first_steps(recall).get("notifying"),
        "notified": notified,
        "answered": answered,
        "silent": [row for row in rows if row["state"] != "answered"],
        "consignee_count": len({row["partner"] for row in rows}),
        "notified_count": len({row["partner"] for row in notified}),
        "answered_count": len({row["partner"] for row in answered}),
        "reported": _get_reported(rows),
        "checks": recall.check_ids,
        "checked_count": recall.checked_count,
        "now": fields.Datetime.now(),
        "told": consignee_table.get_told_rows(recall),
        "check_results": _get_check_results(recall),
    }


def _get_check_results(recall):
    """How many consignees gave which result, in words."""
    field = recall.env["lot.recall.check"]._fields["result"]
    names = dict(field._description_selection(recall.env))
    found = recall.check_ids.grouped("result")
    return [(names[key], len(found[key])) for key in names if key in found]


def _get_reported(rows):
    """What consignees had on hand, product by product."""
    totals = {}
    for row in rows:
        totals[row["product"]] = totals.get(row["product"], 0) + row["reported"]
    return [(product, total) for product, total in totals.items() if total]


def get_value_figures(recall):
    """What was made or received, at cost: of the lots in scope (``recalled``), and
    of all lots of their products (``blanket``)."""
    recall.ensure_one()
    lots = recall._get_lots()
    domain = [("lot_id", "in", lots.ids)]
    return {
        "recalled": impact.get_made(domain, lots.product_id, 0),
        "blanket": impact.get_made([], lots.product_id, 0),
    }


def get_balance_totals(recall):
    """The balance over all lots of each product that has more than one here; what was
    repacked from one lot into another is not made and used up by that.

    :return: list of (product, dict of quantities)
    """
    recall.ensure_one()
    repacked = _get_repacked(recall.balance_ids.lot_id)
    totals = []
    for product, lines in recall.balance_ids.grouped("product_id").items():
        if len(lines) > 1:
            total = {name: sum(lines.mapped(name)) for name in QUANTITIES}
            total["made"] -= repacked.get(product, 0)
            total["consumed"] -= repacked.get(product, 0)
            totals.append((product, total))
    return totals


def _get_repacked(lots):
    """``{product: quantity}`` that conversions moved from lots to lots of theirs."""
    sides = []
    for place in ("location_dest_id", "location_id"):
        groups = lots.env["stock.move.line"]._read_group(
            [
                ("lot_id", "in", lots.ids),
                ("state", "=", "done"),
                ("move_id.lot_conversion_id", "!=", False),
                (f"{place}.usage", "=", "production"),
            ],
            ["product_id", "move_id"],
            ["quantity_product_uom:sum"],
        )
        side = {}
        for product, move, quantity in groups:
            # sudo: to compare them only
            key = product, move.sudo().lot_conversion_id
            side[key] = side.get(key, 0) + quantity
        sides.append(side)
    used, made = sides
    repacked = {}
    for (product, conversion), quantity in made.items():
        both = min(quantity, used.get((product, conversion), 0))
        repacked[product] = repacked.get(product, 0) + both
    return repacked
