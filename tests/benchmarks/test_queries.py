"""How many queries the addons add where Odoo works hardest: what is exact.

How much longer it takes is measured by ``setup/bench``.
"""

from functools import cache

import pytest

from odoo.tests.common import get_db_name

from .side_by_side import drop_databases, make_databases, measure

# hardly a query more
ALLOWED = 1.05
# the first one fills what is kept; the numbers of queries of the later ones are equal
ROUNDS = "6"


@pytest.fixture(scope="module")
def databases():
    names = make_databases(f"{get_db_name()}_queries")
    yield names
    drop_databases(names)


@cache
def count_queries(database, script, **variables):
    return measure(database, script, LOT_BENCH_ROUNDS=ROUNDS, **variables)["queries"]


@pytest.mark.parametrize("script", ["receipt.py", "production.py", "reservation.py"])
def test_hardly_a_query_more(databases, script):
    queries = {
        kind: count_queries(database, script) for kind, database in databases.items()
    }
    assert queries["with"] <= ALLOWED * queries["without"], queries


def test_serials_of_one_dialog(databases):
    """No query per serial of ours: what is more, is as much for 100 as for 400."""
    more = {}
    for count in (100, 400):
        variables = {"LOT_BENCH_COUNT": str(count)}
        figures = {
            kind: measure(database, "serials.py", **variables)
            for kind, database in databases.items()
        }
        more[count] = sum(
            step["queries"] - figures["without"].get(name, {"queries": 0})["queries"]
            for name, step in figures["with"].items()
        )
    assert more[400] <= more[100] + 20, more


def test_reservation_with_a_minimum_shelf_life(databases):
    """No query per line of ours."""
    plain = count_queries(databases["with"], "reservation.py")
    ruled = count_queries(databases["with"], "reservation.py", LOT_BENCH_RULE="1")
    assert ruled <= plain + 20
