"""Names, addresses and units of a recall as they were when it was closed."""

# records of a recall whose names are kept: (path, field)
NAMED = (
    *(("consignee_ids", "partner_id"), ("seed_ids", "lot_id")),
    *(("balance_ids", "lot_id"), ("balance_ids", "product_id")),
    *(("balance_ids", "product_uom_id"), ("line_ids", "lot_id")),
    *(("line_ids", "product_id"), ("consignee_line_ids", "lot_id")),
    *(("consignee_line_ids", "product_id"), ("consignee_line_ids", "product_uom_id")),
    *(("disposition_ids", "lot_id"), ("disposition_ids", "product_id")),
    *(("disposition_ids", "product_uom_id"), ("disposition_ids", "location_id")),
    *(("step_ids", "user_id"), ("finding_ids", "user_id")),
)
OWN = ("user_id", "responsible_id", "assessed_by_id", "approved_by_id", "company_id")


def collect(recall) -> dict:
    """What is kept: names by model and id, and where consignees could be reached."""
    # sudo: what is true does not depend on who closes the recall
    recall = recall.sudo()
    names = {}
    records = [recall[name] for name in OWN] + [recall.env.user]
    records += [recall[path].mapped(name) for path, name in NAMED]
    for found in records:
        # lots and products without what a list shows around their names
        known = names.setdefault(found._name, {})
        known.update({str(record.id): record.display_name for record in found})
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


def _get_address(partner):
    lines = (partner._display_address() if partner else "").splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())


def get_names(recall) -> dict:
    """``{model: {id as text: name}}`` of a recall that is closed."""
    return (recall.frozen_facts or {}).get("names", {})


def get_name(recall, record) -> str:
    """What a record is called in a recall: as it was when that was closed, else now."""
    if not record:
        return ""
    names = get_names(recall).get(record._name, {})
    return names.get(str(record.id)) or record.display_name or ""


def get_fact(consignee, name: str):
    """``address``, ``country`` or ``phone`` of a consignee, as it was or is."""
    facts = (consignee.recall_id.frozen_facts or {}).get("consignees", {})
    known = facts.get(str(consignee.id), {})
    if name in known:
        return known[name]
    if name == "country":
        return consignee.partner_id.country_id.name or ""
    return _get_address(consignee.partner_id) if name == "address" else consignee[name]
