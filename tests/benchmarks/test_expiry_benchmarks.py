"""What dates, FEFO and shelf life cost where Odoo reserves, with and without the addon.

The figures are printed: ``setup/test tests/benchmarks -s``.
"""

import json

import pytest

from odoo.tests.common import get_db_name

from .test_benchmarks import ALLOWED, compare, measure, run_odoo


@pytest.fixture(scope="module")
def databases():
    """One database with Odoo's apps alone, and one with the addon, too."""
    names = {}
    addons = {"without": "product_expiry", "with": "lot_traceability_expiry"}
    for kind, addon in addons.items():
        names[kind] = f"{get_db_name()}_expiry_{kind}"
        done = run_odoo("-d", names[kind], "-i", addon, "--stop-after-init")
        assert done.returncode == 0, done.stdout
    yield names
    for name in names.values():
        run_odoo("db", "drop", name)


def test_reservation_of_a_delivery_with_100_lines(databases):
    """At most 5 % slower, and hardly a query more."""
    ratios = compare(databases, "reservation.py")
    assert ratios["processor"] <= ALLOWED
    assert ratios["queries"] <= ALLOWED


def test_reservation_with_a_minimum_shelf_life(databases):
    """No query per line of ours."""
    plain = measure(databases["with"], "reservation.py")
    ruled = measure(databases["with"], "reservation.py", LOT_BENCH_RULE="1")
    print("\nwith a rule:", json.dumps({"plain": plain, "ruled": ruled}))
    assert ruled["queries"] <= plain["queries"] + 20
