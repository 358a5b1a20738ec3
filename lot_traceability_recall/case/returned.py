"""What came back from customers before a recall began: it did not recover that."""

from odoo.addons.lot_traceability.evidence import facts


def find_before(recall) -> dict:
    """``{done line: quantity}`` by which lots in scope came back before the recall."""
    recall.ensure_one()
    opened = recall.date_opened or recall.create_date
    # sudo: what is true does not depend on who looks
    lines = recall.sudo().env["stock.move.line"]
    lines = lines.search(
        [
            ("lot_id", "in", recall.sudo()._get_lots().ids),
            ("state", "=", "done"),
            ("location_id.usage", "=", "customer"),
            ("location_dest_id.usage", "in", ("internal", "transit", "supplier")),
        ]
    )
    # what was written down before the recall, within the same second, too
    first = facts.get_first_ids(recall.env, lines.ids)
    return {
        line: line.quantity_product_uom
        for line in lines
        if line.date < opened or 0 < first.get(line.id, 0) <= recall.fact_mark
    }


def count_before(recall) -> dict:
    """``{product: quantity}`` of the same."""
    counts = {}
    for line, quantity in find_before(recall).items():
        counts[line.product_id] = counts.get(line.product_id, 0) + quantity
    return counts
