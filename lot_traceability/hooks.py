def post_init_hook(env):
    """Give the lots that are there the form in which numbers are compared."""
    env["lot.number.scope"]._rebuild()
