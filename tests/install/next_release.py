"""The next release, as a test can have one: this tree under a higher version, with one revision more of databases."""

import re
import zipfile
from importlib import import_module
from pathlib import Path
from typing import Final

from gatekeeper import __version__
from package.deb import build

VERSION: Final = f"{__version__}.1"
STORES: Final = {
    "lists.sqlite3": "gatekeeper.lists.migrations",
    "journal.sqlite3": "gatekeeper.journal.sqlite.migrations",
}
"""The databases that it changes, with the packages of their migrations."""

_MIGRATION: Final = '''\
"""A table of the next release."""

import sqlalchemy as sa
from alembic import op

revision = "{after}"
down_revision = "{before}"


def upgrade() -> None:
    op.create_table("of_the_next_release", sa.Column("id", sa.Integer, primary_key=True))
'''


def head(migrations: str) -> str:
    """The newest revision of this tree's."""
    return str(import_module(migrations).HEAD)


def next_head(migrations: str) -> str:
    """The one behind it."""
    return f"{int(head(migrations)) + 1:04}"


def build_next(wheel: Path, folder: Path) -> Path:
    """Build the next release's Debian package out of this one's wheel."""
    made = folder / wheel.name.replace(f"-{__version__}-", f"-{VERSION}-")
    migrations = {name.replace(".", "/"): name for name in STORES.values()}
    with zipfile.ZipFile(wheel) as now, zipfile.ZipFile(made, "w") as after:
        for one in now.infolist():
            content = now.read(one)
            package, _, file = one.filename.rpartition("/")
            if file == "METADATA" or one.filename == "gatekeeper/__init__.py":
                content = content.replace(__version__.encode(), VERSION.encode(), 1)
            elif package in migrations and file == "__init__.py":
                name = migrations[package]
                content = re.sub(rb'HEAD = "\d+"', f'HEAD = "{next_head(name)}"'.encode(), content)
                text = _MIGRATION.format(before=head(name), after=next_head(name))
                after.writestr(f"{package}/versions/{next_head(name)}_next.py", text)
            after.writestr(one.filename.replace(f"-{__version__}.dist-info", f"-{VERSION}.dist-info"), content)
    return build(made, folder, compression="none")
