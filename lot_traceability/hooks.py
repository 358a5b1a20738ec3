from .leaving import leave


def post_init_hook(env):
    """Give the lots that are there the form in which numbers are compared, and each
    warehouse its quarantine."""
    env["lot.number"]._rebuild()
    env["stock.warehouse"]._create_missing_quarantines()


def uninstall_hook(env):
    """Export what is lost, tell of held lots, and leave the database in order."""
    leave(env, "lot_traceability")
