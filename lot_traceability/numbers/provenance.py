"""Where a number comes from: kept on the lot, and said by the server alone.

A client can type a number; it cannot say that it was generated or read from a label.
"""

from odoo.api import Environment

from .. import guards

NUMBER_ORIGINS = [
    ("generated", "Generated"),
    ("supplier", "Supplier Label"),
    ("manufacturing", "Manufacturing Batch"),
    ("typed", "Typed"),
    ("imported", "Imported"),
]


class Origin(str):
    """An origin among the values of a record, put there by this server: a value that
    came over the network is a plain text."""

    __slots__ = ()


def take_origins(vals_list: list[dict]) -> list[dict]:
    """Take what the server said of origins out of values, before they are guarded.

    :return: ``{"number_origin": origin}`` or an empty dict, for each of them
    """
    return [
        {"number_origin": str(vals.pop("number_origin"))}
        if isinstance(vals.get("number_origin"), Origin)
        else {}
        for vals in vals_list
    ]


def get_origin(env: Environment) -> str:
    """What is said of numbers that are created now and say nothing themselves."""
    return guards.handed(env, "number_origin", "typed")
