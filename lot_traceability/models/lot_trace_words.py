from odoo import api, models


class LotTraceWords(models.AbstractModel):
    """How documents call what is in a trace, in the language of the user."""

    _name = "lot.trace.words"
    _description = "Words of the trace of lots"

    @api.model
    def _get_label(self, column):
        """The heading of a column; those of other addons are taken as they are."""
        return self._get_labels().get(column) or column.replace("_", " ").capitalize()

    @api.model
    def _get_labels(self):
        """Headings, ``{column of a table: text}``."""
        return {**self._get_text_labels(), **self._get_quantity_labels()}

    def _get_text_labels(self):
        return {
            "certainty": self.env._("Certainty"),
            "company": self.env._("Company"),
            "date": self.env._("Date"),
            "destination": self.env._("To"),
            "direction": self.env._("Direction"),
            "document": self.env._("Document"),
            "from": self.env._("From"),
            "kind": self.env._("Kind"),
            "level": self.env._("Level"),
            "location": self.env._("Location"),
            "lot": self.env._("Lot"),
            "message": self.env._("Message"),
            "name": self.env._("Lot/Serial Number"),
            "partner": self.env._("Partner"),
            "product": self.env._("Product"),
            "reference": self.env._("Reference"),
            "source": self.env._("From"),
            "state": self.env._("State"),
            "suspect": self.env._("Can contain"),
            "suspect_uom": self.env._("Unit of suspect"),
            "to": self.env._("To"),
            "uom": self.env._("Unit"),
            "usage": self.env._("Usage"),
            "via": self.env._("By way of"),
        }

    def _get_quantity_labels(self):
        return {
            "at_customers": self.env._("At customers"),
            "consumed": self.env._("Consumed"),
            "found": self.env._("Found"),
            "holds": self.env._("Holds"),
            "lost": self.env._("Lost"),
            "on_hand": self.env._("On hand"),
            "produced": self.env._("Produced"),
            "quantity": self.env._("Quantity"),
            "quantity_consumed": self.env._("Quantity consumed"),
            "quantity_produced": self.env._("Quantity produced"),
            "received": self.env._("Received"),
            "reserved": self.env._("Reserved"),
            "returned": self.env._("Returned"),
            "returned_to_vendor": self.env._("Returned to vendor"),
            "reworked": self.env._("Reworked"),
            "scrapped": self.env._("Scrapped"),
            "share": self.env._("In proportion"),
            "share_high": self.env._("At most"),
            "share_low": self.env._("At least"),
            "shipped": self.env._("Shipped"),
            "unaccounted": self.env._("Unaccounted"),
        }

    @api.model
    def _get_value(self, column, value):
        """A cell in words, where it holds one of a few codes."""
        words = {
            "certainty": self._get_certainties,
            "direction": self._get_directions,
            "kind": self._get_kinds,
            "state": self._get_states,
            "usage": self._get_usages,
        }.get(column, dict)()
        return words.get(value, value)

    def _get_certainties(self):
        return {
            "material": self.env._("contains it"),
            "possible": self.env._("possible"),
            "broken": self.env._("chain broken"),
        }

    def _get_directions(self):
        return {
            "upstream": self.env._("made of"),
            "downstream": self.env._("went into"),
            "asked for": self.env._("asked for"),
        }

    def _get_kinds(self):
        return {
            "conversion": self.env._("conversion"),
            "found": self.env._("found by a count"),
            "lost": self.env._("lost"),
            "no_number": self.env._("without a number"),
            "production": self.env._("manufacturing"),
            "removal": self.env._("taken out"),
            "unaccounted": self.env._("unaccounted"),
            "unbuild": self.env._("unbuild"),
            "untracked": self.env._("untracked product"),
        }

    def _get_states(self):
        return dict(
            self.env["stock.move"]._fields["state"]._description_selection(self.env)
        )

    def _get_usages(self):
        return {
            "internal": self.env._("in stock"),
            "transit": self.env._("in transit"),
        }
