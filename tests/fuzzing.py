"""Strange texts for tests, and how long and in which way they may be refused.

``LOT_FUZZ=2000`` tries as many examples of each; the default is for each run of tests.
"""

import os
import time

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

# far from what is measured, which is milliseconds: what hangs takes minutes
SECONDS = 5
fuzz = settings(
    max_examples=int(os.environ.get("LOT_FUZZ", "60")),
    deadline=None,
    derandomize="LOT_FUZZ" not in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def pieces(*words, size=40):
    """Texts of what means something, and of anything, in any order."""
    anything = st.text(max_size=4)
    part = st.one_of(st.sampled_from(words), anything, st.integers(0).map(str))
    short = st.lists(part, max_size=size).map("".join)
    # a piece that is repeated finds what tries everything in every way
    long = st.tuples(part, st.integers(0, 3000), part).map(lambda p: p[0] * p[1] + p[2])
    return st.one_of(short, long)


class Bounded:
    """What is inside may raise one kind of error, and does not take long: the time of
    the processor, which a busy machine does not stretch."""

    def __init__(self, *errors):
        self.errors = errors

    def __enter__(self):
        self.start = time.process_time()

    def __exit__(self, kind, error, _traceback):
        assert time.process_time() - self.start < SECONDS
        return isinstance(error, self.errors) if self.errors else False
