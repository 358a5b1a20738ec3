"""When two numbers are the same for a person who reads them."""

import unicodedata


def normalize(number):
    """Bring a number into the form in which it is compared.

    Letter case, blanks around it, the kind and number of blanks inside of it, and
    look-alike forms of a character (full-width, non-breaking) make no difference.

    >>> normalize("  lot\\u00a01 "), normalize("ＬＯＴ   1")
    ('lot 1', 'lot 1')
    """
    return " ".join(unicodedata.normalize("NFKC", number or "").casefold().split())
