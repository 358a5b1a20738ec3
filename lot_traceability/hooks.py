from .adoption import big_database
from .leaving import leave


def pre_init_hook(env):
    """On a large database, do what takes long before Odoo locks the tables."""
    if big_database.is_large(env.cr):
        big_database.prepare(env)


def post_init_hook(env):
    """Give the lots that are there the form in which numbers are compared, and each
    warehouse its quarantine."""
    changed = big_database.get_changed_since(env)
    if changed is None:
        env["lot.number"]._rebuild()
    elif changed:
        env["lot.number"]._rebuild(changed)
    env["stock.warehouse"]._create_missing_quarantines()


def uninstall_hook(env):
    """Export what is lost, tell of held lots, and leave the database in order."""
    leave(env, "lot_traceability")
