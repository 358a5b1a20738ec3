def migrate(cr, version):
    """Companies from before keep what they had: past the best-before date only with the
    right and a reason. New ones begin with a question."""
    cr.execute("UPDATE res_company SET lot_past_policy = 'reason'")
