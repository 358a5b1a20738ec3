from . import recall_reply
