def post_init_hook(env):
    """Give the lots that are there the form in which numbers are compared, and each
    warehouse its quarantine."""
    env["lot.number"]._rebuild()
    env["stock.warehouse"]._create_missing_quarantines()
