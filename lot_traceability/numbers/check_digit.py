"""Check characters at the end of numbers, to catch a digit that was mistyped.

==========  ===================================================================
``luhn``    ISO/IEC 7812-1 Annex B, as on payment cards and IMEI; over the digits
``gs1``     GS1 General Specifications 7.9, as on a GTIN; over the digits
``mod37``   ISO/IEC 7064, MOD 37,36; over digits and letters
==========  ===================================================================
"""

import string

ALPHABET = string.digits + string.ascii_uppercase
METHODS = ("luhn", "gs1", "mod37")


def check_character(method, body):
    """The character that belongs behind ``body``; other characters do not count."""
    return _RECKON[method](body)


def is_valid(method, number):
    """Say whether the last character of ``number`` is the check character of the rest.

    >>> is_valid("gs1", "4006381333931"), is_valid("luhn", "79927398710")
    (True, False)
    """
    body, last = number[:-1], number[-1:].upper()
    counts = any(character in ALPHABET for character in body.upper())
    return bool(last) and counts and check_character(method, body) == last


def _digits(body):
    return [int(character) for character in body if character in string.digits]


def _luhn(body):
    total = 0
    for position, digit in enumerate(reversed(_digits(body))):
        doubled = digit * 2 if position % 2 == 0 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def _gs1(body):
    weighted = enumerate(reversed(_digits(body)))
    return str(-sum(digit * (1 if place % 2 else 3) for place, digit in weighted) % 10)


def _mod37(body):
    value = 36
    for character in body.upper():
        if character in ALPHABET:
            value = (value + ALPHABET.index(character)) % 36 or 36
            value = value * 2 % 37
    return ALPHABET[(37 - value) % 36]


_RECKON = {"luhn": _luhn, "gs1": _gs1, "mod37": _mod37}
