"""Lists as the desk shows them: how each stands, its versions, what differs between two, what was changed by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from gatekeeper.clock import now_micros
from gatekeeper.config import Settings
from gatekeeper.errors import StoreError, UnknownListError
from gatekeeper.lists import (
    LISTS_FILE,
    Activation,
    ListChange,
    ListKind,
    ListStatus,
    ListStore,
    VersionDiff,
    VersionInfo,
)
from gatekeeper.lists.freshness import Freshness, freshness

CHANGES = 50
"""So many changes by hand stand on a page."""


class ListStanding(NamedTuple):
    """A list as it stands.

    Attributes:
        name: of the list.
        title: what people call it; its name where it has no title.
        kind: what kind of list it is.
        state: `fresh`, `due`, `stale`, `missing` or `in force`.
        until: until when it may be relied on, in microseconds since the epoch; None where it has no end.
        days: the whole days that are left, below 0 where it is past; None where it has no end.
        status: what the store has of it; None where it has nothing yet.
        configured: whether the configuration names it.
        basis: the text of law that it rests on, or "".
    """

    name: str
    title: str
    kind: str
    state: str
    until: int | None
    days: int | None
    status: ListStatus | None
    configured: bool
    basis: str

    @property
    def blocks(self) -> bool:
        """Whether it blocks its campaigns, or can't be relied on."""
        return self.state in {"stale", "missing"} or bool(self.status and self.status.problem)


class ListPage(NamedTuple):
    """One list with its history.

    Attributes:
        row: how it stands.
        versions: every version that ever was, newest first.
        activations: which was put in force when, newest first.
        changes: the newest changes by hand; none for who may not see numbers.
        more: the number of the change before which there are older ones; None where there are none.
    """

    row: ListStanding
    versions: list[VersionInfo]
    activations: list[Activation]
    changes: list[ListChange]
    more: int | None

    @property
    def kept(self) -> list[VersionInfo]:
        """The versions that can be compared and brought back."""
        return [one for one in self.versions if one.kept]


@contextmanager
def opened(settings: Settings) -> Iterator[ListStore]:
    """The lists, within one request.

    Raises:
        StoreError: there are none, or they can't be read.
    """
    path = settings.daemon.data_dir / LISTS_FILE
    if not path.exists():
        raise StoreError(f"{path} does not exist", "start the daemon once (`systemctl start gatekeeper`)")
    with ListStore(settings.daemon.data_dir) as store:
        yield store


def read_rows(settings: Settings, *, contracts: bool) -> list[ListStanding]:
    """Every list that is there or configured: first those that block, then by name.

    Args:
        settings: the configuration.
        contracts: whether registers of contracts are among them, whose counts are of all principals together.
    """
    with opened(settings) as store:
        found = {one.name: one for one in store.status()}
    names = sorted({*found, *settings.lists})
    rows = [_row(settings, name, found.get(name)) for name in names]
    shown = [row for row in rows if contracts or row.kind != ListKind.CONTRACT]
    return sorted(shown, key=lambda row: (not row.blocks, row.state != "due"))


def read_list(settings: Settings, name: str, *, contracts: bool, numbers: bool, before: int | None = None) -> ListPage:
    """One list.

    Args:
        settings: the configuration.
        name: of the list.
        contracts: as of `read_rows`.
        numbers: whether changes by hand, which name numbers, are shown; and of versions who made them, out of which
            file and why: its name may be a principal's, and a note about anybody.
        before: only changes by hand with a smaller number.

    Raises:
        UnknownListError: there is none of that name.
    """
    with opened(settings) as store:
        status = {one.name: one for one in store.status()}.get(name)
        row = _row(settings, name, status)
        if (status is None and not row.configured) or (row.kind == ListKind.CONTRACT and not contracts):
            raise UnknownListError(f"there is no list {name[:40]!r}")
        if status is None:
            return ListPage(row, [], [], [], None)
        changes = store.latest_changes(name, before=before, limit=CHANGES + 1) if numbers else []
        more = changes[CHANGES - 1].seq if len(changes) > CHANGES else None
        versions, activations = store.versions(name), store.activations(name)
    if not numbers:
        versions = [one._replace(source="", imported_by="", raw="") for one in versions]
        activations = [one._replace(by="", note="") for one in activations]
    return ListPage(row, versions, activations, changes[:CHANGES], more)


def compare(settings: Settings, name: str, old: int, new: int) -> VersionDiff:
    """How two versions of a list differ; it reads both whole.

    Raises:
        ListError: there is no such list, or one of them is not kept.
    """
    with opened(settings) as store:
        return store.diff(name, old, new)


def formats(settings: Settings) -> list[tuple[str, str]]:
    """The formats that files of lists can come in: name and title."""
    from gatekeeper.registries.formats import builtin

    return sorted((name, form.title) for name, form in {**builtin(), **settings.list_formats}.items())


def _row(settings: Settings, name: str, status: ListStatus | None) -> ListStanding:
    section = settings.lists.get(name)
    basis = settings.legal_basis_of(name)
    if status is None:
        kind, title = (section.kind, section.title or name) if section else ("", name)
        return ListStanding(name, title, kind, "missing", None, None, None, section is not None, basis)
    fresh: Freshness = freshness(status, settings.max_ages, now_micros())
    title = status.title or (section.title if section else "") or name
    kind = status.kind.value
    return ListStanding(name, title, kind, fresh.state, fresh.until, fresh.days, status, section is not None, basis)
