"""The examples of ``readme/DEVELOP.md``: built into an addon, installed and tried."""

import os
import re
from collections import defaultdict
from pathlib import Path

import pytest

from odoo.tests.common import get_db_name

from .benchmarks.side_by_side import drop_databases, make_installed, run_odoo

REPO = Path(__file__).parents[1]
ADDONS = sorted(path.parent.name for path in REPO.glob("*/__manifest__.py"))
BLOCK = re.compile(
    r"^```(?:python|js)\n(?:#|//) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)


def get_blocks(addon):
    """``(file, source)`` of the examples of an addon."""
    text = (REPO / addon / "readme" / "DEVELOP.md").read_text(encoding="utf-8")
    return BLOCK.findall(text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the addon of all examples."""
    folder = tmp_path_factory.mktemp("addons")
    write_addon(folder / "lot_trial")
    return folder


@pytest.fixture(scope="module")
def database(folder):
    name = f"{get_db_name()}_trial"
    make_installed(name)
    done = run("server", name, folder, "-i", "lot_trial", "--stop-after-init")
    assert done.returncode == 0, done.stdout
    yield name
    drop_databases({"trial": name})


@pytest.mark.parametrize("addon", ADDONS)
def test_examples(addon, database, folder):
    [check] = [source for name, source in get_blocks(addon) if name == "check"]
    script = folder / f"{addon}.py"
    script.write_text(f"{check}\nprint('TRIED')\n", encoding="utf-8")
    done = run("shell", database, folder, script=script)
    assert "TRIED" in done.stdout.splitlines(), done.stdout


@pytest.mark.parametrize("addon", ADDONS)
def test_rooms_exist(addon):
    """What the manual points at is there."""
    text = (REPO / addon / "readme" / "DEVELOP.md").read_text(encoding="utf-8")
    text = BLOCK.sub("", text)
    missing = [
        f"{folder}/{name}"
        for folder, name in re.findall(r"\b([a-z]+)/(\w+)", text)
        if folder not in ("readme", "tests")
        and (REPO / addon / folder).is_dir()
        # a name that goes on in the next line of the picture
        and not name.endswith("_")
        and not (REPO / addon / folder / name).exists()
        and not (REPO / addon / folder / f"{name}.py").exists()
        and not list((REPO / addon / folder).glob(f"{name}.*"))
    ]
    assert not missing


def run(command, database, folder, *arguments, **options):
    conf = Path(os.environ["LOT_ODOO_CONF"]).read_text(encoding="utf-8")
    known = re.search(r"^addons_path = (.*)$", conf, re.MULTILINE)[1]
    return run_odoo(
        *(command, "-d", database, "--no-http", f"--addons-path={known},{folder}"),
        *arguments,
        **options,
    )


def write_addon(addon):
    packages = defaultdict(list)
    for depended in ADDONS:
        for name, source in get_blocks(depended):
            if name != "check":
                path = addon / name
                if path.suffix == ".py":
                    packages[path.parent].append(path.stem)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(source, encoding="utf-8")
    for package, modules in packages.items():
        write_init(package, modules)
    write_init(addon, [package.name for package in packages])
    manifest = {"name": "Trial", "license": "LGPL-3", "depends": ADDONS}
    manifest["author"] = "Trial"
    manifest["assets"] = {"web.assets_backend": ["lot_trial/static/src/**/*"]}
    (addon / "__manifest__.py").write_text(repr(manifest), encoding="utf-8")


def write_init(folder, modules):
    text = "".join(f"from . import {module}\n" for module in modules)
    (folder / "__init__.py").write_text(text, encoding="utf-8")
