"""The demo story in words: what the product answers, and where to click."""

import os
from collections import defaultdict
from pathlib import Path

WIDTH = 78


def tell(env):
    """Return the text that the demo prints."""
    env = env(user=env.ref("base.user_admin"), su=False)
    lot = env.ref("lot_demo.suspect_lot")
    lot = lot.with_context(allowed_company_ids=env.user.company_ids.ids)
    downstream, upstream = lot.trace_downstream(), lot.trace_upstream()
    finished = lot.browse(
        next(row["id"] for row in downstream["lots"] if row["name"] == "BAR-1002")
    )
    parts = [
        _title(f"Suspect: {lot.name}, {lot.product_id.display_name}"),
        _vendors(upstream),
        _title("What it went into"),
        _tree(downstream),
        _title("Who got it"),
        _customers(downstream),
        _title("What a recall still finds in stock"),
        _stock(downstream),
        _impact(downstream),
        _title("The other way: what the finished lot BAR-1002 is made of"),
        _tree(finished.trace_upstream()),
        _title("Where to click"),
        _clicks(lot),
        _sheet(env),
        _users(env),
    ]
    return "\n".join(parts)


def _title(text):
    return f"\n{text}\n{'-' * min(len(text), WIDTH)}"


def _number(value):
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _vendors(trace):
    lots = {lot["id"]: lot for lot in trace["lots"]}
    return "\n".join(
        f"  received {_number(row['quantity'])} {lots[row['lot_id']]['uom']} from "
        f"{row['partner']} with {row['document']} on {row['date'][:10]}"
        for row in trace["receipts"]
    )


def _tree(trace):
    """Each lot once, under the lot by which it came in."""
    below = defaultdict(list)
    for lot in trace["lots"]:
        below[lot["via_lot_id"]].append(lot)
    lines = []

    def add(lot):
        mark = "" if lot["certainty"] == "material" else f"  ({lot['certainty']})"
        name = "   " * lot["level"] + lot["name"]
        lines.append(f"  {name:<24}{lot['product']}{mark}")
        for child in below[lot["id"]]:
            add(child)

    for root in below[False]:
        add(root)
    return "\n".join(lines)


def _customers(trace):
    lots = {lot["id"]: lot for lot in trace["lots"]}
    lines = []
    for row in sorted(trace["deliveries"], key=lambda row: row["partner"] or ""):
        lot = lots[row["lot_id"]]
        returned = f", {_number(row['returned'])} returned" if row["returned"] else ""
        lines.append(
            f"  {row['partner'] or 'unknown':<20}{lot['name']:<14}"
            f"{_number(row['quantity']):>6} {lot['uom']}{returned}  [{row['document']}]"
        )
    return "\n".join(lines)


def _stock(trace):
    lots = {lot["id"]: lot for lot in trace["lots"]}
    lines = []
    for row in trace["stock"]:
        lot = lots[row["lot_id"]]
        reserved = f"  ({_number(row['reserved'])} reserved)" if row["reserved"] else ""
        lines.append(
            f"  {row['location']:<22}{lot['name']:<14}"
            f"{_number(row['quantity']):>6} {lot['uom']}{reserved}"
        )
    return "\n".join(lines)


def _impact(trace):
    customers = {row["partner_id"] for row in trace["deliveries"]}
    return (
        f"\n  In all, a recall is about {len(trace['lots'])} lots, "
        f"{len(trace['stock'])} places in stock, {len(trace['deliveries'])} deliveries "
        f"of lots\n  and {len(customers)} customers."
    )


def _clicks(lot):
    return f"""\
  0. Inventory > Traceability > First Steps: what to set up, and a guided tour
  1. Inventory > Products > Lots / Serial Numbers > {lot.name}
  2. Customers, Made of, Went into: the buttons at the top open the trace
  3. Recall: see the impact, tick the stock, scrap it in one go
  4. Top right, choose the company Brightline Devices: serials, a repair, a unit taken
     apart, and a recall of CELL-77A under way in Inventory > Traceability > Recalls"""


def _sheet(env):
    """Write the sheet to scan from where the demo says."""
    attachment = env.ref("lot_demo.sheet", raise_if_not_found=False)
    path = os.environ.get("LOT_DEMO_SHEET")
    if not attachment or not path:
        return ""
    Path(path).write_bytes(attachment.raw)
    return (
        f"{_title('A sheet to scan from')}\n  Print it, or scan it off the screen:\n"
        f"  {path}"
    )


def _users(env):
    """Who can log in; the password is the login."""
    users = env["res.users"].search(
        [("email", "=like", "%@hazeloat.example")], order="id"
    )
    names = [f"  {user.login:<14}{user.name}" for user in users]
    title = _title("Users with fewer rights: the password is the login")
    return "\n".join([title, *names])
