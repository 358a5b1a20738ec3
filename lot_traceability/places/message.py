"""What people read when a serial is not where it should be."""

from odoo.api import Environment

from . import shown


def get_texts(env: Environment, conflicts: list) -> list[str]:
    """A paragraph for each conflict: what, where it is, and the way out."""
    places = get_shown_places(env, conflicts)
    return [
        " ".join(
            filter(
                None,
                [
                    _get_problem(env, conflict, places.get(conflict.lot.id)),
                    get_way_out(env, conflict, places.get(conflict.lot.id)),
                    _get_policy_hint(env, conflict),
                ],
            )
        )
        for conflict in conflicts
    ]


def get_shown_places(env: Environment, conflicts: list) -> dict[int, list[dict]]:
    """The places of the lots as the user may know them, also in sudo mode."""
    lots = env["stock.lot"].union(*(c.lot.sudo(False) for c in conflicts))
    return env["lot.place"].sudo(False)._get_places(lots)


def _get_problem(env, conflict, places):
    line = conflict.line
    values = {
        "document": line.reference or line.move_id.display_name,
        "number": conflict.lot.name or line.lot_name,
        "product": line.product_id.display_name,
    }
    if not places or not conflict.rows:
        return env._(
            "%(document)s: serial number %(number)s of %(product)s is there twice.",
            **values,
        )
    values["place"] = _describe(env, places)
    if line.state == "done":
        return env._(
            "%(document)s: serial number %(number)s of %(product)s would be in two "
            "places: %(place)s.",
            **values,
        )
    if _is_taken_twice(conflict):
        return env._(
            "%(document)s: serial number %(number)s of %(product)s is there twice, "
            "but there is one unit: %(place)s.",
            **values,
        )
    return env._(
        "%(document)s: serial number %(number)s of %(product)s cannot be taken "
        "from %(origin)s. It is elsewhere: %(place)s.",
        **values,
        origin=line.location_id.display_name,
    )


def get_short_text(env: Environment, conflict, places: list[dict] | None) -> str:
    """Where a serial is and the way out, where the document is known."""
    values = {
        "number": conflict.lot.name,
        "way_out": get_way_out(env, conflict, places),
    }
    if not places or not conflict.rows:
        return env._("%(number)s is there twice. %(way_out)s", **values)
    return env._(
        "%(number)s is elsewhere: %(place)s. %(way_out)s",
        **values,
        place=_describe(env, places),
    )


def _is_taken_twice(conflict):
    """The unit is where the line looks for it; another line took it first."""
    location = conflict.line.location_id
    return any(row["location_id"] == location.id for row in conflict.rows)


def _describe(env, places):
    return "; ".join(
        f"{shown.describe(row)} {shown.describe_arrival(env, row)}".strip()
        for row in places
    )


def get_way_out(env: Environment, conflict, places: list[dict] | None) -> str:
    state = places[0]["state"] if places and conflict.rows else "stock"
    usage = conflict.line.location_id.usage
    if state == "stock" and usage in ("internal", "transit", "inventory"):
        return env._(
            "Take it from where it is, or correct the number; if it was moved "
            "without a transfer, book that transfer first."
        )
    texts = {
        "stock": env._("Give another unit another number."),
        "transit": env._("Finish the transfer that has it first."),
        "customer": env._(
            "If that unit came back, use the return of its delivery; give another "
            "unit another number."
        ),
        "vendor": env._("If the vendor sent it back, receive it first."),
        "consumed": env._(
            "If it was taken out again, book that by an unbuild or a repair order; "
            "give another unit another number."
        ),
        "scrapped": env._(
            "If it is still there, count it in by an inventory adjustment; give "
            "another unit another number."
        ),
    }
    return texts.get(state, env._("Use another number."))


def _get_policy_hint(env, conflict):
    line = conflict.line
    if conflict.policy != "warn":
        return ""
    if line.move_id.scrap_id:
        return env._(
            "Or say why it is right, in the field “Reason for Serial Conflict” of the "
            "scrap."
        )
    if line.is_inventory:
        return env._(
            "Or say why it is right, in the column “Reason for Serial Conflict” of the "
            "count."
        )
    return env._(
        "Or say why it is right, in the field “Reason for Serial Conflict” of the "
        "operation line; the screen of a transfer asks for it at Validate."
    )


# -- notes ----------------------------------------------------------


def post_notes(env: Environment, conflicts: list) -> None:
    """Note on lot and transfer what went through in spite of a conflict."""
    for conflict in conflicts:
        text = _get_note(env, conflict)
        conflict.lot.sudo()._message_log(body=text)
        if conflict.policy == "warn" and conflict.line.picking_id:
            conflict.line.picking_id.sudo()._message_log(body=text)


def _get_note(env, conflict):
    line = conflict.line
    values = {
        "number": conflict.lot.name or line.lot_name,
        "origin": line.location_id.display_name,
        "document": line.reference or line.move_id.display_name,
    }
    if conflict.policy == "warn":
        return env._(
            "%(document)s moved serial number %(number)s from %(origin)s although "
            "it was elsewhere. Reason: %(reason)s",
            **values,
            reason=line.serial_conflict_reason,
        )
    return env._(
        "%(document)s moved serial number %(number)s from %(origin)s although it "
        "was elsewhere, as the policy of its product category allows.",
        **values,
    )
