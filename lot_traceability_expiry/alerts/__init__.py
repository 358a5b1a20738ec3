"""Who is told of dates that come near, and by which way.

``due`` finds what a rule has to alert, ``sending`` does the daily run, ``todos`` and
``escalation`` make the to-dos, ``digest`` says who gets which message, ``text`` is what
people read, ``webhook`` posts to an address.
"""
