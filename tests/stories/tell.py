"""Print the demo story's traces; run in an Odoo shell, changes nothing."""

from tests.stories import telling

print(telling.tell(env))
