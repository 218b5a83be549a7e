"""The version of a list that is in force: its row, and its file."""

import contextlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, select

from gatekeeper.lists.paths import Layout
from gatekeeper.lists.tables import versions
from gatekeeper.lists.version.file import VersionFile, open_version


def version_row(connection: Connection, row: Row[Any]) -> Row[Any]:
    """The row of the version in force."""
    query = select(versions).where(versions.c.list_id == row.id, versions.c.version == row.version)
    return connection.execute(query).one()


def open_base(connection: Connection, layout: Layout, row: Row[Any]) -> VersionFile | None:
    """The file, for the caller to close; None where nothing was imported.

    Raises:
        StoreError: it can't be used.
    """
    if not row.version:
        return None
    build = version_row(connection, row).build
    return open_version(layout.exact(row.name, row.version), row.name, row.version, build)


@contextlib.contextmanager
def opened_base(connection: Connection, layout: Layout, row: Row[Any]) -> Iterator[VersionFile | None]:
    """The file, which is closed in the end. Raises what `open_base` raises."""
    base = open_base(connection, layout, row)
    try:
        yield base
    finally:
        if base is not None:
            base.close()
