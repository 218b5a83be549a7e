"""Lists as the desk shows them: how each stands, its versions, what differs between two, what was changed by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from gatekeeper.clock import now_micros
from gatekeeper.config import Settings
from gatekeeper.desk.reading.lists_now import ListNow, lists_now
from gatekeeper.errors import StoreError, UnknownListError
from gatekeeper.lists import (
    LISTS_FILE,
    Activation,
    ListChange,
    ListStore,
    VersionDiff,
    VersionInfo,
)
from gatekeeper.translation import phrase

CHANGES = 50
"""So many changes by hand stand on a page."""


class ListPage(NamedTuple):
    """One list with its history.

    Attributes:
        row: how it stands.
        basis: the text of law that it rests on, or "".
        configured: whether the configuration names it.
        versions: every version that ever was, newest first.
        activations: which was put in force when, newest first.
        changes: the newest changes by hand; none for who may not see numbers.
        more: the number of the change before which there are older ones; None where there are none.
    """

    row: ListNow
    basis: str
    configured: bool
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
        raise StoreError(
            phrase("{path} does not exist", path=path), phrase("start the daemon once (`systemctl start gatekeeper`)")
        )
    with ListStore(settings.daemon.data_dir) as store:
        yield store


def read_rows(settings: Settings, *, contracts: bool) -> list[ListNow]:
    """Every list that is there or configured.

    Args:
        settings: the configuration.
        contracts: whether registers of contracts are among them, whose counts are of all principals together.
    """
    return lists_now(settings, now_micros(), contracts=contracts)


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
    row = next((one for one in read_rows(settings, contracts=contracts) if one.name == name), None)
    if row is None:
        raise UnknownListError(phrase("there is no list {name!r}", name=name[:40]))
    about = (row, settings.legal_basis_of(name), name in settings.lists)
    if row.status is None:
        return ListPage(*about, [], [], [], None)
    with opened(settings) as store:
        changes = store.latest_changes(name, before=before, limit=CHANGES + 1) if numbers else []
        more = changes[CHANGES - 1].seq if len(changes) > CHANGES else None
        versions, activations = store.versions(name), store.activations(name)
    if not numbers:
        versions = [one._replace(source="", imported_by="", raw="") for one in versions]
        activations = [one._replace(by="", note="") for one in activations]
    return ListPage(*about, versions, activations, changes[:CHANGES], more)


def compare(settings: Settings, name: str, old: int, new: int) -> VersionDiff:
    """How two versions of a list differ; it reads both whole.

    Raises:
        ListError: there is no such list, or one of them is not kept.
    """
    with opened(settings) as store:
        return store.diff(name, old, new)


def formats(settings: Settings) -> list[tuple[str, str]]:
    """The formats that files of lists can come in: name and title, that of ours in the language of who looks."""
    from gatekeeper.registries.formats import builtin

    ours = {name: phrase(form.title) for name, form in builtin().items()}
    return sorted({**ours, **{name: form.title for name, form in settings.list_formats.items()}}.items())
