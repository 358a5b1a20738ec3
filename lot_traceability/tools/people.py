"""Who can be in charge of something."""

from odoo.exceptions import ValidationError
from odoo.models import BaseModel


def refuse_outsiders(records: BaseModel, *names: str) -> None:
    """Whoever is in charge works here: to others neither screens nor to-dos open.

    :param names: fields that name users
    :raise ValidationError: naming the users of the portal
    """
    # sudo: who a user is does not depend on who asks
    users = records.env["res.users"].union(*(records.sudo()[name] for name in names))
    if outsiders := users.filtered("share"):
        raise ValidationError(
            records.env._(
                "%(users)s cannot be in charge here: choose internal users.",
                users=", ".join(outsiders.mapped("name")),
            )
        )
