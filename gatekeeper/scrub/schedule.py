"""Scheduled scrubs: tells by the certificates that each left when it was done last, and whether it is due."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gatekeeper.contacts.address import Contacts
from gatekeeper.errors import ContactsError, ScrubRefused
from gatekeeper.ownership import make_folder, settle_tree
from gatekeeper.scrub.door import scrub
from gatekeeper.scrub.last_done import last_done
from gatekeeper.scrub.options import ScrubOptions
from gatekeeper.scrub.run import Scrubber, ScrubOutcome
from gatekeeper.storage import FileLock
from gatekeeper.translation import phrase, trouble_of


@dataclass(frozen=True, slots=True)
class Job:
    """Contacts that are scrubbed again and again.

    Attributes:
        name: of the job.
        contacts: a file or a table; not shown, an address may have a password.
        options: how to scrub; their folder is set for each time.
        folder: below which each time has a folder of its own.
        every: how long after a certificate the next is due.
        at_most: after how long it is overdue.
    """

    name: str
    contacts: Contacts = field(repr=False)
    options: ScrubOptions
    folder: Path
    every: timedelta
    at_most: timedelta

    def last_done(self, now: datetime) -> datetime | None:
        """When the last scrub that was certified ended; None before the first."""
        return last_done(self.folder, now)

    def due(self, now: datetime) -> bool:
        """Whether it is time."""
        last = self.last_done(now)
        return last is None or now - last >= self.every

    def overdue(self, now: datetime) -> bool:
        """Whether nobody can say any more that the contacts are clean."""
        last = self.last_done(now)
        return last is None or now - last > self.at_most

    def run(self, scrubber: Scrubber, now: datetime) -> ScrubOutcome:
        """Scrub; one that was killed goes on where it was.

        Raises:
            ContactsError: the contacts can't be read, or a file can't be written.
            ScrubRefused: nothing was changed; the same job may be running.
            StoreError: the lists can't be read.
        """
        try:
            make_folder(self.folder)
        except OSError as error:
            raise ContactsError(
                phrase("{folder} can't be made: {strerror}", folder=self.folder, strerror=trouble_of(error))
            ) from error
        lock = FileLock(self.folder / ".lock")
        if not lock.take(wait=False):
            raise ScrubRefused(
                phrase("the scheduled scrub {name} is running already. Nothing was changed", name=self.name)
            )
        try:
            unfinished = sorted(self.folder.glob("*/.*.scrub-progress"))
            target = unfinished[0].parent if unfinished else self.folder / f"{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}"
            make_folder(target)
            try:
                return scrub(scrubber, self.contacts, replace(self.options, folder=target, overwrite=True))
            finally:
                settle_tree(self.folder)
                if not any(target.iterdir()):
                    target.rmdir()
        finally:
            lock.release()
