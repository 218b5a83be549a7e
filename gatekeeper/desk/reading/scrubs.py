"""Scrubs as the desk shows them: those that are scheduled, when they are due, and the certificates that they left."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from gatekeeper.config import Settings
from gatekeeper.config.sections.scrubs import ScrubSection
from gatekeeper.dossier.restricted import Principals, may_see
from gatekeeper.scrub.last_done import last_done

MOST = 200
"""So many certificates of a scrub are shown, the newest."""

_LARGEST = 4 << 20
_ENDING = ".certificate.json"
_KIND = "gatekeeper scrub"


class ScrubRow(NamedTuple):
    """A scheduled scrub.

    Attributes:
        name: of the scrub.
        section: its keys; the address of its contacts, which may hold a password, is not shown.
        campaign: whose lists apply.
        principal: the company that is called for, or "".
        last: when the last that was certified ended; None before the first.
        due: when the next is; None where it is due now.
        overdue: whether nobody can say any more that the contacts are clean.
    """

    name: str
    section: ScrubSection
    campaign: str
    principal: str
    last: datetime | None
    due: datetime | None
    overdue: bool


class CertificateRow(NamedTuple):
    """A certificate of a scrub that was done.

    Attributes:
        id: of the scrub.
        scrub: the scheduled scrub's name.
        finished: when it ended.
        said: everything that is certified.
        path: of the JSON.
    """

    id: str
    scrub: str
    finished: datetime
    said: dict[str, Any]
    path: Path

    @property
    def pdf(self) -> Path:
        """Where the same is as a PDF."""
        return self.path.with_suffix(".pdf")


def read_scrubs(settings: Settings, principals: Principals, now: datetime) -> list[ScrubRow]:
    """The scheduled scrubs that may be seen: those that are overdue first."""
    rows = []
    for name, section in settings.scrubs.items():
        campaign, principal = _whose(settings, section)
        if not may_see(principal, principals):
            continue
        last = last_done(section.as_folder(name, settings.daemon.data_dir), now)
        due = last + timedelta(days=section.every_days) if last else None
        overdue = last is None or now - last > timedelta(days=section.at_most_days)
        rows.append(ScrubRow(name, section, campaign, principal, last, due if due and due > now else None, overdue))
    return sorted(rows, key=lambda row: (not row.overdue, row.name))


def read_certificates(settings: Settings, principals: Principals) -> list[CertificateRow]:
    """The certificates that may be seen, newest first."""
    found = [
        row
        for name, section in settings.scrubs.items()
        for row in _certificates(name, section.as_folder(name, settings.daemon.data_dir))
        if may_see(str(row.said.get("principal", "")), principals)
    ]
    return sorted(found, key=lambda row: row.finished, reverse=True)


def find_certificate(settings: Settings, principals: Principals, ident: str) -> CertificateRow | None:
    """One certificate; None where there is none of that id, or it may not be seen."""
    return next((row for row in read_certificates(settings, principals) if row.id == ident), None)


def _whose(settings: Settings, section: ScrubSection) -> tuple[str, str]:
    campaign = section.campaign or "default"
    there = settings.campaigns.get(campaign)
    return campaign, section.principal or (there.principal if there else "")


def _certificates(name: str, folder: Path) -> Iterator[CertificateRow]:
    # Each time has a folder that is named by its moment.
    for path in sorted(folder.glob(f"*/*{_ENDING}"), reverse=True)[:MOST]:
        try:
            if path.stat().st_size > _LARGEST:
                continue
            said = json.loads(path.read_bytes())
            if said["certificate"] != _KIND:
                continue
            finished = datetime.fromisoformat(said["finished_at"]).astimezone(UTC)
            yield CertificateRow(str(said["id"]), name, finished, said, path)
        except (OSError, ValueError, KeyError, TypeError):
            continue  # it is no certificate
