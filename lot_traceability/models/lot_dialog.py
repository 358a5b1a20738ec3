from odoo import api, models
from odoo.fields import Command


class LotDialog(models.AbstractModel):
    """A dialog of ours: it is about nothing that its user may not read.

    What a dialog shows of the record that it is given comes by related and stored
    computed fields, which Odoo fills with all rights. So the record itself is asked
    for.
    """

    _name = "lot.dialog"
    _description = "Dialog about what its user may read"

    @api.model_create_multi
    def create(self, vals_list):
        dialogs = super().create(vals_list)
        dialogs._check_named(self._fields)
        return dialogs

    def write(self, vals):
        result = super().write(vals)
        self._check_named(vals)
        return result

    def onchange(self, values, field_names, fields_spec):
        # before anything is computed: it is told to the client without being saved
        context = self.env.context
        given = {
            name: context[f"default_{name}"]
            for name in self._fields
            if f"default_{name}" in context
        }
        self._check_given({**given, **values})
        return super().onchange(values, field_names, fields_spec)

    def _show_again(self, xml_id):
        """The dialog with what it found, under the title that it was opened with.

        :param xml_id: the action that opens it
        """
        action = self.env["ir.actions.actions"]._for_xml_id(xml_id)
        return dict(action, res_id=self.id)

    def _check_named(self, names):
        """:raise AccessError: if a dialog names what the user may not read"""
        if self.env.su:
            return
        for name in names:
            field = self._fields.get(name)
            if field and field.store and field.type in ("many2one", "many2many"):
                # sudo: whether it may be read is asked next
                self.sudo()[name].with_env(self.env).check_access("read")

    @api.model
    def _check_given(self, values):
        """The same for values as a client sends them, with those of lines."""
        if self.env.su:
            return
        for name, value in values.items():
            field = self._fields.get(name)
            if not field or not field.relational or not value:
                continue
            model = self.env[field.comodel_name]
            if field.type == "many2one":
                ids = [value.get("id") if isinstance(value, dict) else value]
            else:
                rows = [row for row in value if isinstance(row, list | tuple)]
                ids = [row for row in value if isinstance(row, int)]
                for row in rows:
                    said = row[2] if len(row) > 2 else None
                    if isinstance(said, dict) and hasattr(model, "_check_given"):
                        model._check_given(said)
                    elif isinstance(said, list | tuple):
                        ids += said
                    elif row[0] in (Command.LINK, Command.UPDATE):
                        ids.append(row[1])
            model.browse(
                id_ for id_ in ids if id_ and isinstance(id_, int)
            ).check_access("read")
