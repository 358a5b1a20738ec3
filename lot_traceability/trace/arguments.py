"""What the public methods of the trace take, besides ``tools/arguments.py``."""

from collections.abc import Collection

from odoo.api import Environment
from odoo.exceptions import UserError

from ..tools.arguments import show
from .genealogy import DOWNSTREAM, UPSTREAM


def check_direction(env: Environment, direction) -> str:
    """``downstream`` or ``upstream``."""
    if not isinstance(direction, str) or direction not in (DOWNSTREAM, UPSTREAM):
        raise UserError(
            env._(
                'direction has to be "%(down)s" or "%(up)s", not %(value)s.',
                down=DOWNSTREAM,
                up=UPSTREAM,
                value=show(direction),
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
                value=show(parts),
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


def check_model(env: Environment, value) -> str:
    """The technical name of a model that is there."""
    if not isinstance(value, str) or value not in env or env[value]._abstract:
        raise UserError(
            env._(
                "model has to be the technical name of a model of this database, as "
                '"stock.picking", not %(value)s.',
                value=show(value),
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
                value=show(value),
            )
        )
    return {key: max(count, 0) for key, count in value.items()}
