"""Imports of uploads: the daemon looks what would come of a file, then imports it, for whoever delivered it.

A file is always looked at before: what that finds is shown to whoever confirms the import, and what is imported is the
very file that was looked at.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, NamedTuple

from gatekeeper.errors import FormError
from gatekeeper.translation import phrase
from gatekeeper.uploads.store import Upload, Uploads
from gatekeeper.uploads.work import Asks, DeskWork, DeskWorks, run_job

YES: Final = "yes"
"""What says to the daemon that something is wanted."""

_OF_LIST: Final = "list:"


class ImportGoal(NamedTuple):
    """What a file is to be imported into.

    Attributes:
        list: the list's name; "" for the consent ledger.
    """

    list: str = ""

    @classmethod
    def of(cls, upload: Upload) -> "ImportGoal":
        """What an upload is meant for."""
        return cls(upload.purpose.removeprefix(_OF_LIST) if upload.purpose.startswith(_OF_LIST) else "")

    @classmethod
    def is_of(cls, upload: Upload) -> bool:
        """Whether an upload is to be imported."""
        return cls.of(upload).purpose == upload.purpose

    @property
    def purpose(self) -> str:
        """The purpose of an upload that is meant for it."""
        return f"{_OF_LIST}{self.list}" if self.list else "consents"

    def asked(self, upload: Upload) -> dict[str, str]:
        """What the daemon is asked of an upload."""
        where = {"op": "list_import", "list": self.list} if self.list else {"op": "consent_import"}
        return {**where, "path": str(upload.file), "source": upload.name, **upload.said}


class UploadImports:
    """Has files looked at and imported.

    Args:
        daemon: does it.
        uploads: has the files.
        works: follows what was begun.
    """

    def __init__(self, daemon: Asks, uploads: Uploads, works: DeskWorks) -> None:
        self._daemon = daemon
        self._uploads = uploads
        self._works = works

    def job(self, asked: Mapping[str, str]) -> DeskWork:
        """Begin a job of the daemon that is about no file."""
        return self._works.begin(self._by_daemon(asked))

    def look(self, upload: Upload, who: Mapping[str, str]) -> DeskWork:
        """Begin to look what would come of a file; one of which nothing would is thrown away at once.

        Args:
            upload: the file.
            who: `by` whom and `via` which way.
        """

        def then() -> None:
            if upload.look is None or upload.look.state != "done":
                self._uploads.remove_file(upload)

        asked = {**ImportGoal.of(upload).asked(upload), "dry_run": YES, **who}
        upload.look = self._works.begin(self._by_daemon(asked), then)
        return upload.look

    def take(self, upload: Upload, who: Mapping[str, str], note: str, *, accept: bool = False) -> bool:
        """Begin to import a file that was looked at; whether it was not begun before.

        Args:
            upload: the file.
            who: `by` whom and `via` which way.
            note: why, for the record.
            accept: whether it is imported in spite of what the look warns of.

        Raises:
            FormError: it was not looked at to the end, or not understood.
        """
        found, goal = upload.look, ImportGoal.of(upload)
        if found is None or found.state != "done":
            raise FormError("file", phrase("this file can't be imported: it was not understood"))
        if upload.done is not None:
            return False
        asked = {**goal.asked(upload), "note": note, **who}
        if goal.list:
            asked |= {"accept": YES if accept else "", "sha256": str(found.report["sha256"])}
        upload.done = self._works.begin(self._by_daemon(asked), lambda: self._uploads.remove_file(upload))
        return True

    def _by_daemon(self, asked: Mapping[str, str]) -> Callable[[DeskWork], Awaitable[None]]:
        async def run(work: DeskWork) -> None:
            await run_job(self._daemon, asked, work)

        return run
