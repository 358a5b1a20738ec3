"""Which lots go first, and which are fresh enough.

``judging`` and ``shelf_life`` are pure: what they are given they judge. ``verdicts``
asks the stock, ``pick_check`` says what speaks against the lots that are picked,
``reservation`` lets only fit stock be reserved, ``scope`` sets FEFO as the removal
strategy.
"""
