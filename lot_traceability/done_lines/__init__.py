"""What is asked of move lines when they are done, and when they are corrected after.

- ``missing_lots``: tracked goods without a number
- ``below_zero``: *No Lot Below Zero*
"""
