"""Gives each of pytest's parallel processes a file store of its own.

pytest-odoo copies the database for each, but lets them share the file store, and then
one process meets the other's half-written files. Loaded by both of setup's ini files.
"""

import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest_odoo

from odoo.tools import config


@contextmanager
def own_filestore(original_database, database):
    if original_database == database:
        yield
        return
    folder = Path(config.filestore(database))
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(config.filestore(original_database), folder)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


pytest_odoo._shared_filestore = own_filestore
