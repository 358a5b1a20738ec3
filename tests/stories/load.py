"""Load the demo story into the database of an Odoo shell, once."""

from tests.stories import story

if not story.is_loaded(env):
    story.load(env)
    env.cr.commit()
