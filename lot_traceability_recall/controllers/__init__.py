from . import recall_evidence
