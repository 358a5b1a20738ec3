"""Locks on records that say in words when somebody else has them."""

from odoo.exceptions import LockError, UserError
from odoo.models import BaseModel


def lock(records: BaseModel, allow_referencing: bool = False) -> None:
    """Keep others from changing the records until this transaction ends.

    :param allow_referencing: let others refer to them meanwhile
    :raise UserError: if somebody else is changing them just now
    """
    try:
        records.lock_for_update(allow_referencing=allow_referencing)
    except LockError as error:
        raise UserError(
            records.env._(
                "%(names)s: somebody else is changing this just now. Try again in a "
                "moment.",
                names=", ".join(records[:5].mapped("display_name")),
            )
        ) from error
