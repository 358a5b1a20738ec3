from . import recall_evidence
from . import recall_portal
from . import recall_reply
