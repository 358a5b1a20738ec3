"""What the public methods of the trace take: anything else is refused by name.

A client may send whatever JSON holds; each check names the argument and says what it
has to be.
"""

from collections.abc import Collection

from odoo.api import Environment
from odoo.exceptions import UserError

from ..numbers.form import strip_unwritable
from .genealogy import DOWNSTREAM, UPSTREAM

# ids are numbers of this type of the database
MOST_ID = 2**31 - 1


def check_direction(env: Environment, direction) -> str:
    """``downstream`` or ``upstream``."""
    if not isinstance(direction, str) or direction not in (DOWNSTREAM, UPSTREAM):
        raise UserError(
            env._(
                'direction has to be "%(down)s" or "%(up)s", not %(value)s.',
                down=DOWNSTREAM,
                up=UPSTREAM,
                value=_show(direction),
            )
        )
    return direction


def check_parts(env: Environment, parts, known: Collection[str]) -> list[str]:
    """Names of parts; None, or an empty list, are all of them."""
    if parts is None or parts is False:
        return list(known)
    is_list = isinstance(parts, list | tuple | set | frozenset)
    if not is_list or not all(isinstance(part, str) for part in parts):
        raise UserError(
            env._(
                'parts has to be a list of names, as ["lots"], not %(value)s. '
                "There are: %(known)s",
                value=_show(parts),
                known=", ".join(known),
            )
        )
    unknown = sorted(set(parts) - set(known))
    if unknown:
        raise UserError(
            env._(
                "A trace has no part %(unknown)s. Ask for some of: %(known)s",
                unknown=", ".join(unknown),
                known=", ".join(known),
            )
        )
    return [name for name in known if not parts or name in parts]


def check_whole(env: Environment, name: str, value) -> int:
    """A whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise UserError(
            env._(
                "%(name)s has to be a whole number, not %(value)s.",
                name=name,
                value=_show(value),
            )
        )
    return value


def check_text(env: Environment, name: str, value) -> str:
    """A text, without the characters that no paper has; None and False are none."""
    if value is None or value is False:
        return ""
    if not isinstance(value, str):
        raise UserError(
            env._(
                "%(name)s has to be a text, not %(value)s.",
                name=name,
                value=_show(value),
            )
        )
    return strip_unwritable(value).strip()


def check_ids(env: Environment, name: str, value) -> list[int]:
    """A list of ids of records, or one id."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = [value]
    is_list = isinstance(value, list | tuple | set | frozenset)
    if not is_list or not all(map(_is_id, value)):
        raise UserError(
            env._(
                "%(name)s has to be a list of ids, as [42], not %(value)s.",
                name=name,
                value=_show(value),
            )
        )
    return list(value)


def _is_id(value) -> bool:
    return isinstance(value, int) and value is not True and 0 < value <= MOST_ID


def check_model(env: Environment, value) -> str:
    """The technical name of a model that is there."""
    if not isinstance(value, str) or value not in env or env[value]._abstract:
        raise UserError(
            env._(
                "model has to be the technical name of a model of this database, as "
                '"stock.picking", not %(value)s.',
                value=_show(value),
            )
        )
    return value


def check_opened(env: Environment, value) -> dict[str, int]:
    """``{key of a folded node: how many of its lots are shown}``."""
    if value is None or value is False:
        return {}
    if not isinstance(value, dict) or not all(
        isinstance(key, str) and isinstance(count, int) and not isinstance(count, bool)
        for key, count in value.items()
    ):
        raise UserError(
            env._(
                "opened has to say of folded nodes how many of their lots are shown, "
                'as {"fold:1:42": 40}, not %(value)s.',
                value=_show(value),
            )
        )
    return {key: max(count, 0) for key, count in value.items()}


def _show(value) -> str:
    """A wrong value in a message, short."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
