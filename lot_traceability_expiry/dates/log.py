"""What is kept of acts about dates beside the history of the lot."""


def note_act(records, kind: str, old=None, new=None, reason=None) -> None:
    """Keep an act in the log of the lots, where there is one.

    :param records: ``stock.lot``
    :param kind: what was done, as ``date_extended``
    """
    if "lot.trace.log" in records.env:
        # sudo: whoever does the act keeps it
        records.env["lot.trace.log"].sudo().note(
            records, kind, old=old, new=new, reason=reason
        )
