from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..case import frozen
from ..evidence.figures import CLOCK


class LotRecallNamed(models.AbstractModel):
    """For a recall and its parts: once it is closed, screens, groups, exports and
    programs are told everybody and everything as it was called then."""

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
            and (field.store or field.related)
            and not field.comodel_name.startswith("lot.recall")
        ]

    @api.model
    def _get_named_lists(self):
        """Names of the fields that name several."""
        return [
            name
            for name, field in self._fields.items()
            if field.type == "many2many"
            and not field.comodel_name.startswith("lot.recall")
        ]

    # -- what was kept ------------------------------------------------------
    def _get_all_kept(self):
        """``{id: {model: {id as text: name}}}`` of those whose recall is closed."""
        # sudo: a name that was kept, for whoever may read the record
        records, found = self.sudo(), {}
        for recall, parts in records.grouped(lambda part: part._get_recall()).items():
            names = frozen.get_names(recall) if recall.state == "closed" else {}
            found |= dict.fromkeys(parts.ids, names) if names else {}
        return found

    def _get_kept_names(self, fields):
        """``{id: {field: name}}`` of those whose recall is closed."""
        known = self._get_all_kept()
        return {
            part.id: {
                field: name
                for field in fields
                if (name := part._get_kept_name(known[part.id], field))
            }
            for part in self.sudo()
            if part.id in known
        }

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
        lists = [name for name in self._get_named_lists() if name in specification]
        if not rows or not (names or lists):
            return rows
        records = self.browse(row["id"] for row in rows)
        kept, all_kept = records._get_kept_names(names), records._get_all_kept()
        for row in rows:
            for name, label in kept.get(row["id"], {}).items():
                _rename(row[name], label)
            for name in lists:
                labels = self._get_labels(all_kept.get(row["id"], {}), name)
                for shown in row[name] if labels else ():
                    if isinstance(shown, dict):
                        _rename(shown, labels.get(str(shown.get("id"))))
        return rows

    def _get_labels(self, kept, field):
        return kept.get(self._fields[field].comodel_name, {})

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        named = {*self._get_named_fields(), *self._get_named_lists()}
        columns = {
            index: path[0]
            for index, path in enumerate(fields)
            if path and path[0] in named and path[1:] in ([], ["display_name"])
        }
        known = self._get_all_kept() if columns else {}
        if not known:
            return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)
        rows = []
        for record in self:
            own = super(LotRecallNamed, record)._export_rows(
                fields, _is_toplevel_call=_is_toplevel_call
            )
            for index, name in columns.items():
                names = record._get_then_by_now(known.get(record.id, {}), name)
                for row in own if names else ():
                    row[index] = _tell_then(row[index], names)
            rows += own
        return rows

    def _get_then_by_now(self, kept, field):
        """``{what it is called now: what it was called then}``"""
        if self._fields[field].type == "many2one":
            # sudo: a name that was kept, for whoever may read the record
            then = kept and self.sudo()._get_kept_name(kept, field)
            return {self[field].display_name: then} if then else {}
        labels = self._get_labels(kept, field)
        return {
            record.display_name: labels[str(record.id)]
            for record in self[field]
            if str(record.id) in labels
        }

    # -- groups -------------------------------------------------------------
    @api.model
    @api.readonly
    def formatted_read_group(self, domain, groupby=(), *args, **kwargs):
        groups = super().formatted_read_group(domain, groupby, *args, **kwargs)
        self._name_groups(domain, groupby, groups)
        return groups

    @api.model
    @api.readonly
    def formatted_read_grouping_sets(self, domain, grouping_sets, *args, **kwargs):
        results = super().formatted_read_grouping_sets(
            domain, grouping_sets, *args, **kwargs
        )
        for groupby, groups in zip(grouping_sets, results, strict=True):
            self._name_groups(domain, groupby, groups)
        return results

    @api.model
    @api.readonly
    def read_group(self, domain, fields, groupby, *args, **kwargs):
        groups = super().read_group(domain, fields, groupby, *args, **kwargs)
        groupby = [groupby] if isinstance(groupby, str) else groupby
        self._name_groups(domain, groupby, groups)
        return groups

    def _name_groups(self, domain, groupby, groups):
        """A group is called as its closed recalls know it; one that several know by
        different names has them all."""
        named = {*self._get_named_fields(), *self._get_named_lists()}
        for field in named.intersection(groupby):
            rows = [row for row in groups if row.get(field)]
            labels = self._get_group_labels(domain, field, [row[field] for row in rows])
            for row in rows:
                key, label = row[field]
                row[field] = (key, labels.get(key, label))

    def _get_group_labels(self, domain, field, shown):
        """``{id: name}`` of the groups that closed recalls are in."""
        if not shown:
            return {}
        now = dict(shown)
        domain = Domain(domain) & Domain(field, "in", list(now))
        key = "id" if self._name == "lot.recall" else "recall_id"
        model, found = self._fields[field].comodel_name, {}
        for value, recall in self._read_group(domain, [field, key]):
            # sudo: a name that was kept, for whoever may read the record
            recall = recall.sudo()
            names = frozen.get_names(recall) if recall.state == "closed" else {}
            then = names.get(model, {}).get(str(value.id))
            if value.id in now:
                found.setdefault(value.id, {})[then or now[value.id]] = bool(then)
        return {
            value: " / ".join(names)
            for value, names in found.items()
            if any(names.values())
        }


def _rename(shown, label):
    """Call what a screen is told of a record as it was called."""
    if label and isinstance(shown, dict) and "display_name" in shown:
        shown["display_name"] = label


def _tell_then(cell, names):
    """What a cell names; a cell of several has them behind one another."""
    if not isinstance(cell, str) or cell in names:
        return names.get(cell, cell)
    parts = cell.split(",")
    is_list = len(parts) > 1 and all(part in names for part in parts)
    return ",".join(names[part] for part in parts) if is_list else cell
