"""Events that a supplier sends, and the receipt that they announce.

``reading`` knows no Odoo: from bytes to events, or the path of the first fault;
``announced`` what was shipped by them; ``receipt`` what that is here.
"""
