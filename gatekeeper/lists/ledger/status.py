"""Status of the lists: tells people how each stands, and what it has on a number."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, func, select

from gatekeeper.errors import FilterMismatchError, StoreError
from gatekeeper.lists.ledger import overlay as by_hand
from gatekeeper.lists.ledger.in_force import opened_base, version_row
from gatekeeper.lists.model import ListKind, ListStatus, Membership, OverlayChange, shown_version
from gatekeeper.lists.paths import Layout
from gatekeeper.lists.tables import changes, lists, overlay
from gatekeeper.lists.version.bloom import SavedFilter
from gatekeeper.lists.version.file import VersionFile
from gatekeeper.storage import open_engine, translated
from gatekeeper.storage.sqlite.engine import open_immutable
from gatekeeper.translation import phrase

if TYPE_CHECKING:
    from gatekeeper.lists.version.bloom import FilterMeta


def membership(connection: Connection, layout: Layout, row: Row[Any], number: int, now: int) -> Membership:
    """What a list holds about a number.

    Args:
        connection: to the main database.
        layout: where the lists lie.
        row: of the list.
        number: E.164.
        now: in microseconds since the epoch.

    Raises:
        StoreError: the version's file can't be used.
    """
    history = connection.execute(
        select(changes.c.seq, changes.c.at, changes.c.op, changes.c.by, changes.c.note)
        .where(changes.c.list_id == row.id, changes.c.number == number)
        .order_by(changes.c.seq)
    ).all()
    said = tuple(OverlayChange(*change) for change in history)
    op = connection.execute(
        select(overlay.c.op).where(overlay.c.list_id == row.id, overlay.c.number == number)
    ).scalar_one_or_none()
    with opened_base(connection, layout, row) as base:
        in_base = base is not None and bool(base.holding([number]))
        until = base.cleared_until(number) if base is not None and row.kind == ListKind.WASH else 0
    listed = op == by_hand.ADD or (op is None and in_base)
    source, since, by, note = "", None, "", ""
    if op is None and in_base:
        version = version_row(connection, row)
        source, since, by, note = "import", version.imported_at, version.imported_by, version.source
    elif said:
        # Added again while listed, it is listed since the first of these additions.
        last = _since(said) if listed else said[-1]
        source, since, by, note = "hand" if listed else "", last.at, last.by, last.note
    kind = ListKind(row.kind)
    shown = shown_version(row.version, row.changes)
    cleared_until = until if until > now and not listed else None
    return Membership(row.name, kind, listed, shown, source, since, by, note, said, cleared_until)


def status(connection: Connection, layout: Layout, row: Row[Any]) -> ListStatus:
    """How a list stands; what is wrong with its files is in the status."""
    counted = select(overlay.c.op, func.count()).where(overlay.c.list_id == row.id).group_by(overlay.c.op)
    hand: dict[str, int] = {op: count for op, count in connection.execute(counted)}  # noqa: C416 - rows, not pairs
    version = version_row(connection, row) if row.version else None
    problem, ready = "", True
    if version is not None:
        try:
            with opened_base(connection, layout, row) as base:
                problem = _canary_problem(base, version)
        except StoreError as error:
            problem = str(error)
        ready = filter_problem(layout, row, version.build) == ""
    return ListStatus(
        name=row.name,
        kind=ListKind(row.kind),
        title=row.title,
        version=row.version,
        count=row._mapping["count"],  # noqa: SLF001 - public in spite of its name; Row.count is a method
        added_by_hand=hand.get(by_hand.ADD, 0),
        removed_by_hand=hand.get(by_hand.REMOVE, 0),
        source=version.source if version else "",
        source_date=version.source_date if version else None,
        imported_at=version.imported_at if version else None,
        imported_by=version.imported_by if version else "",
        valid_until=version.valid_until if version else None,
        sha256=version.sha256 if version else "",
        filter_ready=ready,
        problem=problem,
        cleared=version.cleared if version else 0,
        prefixes=tuple(version.prefixes.split()) if version else (),
    )


def read_status(data_dir: Path) -> list[ListStatus]:
    """How every list stands, by name, with nothing written: for who only looks, as another user than the daemon.

    Args:
        data_dir: the data folder.

    Raises:
        StoreError: the lists can't be read, or are of a version whose tables are others.
    """
    layout = Layout(data_dir)
    # A reader of a database that nobody has open would leave the files of its log behind.
    in_use = layout.database.with_name(f"{layout.database.name}-wal").exists()
    engine = open_engine(layout.database, read_only=True) if in_use else open_immutable(layout.database)
    with translated(layout.database), engine.connect() as connection:
        rows = connection.execute(select(lists).order_by(lists.c.name)).all()
        return [status(connection, layout, row) for row in rows]


def filter_problem(layout: Layout, row: Row[Any], build: str, *, deeply: bool = False) -> str:
    """What is wrong with a list's filter, "" where nothing is; `deeply` reads all its bits."""
    path = layout.filter(row.name, row.version)
    try:
        saved = SavedFilter(path)
    except FilterMismatchError as error:
        return str(error)
    with contextlib.closing(saved):
        meta: FilterMeta = saved.meta
        if (meta.list, meta.version, meta.build) != (row.name, row.version, build):
            return phrase("{path} belongs to another version", path=path)
        return phrase("{path} is damaged", path=path) if deeply and not saved.intact() else ""


def _canary_problem(base: VersionFile | None, version: Row[Any]) -> str:
    """What is wrong with a version's file by the numbers that are known to be in it and not; "" where nothing is."""
    if base is None:
        return ""
    missing = version.canary is not None and not base.holding([version.canary])
    if missing or (version.absent is not None and base.holding([version.absent])):
        return phrase(
            "{path} does not answer as it should: bring back an older version, or import the list again", path=base.path
        )
    return ""


def _since(said: tuple[OverlayChange, ...]) -> OverlayChange:
    """The addition since which a number is listed without a break."""
    first = said[-1]
    for change in reversed(said):
        if change.op != by_hand.ADD:
            break
        first = change
    return first
