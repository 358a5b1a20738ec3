"""A database of the last released state, with data in it, upgrades and works."""

import subprocess
from pathlib import Path

COMMAND = Path(__file__).parents[1] / "setup" / "upgrade"


def test_a_database_of_the_last_released_state():
    done = subprocess.run(
        [COMMAND, "--last"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    # a copy of the files alone has no earlier state
    is_bare = "no earlier state" in done.stdout or "not in this clone" in done.stdout
    assert is_bare or done.returncode == 0, done.stdout
