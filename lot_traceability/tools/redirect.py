"""An error that leads on: with a button to what it names."""

from odoo.exceptions import UserError
from odoo.models import BaseModel


class RedirectError(UserError):
    """A ``UserError`` for programs; the web client shows a button besides.

    Odoo's ``RedirectWarning`` is no ``UserError``: whoever catches those would miss it.

    :param action: of the window that the button opens
    :param button: what stands on it
    """

    def __init__(self, message: str, action: dict, button: str):
        super().__init__(message)
        self.args = (message, action, button)

    def __str__(self):
        return str(self.args[0])


def refuse(message: str, record: BaseModel, button: str) -> UserError:
    """The error that leads to a record, if the user may read it.

    >>> raise refuse(env._("R1 holds it."), recall, env._("Open R1"))
    """
    if not record or not record.has_access("read"):
        return UserError(message)
    action = {
        "type": "ir.actions.act_window",
        "res_model": record._name,
        "res_id": record.id,
        "views": [(False, "form")],
        "target": "current",
    }
    return RedirectError(message, action, button)
