from . import test_lot_recall
from . import test_lot_recall_wizard
from . import test_recall_tour
from . import test_security
from . import test_consignee_tools
from . import test_consignees
from . import test_notices
from . import test_recall_reply
