from . import test_lot_recall
from . import test_lot_recall_wizard
from . import test_recall_roles
from . import test_recall_tour
from . import test_scope_path
from . import test_security
