"""Answers that an object gives once."""

from collections.abc import Callable
from functools import wraps


def remember(method: Callable) -> Callable:
    """A method that remembers its answers on the object that it belongs to, and lets go
    of them with it. Records are told apart by their ids: an argument is always of one
    model.

    >>> class Asked:
    ...     @remember
    ...     def double(self, number):
    ...         print("asked")
    ...         return 2 * number
    >>> asked = Asked()
    >>> asked.double(2), asked.double(2)
    asked
    (4, 4)
    """
    name = f"_remembered_{method.__name__}"

    @wraps(method)
    def ask(self, *args):
        # to hash and compare records takes longer than most answers
        key = tuple([getattr(arg, "_ids", arg) for arg in args])
        try:
            return self.__dict__[name][key]
        except KeyError:
            known = vars(self).setdefault(name, {})
        known[key] = method(self, *args)
        return known[key]

    return ask
