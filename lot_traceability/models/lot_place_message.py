from odoo import api, models


class LotPlaceMessage(models.AbstractModel):
    """What people read when a serial is not where it should be."""

    _name = "lot.place.message"
    _description = "Messages about serials in the wrong place"

    @api.model
    def _get_texts(self, conflicts):
        """A paragraph for each conflict: what, where it is, and the way out."""
        places = self._get_shown_places(conflicts)
        return [
            " ".join(
                filter(
                    None,
                    [
                        self._get_problem(conflict, places.get(conflict.lot.id)),
                        self._get_way_out(conflict, places.get(conflict.lot.id)),
                        self._get_policy_hint(conflict),
                    ],
                )
            )
            for conflict in conflicts
        ]

    @api.model
    def _get_shown_places(self, conflicts):
        """The places of the lots as the user may know them, also in sudo mode."""
        lots = self.env["stock.lot"].union(*(c.lot.sudo(False) for c in conflicts))
        return self.env["lot.place"].sudo(False)._get_places(lots)

    def _get_problem(self, conflict, places):
        line = conflict.line
        values = {
            "document": line.reference or line.move_id.display_name,
            "number": conflict.lot.name or line.lot_name,
            "product": line.product_id.display_name,
        }
        if not places or not conflict.rows:
            return self.env._(
                "%(document)s: serial number %(number)s of %(product)s is there twice.",
                **values,
            )
        values["place"] = self._describe(places)
        if line.state == "done":
            return self.env._(
                "%(document)s: serial number %(number)s of %(product)s would be in two "
                "places: %(place)s.",
                **values,
            )
        if self._is_taken_twice(conflict):
            return self.env._(
                "%(document)s: serial number %(number)s of %(product)s is there twice, "
                "but there is one unit: %(place)s.",
                **values,
            )
        return self.env._(
            "%(document)s: serial number %(number)s of %(product)s cannot be taken "
            "from %(origin)s. It is elsewhere: %(place)s.",
            **values,
            origin=line.location_id.display_name,
        )

    def _is_taken_twice(self, conflict):
        """The unit is where the line looks for it; another line took it first."""
        location = conflict.line.location_id
        return any(row["location_id"] == location.id for row in conflict.rows)

    @api.model
    def _describe(self, places):
        place = self.env["lot.place"]
        return "; ".join(
            f"{place._describe(row)} {place._describe_arrival(row)}".strip()
            for row in places
        )

    @api.model
    def _get_way_out(self, conflict, places):
        state = places[0]["state"] if places and conflict.rows else "stock"
        usage = conflict.line.location_id.usage
        if state == "stock" and usage in ("internal", "transit", "inventory"):
            return self.env._(
                "Take it from where it is, or correct the number; if it was moved "
                "without a transfer, book that transfer first."
            )
        texts = {
            "stock": self.env._("Give another unit another number."),
            "transit": self.env._("Finish the transfer that has it first."),
            "customer": self.env._(
                "If that unit came back, use the return of its delivery; give another "
                "unit another number."
            ),
            "vendor": self.env._("If the vendor sent it back, receive it first."),
            "consumed": self.env._(
                "If it was taken out again, book that by an unbuild or a repair order; "
                "give another unit another number."
            ),
            "scrapped": self.env._(
                "If it is still there, count it in by an inventory adjustment; give "
                "another unit another number."
            ),
        }
        return texts.get(state, self.env._("Use another number."))

    def _get_policy_hint(self, conflict):
        line = conflict.line
        # the lines of a count or a scrap are made when it is done: nobody can write
        if conflict.policy != "warn" or line.is_inventory or line.move_id.scrap_id:
            return ""
        return self.env._(
            "Or say why it is right, in the field “Reason for Serial Conflict” of the "
            "operation line; the screen of a transfer asks for it at Validate."
        )

    # -- notes ----------------------------------------------------------
    @api.model
    def _post_notes(self, conflicts):
        """Note on lot and transfer what went through in spite of a conflict."""
        for conflict in conflicts:
            text = self._get_note(conflict)
            conflict.lot.sudo()._message_log(body=text)
            if conflict.policy == "warn":
                conflict.line.picking_id.sudo()._message_log(body=text)

    def _get_note(self, conflict):
        line = conflict.line
        values = {
            "number": conflict.lot.name or line.lot_name,
            "origin": line.location_id.display_name,
            "document": line.reference or line.move_id.display_name,
        }
        if conflict.policy == "warn":
            return self.env._(
                "%(document)s moved serial number %(number)s from %(origin)s although "
                "it was elsewhere. Reason: %(reason)s",
                **values,
                reason=line.serial_conflict_reason,
            )
        return self.env._(
            "%(document)s moved serial number %(number)s from %(origin)s although it "
            "was elsewhere, as the policy of its product category allows.",
            **values,
        )
