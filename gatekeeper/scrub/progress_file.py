"""The progress file of a table's scrub: one that was killed goes on by it, and accounts for all it did.

Lines of JSON. Before a transaction what it will try; after its commit which of it took effect, and how far the pass is.
The process that writes it holds its lock: it is not taken for what a killed one left by another that begins meanwhile.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from gatekeeper.contacts.table_rows import Change, Key, RowAction, TableRow
from gatekeeper.errors import ContactsError
from gatekeeper.ownership import PRIVATE, open_owned
from gatekeeper.translation import phrase, trouble_of


class ProgressEntry(NamedTuple):
    """A contact that was taken out, or lost a number.

    Attributes:
        change: what was done to it.
        reason: of its first number that may not be called.
        list: that this rests on, or "".
        numbers: all its numbers that may not be called, as `[column, reason, list]`.
    """

    change: Change
    reason: str
    list: str
    numbers: tuple[tuple[str, str, str], ...]
    provision: str = ""


class State(NamedTuple):
    """Where an interrupted scrub was.

    Attributes:
        after: the last key that is done with in its pass, None at the beginning of one.
        open: what it was about to do when it ended.
    """

    after: Key | None
    open: list[ProgressEntry]


class ProgressFile:
    """The file, beside the scrub's outputs.

    Args:
        path: of the file.
        identity: what the scrub is about; one about something else can't go on with it.

    Raises:
        ContactsError: it can't be written, or belongs to another scrub, or to one that is running.
    """

    def __init__(self, path: Path, identity: dict[str, Any]) -> None:
        self.path = path
        try:
            self._file = _locked(path)
            try:
                found = self._load()
                self._begin(found, identity)
            except BaseException:
                self._file.close()
                raise
        except OSError as error:
            raise ContactsError(
                phrase("{path} can't be written: {strerror}", path=path, strerror=trouble_of(error))
            ) from error
        self.resumed = bool(found)
        self.state = _state(found)

    def _begin(self, found: list[dict[str, Any]], identity: dict[str, Any]) -> None:
        if not found:
            self._file.truncate(0)
            self._append({"scrub": identity})
            return
        if found[0] != {"scrub": identity}:
            raise ContactsError(
                phrase(
                    "{path} is what is left of a scrub with other options that did not end: repeat that one, or remove "
                    "the file, which forgets what it did",
                    path=self.path,
                )
            )
        # A line that was being written when the process ended is no line; the next one must not join it.
        self._file.truncate(sum(len(_line(one)) for one in found))

    def intend(self, entries: Sequence[ProgressEntry]) -> None:
        """What the next transaction will try. On the disk when this returns."""
        self._append({"try": [_pack(entry) for entry in entries]})

    def done(self, took: Sequence[bool], after: Key | None) -> None:
        """Which of it took effect."""
        self._append({"took": [int(one) for one in took], "after": after})

    def entries(self) -> Iterator[ProgressEntry]:
        """All that took effect, in its order."""
        tried: list[Any] = []
        for line in self._lines():
            if "try" in line:
                tried = line["try"]
            elif "took" in line:
                yield from (_unpack(one) for one, took in zip(tried, line["took"], strict=True) if took)
                tried = []

    def remove(self) -> None:
        """The scrub has ended, and all is in its outputs."""
        self.path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _append(self, line: dict[str, Any]) -> None:
        try:
            self._file.write(_line(line))
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise ContactsError(
                phrase("{path} can't be written: {strerror}", path=self.path, strerror=trouble_of(error))
            ) from error

    def _lines(self) -> Iterator[dict[str, Any]]:
        with self.path.open("rb") as file:
            for raw in file:
                if raw.endswith(b"\n"):
                    yield json.loads(raw)

    def _load(self) -> list[dict[str, Any]]:
        try:
            return list(self._lines())
        except (OSError, ValueError) as error:
            raise ContactsError(phrase("{path} can't be read: move it away to begin anew", path=self.path)) from error


def _locked(path: Path) -> BinaryIO:
    """The file, to be added to by this process alone.

    Raises:
        ContactsError: another one writes it.
        OSError: it can't be opened.
    """
    while True:
        file = os.fdopen(open_owned(path, os.O_WRONLY | os.O_APPEND, PRIVATE), "ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise ContactsError(
                phrase("another scrub of these contacts is running: wait for it to end. Nothing was changed")
            ) from None
        except OSError:
            return file  # a file system without locks
        # One that has just ended may have removed it before it let go.
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        file.close()


def _state(lines: list[dict[str, Any]]) -> State:
    after: Key | None = None
    tried: list[Any] = []
    for line in lines:
        if "try" in line:
            tried = line["try"]
        elif "took" in line:
            after, tried = line["after"], []
    return State(after, [_unpack(one) for one in tried])


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _pack(entry: ProgressEntry) -> list[Any]:
    row, action, columns = entry.change
    return [
        row.key,
        list(map(_plain, row.numbers)),
        _plain(row.mark),
        action.value,
        list(columns),
        *entry[1:],
        _plain(row.code),
    ]


def _unpack(packed: list[Any]) -> ProgressEntry:
    # Notes of a scrub by an older version have no provision, and by a still older one no country code.
    key, numbers, mark, action, columns, reason, of_list, each, *more = packed
    provision, *code = more if len(more) > 1 else ("", *more)
    change = Change(TableRow(key, tuple(numbers), mark, *code), RowAction(action), tuple(columns))
    return ProgressEntry(change, reason, of_list, tuple(tuple(one) for one in each), provision)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (int, str)) else str(value)
