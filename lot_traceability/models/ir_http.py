from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _auth_method_session_or_key(cls):
        """A file is for who is logged in, or sends an API key as for JSON-2."""
        # Odoo's own method for keys takes a session only where a person clicks a link,
        # and not from the downloads of the web client
        if request.httprequest.headers.get("Authorization"):
            return cls._auth_method_bearer()
        return cls._auth_method_user()
