"""Numbers of lots and serials: what a text means, which numbers are good and free, new
ones, and the one finder of the lot that is written somewhere.

Plain Python: what needs the database takes the model ``lot.number`` or ``env`` first.
Another addon extends the model, not these modules.
"""
