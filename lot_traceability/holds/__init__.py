"""Hold and release of lots: what a hold touches, and what may take held lots.

- ``holding``: to hold, to release, to free what is reserved
- ``impact``: what a hold would touch
- ``gate``: what is asked before and after a move line is done
"""
