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


# an origin among the values of a record, as only this server can say it
Origin = guards.SaidByServer


def get_origin(env: Environment) -> str:
    """What is said of numbers that are created now and say nothing themselves."""
    return guards.handed(env, "number_origin", "typed")
