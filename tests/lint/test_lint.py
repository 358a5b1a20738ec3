"""The style of the code, checked by the tools that check it everywhere else."""

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

REPO = Path(__file__).parents[2]
ADDONS = sorted(path.parent.name for path in REPO.glob("*/__manifest__.py"))


def run(*command):
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=REPO,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"\n{done.stdout}\n{done.stderr}"


def test_ruff_check():
    run("ruff", "check", "--no-cache", ".")


def test_ruff_format():
    run("ruff", "format", "--no-cache", "--check", ".")


def test_pylint_odoo():
    # in one go, which reads what they share once
    run("pylint", *ADDONS)


def test_the_demo_needs_no_tools_of_the_tests():
    """Its story is told with the builder of the tests, whose package it reads."""
    only_for_tests = re.compile(
        r"^(?:import|from) (epcis_event_hash_generator|hypothesis|jsonschema|pyld"
        r"|pytest|zxingcpp)\b",
        re.MULTILINE,
    )
    for path in REPO.glob("lot_*/tests/*.py"):
        assert not only_for_tests.findall(path.read_text(encoding="utf-8")), path


def test_pages_are_made_of_the_fragments():
    command = [sys.executable, "setup/lib/readme.py", "--check", *ADDONS]
    done = subprocess.run(
        command, cwd=REPO, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("addon", ADDONS)
def test_wheel_builds(addon, tmp_path):
    run(
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        tmp_path,
        f"./{addon}",
    )
    assert list(tmp_path.glob(f"odoo_addon_{addon}-19.0.*.whl"))


@pytest.mark.parametrize("addon", ADDONS)
def test_an_addon_shows_what_it_is(addon):
    """What a shop of addons and Odoo's own list of apps show."""
    folder = REPO / addon
    manifest = ast.literal_eval((folder / "__manifest__.py").read_text())
    version = manifest["version"]
    assert re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", version)
    assert manifest["summary"] and manifest["development_status"]
    assert manifest["images"]
    for name in (*manifest["images"], "static/description/icon.png"):
        # the width stands in a fixed place of the file
        with open(folder / name, "rb") as picture:
            assert int.from_bytes(picture.read(20)[16:], "big") >= 128, name
    # its news begin with what is new in it, and no migration is of a later one
    history = (folder / "readme" / "HISTORY.md").read_text(encoding="utf-8")
    assert history.startswith(f"# {version}\n")
    numbers = [path.name for path in (folder / "migrations").iterdir()]
    assert max(map(as_numbers, numbers)) <= as_numbers(version)


def as_numbers(version):
    return [int(part) for part in version.split(".")]


@pytest.mark.parametrize("addon", ADDONS)
def test_no_xml_id_is_given_twice(addon):
    """The later record would replace the earlier one in silence."""
    ids = Counter(
        record.get("id")
        for path in sorted((REPO / addon).rglob("*.xml"))
        if "static" not in path.parts
        for record in etree.parse(path).iter("record", "menuitem", "template")
        if "." not in record.get("id", ".")
    )
    assert not [name for name, count in ids.items() if count > 1]
