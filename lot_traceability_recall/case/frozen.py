"""Names, addresses and units of a recall as they were when it was closed."""


def collect(recall) -> dict:
    """What is kept: names by model and id, and where consignees could be reached."""
    # sudo: what is true does not depend on who closes the recall
    recall = recall.sudo()
    names = {}
    for found in [*_get_named(recall), recall.env.user]:
        # lots and products without what a list shows around their names
        known = names.setdefault(found._name, {})
        known.update({str(record.id): record.display_name for record in found})
    # by the consignee as well: contacts can be merged
    names["lot.recall.consignee"] = {
        str(one.id): one.partner_id.display_name
        for one in recall.consignee_ids
        if one.partner_id
    }
    return {
        "names": names,
        "consignees": {
            str(one.id): {
                "address": _get_address(one.partner_id),
                "phone": one.phone,
                "country": one.partner_id.country_id.name or "",
            }
            for one in recall.consignee_ids
        },
    }


def _get_named(recall):
    """Whatever the recall and its parts name, by model of the part and field."""
    for name, model in recall.env.items():
        if not isinstance(model, type(recall.env["lot.recall.named"])):
            continue
        if model._abstract:
            continue
        parts = (
            recall
            if name == recall._name
            else model.search([("recall_id", "=", recall.id)])
        )
        for field in (*model._get_named_fields(), *model._get_named_lists()):
            yield parts[field] if len(parts) == 1 else parts.mapped(field)


def _get_address(partner):
    lines = (partner._display_address() if partner else "").splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())


def get_told(recall, name: str):
    """What the papers of a closed recall say (``evidence/kept.py``); None while it is
    open."""
    return (recall.frozen_facts or {}).get("told", {}).get(name)


def get_names(recall) -> dict:
    """``{model: {id as text: name}}`` of a recall that is closed."""
    return (recall.frozen_facts or {}).get("names", {})


def get_name(recall, record) -> str:
    """What a record is called in a recall: as it was when that was closed, else now."""
    if not record:
        return ""
    return get_kept_name(recall, record) or record.display_name or ""


def get_kept_name(recall, record) -> str:
    """What a record was called when the recall was closed; empty while it is open."""
    return get_names(recall).get(record._name, {}).get(str(record.id)) or ""


def get_consignee_name(consignee) -> str:
    """Who got the goods, as it was called when the recall was closed, else now."""
    recall = consignee.recall_id
    return get_kept_name(recall, consignee) or get_name(recall, consignee.partner_id)


def get_fact(consignee, name: str):
    """``address``, ``country`` or ``phone`` of a consignee, as it was or is."""
    facts = (consignee.recall_id.frozen_facts or {}).get("consignees", {})
    known = facts.get(str(consignee.id), {})
    if name in known:
        return known[name]
    if name == "country":
        return consignee.partner_id.country_id.name or ""
    return _get_address(consignee.partner_id) if name == "address" else consignee[name]
