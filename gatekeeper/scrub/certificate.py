"""The certificate of a scrub: who, when, by which lists, how many, and which files. No number of anyone is in it."""

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ulid import ULID

from gatekeeper import __version__
from gatekeeper.clock import moment_of
from gatekeeper.contacts.output import Output, Written
from gatekeeper.lists import ListStatus
from gatekeeper.phone import metadata_version
from gatekeeper.scrub.law_used import LawUsed
from gatekeeper.scrub.tally import Tally

FORMAT = 3
"""Version of the certificate's own form."""


@dataclass(frozen=True, slots=True)
class ListUsed:
    """A list that contacts were checked against.

    Attributes:
        name: of the list.
        title: its name for people.
        kind: `opposition`, `red`, `wash`, `contract` or `query`.
        version: as decisions show it: imported version, and number of the last change by hand behind a plus.
        numbers: how many it holds.
        source: where it came from.
        source_date: the date of the source, ISO 8601, or None.
        imported_at: when it was imported, or None.
        valid_until: until when it holds, or None.
        sha256: of the file as delivered, or "".
        numbers_removed: numbers of the contacts that it holds.
    """

    name: str
    title: str
    kind: str
    version: str
    numbers: int
    source: str
    source_date: str | None
    imported_at: str | None
    valid_until: str | None
    sha256: str
    numbers_removed: int


@dataclass(frozen=True, slots=True)
class FileUsed:
    """A file that was read or written.

    Attributes:
        role: `input`, `clean` or `removed`.
        name: without its folder.
        size: in bytes.
        sha256: of its content.
    """

    role: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is certified. Times are ISO 8601 in UTC.

    Attributes:
        id: of the scrub: 26 characters, sorted by time.
        program: with its version.
        numbering: the numbering plans that decided what is a number.
        by: who started it.
        host: on which machine.
        started_at: when the lists were taken.
        finished_at: when all was written.
        campaign: whose lists apply.
        principal: the company that is called for, or "".
        rules: the rules that were asked, in their order.
        lists: that applied.
        source: what was scrubbed, for people: a file's name, or a database's address and table.
        source_kind: `csv`, `xlsx` or `database`.
        columns: of the numbers, by name.
        details: how the source is written or was treated, by name.
        counts: of contacts and numbers.
        removed_by_reason: contacts taken out, by reason.
        numbers_removed_by_reason: numbers that may not be called, by reason.
        numbers_kept_by_ground: numbers that may be called, by the reason why they may.
        files: read and written.
        numbers_not_checked_by_column: numbers in columns that were not checked, by the column's name: nobody knows
            whether they may be called.
        laws: those that numbers were judged by; none where lists alone count.
        numbers_by_provision: numbers that may not be called by the provision that says so, and those that may by the
            provision that is their ground.
    """

    id: str
    program: str
    numbering: str
    by: str
    host: str
    started_at: str
    finished_at: str
    campaign: str
    principal: str
    rules: tuple[str, ...]
    lists: tuple[ListUsed, ...]
    source: str
    source_kind: str
    columns: tuple[str, ...]
    details: dict[str, str]
    counts: dict[str, int]
    removed_by_reason: dict[str, int]
    numbers_removed_by_reason: dict[str, int]
    numbers_kept_by_ground: dict[str, int]
    files: tuple[FileUsed, ...]
    numbers_not_checked_by_column: dict[str, int] = field(default_factory=dict)
    laws: tuple[LawUsed, ...] = ()
    numbers_by_provision: dict[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The certificate for programs."""
        return {"certificate": "gatekeeper scrub", "format": FORMAT, **asdict(self)}

    def as_json(self) -> bytes:
        """The same as it is written."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2).encode("utf-8", "replace") + b"\n"


def new_id() -> str:
    """The id of a scrub."""
    return str(ULID())


def host() -> str:
    """This machine."""
    return platform.node()


def program() -> str:
    """This program with its version."""
    return f"gatekeeper {__version__}"


def numbering() -> str:
    """The numbering plans in use."""
    return metadata_version()


def iso(micros: int | None) -> str | None:
    """A moment in microseconds since the epoch, as ISO 8601 in UTC to the second."""
    return None if micros is None else moment_of(micros).isoformat(timespec="seconds").replace("+00:00", "Z")


def lists_used(
    statuses: Sequence[ListStatus], rests_on: str, names: Sequence[str], tally: Tally
) -> tuple[ListUsed, ...]:
    """The lists that applied, as they were relied on.

    Args:
        statuses: of all lists.
        rests_on: what decisions rested on, `name@version` separated by blanks.
        names: of those that applied.
        tally: what was counted.
    """
    version_of = dict(part.split("@", 1) for part in rests_on.split())
    used = []
    for status in statuses:
        if status.name not in names:
            continue
        label = version_of[status.name]
        used.append(
            ListUsed(
                name=status.name,
                title=status.title,
                kind=status.kind.value,
                version=label,
                numbers=status.count,
                source=status.source,
                source_date=iso(status.source_date),
                imported_at=iso(status.imported_at),
                valid_until=iso(status.valid_until),
                sha256=status.sha256,
                numbers_removed=tally.by_list[f"{status.name}@{label}"],
            )
        )
    return tuple(sorted(used, key=lambda one: names.index(one.name)))


def counts_of(tally: Tally) -> dict[str, int]:
    """The counts of a certificate."""
    return {
        "contacts_read": tally.read,
        "contacts_kept": tally.kept,
        "contacts_removed": tally.removed,
        "contacts_left": tally.left,
        "contacts_kept_that_lost_a_number": tally.reduced,
        "contacts_blocked": tally.blocked,
        "contacts_unreadable": tally.unreadable,
        "contacts_without_number": tally.empty,
        "rows_unreadable": tally.broken,
        "blank_lines": tally.blank,
        "numbers_checked": tally.numbers,
        "numbers_removed": sum(tally.numbers_removed.values()),
        "cells_with_several_numbers": tally.several,
        "numbers_not_checked": sum(tally.strays.values()),
    }


def file_used(role: str, written: Written) -> FileUsed:
    """A file that was written."""
    return FileUsed(role, written.path.name, written.size, written.sha256)


def write_certificate(certificate: Certificate, stem: Path) -> tuple[Written, Written]:
    """Write the certificate beside what it certifies: `stem.certificate.json` and `stem.certificate.pdf`.

    Raises:
        ContactsError: it can't be written.
    """
    # The PDF's library takes a third of a second to come in, and dry runs do without.
    from gatekeeper.scrub.pdf import render

    with Output(certificate_path(stem, "json")) as output:
        output.write_plain(certificate.as_json())
        as_json = output.keep()
    with Output(certificate_path(stem, "pdf")) as output:
        output.write_plain(render(certificate, as_json.sha256))
        return as_json, output.keep()


def certificate_path(stem: Path, kind: str) -> Path:
    """Where a certificate is written."""
    return stem.with_name(f"{stem.name}.certificate.{kind}")
