"""More characters that look alike are the same in a number: digits of other scripts,
curly quotes, other slashes. The forms in which numbers are compared are worked out
again."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if version:
        api.Environment(cr, SUPERUSER_ID, {})["lot.number"]._rebuild()
