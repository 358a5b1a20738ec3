"""What is asked of move lines when they are done, and when they are corrected after.

- ``missing_lots``: tracked goods without a number
- ``below_zero``: *No Lot Below Zero*
- ``corrections``: who may change what is done, with which reason
- ``documents``: partner, day and lock of a document that is done
- ``joins``: which goods went into which
- ``nameless``: goods that leave without the number that they have
- ``sold``: goods that are paid and gone; rules are noted there, not enforced
"""
