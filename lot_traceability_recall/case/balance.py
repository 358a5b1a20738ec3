"""Where the goods of the lots in scope are: made = the sum of all the rest."""

from collections import defaultdict

from odoo import fields

from odoo.addons.lot_traceability import guards

from ..consignees import listing
from . import recovered

# kinds of gap that no tolerance covers: see ``stock.lot.trace_downstream``
FINDINGS = ("below_zero", "no_origin", "unknown_partner", "unmatched_return")
FINDINGS += ("no_result", "two_lives")


def update(recall) -> None:
    """Work out the balance of each lot in scope; reasons given are kept."""
    # sudo: nobody has the right to write deliveries by hand
    listing.update(recall.sudo())
    lots = recall._get_lots()
    found = lots._trace_downstream(["balances", "gaps"])
    rows = found["balances"]
    findings = _get_findings(found["gaps"])
    unmatched = _get_unmatched(found["gaps"])
    mine = set(lots.ids)
    reasons = {line.lot_id.id: line.reason for line in recall.balance_ids}
    samples = _get_samples(lots)
    # sudo: nobody has the right to write figures by hand
    balances = recall.env["lot.recall.balance"].sudo()
    recall.balance_ids.sudo().unlink()
    balances.create(
        [
            _prepare(
                recall,
                lots.browse(row["lot_id"]).with_prefetch(lots.ids),
                row,
                samples.get(row["lot_id"], 0),
                unmatched.get(row["lot_id"], 0),
            )
            | {
                "reason": reasons.get(row["lot_id"]),
                "findings": findings.get(row["lot_id"]),
            }
            for row in rows
            if row["lot_id"] in mine
        ]
    )
    _update_recovered(recall)


def _get_findings(gaps):
    """What is open beside the quantities, in words, by lot."""
    texts = defaultdict(list)
    for gap in gaps:
        if gap["kind"] in FINDINGS:
            texts[gap["lot_id"]].append(gap["message"])
    return {lot_id: "\n".join(found) for lot_id, found in texts.items()}


def _get_unmatched(gaps):
    """What came back, but had gone to nobody by the books: ``{lot: quantity}``."""
    totals = defaultdict(float)
    for gap in gaps:
        if gap["kind"] == "unmatched_return":
            totals[gap["lot_id"]] += gap["quantity"]
    return totals


def _get_samples(lots):
    """Quantities taken as samples: scrap orders with that reason."""
    tag = lots.env.ref("lot_traceability_recall.scrap_reason_sample")
    groups = lots.env["stock.scrap"]._read_group(
        [
            ("lot_id", "in", lots.ids),
            ("state", "=", "done"),
            ("scrap_reason_tag_ids", "in", tag.ids),
        ],
        ["lot_id", "product_uom_id"],
        ["scrap_qty:sum"],
    )
    samples = {}
    for lot, uom, quantity in groups:
        quantity = uom._compute_quantity(quantity, lot.product_id.uom_id)
        samples[lot.id] = samples.get(lot.id, 0) + quantity
    return samples


def _prepare(recall, lot, row, sampled, unmatched):
    adjusted = row["lost"] - row["found"]
    # customers have what is open of their deliveries, never less than nothing: where
    # goods came from that were delivered to nobody is not known
    unaccounted = row["unaccounted"] - unmatched
    return {
        "recall_id": recall.id,
        "lot_id": lot.id,
        "made": row["received"] + row["produced"],
        "on_hand": row["on_hand"] - row["samples"],
        "retained": row["samples"],
        "shipped": row["shipped"] - row["returned"] + unmatched,
        "shipped_total": row["shipped"],
        "returned": row["returned"],
        "returned_to_vendor": row["returned_to_vendor"],
        "consumed": row["consumed"],
        "scrapped": row["scrapped"] - sampled,
        "sampled": sampled,
        "adjusted": adjusted,
        "unaccounted": unaccounted,
        "gap": adjusted + unaccounted,
        "tolerance": lot.product_id.categ_id.lot_recall_tolerance,
    }


def _update_recovered(recall):
    """What came back, or was destroyed or corrected at the consignees."""
    figure = recovered.get_figure(recall)
    guards.by_button(recall).write({"balance_date": fields.Datetime.now(), **figure})
