"""Fields that are nobody's business on a screen: keys, hashes, who runs a job."""


def hide(described: dict, names) -> dict:
    """Take fields out of what *Group By* and *Custom Filter* offer.

    :param described: what ``fields_get`` returns
    """
    for name in names:
        if name in described:
            for attribute in ("groupable", "searchable"):
                if attribute in described[name]:
                    described[name][attribute] = False
    return described
