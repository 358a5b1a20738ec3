"""What public methods take: anything else is refused by its name.

A client may send whatever JSON holds; each check gets the name of the argument, and
says what it has to be. ``tools/public.py`` puts them on the methods.
"""

from collections.abc import Callable, Collection

from odoo.api import Environment
from odoo.exceptions import UserError

from ..numbers.form import strip_unwritable

# ids are numbers of this type of the database
MOST_ID = 2**31 - 1


def check_whole(env: Environment, name: str, value) -> int:
    """A whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise UserError(
            env._(
                "%(name)s has to be a whole number, not %(value)s.",
                name=name,
                value=show(value),
            )
        )
    return value


def check_count(env: Environment, name: str, value) -> int:
    """A whole number of zero or more that the database can count."""
    if not 0 <= check_whole(env, name, value) <= MOST_ID:
        raise UserError(
            env._(
                "%(name)s has to be a whole number from 0 to %(most)s, not %(value)s.",
                name=name,
                most=MOST_ID,
                value=show(value),
            )
        )
    return value


def check_number(env: Environment, name: str, value) -> float:
    """A number, whole or not; None and False are zero."""
    if value is None or value is False:
        return 0
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not abs(value) < 1e15:
        raise UserError(
            env._(
                "%(name)s has to be a number, not %(value)s.",
                name=name,
                value=show(value),
            )
        )
    return value


def check_optional_number(env: Environment, name: str, value) -> float | None:
    """The same where none is something else than zero."""
    is_given = value is not None and value is not False
    return check_number(env, name, value) if is_given else None


def check_bool(env: Environment, name: str, value) -> bool:
    """Yes or no; None is no."""
    if value is not None and not isinstance(value, bool):
        raise UserError(
            env._(
                "%(name)s has to be true or false, not %(value)s.",
                name=name,
                value=show(value),
            )
        )
    return bool(value)


def check_text(env: Environment, name: str, value) -> str:
    """A text, without the characters that no paper has; None and False are none."""
    return strip_unwritable(check_raw_text(env, name, value)).strip()


def check_raw_text(env: Environment, name: str, value) -> str:
    """A text as it was scanned or pasted; None and False are none."""
    if value is None or value is False:
        return ""
    if not isinstance(value, str):
        raise UserError(
            env._(
                "%(name)s has to be a text, not %(value)s.",
                name=name,
                value=show(value),
            )
        )
    return value


def check_texts(env: Environment, name: str, value) -> list[str]:
    """A list of texts; None and False are none."""
    value = [] if value is None or value is False else value
    if not isinstance(value, list | tuple):
        raise UserError(
            env._(
                "%(name)s has to be a list of texts, not %(value)s.",
                name=name,
                value=show(value),
            )
        )
    return [
        check_text(env, f"{name}[{number}]", row) for number, row in enumerate(value)
    ]


def check_ids(env: Environment, name: str, value) -> list[int]:
    """A list of ids of records, or one id."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = [value]
    is_list = isinstance(value, list | tuple | set | frozenset)
    if not is_list or not all(map(is_id, value)):
        raise UserError(
            env._(
                "%(name)s has to be a list of ids, as [42], not %(value)s.",
                name=name,
                value=show(value),
            )
        )
    # a record that is named twice is meant once
    return list(dict.fromkeys(value))


def check_optional_ids(env: Environment, name: str, value) -> list[int]:
    """The same; None and False are none."""
    return [] if value is None or value is False else check_ids(env, name, value)


def check_some_ids(env: Environment, name: str, value) -> list[int]:
    """The same, but an empty list is refused: a program that has found none does not
    mean all of them."""
    if isinstance(value, list | tuple) and not value:
        raise UserError(
            env._(
                "%(name)s has to be a list of ids, as [42], not %(value)s.",
                name=name,
                value=show(value),
            )
        )
    return check_optional_ids(env, name, value)


def check_optional_id(env: Environment, name: str, value) -> int | bool:
    """The id of one record; None and False are none."""
    if value is None or value is False:
        return False
    if not is_id(value):
        raise UserError(
            env._(
                "%(name)s has to be the id of a record, as 42, not %(value)s.",
                name=name,
                value=show(value),
            )
        )
    return value


def check_id(env: Environment, name: str, value) -> int:
    """The id of one record."""
    return check_optional_id(env, name, value) or check_ids(env, name, value)[0]


def check_values(env: Environment, name: str, value) -> dict:
    """Values by name."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise UserError(
            env._(
                '%(name)s has to be values by name, as {"key": 1}, not %(value)s.',
                name=name,
                value=show(value),
            )
        )
    return value


def check_rows(env: Environment, name: str, value) -> list[dict]:
    """A list of values by name."""
    if not isinstance(value, list | tuple) or not value:
        raise UserError(
            env._(
                '%(name)s has to be a list of values by name, as [{"key": 1}], not '
                "%(value)s.",
                name=name,
                value=show(value),
            )
        )
    return [
        check_values(env, f"{name}[{number}]", row) for number, row in enumerate(value)
    ]


def one_of(get_known: Callable[[Environment], Collection[str]]) -> Callable:
    """A check for one of some words."""

    def check_choice(env, name, value):
        known = get_known(env)
        if not isinstance(value, str) or value not in known:
            raise UserError(
                env._(
                    "%(name)s has to be one of %(known)s, not %(value)s.",
                    name=name,
                    known=", ".join(known),
                    value=show(value),
                )
            )
        return value

    return check_choice


def is_id(value) -> bool:
    return isinstance(value, int) and value is not True and 0 < value <= MOST_ID


def show(value) -> str:
    """A wrong value in a message, short."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
