"""Imports whose end nobody was told: the stores say whether one was done.

A daemon that is killed tells nobody what became of its imports, nor does a process of theirs that is killed behind its
commit. What a store took in it keeps with who had it imported, why, and out of which file: that is looked up.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from gatekeeper.intake.arrival import ArrivalOutcome, Ending
from gatekeeper.intake.asked import YES
from gatekeeper.intake.import_process import ImportWork
from gatekeeper.lists import ListStore
from gatekeeper.lists.model import Activation, VersionInfo
from gatekeeper.storage import FileLock
from gatekeeper.translation import phrase

WHAT_IT_IS: Final = ("by", "note", "source", "sha256", "version", "dry_run")
"""Of what was asked, that by which an import is known again; `source` is the file's name where none was said."""

ImportLookUp = Callable[[ImportWork, str, Mapping[str, str], int, bool], ArrivalOutcome | None]
"""Is `how_it_ended` of a data folder."""


def how_it_ended(
    data_dir: Path,
    work: ImportWork,
    name: str,
    asked: Mapping[str, str],
    begun: int,
    waits: bool = False,
) -> ArrivalOutcome | None:
    """How an import ended whose end nobody was told.

    Args:
        data_dir: the data folder.
        work: what was to be done.
        name: of the list, or "".
        asked: what was said of it (`WHAT_IT_IS`).
        begun: not before that moment, in microseconds since the epoch.
        waits: whether None is given while an import of its kind runs, which may be this one.

    Raises:
        StoreError: the store can't be read.
    """
    if asked.get("dry_run") == YES:
        text = phrase(
            "the daemon was ended before it had looked at all of the file; nothing was changed: send it again"
        )
        return ArrivalOutcome(Ending.TROUBLE, text)
    if waits and _is_locked(data_dir, work, name):
        return None
    report = _of_consents(data_dir, asked, begun) if work is ImportWork.CONSENTS else None
    if work in {ImportWork.LIST, ImportWork.ROLLBACK}:
        with ListStore(data_dir) as store:
            there = any(one.name == name for one in store.status())
            put = [one for one in store.activations(name) if one.at >= begun] if there else []
            known = store.versions(name) if there else []
            before = store.activations(name)[len(put) :] if there else []
        look = _of_rollback if work is ImportWork.ROLLBACK else _of_list
        report = look(name, asked, put, known, before)
    if report is not None:
        return ArrivalOutcome(Ending.IMPORTED, "", report)
    text = phrase("the daemon was ended before this import had come to its end; nothing was changed")
    return ArrivalOutcome(Ending.TROUBLE, text)


_NOT_KEPT: Final[Mapping[str, Any]] = {
    "added": None, "dropped": None, "unchanged": None, "lapsed": 0, "encoding": "", "samples": [], "added_sample": [],
    "dropped_sample": [], "passed_over": [], "warnings": [],
}  # fmt: skip
"""What the report of an import into a list has beside what the store keeps."""

_OPERATIONS: Final = {
    "list_import": ImportWork.LIST,
    "list_rollback": ImportWork.ROLLBACK,
    "consent_import": ImportWork.CONSENTS,
}
"""What the operations of the control socket do."""


def report_of(data_dir: Path, asked: Mapping[str, str], begun: int) -> Mapping[str, Any] | None:
    """The report of an import that was done; None of one that was not.

    Args:
        data_dir: the data folder.
        asked: what the daemon was asked.
        begun: not before that moment, in microseconds since the epoch.

    Raises:
        StoreError: the store can't be read.
    """
    work = _OPERATIONS.get(asked.get("op", ""))
    found = None if work is None else how_it_ended(data_dir, work, asked.get("list", ""), asked, begun)
    return found.report if found is not None and found.ending is Ending.IMPORTED else None


def _is_locked(data_dir: Path, work: ImportWork, name: str) -> bool:
    """Whether an import of its kind runs: a process whose daemon was killed ends a moment later."""
    if work is ImportWork.CONSENTS:
        from gatekeeper.consents.paths import ConsentLayout

        path = ConsentLayout(data_dir).lock
    else:
        from gatekeeper.lists.paths import Layout

        path = Layout(data_dir).lock(name)
    if not path.exists():
        return False
    lock = FileLock(path)
    taken = lock.take(wait=False)
    lock.release()
    return not taken


def _of_list(
    name: str, asked: Mapping[str, str], put: list[Activation], known: list[VersionInfo], before: list[Activation]
) -> dict[str, Any] | None:
    """The report of an import into a list, as far as it is kept."""
    sha256 = asked.get("sha256", "").lower()
    for place, one in enumerate(put):
        made = next((info for info in known if info.version == one.version), None)
        if made is None or made.imported_at != one.at or made.imported_by != asked.get("by", ""):
            continue
        if made.source != asked.get("source", "") or (sha256 and made.sha256 != sha256):
            continue
        if one.note != (asked.get("note", "") or one.note):
            continue
        earlier = next(iter([*put[place + 1 :], *before]), None)
        return {
            "list": name,
            "version": made.version,
            "kind": made.kind,
            "read": made.read,
            "imported": made.read - made.rejected - made.duplicates,
            "duplicates": made.duplicates,
            "rejected": made.rejected,
            "cleared": made.cleared,
            "before": next((info.count for info in known if earlier and info.version == earlier.version), 0),
            "count": made.count,
            "source_date": made.source_date,
            "sha256": made.sha256,
            "notes": [_said()],
            **_NOT_KEPT,
        }
    return None


def _of_rollback(
    name: str, asked: Mapping[str, str], put: list[Activation], known: list[VersionInfo], _before: list[Activation]
) -> dict[str, Any] | None:
    """The report of a version that was brought back."""
    made = {info.version: info.imported_at for info in known}
    for one in put:
        wanted = asked.get("version", "") or str(one.version)
        right = one.by == asked.get("by", "") and one.note == (asked.get("note", "") or one.note)
        if right and made.get(one.version) != one.at and str(one.version) == wanted:
            return {"list": name, "version": one.version}
    return None


def _of_consents(data_dir: Path, asked: Mapping[str, str], begun: int) -> dict[str, Any] | None:
    """The report of an import of consents, as far as it is kept."""
    from gatekeeper.consents import ConsentStore

    said = (asked.get("by", ""), asked.get("note", ""), asked.get("source", ""))
    with ConsentStore(data_dir) as store:
        made = next((one for one in store.imports() if one.at >= begun and (one.by, one.note, one.file) == said), None)
    if made is None:
        return None
    return {
        "read": made.taken + made.rejected,
        "taken": made.taken,
        "void": made.void,
        "rejected": made.rejected,
        "samples": [],
        "void_samples": [],
        "sha256": made.sha256,
        "dry_run": False,
        "notes": [_said()],
    }


def _said() -> str:
    return phrase("the daemon was ended before it told how this ended: what stands here was looked up")
