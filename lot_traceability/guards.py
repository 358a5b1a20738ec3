"""Who may change what, in which state: declared beside each model, asked in one place.

A view's ``readonly`` guards nothing: over RPC, by ``load`` and by defaults of the
context anybody with write access to a model reaches its fields. So each model says in
``_guards`` which fields have an owner::

    _guards = {"on_hold": Guard(way=_lt("Use Hold and Release on the lot."))}

and its ``create`` and ``write`` begin with :func:`check_create` and
:func:`check_write`; models of our own inherit ``lot.guarded``, which does that. Those
of all classes of a model add up.

The system itself passes: ``env.su``, but where a guard says ``binds_system``, and what
a button hands on with :func:`by_button` after it has asked for the role. Both rest on
something that no client can send; a plain key of the context never carries a right.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from odoo import models
from odoo.api import Environment
from odoo.exceptions import AccessError, UserError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

_BUTTONS = _lt("Its buttons do that.")
_CONTEXT_KEY = "lot_guard"
_HANDED = "lot_handed_"


class _ByButton:
    """The one object that opens the guards; JSON and XML have no way to name it."""


_BY_BUTTON = _ByButton()


@dataclass(frozen=True)
class _Handed:
    """A value of the context that only this server can have put there."""

    value: Any


class SaidByServer(str):
    """A text among values that only this server can have put there: what comes over
    the network is a plain one. Guards let it through."""

    __slots__ = ()


@dataclass(frozen=True)
class Guard:
    """Who may write a field by hand.

    :param way: what to do instead, as a lazy text for the user
    :param group: external id of the group that may, or several; nobody if None
    :param when: says of a record whether the field is guarded there; always if None
    :param at_creation: whether it may be given when the record is created
    :param free: values that anybody may write
    :param binds_system: whether it is for what runs with all rights as well, such as a
        server action of an administrator that anybody sets off; only buttons pass
    """

    way: Any = _BUTTONS
    group: str | tuple[str, ...] | None = None
    when: Callable[[models.BaseModel], bool] | None = None
    at_creation: bool = False
    free: tuple = ()
    binds_system: bool = False

    def lets(self, value: Any) -> bool:
        """Whether the value may be written, whoever writes it."""
        return isinstance(value, SaidByServer) or any(
            value is free or value == free for free in self.free
        )

    def permits(self, env: Environment) -> bool:
        """Whether the user may write the field by hand, whatever the record."""
        groups = (self.group,) if isinstance(self.group, str) else self.group or ()
        return any(env.user.has_group(group) for group in groups)

    def covers(self, records: models.BaseModel) -> bool:
        """Whether one of the records has the field guarded."""
        if self.when is None:
            return True
        # sudo: the state of a record is what it is, whoever asks
        return any(self.when(record) for record in records.sudo())


# ----------------------------------------------------------------------
# What the server itself does
# ----------------------------------------------------------------------
def is_system(env: Environment) -> bool:
    """Whether the server writes by itself, or for a button that asked for the role."""
    return env.su or is_by_button(env)


def is_by_button(env: Environment) -> bool:
    """Whether a button that asked for the role writes; ``env.su`` alone is none."""
    return env.context.get(_CONTEXT_KEY) is _BY_BUTTON


def by_button(records: models.BaseModel) -> models.BaseModel:
    """The records, to be written by a button that has asked for the role."""
    return records.with_context(**{_CONTEXT_KEY: _BY_BUTTON})


def hand_on(records: models.BaseModel, **values: Any) -> models.BaseModel:
    """The records with parameters for our own code behind a method of Odoo.

    :param values: read again by :func:`handed`; a client cannot send them
    """
    return records.with_context(
        **{_HANDED + name: _Handed(value) for name, value in values.items()}
    )


def handed(env: Environment, name: str, default: Any = None) -> Any:
    """What :func:`hand_on` put there; what a client sends under that name is not it."""
    found = env.context.get(_HANDED + name)
    return found.value if isinstance(found, _Handed) else default


def keep_back(answer: Any) -> Any:
    """An answer of a button, without what :func:`hand_on` put into the context of the
    action that it opens: the client could not read it."""
    if not isinstance(answer, dict) or not isinstance(answer.get("context"), dict):
        return answer
    context = {
        key: value
        for key, value in answer["context"].items()
        if not isinstance(value, _Handed)
    }
    return {**answer, "context": context}


# ----------------------------------------------------------------------
# The guards of a model
# ----------------------------------------------------------------------
def get_guards(model: models.BaseModel) -> dict[str, Guard]:
    """All guards of a model by field: those declared, those of parents, and on models
    of our own each stored field that is readonly or computed."""
    cls = type(model)
    known = cls.__dict__.get("_lot_guards_of_class")
    # a module that is loaded later adds classes, and so makes another __mro__
    if known is None or known[0] is not cls.__mro__:
        known = (cls.__mro__, _collect(model))
        cls._lot_guards_of_class = known
    return known[1]


def _collect(model):
    guards = {}
    if "lot.guarded" in model.env and issubclass(
        type(model), type(model.env["lot.guarded"])
    ):
        way = Guard(way=model._guard_way)
        guards |= {
            name: way
            for name, field in model._fields.items()
            if _is_owned(model, field)
        }
        fixed = Guard(way=_lt("It stays where it was created."), at_creation=True)
        guards |= dict.fromkeys(model._guard_parents, fixed)
    for base in reversed(type(model).__mro__):
        guards |= base.__dict__.get("_guards") or {}
    # None takes a guard back
    return {name: guard for name, guard in guards.items() if guard}


def _is_owned(model, field):
    """Whether the code alone fills a field, as its definition says."""
    return (
        field.store
        and field.name not in models.MAGIC_COLUMNS
        and field.readonly
        and not field.name.startswith(model._guard_free)
    )


# ----------------------------------------------------------------------
# Asking
# ----------------------------------------------------------------------
def check_create(model: models.BaseModel, vals_list: Iterable[dict]) -> None:
    """Refuse values for guarded fields, also from the context and ``ir.default``.

    :raise UserError: naming the fields and what to do instead
    """
    guards = {
        name: guard
        for name, guard in _get_binding(model).items()
        if not guard.at_creation and not guard.permits(model.env)
    }
    if not guards:
        return
    given = _get_given_defaults(model, guards)
    refused = dict.fromkeys(
        name
        for vals in vals_list
        for name, value in {**given, **vals}.items()
        if name in guards
        and not guards[name].lets(value)
        and not _is_default(model, name, value)
    )
    if refused:
        raise _get_error(model, {name: guards[name] for name in refused})


def check_write(records: models.BaseModel, vals: dict) -> None:
    """Refuse to change guarded fields by hand; the value that is there already passes.

    :raise UserError: naming the fields and what to do instead
    """
    guards = _get_binding(records)
    refused = {}
    for name in guards.keys() & vals.keys():
        guard = guards[name]
        if guard.lets(vals[name]) or guard.permits(records.env):
            continue
        changed = records.filtered(
            lambda record, name=name: not _is_same(record, name, vals[name])
        )
        if changed and guard.covers(changed):
            refused[name] = guard
    if refused:
        raise _get_error(records, refused)


def _get_binding(model):
    """The guards that hold for whoever writes now."""
    if is_by_button(model.env):
        return {}
    guards = get_guards(model)
    if not model.env.su:
        return guards
    return {name: guard for name, guard in guards.items() if guard.binds_system}


def _get_given_defaults(model, guards):
    """Defaults that are not the model's own: of the context, and set by users."""
    given = model.env["ir.default"]._get_model_defaults(model._name)
    context = model.env.context
    keys = {f"default_{name}": name for name in guards}
    return {
        **{name: given[name] for name in guards if name in given},
        **{name: context[key] for key, name in keys.items() if key in context},
    }


def forget_user_defaults(
    model: models.BaseModel, values: dict, names: Iterable[str]
) -> dict:
    """Default values without those that users have set for what the system fills: what
    it creates would take them, too."""
    given = model.env["ir.default"]._get_model_defaults(model._name)
    for name in given.keys() & values.keys() & set(names):
        if f"default_{name}" in model.env.context:
            continue
        field = model._fields[name]
        if field.default:
            own = {name: field.default(model)}
            values |= model._convert_to_write(own)
        else:
            del values[name]
    return values


def _is_default(model, name, value):
    field = model._fields[name]
    own = field.default(model) if field.default else False
    return _is_same(model.new({name: own}), name, value)


def _is_same(record, name, value):
    field = record._fields.get(name)
    if field is None or field.type == "binary":
        return False
    if field.type in ("one2many", "many2many"):
        return not value
    record = record.sudo()
    try:
        wanted = field.convert_to_cache(value, record)
    except (TypeError, ValueError):
        return False
    return wanted == field.convert_to_cache(record[name], record)


def _get_error(records, refused):
    env = records.env
    labels = [
        field["string"] for field in records.sudo().fields_get(refused).values()
    ] or list(refused)
    ways = dict.fromkeys(env._(guard.way) for guard in refused.values())
    kind = AccessError if all(guard.group for guard in refused.values()) else UserError
    return kind(
        env._(
            "%(fields)s of %(model)s cannot be changed by hand. %(way)s",
            fields=", ".join(labels),
            model=_get_names(records),
            way=" ".join(ways),
        )
    )


def _get_names(records):
    names = [name for name in records.sudo()[:5].mapped("display_name") if name]
    return ", ".join(names) or records.env["ir.model"]._get(records._name).sudo().name
