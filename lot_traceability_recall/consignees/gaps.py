"""What nobody accounts for at the consignees needs a reason before the end."""

SHOWN_NAMES = 10


def get_problems(recall) -> list[str]:
    """The gaps without a reason, in words."""
    if not is_asked(recall):
        return []
    lines = recall.consignee_line_ids.filtered(is_open)
    if not lines:
        return []
    names = [
        f"{line.consignee_id.display_name} ({line.display_name})"
        for line in lines[:SHOWN_NAMES]
    ]
    return [
        recall.env._(
            "Not accounted for at consignees; get an answer, or give a reason under "
            "Lots at Consignees: %(consignees)s",
            consignees=", ".join(names),
        )
    ]


def is_asked(recall) -> bool:
    """Nobody answers to an exercise, or where no goods are called back; but who was
    told is asked, whatever the recall is called by now."""
    if recall._is_rehearsal():
        return False
    calls_back = recall.depth != "internal" and recall.kind != "hold"
    return calls_back or bool(recall.consignee_ids.notice_ids)


def is_open(line) -> bool:
    """Whether more is missing than the product's category allows, without a reason."""
    tolerance = line.product_id.categ_id.lot_recall_tolerance
    gap = abs(line.unaccounted)
    allowed = line.shipped * tolerance / 100
    return not line.reason and line.product_uom_id.compare(gap, allowed) > 0
