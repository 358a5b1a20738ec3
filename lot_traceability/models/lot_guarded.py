from contextlib import contextmanager
from math import isfinite

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from .. import guards
from ..tools import arguments, technical

_lt = LazyTranslate(__name__)


@contextmanager
def _naming_wrong_values():
    """A program that sends what a field does not take is told so: for Odoo that is an
    error of the server."""
    try:
        yield
    except ValueError as error:
        raise UserError(str(error)) from error


class LotGuarded(models.AbstractModel):
    """A model of ours whose fields have owners; see ``guards``.

    Each stored field that is readonly or computed is the system's, unless ``_guards``
    says otherwise (None takes a guard back).
    """

    _name = "lot.guarded"
    _description = "Fields with an owner"

    # what to do instead of writing the system's fields by hand
    _guard_way = _lt("Its buttons do that.")
    # prefixes of what stays open: notes and activities
    _guard_free = ("message_", "activity_", "website_message_", "rating_")
    # many2one fields to what the record is a part of: fixed once it is created
    _guard_parents = ()
    # whether a lock holds for the system as well, but for what a button hands on
    _guard_locks_system = False

    # stored fields that no screen offers to group or filter by
    _technical = ()

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        return technical.hide(
            super().fields_get(allfields, attributes), self._technical
        )

    @api.model
    def default_get(self, fields):
        owned = {
            name
            for name, guard in guards.get_guards(self).items()
            if not guard.at_creation
        }
        return guards.forget_user_defaults(self, super().default_get(fields), owned)

    @api.model_create_multi
    def create(self, vals_list):
        # who has no right to the model at all is told so
        self.browse().check_access("create")
        guards.check_create(self, vals_list)
        for vals in vals_list:
            self._check_numbers(vals)
        vals_list = self._fill_guarded([dict(vals) for vals in vals_list])
        with _naming_wrong_values():
            records = super().create(vals_list)
        records._check_not_locked()
        return records

    def write(self, vals):
        self.browse().check_access("write")
        guards.check_write(self, vals)
        self._check_numbers(vals)
        if not all(name.startswith(self._guard_free) for name in vals):
            self._check_not_locked()
        with _naming_wrong_values():
            result = super().write(vals)
        if any(name in vals for name in self._guard_parents):
            # what it came to counts like what it left
            self._check_not_locked()
        if "company_id" in vals and not self.env.su:
            # Odoo looks at the record rules before a write only: nobody hands a record
            # over to a company that he does not work in
            self.check_access("write")
        return result

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        # overridden as Odoo writes them in SQL: each is asked for, and noted, like what
        # is written in its language
        installed = {"en_US", *dict(self.env["res.lang"].get_installed())}
        if self._fields[field_name].translate is True and installed.issuperset(
            translations
        ):
            source = self.with_context(lang="en_US")
            for lang, text in translations.items():
                # none: as in English
                text = source[field_name] if text is False else text
                self.with_context(lang=lang).write({field_name: text})
        return super()._update_field_translations(
            field_name, translations, *args, **kwargs
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_if_not_locked(self):
        self._check_not_locked()

    # -- what a model says ----------------------------------------------
    def _fill_guarded(self, vals_list):
        """The values with what the model itself gives to guarded fields, such as its
        number; called once it is clear that the user gave nothing to them."""
        return vals_list

    def _guard_locked(self):
        """Those that nobody may change by hand at all, such as what is closed."""
        return self.browse()

    def _guard_locked_message(self, locked):
        """What to tell who tries."""
        return self.env._(
            "%(names)s cannot be changed any more.",
            names=", ".join(locked[:5].mapped("display_name")),
        )

    # -- asking ---------------------------------------------------------
    def _check_numbers(self, vals):
        """Programs can send NaN and Infinity, which no limit stops."""
        for name, value in vals.items():
            if isinstance(value, float) and not isfinite(value):
                field = self.sudo().fields_get([name], ["string"]).get(name, {})
                arguments.check_number(self.env, field.get("string", name), value)

    def _check_not_locked(self):
        """Neither the records nor what they are a part of are locked."""
        if guards.is_by_button(self.env):
            return
        if self.env.su and not self._guard_locks_system:
            return
        # sudo: whether something is over does not depend on who asks
        records = self.sudo()
        for owner in (records, *(records[name] for name in self._guard_parents)):
            if hasattr(owner, "_guard_locked") and (locked := owner._guard_locked()):
                raise UserError(locked._guard_locked_message(locked))
