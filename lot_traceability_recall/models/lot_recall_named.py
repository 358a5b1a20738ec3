from odoo import models

from ..case import frozen


class LotRecallNamed(models.AbstractModel):
    """For a recall and its parts: once it is closed, screens name everybody and
    everything as it was called then."""

    _name = "lot.recall.named"
    _description = "Named as When the Recall Was Closed"

    def _get_recall(self):
        return self if self._name == "lot.recall" else self.recall_id

    def web_read(self, specification):
        rows = super().web_read(specification)
        names = [
            name
            for name in specification
            if name in self._fields and self._fields[name].type == "many2one"
        ]
        # sudo: a name that was kept, for whoever may read the record
        found = self.browse(row["id"] for row in rows).sudo()
        closed = found._get_recall().filtered(lambda recall: recall.state == "closed")
        if not names or not closed:
            return rows
        known = {recall: frozen.get_names(recall) for recall in closed}
        for record, row in zip(found, rows, strict=True):
            for name in names:
                value = row.get(name)
                if isinstance(value, dict) and "display_name" in value:
                    kept = known.get(record._get_recall(), {})
                    kept = kept.get(self._fields[name].comodel_name, {})
                    label = kept.get(str(value["id"]))
                    value["display_name"] = label or value["display_name"]
        return rows
