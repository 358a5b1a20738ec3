from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Invisible characters and kinds of hyphens make no other number from this version
    on; vendors' numbers have a form of comparison, too."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["lot.number"]._rebuild()
    # labels of telephones (8040 to 8043); the rule is not updated by itself
    rule = env.ref("lot_traceability.barcode_rule_gs1_other", False)
    if rule:
        rule.pattern = rule.pattern.replace(r"|80[0-3]\d|", r"|80[0-4]\d|")
