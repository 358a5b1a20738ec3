from odoo import api, models
from odoo.tools import SQL

from ..case import frozen
from ..evidence.figures import CLOCK


class LotRecallNamed(models.AbstractModel):
    """For a recall and its parts: once it is closed, screens, exports and programs are
    told everybody and everything as it was called then."""

    _name = "lot.recall.named"
    _description = "Named as When the Recall Was Closed"

    def _get_recall(self):
        return self if self._name == "lot.recall" else self.recall_id

    @api.model
    def _get_named_fields(self):
        """Names of the fields that name something outside of the recall."""
        return [
            name
            for name, field in self._fields.items()
            if field.type == "many2one"
            and field.store
            and not field.comodel_name.startswith("lot.recall")
        ]

    # -- what was kept ------------------------------------------------------
    def _get_kept_names(self, fields):
        """``{id: {field: name}}`` of those whose recall is closed."""
        # sudo: a name that was kept, for whoever may read the record
        records, found = self.sudo(), {}
        for recall, parts in records.grouped(lambda part: part._get_recall()).items():
            names = frozen.get_names(recall) if recall.state == "closed" else {}
            for part in parts if names else ():
                found[part.id] = {
                    field: known
                    for field in fields
                    if (known := part._get_kept_name(names, field))
                }
        return found

    def _get_kept_name(self, names, field):
        known = names.get(self._fields[field].comodel_name, {})
        return known.get(str(self[field].id))

    # -- hooks of Odoo ------------------------------------------------------
    def _read_group_select(self, aggregate_spec, query):
        select = super()._read_group_select(aggregate_spec, query)
        name, _mark, function = aggregate_spec.partition(":")
        if name not in CLOCK or function != "avg":
            return select
        # what is still open has 0 hours, and would better the average
        return SQL("AVG(NULLIF(%s, 0))", self._field_to_sql(self._table, name, query))

    def _compute_display_name(self):
        super()._compute_display_name()
        if self._rec_name not in self._get_named_fields():
            return
        kept = self._get_kept_names([self._rec_name])
        for record in self.filtered(lambda record: kept.get(record.id)):
            record.display_name = kept[record.id][self._rec_name]

    def _read_format(self, fnames, load="_classic_read"):
        rows = super()._read_format(fnames, load)
        names = [name for name in self._get_named_fields() if name in fnames]
        if not names or load != "_classic_read" or not rows:
            return rows
        kept = self.browse(row["id"] for row in rows)._get_kept_names(names)
        for row in rows:
            for name, label in kept.get(row["id"], {}).items():
                row[name] = (row[name][0], label)
        return rows

    def web_read(self, specification):
        rows = super().web_read(specification)
        names = [name for name in self._get_named_fields() if name in specification]
        if not names or not rows:
            return rows
        kept = self.browse(row["id"] for row in rows)._get_kept_names(names)
        for row in rows:
            for name, label in kept.get(row["id"], {}).items():
                if isinstance(row[name], dict) and "display_name" in row[name]:
                    row[name]["display_name"] = label
        return rows

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        named = self._get_named_fields()
        columns = {
            index: path[0]
            for index, path in enumerate(fields)
            if path[0] in named and path[1:] in ([], ["display_name"])
        }
        kept = self._get_kept_names(list(columns.values())) if columns else {}
        if not kept:
            return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)
        rows = []
        for record in self:
            # the first of its rows is its own, the others are those of its parts
            own = super(LotRecallNamed, record)._export_rows(
                fields, _is_toplevel_call=_is_toplevel_call
            )
            for index, name in columns.items():
                own[0][index] = kept.get(record.id, {}).get(name) or own[0][index]
            rows += own
        return rows
