"""A lot is good for no longer than what it is made of."""

from .following import shift_dates


def inherit_dates(lot, sources, document: str) -> None:
    """Let a lot be good until the earliest date of its inputs at most.

    :param lot: written as its environment allows: the caller says who does it
    :param sources: the lots that went in and whose dates count
    :param document: name of what made the lot of them, for the history
    """
    lot.ensure_one()
    dated = (sources - lot).filtered("expiration_date")
    if not lot.use_expiration_date or not dated:
        return
    oldest = min(dated, key=lambda source: (source.expiration_date, source.id))
    limit = oldest.expiration_date
    # again the same inputs: a date that was extended meanwhile stays
    if lot.expiry_limit_date and lot.expiry_limit_date <= limit:
        return
    vals = {"expiry_limit_date": limit}
    if not lot.expiration_date or lot.expiration_date > limit:
        vals |= shift_dates(lot, limit)
    if oldest.product_id == lot.product_id:
        vals |= _get_kept_dates(lot, dated)
    vals["date_change_reason"] = lot.env._(
        "%(document)s: %(lot)s", document=document, lot=oldest.name
    )
    lot.write(vals)


def _get_kept_dates(lot, sources):
    """Goods that are worked on again are as old as they were."""
    same = sources.filtered(lambda source: source.product_id == lot.product_id)
    vals = {}
    for name in ("made_on", "retest_date"):
        known = [source[name] for source in same if source[name]]
        if known:
            vals[name] = min(known)
    return vals
