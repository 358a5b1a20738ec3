"""The guarded webhook of ``lot_traceability``, for alerts."""

from odoo.addons.lot_traceability.tools.webhook import (
    WebhookError,
    check_url,
    post_json,
    resolve,
)

__all__ = ["WebhookError", "check_url", "post_json", "resolve"]
