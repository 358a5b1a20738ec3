from . import controllers, models, report
from .hooks import post_init_hook, pre_init_hook, uninstall_hook
from . import wizards
