"""The gate of public methods: what a program hands over is what it has to be.

Each public method of these addons is marked as one of ``records`` (one or more),
``record`` (exactly one) or ``model`` (none), with a check from ``tools/arguments.py``
for each of its arguments::

    @public.records(reason=check_text, location_ids=check_some_ids)
    def action_hold(self, reason, location_ids=None): ...

Who may not read such records is told that first. Then ids that are absent, wrong, or of
no record are refused by name: an answer about nothing would look like a good one.
"""

import inspect
from collections.abc import Callable
from functools import partial, wraps

from odoo.exceptions import MissingError, UserError
from odoo.models import BaseModel
from odoo.orm.identifiers import NewId

from .arguments import check_ids


def records(missing: str = "", **checks: Callable) -> Callable:
    """A public method of one or more records.

    :param missing: what to say if there is none, instead of the usual words
    """
    return _mark(partial(check_records, missing=missing), checks)


def record(**checks: Callable) -> Callable:
    """A public method of exactly one record."""
    return _mark(check_record, checks)


def model(**checks: Callable) -> Callable:
    """A public method of a model; it asks for further rights itself."""
    return _mark(check_model, checks)


def _mark(check_self, checks):
    def decorate(method):
        signature = inspect.signature(method)

        @wraps(method)
        def checked(self, *args, **kwargs):
            check_self(self)
            if len(set(self._ids)) < len(self._ids):
                # a record that is named twice is meant once
                self = self.browse(dict.fromkeys(self._ids))
            if checks:
                given = signature.bind(self, *args, **kwargs)
                for name, check in checks.items():
                    if name in given.arguments:
                        value = given.arguments[name]
                        given.arguments[name] = check(self.env, name, value)
                args, kwargs = given.args[1:], given.kwargs
            return method(self, *args, **kwargs)

        return checked

    return decorate


def check_model(found: BaseModel) -> None:
    """:raise AccessError: if the user may read no record of it"""
    if not found._abstract:
        found.browse().check_access("read")


def check_records(found: BaseModel, missing: str = "") -> None:
    """:raise AccessError: if the user may not read one of them
    :raise MissingError: naming the ids of no record
    :raise UserError: without ids, or if they are none
    """
    env = found.env
    found.browse().check_access("read")
    ids = [key for key in found._ids if not isinstance(key, NewId)]
    check_ids(env, "ids", ids)
    if not found:
        raise UserError(
            (missing and env._(missing))
            or env._(
                "Nothing is chosen: ids is missing. It has to say which records of "
                "%(model)s are meant, as [42].",
                model=found._name,
            )
        )
    if not are_readable(found):
        check_exist(found)
        found.check_access("read")


def are_readable(found: BaseModel) -> bool:
    """Whether all of them are sure to exist, and may be read: one look-up by id, where
    Odoo's own check fetches all columns of the records.

    If not, they may still be: then ``check_access`` has to say so.
    """
    ids = set(found._ids)
    if type(found)._check_access is not BaseModel._check_access or not all(
        isinstance(key, int) for key in ids
    ):
        return False
    return set(found._search([("id", "in", list(ids))], active_test=False)) == ids


def check_record(found: BaseModel) -> None:
    """The same, for methods of exactly one record."""
    check_records(found)
    if len(found) > 1:
        raise UserError(
            found.env._(
                "Ask for one record of %(model)s at a time: ids has to be one id, as "
                "[42].",
                model=found._name,
            )
        )


def check_exist(found: BaseModel) -> None:
    """:raise MissingError: naming the ids of no record"""
    missing = found - found.exists()
    if missing:
        raise MissingError(
            found.env._(
                "There is no %(model)s with the id %(ids)s (any more).",
                model=found._description,
                ids=", ".join(map(str, missing.ids)),
            )
        )
